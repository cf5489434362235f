"""How surely a column plays a role: what its header says, and how its values look."""

from __future__ import annotations

from collections.abc import Sequence

from .looks import LOOKS, begins_far_on, is_denied, is_in_order, look_name, look_sku
from .profile import Profile

LEAST = 0.3
# of what the header says and of how the values look, by role; names are known by their values more than others
_WEIGHTS = {"name": (0.5, 0.55)}
_USUAL_WEIGHTS = (0.65, 0.4)
_PLAIN_PRICE = 0.55
_CODE_CHARS = 4
_SAYS_NAME = 0.6
_FEW_WORDS = 1.0
_WORDED = 0.5
_WORDY = 1.3
_ALL_OWN = 0.95
_NUMBERED, _CHECKED = 0.8, 0.9
_FEW_NUMBERS, _ALL = 0.3, 0.9
_FULLER, _SPARSE_NAME = 0.1, 0.8
_COUNTS_ROWS = 0.5
_SAYS_CODE, _ID, _CODE_OF_LETTERS, _CODE_LENGTH = 0.9, 0.8, 0.5, 16


def score_of(
    role: str,
    index: int,
    *,
    named: list[dict[str, float]],
    profiles: Sequence[Profile],
    decoys: dict[int, str],
    headed: set[str],
    bare: bool,
) -> float:
    look = profiles[index]
    if look.count == 0:
        return 0.0
    value, said = _evidence(role, index, named=named, profiles=profiles)
    if value <= 0.02:
        return 0.0
    decoy = decoys.get(index)
    if decoy and not (decoy == "row_number" and role == "sku"):
        said, value = said * 0.4, value * 0.3
    elif decoy:
        said, value = said * 0.7, value * (0.2 if look.steps > 0.7 else 0.9)
    if role == "sku" and not said:
        said, value = _unsaid_code(index, value, named=named, profiles=profiles, bare=bare)
    if said:
        by_header, by_value = _WEIGHTS.get(role, _USUAL_WEIGHTS)
        total = said * by_header + value * by_value
    elif named[index] and not decoy:  # the header names another role
        total = value * (0.55 if role in ("name", "price") and is_denied(named[index], look) else 0.3)
    elif role in ("name", "price"):
        total = value * (0.5 if role in headed else 0.75)
    elif role == "barcode" and look.ean > _CHECKED:
        total = value * 0.5  # check digits say it themselves
    else:
        bare_code = role == "sku" and bare and "sku" not in headed
        total = value * (0.42 if bare_code or not headed else 0.25)
    total -= 0.002 * min(index, 50)
    return total if total >= LEAST else 0.0


def _evidence(
    role: str, index: int, *, named: Sequence[dict[str, float]], profiles: Sequence[Profile]
) -> tuple[float, float]:
    """How much the values look like the role, and how surely the header says it."""
    look = profiles[index]
    value = LOOKS[role](look)
    said = _said(role, named[index]) * _meant(role, named[index], look)
    if role == "name" and "description" in named[index] and _has_plain_name(index, named, profiles):
        said, value = said * 0.4, value * 0.6
    if role == "name" and _is_named_more_fully(index, named, profiles):
        said *= _SPARSE_NAME
    if role == "price" and look.money > 0.8:
        said = max(said, 0.6)  # amounts of money say it themselves
    if role == "sku" and look.steps > _NUMBERED and _has_own_codes(index, named, profiles):
        said *= _COUNTS_ROWS  # the number of a row in some table
    if role == "sku" and _counts_records(index, named, profiles):
        said *= _COUNTS_ROWS
    if role == "sku" and said >= _SAYS_CODE and _are_words_of_code(look) and _has_plain_name(index, named, profiles):
        value = max(value, _CODE_OF_LETTERS)
    if role == "sku" and said >= _SAYS_CODE and look.dated > _WORDED and look.distinct > _ALL_OWN:
        value = max(value, _CODE_OF_LETTERS)  # 01.02.10 is a number of articles where the header says so
    if role == "brand" and "sku" in named[index]:
        said *= 0.4  # the supplier's code is not the supplier
    if role == "currency" and look.iso > 0.8 and look.count > 1:
        said = max(said, 0.6)  # codes of currencies say it themselves
    return value, said


def _unsaid_code(
    index: int, value: float, *, named: Sequence[dict[str, float]], profiles: Sequence[Profile], bare: bool
) -> tuple[float, float]:
    """What a column without the word for code is worth as one: (as if said, by its values)."""
    look = profiles[index]
    if named[index].get("name", 0.0) >= 0.9 and (look.letters < 0.3 or (look.words < 1.2 and are_codes(look))):
        return 0.6, value  # an "article" of digits or codes is its number
    if bare and _is_column_of_codes(index, look, profiles):
        return 0.5, value  # the one column without a header is the one that everybody knows
    if not bare and not named[index] and are_codes(look) and (look.numeric < _FEW_NUMBERS or look.long_digits > _ALL):
        return 0.4, value  # a word that no lexicon has, over what can only be codes
    # bare short numbers are a code only where a header says so
    return 0.0, value * 0.5 if look.numeric > 0.9 and look.long_digits < 0.5 else value


def _is_column_of_codes(index: int, look: Profile, profiles: Sequence[Profile]) -> bool:
    """Values of one length or with letters, all different, that do not just count the rows; at the left of a table."""
    first = not any(profiles[at].count for at in range(index))
    enough = look.count > 4 or (look.count > 2 and begins_far_on(look))
    codes = enough and look.code > 0.9 and look.distinct > 0.95 and (look.cents < 0.1 or is_in_order(look))
    return first and codes and (look.steps < 0.9 or look.length >= _CODE_CHARS)


def are_codes(look: Profile) -> bool:
    """Values all of their own that count nothing: what a column headed "No." holds is then the article's number."""
    own = look.count > 2 and look.distinct > _ALL_OWN and look.code > 0.9
    own = own and (look.steps < _WORDED or begins_far_on(look))
    return own and (look.numeric < 0.3 or (look.length >= _CODE_CHARS and look.cents < 0.1))


def _has_plain_name(index: int, named: Sequence[dict[str, float]], profiles: Sequence[Profile]) -> bool:
    """Whether another column says that it is the name and no description, and holds words and no codes."""
    return any(
        other != index
        and saying.get("name", 0.0) >= _SAYS_NAME
        and "description" not in saying
        and (not ("sku" in saying or are_codes(look)) or look_name(look) > look_sku(look))
        and look.letters > 0.5
        and look.words >= _FEW_WORDS
        and look.distinct * look.count > 1.5
        and look.distinct >= 0.6 * profiles[index].distinct
        for other, (saying, look) in enumerate(zip(named, profiles, strict=True))
    )


def _has_own_codes(index: int, named: Sequence[dict[str, float]], profiles: Sequence[Profile]) -> bool:
    """Whether a column headed as a name (article, Artikel) holds codes with letters, and a third one the names."""
    others = [at for at in range(len(named)) if at != index and named[at].get("name", 0.0) >= 0.9]
    coded = [at for at in others if profiles[at].words < 1.2 and are_codes(profiles[at]) and profiles[at].numeric < 0.3]
    return bool(coded) and any(
        profiles[at].words > _WORDY and profiles[at].letters > _WORDED
        for at, saying in enumerate(named)
        if at not in coded and ("name" in saying or "sku" in saying)
    )


def _counts_records(index: int, named: Sequence[dict[str, float]], profiles: Sequence[Profile]) -> bool:
    """Whether a column headed as an id holds bare numbers, and another one headed as a code has letters in its codes:
    the numbers are those of the supplier's data base."""
    if profiles[index].numeric < _ALL or named[index].get("sku", 0.0) > _ID:
        return False
    return any(
        at != index and saying.get("sku", 0.0) > _WORDED and are_codes(look) and look.numeric < _FEW_NUMBERS
        for at, (saying, look) in enumerate(zip(named, profiles, strict=True))
    )


def _are_words_of_code(look: Profile) -> bool:
    """Short single words of letters, each its own: CHR-RED, ABX."""
    return look.letters > _ALL and look.words < 1.1 and look.distinct > _ALL_OWN and look.length < _CODE_LENGTH


def _is_named_more_fully(index: int, named: Sequence[dict[str, float]], profiles: Sequence[Profile]) -> bool:
    """Whether another column that says it is the name has words in rows where this one is empty."""
    return any(
        saying.get("name", 0.0) >= _SAYS_NAME
        and "sku" not in saying
        and look.filled > profiles[index].filled + _FULLER
        and look.words >= _FEW_WORDS
        and look.distinct > _ALL_OWN
        and look.letters > _WORDED
        for saying, look in zip(named, profiles, strict=True)
    )


def _meant(role: str, named: dict[str, float], look: Profile) -> float:
    """Article, Item, Артикул head names as well as codes: the values say which."""
    if role == "name" and "sku" in named and look_sku(look) > max(0.8, look_name(look)):
        return 0.4
    if role in ("category", "brand") and min(look.numeric, look.distinct) > _WORDED:
        return 0.3  # numbers that differ from row to row group nothing
    if role == "name" and look.count >= 5 and look.distinct * look.count < 1.5:
        return 0.55  # what all rows share names none of them
    return 1.0


def _said(role: str, named: dict[str, float]) -> float:
    if role != "price":
        return named.get(role, 0.0) * (0.93 if role == "description" else 1.0)
    plain = named.get("price", 0.0)
    said = max([plain, *(sure * 0.9 for key, sure in named.items() if key.startswith("price_"))])
    # several columns that all say "price" are equal here: which of them it is, their kinds decide
    return 0.9 if said >= _PLAIN_PRICE else said

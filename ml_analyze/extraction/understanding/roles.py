"""Which column plays which role: headers and values weighed, all columns decided together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ml_analyze.extraction.grid import Row

from .assignment import assign
from .lexicon import ROLES
from .looks import LOOKS, is_denied, is_in_order, look_name, look_sku
from .price_choice import PriceChoice, choose_price, size_columns, tier_columns, totals, year_columns
from .price_kinds import condition_of
from .profile import Profile
from .sayings import decoy_of, named_by, no_prices

LEAST = 0.3
# of what the header says and of how the values look, by role; names are known by their values more than others
_WEIGHTS = {"name": (0.5, 0.55)}
_USUAL_WEIGHTS = (0.65, 0.4)
_WORTH = {"name": 3.0, "price": 3.0, "sku": 1.3, "description": 0.5}
_PLAIN_PRICE = 0.55
_SURE_PRICE = 0.6
STAND_IN = 0.34
_STAND_IN_COLUMNS = 12
_PRICED_SIZE = 0.6
_CODE_CHARS = 4
_PARTS, _PART_CHARS = 7, 40
_SAYS_NAME = _SAYS_CODE = 0.6
_FEW_WORDS = 1.0
_WORDED = 0.5
_WORDY, _LONG_NAME = 1.3, 120
_ALL_OWN, _SHARED = 0.95, 0.5
_NUMBERED, _CHECKED = 0.8, 0.9
_FEW_NUMBERS, _ALL = 0.3, 0.9
_FULLER, _SPARSE_NAME = 0.1, 0.8
_COUNTS_ROWS = 0.5


@dataclass
class Roles:
    """``columns``: role → column; ``confidence``: role → 0..1; ``choice``: which price was taken, and its rivals.

    ``parts``: columns that only together name an item, the name's own first.
    """

    columns: dict[str, int] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    choice: PriceChoice = field(default_factory=PriceChoice)
    decoys: dict[int, str] = field(default_factory=dict)
    parts: list[int] = field(default_factory=list)

    @property
    def prices(self) -> list[int]:
        """Further price columns in order."""
        return self.choice.others

    @property
    def sure(self) -> float:
        """How surely this is a price list: the weaker of name and price."""
        return min(self.confidence.get("name", 0.0), self.confidence.get("price", 0.0))


def decide_roles(
    headers: Sequence[str], profiles: Sequence[Profile], rows: Sequence[Row], *, fixed: dict[str, int] | None = None
) -> Roles:
    """Decide the roles of all columns together. ``fixed`` are a person's words; -1 there means "no column"."""
    fixed = fixed or {}
    named = [named_by(header) for header in headers]
    profiles = [_coded(look, saying) for look, saying in zip(profiles, named, strict=True)]
    for at, saying in enumerate(named):
        if decoy_of(saying, profiles[at]) == "row_number" and _are_codes(profiles[at]):
            named[at] = {"sku": _NUMBERED}
    for at in size_columns(headers, profiles):
        named[at] = {"price": _PRICED_SIZE}
    for at in (*tier_columns(headers, profiles), *year_columns(headers, named, profiles)):
        named[at] = {"price": _PRICED_SIZE} | named[at]
    headed = {role for saying in named for role in ("price" if key.startswith("price") else key for key in saying)}
    decoys = {index: role for index, saying in enumerate(named) if (role := decoy_of(saying, profiles[index]))}
    decoys |= {index: "condition" for index, header in enumerate(headers) if header and condition_of(header)}
    products = [*totals(named, profiles, rows), *no_prices(headers, named, profiles)]
    decoys |= {index: "total" for index in products if index not in fixed.values()}
    free = [role for role in ROLES if role not in fixed]
    taken = set(fixed.values())
    scores = [
        [
            0.0
            if index in taken
            else _score(
                role, index, named=named, profiles=profiles, decoys=decoys, headed=headed, bare=not headers[index]
            )
            for index in range(len(headers))
        ]
        for role in free
    ]
    roles = Roles(decoys=decoys)
    # what has a name and a price is a price list: the best column for these is worth more than two lesser roles
    weighed = [[score * _WORTH.get(role, 1.0) for score in row] for role, row in zip(free, scores, strict=True)]
    for role, index in zip(free, assign(weighed), strict=True):
        score = scores[free.index(role)][index] if index is not None else 0.0
        if index is not None and score > 0:
            roles.columns[role] = index
            roles.confidence[role] = round(min(score, 1.0), 2)
    for role, index in fixed.items():
        if index >= 0:
            roles.columns[role] = index
            roles.confidence[role] = 1.0
    if not fixed:
        _swap_code_and_name(roles, named, profiles)
    if "name" not in roles.columns and "name" not in fixed:
        _name_by_others(roles, named=named, profiles=profiles, rows=rows)
    roles.choice = choose_price(
        roles.columns.get("price"),
        headers=headers,
        named=named,
        profiles=profiles,
        rows=rows,
        used=set(roles.columns.values()),
        decoys=decoys,
        fixed="price" in fixed,
    )
    if roles.choice.main is not None:
        roles.columns["price"] = roles.choice.main
    return roles


def _coded(look: Profile, saying: dict[str, float]) -> Profile:
    """Codes such as TL055 or RM100 are no liras and no ringgits where the header says that they are codes."""
    codes = saying.get("sku", 0.0) >= _SAYS_CODE and "price" not in saying and look.cents < _FEW_NUMBERS
    return replace(look, money=0.0) if codes and look.money else look


def _name_by_others(
    roles: Roles, *, named: Sequence[dict[str, float]], profiles: Sequence[Profile], rows: Sequence[Row]
) -> None:
    """No column names the items: another tells them apart, or several do together, words rather than bare numbers."""
    index = _stand_in(roles, profiles)
    worded = index is not None and profiles[index].letters > _WORDED
    parts = [] if worded else _parts_of_names(roles, named, profiles, rows)
    if index is not None and not (parts and profiles[index].code < _WORDED):
        roles.columns["name"], roles.confidence["name"] = index, STAND_IN
    elif parts:
        head = next(at for at in parts if profiles[at].letters > _WORDED)
        roles.parts, roles.columns["name"], roles.confidence["name"] = parts, head, STAND_IN
        for role in [role for role, at in roles.columns.items() if at == head and role != "name"]:
            del roles.columns[role]


def _parts_of_names(
    roles: Roles, named: Sequence[dict[str, float]], profiles: Sequence[Profile], rows: Sequence[Row]
) -> list[int]:
    """Columns that name the items only together, as they stand: type, size and power; range, colour and format."""
    price = roles.columns.get("price")
    if price is None or roles.confidence["price"] < _SURE_PRICE:
        return []
    aside = {roles.columns.get(role) for role in ("price", "currency", "unit", "stock", "barcode", "pack_size")}
    parts = [
        at
        for at, look in enumerate(profiles)
        if at not in aside
        and not any(key.startswith("price") for key in named[at])
        and roles.decoys.get(at) in (None, "measure")
        and look.count > 1
        and look.distinct * look.count > 1.5
        and max(look.url, look.flag, look.dated, look.money) < 0.3
        and look.length < _PART_CHARS
    ][:_PARTS]
    worded = any(profiles[at].letters > _WORDED for at in parts)
    together = {tuple(str(row[at]) for at in parts if at < len(row)) for row in rows}
    if not worded or len(parts) < 2 or len(together) < 0.5 * len(rows):
        return []
    return parts


def _swap_code_and_name(roles: Roles, named: Sequence[dict[str, float]], profiles: Sequence[Profile]) -> None:
    """Article and Model head codes as well as names: the words are the name."""
    name, sku = roles.columns.get("name"), roles.columns.get("sku")
    if name is None:
        return
    free = [at for at, saying in enumerate(named) if "sku" in saying and at not in roles.columns.values()]
    look = profiles[name]
    codes = look.code > 0.8 and look.words < 1.1 and look.distinct > 0.8
    worded = _worded_columns(roles, named, profiles) if "sku" in named[name] and codes else []
    free += worded
    other = sku if sku is not None else next(iter(free), None)
    if (
        other is not None
        and codes
        and (
            (profiles[other].letters > 0.9 and (profiles[other].code < 0.2 or other in worded))
            or (profiles[other].letters > _WORDED and profiles[other].words > look.words + 1)
        )
    ):
        roles.columns["name"], roles.columns["sku"] = other, name
    elif sku is not None and codes and look.distinct > _ALL_OWN and profiles[sku].distinct < _SHARED:
        roles.columns["sku"] = name  # a code that many rows share is that of their series


def _worded_columns(roles: Roles, named: Sequence[dict[str, float]], profiles: Sequence[Profile]) -> list[int]:
    """Columns of no role with words of their own in each row, headed as a name among others or not at all."""
    return [
        at
        for at, (saying, look) in enumerate(zip(named, profiles, strict=True))
        if at not in roles.columns.values()
        and ("name" in saying or not saying)
        and look.words > _WORDY
        and look.distinct > _ALL_OWN
        and look.length < _LONG_NAME
        and look.url < 0.2
    ]


def _stand_in(roles: Roles, profiles: Sequence[Profile]) -> int | None:
    """The column that tells rows apart where none holds names: a code, a size, a level."""
    price = roles.columns.get("price")
    wide = sum(look.count > 0 for look in profiles) > _STAND_IN_COLUMNS  # a data set, not a price list
    if price is None or roles.confidence["price"] < _SURE_PRICE or wide:
        return None
    firsts = [roles.columns[role] for role in ("description", "sku", "category") if role in roles.columns]
    firsts.sort(key=lambda at: profiles[at].letters < _WORDED or profiles[at].words < _WORDY)  # words before codes
    candidates: list[int] = [*firsts, *range(price)]
    for index in candidates:
        look = profiles[index]
        apart = look.distinct > 0.9 and look.filled > 0.8 and look.url < 0.2 and look.money < 0.2
        if apart and roles.decoys.get(index) in (None, "measure"):
            return index
    return None


def _score(
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
    if named[index].get("name", 0.0) >= 0.9 and (look.letters < 0.3 or (look.words < 1.2 and _are_codes(look))):
        return 0.6, value  # an "article" of digits or codes is its number
    if bare and _is_column_of_codes(index, look, profiles):
        return 0.5, value  # the one column without a header is the one that everybody knows
    if not bare and not named[index] and _are_codes(look) and (look.numeric < _FEW_NUMBERS or look.long_digits > _ALL):
        return 0.4, value  # a word that no lexicon has, over what can only be codes
    # bare short numbers are a code only where a header says so
    return 0.0, value * 0.5 if look.numeric > 0.9 and look.long_digits < 0.5 else value


def _is_column_of_codes(index: int, look: Profile, profiles: Sequence[Profile]) -> bool:
    """Values of one length or with letters, all different, that do not just count the rows; at the left of a table."""
    first = not any(profiles[at].count for at in range(index))
    codes = look.code > 0.9 and look.distinct > 0.95 and look.count > 4 and (look.cents < 0.1 or is_in_order(look))
    return first and codes and (look.steps < 0.9 or look.length >= _CODE_CHARS)


def _are_codes(look: Profile) -> bool:
    """Values all of their own that count nothing: what a column headed "No." holds is then the article's number."""
    own = look.count > 2 and look.distinct > _ALL_OWN and look.code > 0.9 and look.steps < _WORDED
    return own and (look.numeric < 0.3 or (look.length >= _CODE_CHARS and look.cents < 0.1))


def _has_plain_name(index: int, named: Sequence[dict[str, float]], profiles: Sequence[Profile]) -> bool:
    """Whether another column says that it is the name and no description, and holds words and no codes."""
    return any(
        other != index
        and saying.get("name", 0.0) >= _SAYS_NAME
        and "description" not in saying
        and (not ("sku" in saying or _are_codes(look)) or look_name(look) > look_sku(look))
        and look.letters > 0.5
        and look.words >= _FEW_WORDS
        and look.distinct * look.count > 1.5
        and look.distinct >= 0.6 * profiles[index].distinct
        for other, (saying, look) in enumerate(zip(named, profiles, strict=True))
    )


def _has_own_codes(index: int, named: Sequence[dict[str, float]], profiles: Sequence[Profile]) -> bool:
    """Whether a column headed as a name (article, Artikel) holds codes with letters, and a third one the names."""
    others = [at for at in range(len(named)) if at != index and named[at].get("name", 0.0) >= 0.9]
    coded = [
        at for at in others if profiles[at].words < 1.2 and _are_codes(profiles[at]) and profiles[at].numeric < 0.3
    ]
    return bool(coded) and any(
        profiles[at].words > _WORDY and profiles[at].letters > _WORDED
        for at, saying in enumerate(named)
        if at not in coded and ("name" in saying or "sku" in saying)
    )


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

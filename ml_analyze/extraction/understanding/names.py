"""What names the items where no single column does: a code, a size, or several columns together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handoff.conditions import Meaning
from ml_analyze.extraction.grid import Row

from .lexicon import lexicon, normal
from .looks import begins_far_on
from .price_choice import PriceChoice
from .profile import Profile

STAND_IN = 0.34
#: what columns of no role may say that still tells one item from another
TELL_APART = (None, "measure", "origin")
_STAND_IN_COLUMNS = 12
_SURE_PRICE = 0.6
_PARTS, _PART_CHARS = 7, 40
_WORDED = 0.5
_WORDY, _LONG_NAME = 1.3, 120
_ALL_OWN, _SHARED = 0.95, 0.5
_SHARING = 0.3
_LONGER, _SHORT = 4, 12


@dataclass
class Roles:
    """``columns``: role → column; ``confidence``: role → 0..1; ``choice``: which price was taken, and its rivals.

    ``parts``: columns that only together name an item, the name's own first. ``meant``: what a person said of columns.
    """

    columns: dict[str, int] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    choice: PriceChoice = field(default_factory=PriceChoice)
    decoys: dict[int, str] = field(default_factory=dict)
    meant: Mapping[int, Meaning] = field(default_factory=dict)
    parts: list[int] = field(default_factory=list)

    @property
    def prices(self) -> list[int]:
        """Further price columns in order."""
        return self.choice.others

    @property
    def sure(self) -> float:
        """How surely this is a price list: the weaker of name and price."""
        return min(self.confidence.get("name", 0.0), self.confidence.get("price", 0.0))


def swap_code_and_name(roles: Roles, named: Sequence[dict[str, float]], profiles: Sequence[Profile]) -> None:
    """Article and Model head codes as well as names: the words are the name."""
    name, sku = roles.columns.get("name"), roles.columns.get("sku")
    if name is None:
        return
    free = [at for at, saying in enumerate(named) if "sku" in saying and at not in roles.columns.values()]
    look = profiles[name]
    codes = look.code > 0.8 and look.words < 1.1 and look.distinct > 0.8
    worded = _worded_columns(roles, named, profiles) if "sku" in named[name] and codes else []
    free += worded
    # What only counts the rows is no code, whatever its header says.
    others = [sku] if sku is not None and not _counts_rows(profiles[sku]) else free
    other = next((at for at in others if _is_worded(profiles[at], look, among=at in worded, said=named[at])), None)
    if other is not None and codes:
        roles.columns["name"], roles.columns["sku"] = other, name
    elif sku is not None and codes and look.distinct > _ALL_OWN and profiles[sku].distinct < _SHARED:
        roles.columns["sku"] = name  # a code that many rows share is that of their series


def _counts_rows(look: Profile) -> bool:
    return look.numeric > _ALL_OWN and look.steps > _ALL_OWN and not begins_far_on(look)


def _is_worded(look: Profile, codes: Profile, *, among: bool, said: Mapping[str, float]) -> bool:
    """Whether the words of a column are rather the name than ``codes`` are."""
    return (
        (look.letters > 0.9 and (look.code < 0.2 or among))
        or (look.letters > _WORDED and look.words > codes.words + 1)
        or (not said and _is_worded_beside(look, codes))
    )


def _is_worded_beside(look: Profile, codes: Profile) -> bool:
    """Whether most values are two words and longer than the codes beside: *Text* beside *Artikel*."""
    return look.letters > _ALL_OWN and look.words > _WORDY and look.length > codes.length + _LONGER


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


def name_by_others(
    roles: Roles,
    headers: Sequence[str],
    *,
    named: Sequence[dict[str, float]],
    profiles: Sequence[Profile],
    rows: Sequence[Row],
) -> None:
    """No column names the items: another tells them apart, or several do together, words rather than bare numbers."""
    kind = roles.columns.get("category")
    if kind is not None and "sku" in roles.columns and _names_kinds(headers[kind], profiles[kind]):
        roles.columns["name"], roles.confidence["name"] = roles.columns.pop("category"), STAND_IN
        return
    index = _stand_in(roles, profiles)
    worded = index is not None and profiles[index].letters > _WORDED
    parts = [] if worded else _parts_of_names(roles, named, profiles, rows)
    if index is not None and not (parts and profiles[index].code < _WORDED):
        roles.columns["name"], roles.confidence["name"] = index, STAND_IN
        if roles.columns.get("sku") == index and (code := _other_code(index, named, profiles)) is not None:
            roles.columns["sku"] = code  # the model is the name, and the code the code
    elif parts:
        head = next(at for at in parts if profiles[at].letters > _WORDED)
        roles.parts, roles.columns["name"], roles.confidence["name"] = parts, head, STAND_IN
        for role in [role for role, at in roles.columns.items() if at == head and role != "name"]:
            del roles.columns[role]


def _other_code(name: int, named: Sequence[dict[str, float]], profiles: Sequence[Profile]) -> int | None:
    """Another column that says it holds codes, one for each row."""
    return next(
        (
            at
            for at, (saying, look) in enumerate(zip(named, profiles, strict=True))
            if at != name
            and saying.get("sku", 0.0) >= _SURE_PRICE
            and look.distinct > _ALL_OWN
            and look.filled > _ALL_OWN
        ),
        None,
    )


def _names_kinds(header: str, look: Profile) -> bool:
    """Whether a column headed *Type* or the like has words in every row: with the code they name the items."""
    said = normal(header) in lexicon().rows["kind_head"]
    return said and look.filled > _ALL_OWN and look.letters > _ALL_OWN and look.distinct * look.count > 1.5


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
        and roles.decoys.get(at) in TELL_APART
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


def tell_apart(
    roles: Roles, named: Sequence[dict[str, float]], profiles: Sequence[Profile], rows: Sequence[Row]
) -> None:
    """Names that several rows share, at prices of their own and without a code, go on with the size, colour or year
    that tells the rows apart. What has a field of its own, as what is in a pack, tells them apart there."""
    name, price = roles.columns.get("name"), roles.columns.get("price")
    if name is None or price is None or roles.parts or roles.columns.keys() & {"sku", "barcode"}:
        return
    rows = [row for row in rows if max(name, price) < len(row) and row[name] and row[price] is not None]
    if min(profiles[name].filled, profiles[name].letters) < _ALL_OWN or not _share_names(rows, name, price):
        return
    parts, told = [name], len({str(row[name]) for row in rows})
    for at in _telling_columns(roles, named, profiles):
        apart = len({tuple(str(row[each]) for each in (*parts, at) if each < len(row)) for row in rows})
        if apart > told:
            parts, told = [*parts, at], apart
        if told >= _ALL_OWN * len(rows):
            roles.parts = parts
            return


def _share_names(rows: Sequence[Row], name: int, price: int) -> bool:
    """Whether many rows have the name of another and a price of their own."""
    prices: dict[str, set[str]] = {}
    for row in rows:
        prices.setdefault(str(row[name]), set()).add(str(row[price]))
    return sum(len(prices[str(row[name])]) > 1 for row in rows) > _SHARING * len(rows)


def _telling_columns(roles: Roles, named: Sequence[dict[str, float]], profiles: Sequence[Profile]) -> list[int]:
    """Columns of no field of their own with a size, a colour or a year in every row; words before numbers."""
    described = roles.columns.get("description", -1)
    short = described >= 0 and profiles[described].length < _SHORT and profiles[described].distinct < _ALL_OWN
    aside = {*roles.columns.values(), *roles.choice.said} - ({described} if short else set())  # Размер: S, M, L
    found = [
        at
        for at, (saying, look) in enumerate(zip(named, profiles, strict=True))
        if at not in aside
        and roles.decoys.get(at) in TELL_APART
        and not any(key.startswith("price") for key in saying)
        and look.filled > _ALL_OWN
        and look.length < _PART_CHARS
        and (look.letters >= _WORDED or look.distinct < _ALL_OWN)  # a number of its own in every row is a measurement
        and max(look.url, look.flag, look.dated, look.money) < 0.3
    ]
    return sorted(found, key=lambda at: profiles[at].letters < _WORDED)


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
        if apart and roles.decoys.get(index) in TELL_APART:
            return index
    return None

"""Which column plays which role: headers and values weighed, all columns decided together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ml_analyze.extraction.grid import Row

from .currency import find_currency
from .lexicon import DECOYS, ROLES, lexicon, normal
from .profile import Profile, number_of

LEAST = 0.3
# of what the header says and of how the values look, by role; names are known by their values more than others
_WEIGHTS = {"name": (0.5, 0.55)}
_USUAL_WEIGHTS = (0.65, 0.4)
_WORTH = {"name": 3.0, "price": 3.0, "sku": 1.3, "description": 0.5}
_PLAIN_PRICE = 0.55
_SURE_PRICE = 0.6
STAND_IN = 0.34
_STAND_IN_COLUMNS = 12
_LESSER_CODE = 0.8
_MAKERS_CODE = 0.6
_DENIED = 0.25


@dataclass
class Roles:
    """``columns``: role → column; ``confidence``: role → 0..1; ``prices``: further price columns in order."""

    columns: dict[str, int] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    prices: list[int] = field(default_factory=list)
    decoys: dict[int, str] = field(default_factory=dict)

    @property
    def sure(self) -> float:
        """How surely this is a price list: the weaker of name and price."""
        return min(self.confidence.get("name", 0.0), self.confidence.get("price", 0.0))


def decide_roles(
    headers: Sequence[str], profiles: Sequence[Profile], rows: Sequence[Row], *, fixed: dict[str, int] | None = None
) -> Roles:
    """Decide the roles of all columns together. ``fixed`` are a person's words; -1 there means "no column"."""
    fixed = fixed or {}
    named = [_named(header) for header in headers]
    headed = {role for saying in named for role in ("price" if key.startswith("price") else key for key in saying)}
    decoys = {index: role for index, saying in enumerate(named) if (role := _decoy(saying, profiles[index]))}
    products = [index for index in _products(profiles, rows) if named[index].get("price", 0.0) < _PLAIN_PRICE]
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
    for role, index in zip(free, _assign(weighed), strict=True):
        score = scores[free.index(role)][index] if index is not None else 0.0
        if index is not None and score > 0:
            roles.columns[role] = index
            roles.confidence[role] = round(min(score, 1.0), 2)
    for role, index in fixed.items():
        if index >= 0:
            roles.columns[role] = index
            roles.confidence[role] = 1.0
    if "name" not in roles.columns and "name" not in fixed and (index := _stand_in(roles, profiles)) is not None:
        roles.columns["name"], roles.confidence["name"] = index, STAND_IN
    roles.prices = _further_prices(roles, named=named, profiles=profiles)
    return roles


def _stand_in(roles: Roles, profiles: Sequence[Profile]) -> int | None:
    """The column that tells rows apart where none holds names: a code, a size, a level."""
    price = roles.columns.get("price")
    wide = sum(look.count > 0 for look in profiles) > _STAND_IN_COLUMNS  # a data set, not a price list
    if price is None or roles.confidence["price"] < _SURE_PRICE or wide:
        return None
    firsts = [roles.columns[role] for role in ("description", "sku", "category") if role in roles.columns]
    candidates: list[int] = [*firsts, *range(price)]
    for index in candidates:
        look = profiles[index]
        apart = look.distinct > 0.9 and look.filled > 0.8 and look.url < 0.2 and look.money < 0.2
        if apart and roles.decoys.get(index) in (None, "measure"):
            return index
    return None


def _named(header: str) -> dict[str, float]:
    """What a header names; a currency in it says price unless it says total."""
    named = dict(lexicon().roles_of(header))
    if is_maker_number(header):
        return {"sku": _MAKERS_CODE}
    if "sku" in named and f" {normal(header)}".endswith(" id"):
        named["sku"] *= _LESSER_CODE
    if "total" in named or "currency" in named or not header or not find_currency(header):
        return named
    price = max(named.get("price", 0.0), 0.7)
    if named.get("measure", 0.0) <= price:
        named.pop("measure", None)
    return named | {"price": price}


def is_maker_number(header: str) -> bool:
    """Whether a column holds the maker's part numbers, which are the same at every supplier."""
    return normal(header) in lexicon().rows["maker_number"]


def _denied(named: dict[str, float], look: Profile) -> bool:
    """Whether the values are nothing of what the header names."""
    roles = [role for role in named if role in _LOOKS]
    return bool(roles) and all(_LOOKS[role](look) < _DENIED for role in roles)


def _decoy(named: dict[str, float], look: Profile) -> str | None:
    """The decoy that a header names more surely than any role, if there is one; numbers decide a draw."""
    decoys = {role: score for role, score in named.items() if role in DECOYS}
    if not decoys:
        return None
    role = max(decoys, key=decoys.__getitem__)
    rival = max((score for other, score in named.items() if other in ROLES or other.startswith("price_")), default=0.0)
    if look.money > 0.6 and role not in ("total", "discount", "tax"):
        return None  # an amount of money is no measure and no date
    return role if decoys[role] > rival or (decoys[role] == rival and look.letters < 0.4) else None


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
    value = _LOOKS[role](look)
    said = _said(role, named[index]) * _meant(role, named[index], look)
    if role == "price" and look.money > 0.8:
        said = max(said, 0.6)  # amounts of money say it themselves
    if value <= 0.02:
        return 0.0
    decoy = decoys.get(index)
    if decoy and not (decoy == "row_number" and role == "sku"):
        said, value = said * 0.4, value * 0.3
    elif decoy:
        said, value = said * 0.7, value * (0.2 if look.steps > 0.7 else 0.9)
    if role == "sku" and not said and named[index].get("name", 0.0) >= 0.9 and look.letters < 0.3:
        said = 0.6  # an "article" of digits is its number
    if role == "sku" and not said and look.numeric > 0.9 and look.long_digits < 0.5:
        value *= 0.5  # bare short numbers are a code only where a header says so
    if said:
        by_header, by_value = _WEIGHTS.get(role, _USUAL_WEIGHTS)
        total = said * by_header + value * by_value
    elif named[index] and not decoy:  # the header names another role
        total = value * (0.55 if role == "name" and _denied(named[index], look) else 0.3)
    elif role in ("name", "price"):
        total = value * (0.5 if role in headed else 0.75)
    else:
        bare_code = role == "sku" and bare and "sku" not in headed and look.letters > 0.5
        total = value * (0.42 if bare_code or not headed else 0.25)
    total -= 0.002 * min(index, 50)
    return total if total >= LEAST else 0.0


def _meant(role: str, named: dict[str, float], look: Profile) -> float:
    """Article, Item, Артикул head names as well as codes: the values say which."""
    if role == "name" and "sku" in named and _look_sku(look) > max(0.8, _look_name(look)):
        return 0.4
    if role == "name" and look.count >= 5 and look.distinct * look.count < 1.5:
        return 0.55  # what all rows share names none of them
    return 1.0


def _said(role: str, named: dict[str, float]) -> float:
    if role != "price":
        return named.get(role, 0.0) * (0.93 if role == "description" else 1.0)
    plain = named.get("price", 0.0)
    qualified = [key for key in named if key.startswith("price_")]
    said = max([plain, *(named[key] * 0.9 for key in qualified)])
    # several columns that all say "price" are equal; the leftmost is the main one
    said = 0.9 if said >= _PLAIN_PRICE else said
    for key, loss in (("price_old", 0.3), ("price_special", 0.12), ("price_reference", 0.06)):
        if named.get(key, 0.0) >= 0.5:
            said -= loss
    return max(said, 0.0)


def _look_name(look: Profile) -> float:
    wordy = 0.25 + 0.4 * min(look.length, 24) / 24 + 0.35 * min(look.words, 3) / 3
    long = 0.6 if look.length > 160 else 1.0
    plain = (1 - look.url) * (1 - 0.8 * look.unit) * (1 - 0.8 * look.flag) * (1 - look.dated)
    return look.letters * wordy * long * plain * (0.3 + 0.7 * look.distinct) * (0.4 + 0.6 * min(1.0, look.filled * 1.3))


def _look_sku(look: Profile) -> float:
    short = 1.0 if look.length <= 16 else max(0.0, 1 - (look.length - 16) / 20)
    codelike = max(look.code * (1 - 0.6 * look.cents), look.numeric * (1 - look.cents) * 0.8)
    few_words = 1.0 if look.words <= 1.4 else 0.5 if look.words <= 2.2 else 0.15
    plain = (1 - look.money) * (1 - look.url) * (1 - look.dated) * (1 - look.unit)
    rowlike = 0.35 if look.steps > 0.8 else 1.0
    return codelike * short * few_words * plain * rowlike * (0.2 + 0.8 * look.distinct) * (0.3 + 0.7 * look.filled)


def _look_price(look: Profile) -> float:
    if look.numeric + look.money < 0.1 or look.zero > 0.97:
        return 0.0 if look.numeric < 0.1 else 0.1 * look.numeric
    numeric = max(look.numeric, look.money)
    base = numeric * (0.55 + 0.3 * max(look.cents, look.money) + 0.15 * min(look.distinct * 3, 1.0))
    for share, keep in (
        (look.steps, 0.15),
        (look.long_digits, 0.05),
        (look.percent, 0.1),
        (look.dated, 0.2),
        (look.flag, 0.2),
    ):
        if share > 0.7:
            base *= keep
    return base * (0.35 + 0.65 * min(1.0, look.filled * 1.5))


def _look_category(look: Profile) -> float:
    return (
        look.letters
        * max(1 - look.distinct, 0.2)
        * (1 - look.unit)
        * (1 - look.flag)
        * (1 - look.url)
        * (0.4 + 0.6 * look.filled)
        + 0.1 * look.numeric
    )


def _look_brand(look: Profile) -> float:
    short = 1.0 if look.words <= 2.5 else 0.4
    return look.letters * (1 - 0.7 * look.distinct) * short * (1 - look.unit) * (1 - look.flag) * (1 - look.url) * 0.8


def _look_stock(look: Profile) -> float:
    if look.letters > 0.7 and look.words > 1.4 and look.distinct > 0.7:
        return 0.07  # a text of its own in every row
    return (
        max(look.numeric * (1 - 0.7 * look.cents) * (1 - look.long_digits), 0.5)
        * 0.7
        * (1 - look.url)
        * (1 - look.money)
    )


_LOOKS: dict[str, Callable[[Profile], float]] = {
    "name": _look_name,
    "sku": _look_sku,
    "price": _look_price,
    "currency": lambda look: look.iso,
    "unit": lambda look: max(look.unit, 0.3 * (look.letters if look.length < 8 else 0) * (1 - look.distinct)),
    "pack_size": lambda look: 0.6 if look.length < 25 and look.money < 0.3 else 0.1,
    "stock": _look_stock,
    "category": _look_category,
    "brand": _look_brand,
    "barcode": lambda look: max(look.ean, 0.5 * look.long_digits),
    "description": lambda look: (
        (0.3 + 0.5 * look.letters * min(look.length, 40) / 40) * (1 - look.url) * (1 - look.money)
    ),
}


def _further_prices(roles: Roles, *, named: list[dict[str, float]], profiles: Sequence[Profile]) -> list[int]:
    """Columns with prices beside the main one: they say so, or look alike and nothing speaks against it."""
    main = roles.columns.get("price")
    if main is None:
        return []
    used = set(roles.columns.values())
    found = []
    for index, look in enumerate(profiles):
        if (
            index in used
            or look.count == 0
            or index in roles.decoys
            or look.numeric < 0.5
            or _look_price(look) < 0.2 * look.filled
        ):
            continue
        if look.count >= 10 and look.distinct * look.count < 1.5:
            continue  # one number in every row is a factor, not a price
        says = _said("price", named[index]) >= 0.4
        marked = look.money > 0.5
        near = 0.05 < (look.typical + 0.01) / (profiles[main].typical + 0.01) < 20
        same_kind = (look.cents > 0.2) == (profiles[main].cents > 0.2) and (marked or profiles[main].money < 0.5)
        if says or marked or (not named[index] and near and same_kind):
            found.append(index)
    return found


def _products(profiles: Sequence[Profile], rows: Sequence[Row]) -> list[int]:
    """Columns that are the product of two others (quantity × price) in nearly every row where neither is 0 or 1."""
    numeric = [
        index for index, look in enumerate(profiles) if look.numeric > 0.6 and look.count >= 3 and look.zero < 0.9
    ][:8]
    if len(numeric) < 3:
        return []
    table = [[number_of(row[index]) if index < len(row) else None for index in numeric] for row in rows[:60]]
    totals = []
    for place, index in enumerate(numeric):
        if any(
            _multiplies(table, left, right, place)
            for left in range(len(numeric))
            for right in range(left + 1, len(numeric))
            if place not in (left, right)
        ):
            totals.append(index)
    return totals


def _multiplies(table: list[list[float | None]], left: int, right: int, product: int) -> bool:
    tried = right_ones = 0
    for row in table:
        one, two, whole = row[left], row[right], row[product]
        if not one or not two or not whole or one in (1, whole) or two in (1, whole):
            continue
        tried += 1
        right_ones += abs(one * two - whole) <= 0.006 * max(abs(whole), 1)
    return tried >= 3 and right_ones >= 0.8 * tried


def _assign(scores: list[list[float]]) -> list[int | None]:
    """Role → column so that the sum of scores is greatest, each column once (the Hungarian method, O(n²m))."""
    roles = len(scores)
    columns = (len(scores[0]) if scores else 0) + roles  # enough idle columns for every role
    cost = [[-value for value in row] + [0.0] * roles for row in scores]
    by_role = [0.0] * (roles + 1)
    by_column = [0.0] * (columns + 1)
    owner = [0] * (columns + 1)
    for role in range(1, roles + 1):
        _augment(role, cost=cost, by_role=by_role, by_column=by_column, owner=owner)
    assigned: list[int | None] = [None] * roles
    for column in range(1, columns + 1):
        if owner[column] and column <= columns - roles:
            assigned[owner[column] - 1] = column - 1
    return assigned


def _augment(
    role: int, *, cost: list[list[float]], by_role: list[float], by_column: list[float], owner: list[int]
) -> None:
    columns = len(by_column) - 1
    owner[0] = role
    current = 0
    least = [float("inf")] * (columns + 1)
    way = [0] * (columns + 1)
    done = [False] * (columns + 1)
    while owner[current]:
        done[current] = True
        row, delta, after = owner[current], float("inf"), 0
        for column in range(1, columns + 1):
            if done[column]:
                continue
            slack = cost[row - 1][column - 1] - by_role[row] - by_column[column]
            if slack < least[column]:
                least[column], way[column] = slack, current
            if least[column] < delta:
                delta, after = least[column], column
        for column in range(columns + 1):
            if done[column]:
                by_role[owner[column]] += delta
                by_column[column] -= delta
            else:
                least[column] -= delta
        current = after
    while current:
        owner[current] = owner[way[current]]
        current = way[current]

"""Which row of a file is which item, when a supplier lists one code several times.

Rows of one SKU are told apart by what differs in them (name, size, tier, colour), never by their place, so that the
same list sorted otherwise says the same. A row first looks for the item that it was last time, by all it says, then by
less and less; what finds none is a new item, whose key carries a hash of what tells it apart.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from app import statements
from app.models.corrections import Offered, as_files_say

#: what changes from day to day and tells nothing apart
PASSING = frozenset({"stock"})

SEVERAL = text("""
    SELECT s.sku, s.new_id, s.name, s.price, s.currency, s.characteristics, s.sheet, s."row"
    FROM staged_item AS s
    JOIN (SELECT sku FROM staged_item GROUP BY sku HAVING count(*) > 1
          UNION SELECT list_sku FROM supplier_items WHERE supplier_id = :supplier_id AND list_sku IS NOT NULL) AS many
        ON many.sku = s.sku
""")
KNOWN = text("""
    SELECT coalesce(list_sku, supplier_sku) AS sku, supplier_sku, name, current_price AS price, currency,
        characteristics, source_sheet AS sheet, corrected
    FROM supplier_items
    WHERE supplier_id = :supplier_id AND (list_sku = ANY(:skus) OR list_sku IS NULL AND supplier_sku = ANY(:skus))
""")
NAME = text("""
    UPDATE staged_item AS s SET sku = found.key, list_sku = found.sku
    FROM unnest(CAST(:ids AS uuid[]), CAST(:keys AS text[]), CAST(:skus AS text[])) AS found(id, key, sku)
    WHERE s.new_id = found.id
""")
REMOVE = text("DELETE FROM staged_item WHERE new_id = ANY(CAST(:ids AS uuid[]))")


@dataclass(frozen=True)
class Offer:
    """A row of the file (``id``) or an item that is known (``key``), as what it says of itself."""

    name: str
    price: Decimal | None = None
    currency: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    sheet: str | None = None
    id: UUID | None = None
    row: int | None = None
    key: str = ""

    @property
    def lasting(self) -> tuple[str, bytes]:
        kept = {name: value for name, value in self.details.items() if name not in PASSING | {"category"}}
        return self.name, orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)

    @property
    def measure(self) -> tuple[str, str, str]:
        return self.name, str(self.details.get("unit") or ""), str(self.details.get("pack_size") or "")

    @property
    def whole(self) -> tuple[object, ...]:
        """All but the price and the place."""
        return *self.lasting, str(self.details.get("category") or ""), self.sheet, self.currency


@dataclass(frozen=True)
class Repeat:
    """A row that says nothing which another does not say as well, but for its price."""

    row: Offer
    kept: Offer

    @property
    def contradicts(self) -> bool:
        return self.row.price != self.kept.price


@dataclass(frozen=True)
class Told:
    """``keys`` by the row's id."""

    keys: dict[UUID, str]
    repeats: list[Repeat]


def tell_apart(supplier_id: UUID) -> list[Repeat]:
    """Give every staged row its key, and take repeated ones out; returns those."""
    groups: dict[str, list[Offer]] = defaultdict(list)
    for row in statements.run(SEVERAL, {"supplier_id": supplier_id}):
        groups[row.sku].append(
            Offer(row.name, row.price, row.currency, row.characteristics, row.sheet, id=row.new_id, row=row.row)
        )
    if not groups:
        return []
    known: dict[str, list[Offer]] = defaultdict(list)
    for row in statements.run(KNOWN, {"supplier_id": supplier_id, "skus": list(groups)}):
        said = Offered(row.name, row.price, row.currency, row.characteristics)
        if row.corrected:
            as_files_say(said, row.corrected)
        known[row.sku].append(
            Offer(said.name, said.current_price, said.currency, said.characteristics, row.sheet, key=row.supplier_sku)
        )
    told = {sku: resolve(sku, rows, known[sku]) for sku, rows in groups.items()}
    named = [(each, key, sku) for sku, group in told.items() for each, key in group.keys.items() if key != sku]
    repeats = [each for group in told.values() for each in group.repeats]
    if named:
        ids, keys, skus = (list(column) for column in zip(*named, strict=True))
        statements.run(NAME, {"ids": ids, "keys": keys, "skus": skus})
    if repeats:
        statements.run(REMOVE, {"ids": [each.row.id for each in repeats]})
    return sorted(repeats, key=lambda each: (each.row.sheet or "", each.row.row or 0))


def resolve(sku: str, rows: Sequence[Offer], known: Sequence[Offer]) -> Told:
    """Which item each row of one SKU is. Pure, and blind to the order of both."""
    left, repeats = _without_repeats(rows, known)
    found = _recognised(left, known)
    if len(left) == len(known) == 1:
        found = {_id(left[0]): known[0].key}  # one row, one item: the code says that it is the same, whatever its name
    taken = {each.key for each in known}
    fresh = [each for each in left if _id(each) not in found]
    return Told(found | _named_anew(sku, fresh, among=left, taken=taken), repeats)


def _without_repeats(rows: Sequence[Offer], known: Sequence[Offer]) -> tuple[list[Offer], list[Repeat]]:
    """Of rows that say the same one is kept: where the prices differ too, the one of last time, else the highest."""
    before = {(each.whole, each.price) for each in known}
    kept: list[Offer] = []
    repeats: list[Repeat] = []
    for group in _groups(rows, lambda each: each.lasting).values():
        one_price = len({(each.price, each.currency) for each in group}) == 1
        for same in [group] if one_price else _groups(group, lambda each: each.whole).values():
            best = max(same, key=lambda each: ((each.whole, each.price) in before, each.price or 0, -(each.row or 0)))
            kept.append(best)
            repeats += [Repeat(each, best) for each in same if each is not best]
    return kept, repeats


def _recognised(rows: Sequence[Offer], known: Sequence[Offer]) -> dict[UUID, str]:
    """Rows that are an item of last time. What one look decides, the next, coarser one leaves alone."""
    found: dict[UUID, str] = {}
    left, items = list(rows), sorted(known, key=lambda each: each.key)
    for look in _looks(rows, known):
        ours, theirs = _groups(left, look), _groups(items, look)
        pairs = [(same[0], theirs[what][0]) for what, same in ours.items() if len(same) == 1 and theirs.get(what)]
        found |= {_id(row): item.key for row, item in pairs}
        used = {item.key for _row, item in pairs}
        left = [each for each in left if _id(each) not in found]
        items = [each for each in items if each.key not in used]
    return found


def _looks(rows: Sequence[Offer], known: Sequence[Offer]) -> list[Callable[[Offer], object]]:
    """From everything that a row says to its name and price; between them each detail that tells rows apart.

    The detail whose values are those of last time goes first: a tier stays what it is, a discount does not.
    """

    def by(detail: str) -> Callable[[Offer], object]:
        return lambda each: (each.measure, str(each.details.get(detail)))

    ours, theirs = _values(rows), _values(known)
    telling = [name for name in ours.keys() - PASSING if len(ours[name]) > 1]
    telling.sort(key=lambda name: (-len(ours[name] & theirs.get(name, set())), name))
    return [
        lambda each: each.whole,
        lambda each: each.lasting,
        *map(by, telling),
        lambda each: each.measure,
        lambda each: each.name,
        lambda each: (each.name, each.price),
    ]


def _values(offers: Sequence[Offer]) -> dict[str, set[str]]:
    values: dict[str, set[str]] = defaultdict(set)
    for each in offers:
        for name, value in each.details.items():
            values[name].add(str(value))
    return values


def _named_anew(sku: str, fresh: Sequence[Offer], *, among: Sequence[Offer], taken: set[str]) -> dict[UUID, str]:
    """A code that stands once is its own key; else a hash of the least that tells the row from the others."""
    if len(among) == 1 and sku not in taken:
        return {_id(each): sku for each in fresh}
    looks: list[Callable[[Offer], object]] = [
        lambda each: each.name,
        lambda each: each.measure,
        lambda each: each.lasting,
        lambda each: each.whole,
    ]
    counts = [Counter(map(look, among)) for look in looks]
    keys: dict[UUID, str] = {}
    for each in sorted(fresh, key=lambda each: repr(each.whole)):
        for look, count in zip(looks, counts, strict=True):
            key = f"{sku}#{_hash(look(each))}"
            if count[look(each)] == 1 and key not in taken:
                break
        else:
            key = f"{sku}#{_hash((each.whole, each.price), 12)}"
        taken.add(key)
        keys[_id(each)] = key
    return keys


def _hash(facts: object, length: int = 8) -> str:
    return hashlib.md5(repr(facts).encode(), usedforsecurity=False).hexdigest()[:length]


def _groups(offers: Iterable[Offer], look: Callable[[Offer], object]) -> dict[object, list[Offer]]:
    groups: dict[object, list[Offer]] = defaultdict(list)
    for each in offers:
        groups[look(each)].append(each)
    return groups


def _id(row: Offer) -> UUID:
    assert row.id is not None
    return row.id

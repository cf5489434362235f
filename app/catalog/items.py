"""Every item of every supplier in one table: which, in which order, and what is filtered by.

One room: one table's filters, orders and pages; each is a part of the same statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select

from app.catalog import item_words, keyset
from app.errors import Invalid
from app.extensions import db
from app.models.catalog import ComparedPrice, ItemMatch, Product, SupplierItem
from app.models.offers import ItemWords
from app.models.supplier import Supplier

#: as many as a bulk action takes at once; of more it is said that there are more
MOST_COUNTED = 5_000
#: days within which an item changed
CHANGED = (1, 7, 30)


class State(StrEnum):
    """What the table may be narrowed to."""

    UNMATCHED = "unmatched"
    REVIEW = "review"
    MATCHED = "matched"
    NO_PRICE = "no_price"
    ZERO = "zero"
    NO_CURRENCY = "no_currency"
    NOT_COMPARED = "not_compared"
    GONE = "gone"
    DATED = "dated"
    CORRECTED = "corrected"


class Sort(StrEnum):
    NAME = "name"
    SUPPLIER = "supplier"
    PRICE = "price"
    COMPARABLE = "comparable"
    CHANGED = "changed"


_STATES: dict[State, ColumnElement[bool]] = {
    State.UNMATCHED: and_(SupplierItem.product_id.is_(None), SupplierItem.match_status == ItemMatch.UNMATCHED),
    State.REVIEW: SupplierItem.match_status == ItemMatch.POTENTIAL_MATCH,
    State.MATCHED: SupplierItem.product_id.is_not(None),
    State.NO_PRICE: SupplierItem.current_price.is_(None),
    State.ZERO: SupplierItem.current_price == 0,
    State.NO_CURRENCY: and_(SupplierItem.current_price.is_not(None), SupplierItem.currency.is_(None)),
    State.NOT_COMPARED: ComparedPrice.not_compared.is_not(None),
    State.GONE: ~SupplierItem.is_available,  # as its index says it
    State.DATED: SupplierItem.conditions.has_key("valid_from"),
    State.CORRECTED: SupplierItem.corrected != {},
}

#: what is told of a supplier's items beside their number
TOLD_STATES = (
    State.MATCHED,
    State.REVIEW,
    State.UNMATCHED,
    State.NO_PRICE,
    State.NO_CURRENCY,
    State.CORRECTED,
    State.GONE,
)


@dataclass(frozen=True)
class ItemFilter:
    """Every word begins one of the item's words, or stands in its supplier's name; ``inside``: it may stand anywhere.

    None, "" or False narrows nothing.
    """

    words: str = ""
    supplier_id: UUID | None = None
    state: State | None = None
    changed_since: datetime | None = None
    inside: bool = False

    @classmethod
    def of(cls, args: Mapping[str, str]) -> ItemFilter:
        """From a page's or program's parameters. Raises Invalid with the one that is wrong."""
        try:
            return cls(
                words=args.get("q", "").strip()[:200],
                supplier_id=UUID(args["supplier"]) if args.get("supplier") else None,
                state=State(args["state"]) if args.get("state") else None,
                changed_since=_since(args),
                inside=args.get("inside") == "1",
            )
        except ValueError as error:
            raise Invalid(f"There is no such filter: {error}.") from error

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True)
class Sorted:
    """By ``by``, then by id."""

    by: Sort = Sort.NAME
    down: bool = False

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Sorted:
        try:
            return cls(Sort(args.get("sort") or Sort.NAME), args.get("dir") == "down")
        except ValueError as error:
            raise Invalid(f"There is no such order: {error}.") from error


@dataclass(frozen=True)
class ItemRow:
    """An item as the table and the exports show it."""

    id: UUID
    supplier_id: UUID
    supplier: str
    sku: str
    name: str
    price: Decimal | None
    currency: str | None
    comparable: Decimal | None
    not_compared: str | None
    is_available: bool
    match: ItemMatch
    product_id: UUID | None
    product_sku: str | None
    product: str | None
    since: datetime
    corrected: dict[str, Any]
    characteristics: dict[str, Any]
    conditions: dict[str, Any]
    changed: datetime


def query(wanted: ItemFilter) -> Select[*tuple[Any, ...]]:
    """The rows that ``ItemRow`` is made of, in no order."""
    found: Select[*tuple[Any, ...]] = (
        select(
            SupplierItem.id,
            SupplierItem.supplier_id,
            Supplier.name,
            func.coalesce(SupplierItem.list_sku, SupplierItem.supplier_sku),
            SupplierItem.name,
            SupplierItem.current_price,
            SupplierItem.currency,
            ComparedPrice.comparable_price,
            ComparedPrice.not_compared,
            SupplierItem.is_available,
            SupplierItem.match_status,
            SupplierItem.product_id,
            Product.internal_sku,
            Product.name,
            SupplierItem.last_ingested_at,
            SupplierItem.corrected,
            SupplierItem.characteristics,
            SupplierItem.conditions,
            SupplierItem.updated_at,
        )
        .join(Supplier, Supplier.id == SupplierItem.supplier_id)
        .join(ComparedPrice, ComparedPrice.item_id == SupplierItem.id)
        .outerjoin(Product, Product.id == SupplierItem.product_id)
        .where(*conditions(wanted))
    )
    return found.join(ItemWords, ItemWords.item_id == SupplierItem.id) if wanted.words else found


def conditions(wanted: ItemFilter) -> list[ColumnElement[bool]]:
    """For a query in which ``ComparedPrice`` stands, and where words are given ``ItemWords``."""
    found = item_words.say(wanted.words.lower().split()[:8], inside=wanted.inside)
    if wanted.supplier_id:
        whose = ItemWords.supplier_id if wanted.words else SupplierItem.supplier_id
        found.append(whose == wanted.supplier_id)
    if wanted.state:
        found.append(_STATES[wanted.state])
    if wanted.changed_since:
        found.append(SupplierItem.updated_at >= wanted.changed_since)
    return found


def page(
    wanted: ItemFilter, sort: Sorted = Sorted(), *, after: UUID | None = None, limit: int
) -> tuple[list[ItemRow], UUID | None]:
    """Up to ``limit`` rows behind the item ``after``, and the item to go on behind. Raises Invalid."""
    order, behind = _order(wanted, sort), None
    if after:
        last = db.session.execute(_keys(order, after)).first()
        if last is None:
            raise Invalid("The item that this page goes on behind is gone. Start from the first page.")
        behind = keyset.Behind(tuple(last), after)
    found = [each[0] for each in keyset.some(_ids(wanted, sort), order, behind=behind, limit=limit + 1)]
    return _rows(found[:limit]), found[limit - 1] if len(found) > limit else None


def some(wanted: ItemFilter, *, limit: int) -> list[ItemRow]:
    """The first that are met, in no order: what a quick look needs, where sorting would read them all."""
    return [ItemRow(*each) for each in db.session.execute(query(wanted).limit(limit))]


def ids(wanted: ItemFilter, *, limit: int) -> list[UUID]:
    """The first by name."""
    rows = query(wanted).with_only_columns(SupplierItem.id, maintain_column_froms=True)
    return list(db.session.scalars(rows.order_by(SupplierItem.name, SupplierItem.id).limit(limit)))


def inside_words(wanted: ItemFilter) -> ItemFilter:
    return replace(wanted, inside=True)


def count(wanted: ItemFilter) -> int:
    """At most MOST_COUNTED + 1: counting a million to show "many" is work for nobody."""
    some = _ids(wanted, Sorted()).limit(MOST_COUNTED + 1)
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def states_of_supplier(supplier_id: UUID) -> list[tuple[State, int]]:
    """How many of his items are in each state of ``TOLD_STATES``, those of none left out."""
    numbers = [func.count().filter(_STATES[state]) for state in TOLD_STATES]
    row = db.session.execute(select(*numbers).where(SupplierItem.supplier_id == supplier_id)).one()
    return [(state, number) for state, number in zip(TOLD_STATES, row, strict=True) if number]


def _ids(wanted: ItemFilter, sort: Sorted) -> Select[UUID]:
    """What the filter finds, of no more tables than it and the order need: the rest is read of one page alone."""
    if not wanted.words:
        found = select(SupplierItem.id)
    else:
        found = select(ItemWords.item_id)
        of_item = wanted.state not in (None, State.NOT_COMPARED) or wanted.changed_since
        if of_item or sort.by not in (Sort.NAME, Sort.COMPARABLE):
            found = found.join(SupplierItem, ItemWords.item_id == SupplierItem.id)
    if sort.by is Sort.COMPARABLE or wanted.state is State.NOT_COMPARED:
        item = ItemWords.item_id if wanted.words else SupplierItem.id
        found = found.join(ComparedPrice, ComparedPrice.item_id == item)
    if sort.by is Sort.SUPPLIER:
        found = found.join(Supplier, Supplier.id == SupplierItem.supplier_id)
    return found.where(*conditions(wanted))


def _rows(ids: Sequence[UUID]) -> list[ItemRow]:
    """In the order of their ids."""
    rows = db.session.execute(query(ItemFilter()).where(SupplierItem.id.in_(ids)))
    found = {each.id: each for each in (ItemRow(*row) for row in rows)}
    return [found[each] for each in ids if each in found]


def _order(wanted: ItemFilter, sort: Sorted) -> keyset.Order:
    """A search by name is sorted by the text that is searched: it begins with the name, and lies beside the words."""
    if sort.by is Sort.NAME:
        by_words = (ItemWords.text, ItemWords.item_id) if wanted.words else (SupplierItem.name, SupplierItem.id)
        return keyset.Order((by_words[0],), by_words[1], sort.down, nullable=False)
    if sort.by is Sort.SUPPLIER:
        return keyset.Order((Supplier.name, SupplierItem.name), SupplierItem.id, sort.down, nullable=False)
    column = {
        Sort.PRICE: SupplierItem.current_price,
        Sort.COMPARABLE: ComparedPrice.comparable_price,
        Sort.CHANGED: SupplierItem.updated_at,
    }[sort.by]
    key = ComparedPrice.item_id if sort.by is Sort.COMPARABLE else SupplierItem.id  # as the index has them
    return keyset.Order((column,), key, sort.down, nullable=sort.by is not Sort.CHANGED)


def _keys(order: keyset.Order, item_id: UUID) -> Select[*tuple[Any, ...]]:
    rows: Select[*tuple[Any, ...]] = select(*order.keys).select_from(SupplierItem)
    rows = rows.join(Supplier, Supplier.id == SupplierItem.supplier_id)
    rows = rows.join(ComparedPrice, ComparedPrice.item_id == SupplierItem.id)
    return rows.join(ItemWords, ItemWords.item_id == SupplierItem.id).where(SupplierItem.id == item_id)


def _since(args: Mapping[str, str]) -> datetime | None:
    if args.get("changed"):
        days = int(args["changed"])
        if days not in CHANGED:
            raise ValueError(f"{days} days")
        return datetime.now(UTC) - timedelta(days=days)
    return _moment(args["changed_since"]) if args.get("changed_since") else None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment

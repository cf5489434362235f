"""Every item of every supplier in one table: which, in which order, and what is filtered by."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_

from app.errors import Invalid
from app.extensions import db
from app.models.catalog import ItemMatch, Product, SupplierItem
from app.models.supplier import Supplier

MOST_COUNTED = 10_000


class State(StrEnum):
    """What the table may be narrowed to."""

    UNMATCHED = "unmatched"
    REVIEW = "review"
    MATCHED = "matched"
    NO_PRICE = "no_price"
    NO_CURRENCY = "no_currency"
    NOT_COMPARED = "not_compared"
    GONE = "gone"
    CORRECTED = "corrected"


_STATES: dict[State, ColumnElement[bool]] = {
    State.UNMATCHED: and_(SupplierItem.product_id.is_(None), SupplierItem.match_status == ItemMatch.UNMATCHED),
    State.REVIEW: SupplierItem.match_status == ItemMatch.POTENTIAL_MATCH,
    State.MATCHED: SupplierItem.product_id.is_not(None),
    State.NO_PRICE: SupplierItem.current_price.is_(None),
    State.NO_CURRENCY: and_(SupplierItem.current_price.is_not(None), SupplierItem.currency.is_(None)),
    State.NOT_COMPARED: and_(SupplierItem.comparable_price.is_(None), SupplierItem.not_compared.is_not(None)),
    State.GONE: SupplierItem.is_available.is_(False),
    State.CORRECTED: SupplierItem.corrected != {},
}


@dataclass(frozen=True)
class ItemFilter:
    """``words`` all stand in the name or are the code; None or "" narrows nothing."""

    words: str = ""
    supplier_id: UUID | None = None
    state: State | None = None
    changed_since: datetime | None = None

    @classmethod
    def of(cls, args: dict[str, str]) -> ItemFilter:
        """From a page's or program's parameters. Raises Invalid with the one that is wrong."""
        try:
            return cls(
                words=args.get("q", "").strip()[:200],
                supplier_id=UUID(args["supplier"]) if args.get("supplier") else None,
                state=State(args["state"]) if args.get("state") else None,
                changed_since=_moment(args["changed_since"]) if args.get("changed_since") else None,
            )
        except ValueError as error:
            raise Invalid(f"There is no such filter: {error}.") from error

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, each.name) for each in fields(self))


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


def query(wanted: ItemFilter) -> Select[*tuple[Any, ...]]:
    """The rows that ``ItemRow`` is made of, by name and then id."""
    found: Select[*tuple[Any, ...]] = (
        select(
            SupplierItem.id,
            SupplierItem.supplier_id,
            Supplier.name,
            func.coalesce(SupplierItem.list_sku, SupplierItem.supplier_sku),
            SupplierItem.name,
            SupplierItem.current_price,
            SupplierItem.currency,
            SupplierItem.comparable_price,
            SupplierItem.not_compared,
            SupplierItem.is_available,
            SupplierItem.match_status,
            SupplierItem.product_id,
            Product.internal_sku,
            Product.name,
            SupplierItem.last_ingested_at,
            SupplierItem.corrected,
        )
        .join(Supplier, Supplier.id == SupplierItem.supplier_id)
        .outerjoin(Product, Product.id == SupplierItem.product_id)
        .where(*conditions(wanted))
    )
    return found.order_by(SupplierItem.name, SupplierItem.id)


def conditions(wanted: ItemFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        or_(
            SupplierItem.name.icontains(word, autoescape=True),
            SupplierItem.supplier_sku.istartswith(word, autoescape=True),
            SupplierItem.list_sku.istartswith(word, autoescape=True),
        )
        for word in wanted.words.split()[:8]
    ]
    if wanted.supplier_id:
        found.append(SupplierItem.supplier_id == wanted.supplier_id)
    if wanted.state:
        found.append(_STATES[wanted.state])
    if wanted.changed_since:
        found.append(SupplierItem.updated_at >= wanted.changed_since)
    return found


def page(wanted: ItemFilter, *, after: UUID | None, limit: int) -> tuple[list[ItemRow], UUID | None]:
    """Up to ``limit`` rows behind the item ``after``, and the item to go on behind. Raises Invalid."""
    rows = query(wanted)
    if after:
        last = db.session.get(SupplierItem, after)
        if last is None:
            raise Invalid("The item that this page goes on behind is gone. Start from the first page.")
        rows = rows.where(tuple_(SupplierItem.name, SupplierItem.id) > (last.name, last.id))
    found = [ItemRow(*each) for each in db.session.execute(rows.limit(limit + 1))]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def some(wanted: ItemFilter, *, limit: int) -> list[ItemRow]:
    """The first that are met, in no order: what a quick look needs, where sorting would read them all."""
    return [ItemRow(*each) for each in db.session.execute(query(wanted).order_by(None).limit(limit))]


def count(wanted: ItemFilter) -> int:
    """At most MOST_COUNTED + 1: counting a million to show "many" is work for nobody."""
    some = select(SupplierItem.id).where(*conditions(wanted)).limit(MOST_COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment

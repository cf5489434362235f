"""What waits for a person's word about a match: the queue, one entry side by side, and the set of a bulk approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Uuid, func, literal, or_, select, tuple_
from sqlalchemy.orm import joinedload

from app.errors import Invalid, NotFound
from app.extensions import db
from app.models.catalog import Product, SupplierItem
from app.models.offers import ProductOffers
from app.models.review import Review, ReviewStatus
from app.models.supplier import Supplier
from app.review import options
from app.review.options import Option

PAGE_SIZE = 60
MOST_AT_ONCE = 100
NOBODY = "nobody"
#: how many suppliers offer the product that an item most probably is: one more to choose from is worth more there
_SUPPLIERS = (
    select(ProductOffers.suppliers)
    .where(ProductOffers.product_id == Review.candidate_products[0]["product_id"].astext.cast(Uuid))
    .correlate(Review)
    .scalar_subquery()
)
#: how the queue is walked: the surest first, or the greatest value (price × suppliers who offer the same), or one
#: supplier after the other, or the oldest
ORDERS: dict[str, SQLColumnExpression[Any]] = {
    "value": -func.coalesce(SupplierItem.comparable_price * func.greatest(_SUPPLIERS, 1), -1),
    "supplier": func.lower(Supplier.name),
    "age": Review.created_at,
}


@dataclass(frozen=True)
class QueueFilter:
    supplier_id: UUID | None = None
    job_id: UUID | None = None
    search: str = ""
    above: int | None = None
    #: of ORDERS; empty: the surest first
    order: str = ""
    #: for whom: a user's id, or NOBODY
    assigned: str = ""

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> QueueFilter:
        """Read a query string. Raises Invalid for a bad id or score."""
        try:
            above = int(args["above"]) if args.get("above") else None
            supplier = UUID(args["supplier"]) if args.get("supplier") else None
            job = UUID(args["job"]) if args.get("job") else None
            assigned = args.get("assigned", "")
            assigned = assigned if assigned in ("", NOBODY) else str(UUID(assigned))
        except ValueError as error:
            raise Invalid("The filter names something that does not exist.") from error
        order = args.get("order", "")
        if order and order not in ORDERS:
            raise Invalid("The filter names something that does not exist.")
        return cls(supplier, job, args.get("q", "").strip()[:200], above, order, assigned)

    def as_args(self) -> dict[str, Any]:
        named = {
            "supplier": str(self.supplier_id or ""),
            "job": str(self.job_id or ""),
            "q": self.search,
            "above": "" if self.above is None else str(self.above),
            "order": self.order,
            "assigned": self.assigned,
        }
        return {name: value for name, value in named.items() if value}

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [Review.status == ReviewStatus.PENDING]
        if self.job_id:
            found.append(Review.job_id == self.job_id)
        if self.above is not None:
            found.append(Review.top_score >= self.above)
        if self.assigned:
            whose = Review.assigned_to
            found.append(whose.is_(None) if self.assigned == NOBODY else whose == UUID(self.assigned))
        if self.supplier_id:
            found.append(SupplierItem.supplier_id == self.supplier_id)
        if self.search:
            found.append(
                or_(
                    SupplierItem.name.icontains(self.search, autoescape=True),
                    SupplierItem.supplier_sku.icontains(self.search, autoescape=True),
                )
            )
        return found


@dataclass(frozen=True)
class Entry:
    review: Review
    item: SupplierItem
    options: Sequence[Option]


def entries(which: QueueFilter, *, limit: int = PAGE_SIZE, behind: UUID | None = None) -> Sequence[Review]:
    """The first of the queue, or those behind the review that is named."""
    query = (
        _joined(select(Review))
        .where(*which.conditions(), *([_place(which, behind)] if behind else []))
        .options(joinedload(Review.item).joinedload(SupplierItem.supplier))
        .order_by(*_keys(which))
        .limit(limit)
    )
    return db.session.scalars(query).all()


def count(which: QueueFilter) -> int:
    query = select(func.count()).select_from(Review)
    if which.search or which.supplier_id:
        query = query.join(SupplierItem, SupplierItem.id == Review.supplier_item_id)
    return db.session.scalar(query.where(*which.conditions())) or 0


def ids(which: QueueFilter) -> Select[UUID]:
    """Of every review that the filter finds."""
    found: Select[UUID] = _joined(select(Review.id)).where(*which.conditions())
    return found


def after(which: QueueFilter, review: Review) -> UUID | None:
    """The entry that follows in the same order; None at the end."""
    return db.session.scalar(_behind(which, review, limit=1))


def following(which: QueueFilter, review: Review, *, limit: int) -> list[Entry]:
    """The entries behind ``review`` with all that is needed to decide them."""
    ids = db.session.scalars(_behind(which, review, limit=limit)).all()
    return [found for each in ids if (found := entry(each))]


def _behind(which: QueueFilter, review: Review, *, limit: int) -> Select[UUID]:
    query = _joined(select(Review.id)).where(*which.conditions(), _place(which, review.id))
    behind: Select[UUID] = query.order_by(*_keys(which)).limit(limit)
    return behind


def _place(which: QueueFilter, review_id: UUID) -> Any:
    """Where the queue goes on behind this review, whether it waits still or is decided."""
    keys = _keys(which)
    here = db.session.execute(_joined(select(*keys)).where(Review.id == review_id)).first()
    if here is None:
        raise NotFound("This match is no longer in the queue.")
    return tuple_(*keys) > tuple_(*(literal(value, key.type) for value, key in zip(here, keys, strict=True)))


def _keys(which: QueueFilter) -> list[Any]:
    """What the queue is sorted by, each upwards; the last tells any two entries apart."""
    wanted = [ORDERS[which.order]] if which.order else []
    return [*wanted, -func.coalesce(Review.top_score, -1), Review.id]


def _joined(query: Select[*tuple[Any, ...]]) -> Any:
    return query.join(SupplierItem, SupplierItem.id == Review.supplier_item_id).join(
        Supplier, Supplier.id == SupplierItem.supplier_id
    )


def entry(review_id: UUID) -> Entry | None:
    review = db.session.scalar(
        select(Review)
        .where(Review.id == review_id)
        .options(joinedload(Review.item).joinedload(SupplierItem.supplier))
        .execution_options(populate_existing=True)
    )
    if review is None:
        return None
    return Entry(review, review.item, options.of(review.candidate_products, review.item))


def surest(which: QueueFilter, *, behind: UUID | None = None) -> tuple[Sequence[tuple[Review, Product]], UUID | None]:
    """Reviews and their best candidate: the exact set that a bulk approval shows before it is confirmed.

    With the review behind which the next page begins; None at the end.
    """
    reviews = entries(which, limit=MOST_AT_ONCE, behind=behind)
    products = options.products([each for review in reviews if (each := _best(review))])
    pairs = [(review, products[best]) for review in reviews if (best := _best(review)) in products and best]
    return pairs, reviews[-1].id if len(reviews) == MOST_AT_ONCE else None


def suppliers() -> Sequence[tuple[UUID, str, int]]:
    """Suppliers with waiting matches, most first."""
    rows = db.session.execute(
        select(Supplier.id, Supplier.name, func.count())
        .join(SupplierItem, SupplierItem.supplier_id == Supplier.id)
        .join(Review, Review.supplier_item_id == SupplierItem.id)
        .where(Review.status == ReviewStatus.PENDING)
        .group_by(Supplier.id, Supplier.name)
        .order_by(func.count().desc())
        .limit(100)
    )
    return [(supplier_id, name, number) for supplier_id, name, number in rows]


def _best(review: Review) -> UUID | None:
    first: Any = review.candidate_products[0] if review.candidate_products else {}
    return UUID(first["product_id"]) if first.get("product_id") else None

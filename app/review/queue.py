"""What waits for a person's word about a match: the queue, one entry side by side, and the set of a bulk approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from app.errors import Invalid
from app.extensions import db
from app.models.catalog import Product, SupplierItem
from app.models.review import Review, ReviewStatus
from app.models.supplier import Supplier

PAGE_SIZE = 60
MOST_AT_ONCE = 500
#: prices further apart than so many times are of different money or units
COMPARABLE = 5
#: a fact with one of these words speaks against the candidate
AGAINST = ("differs", "different", "not ", "only", "conflict", "contradicts")


@dataclass(frozen=True)
class QueueFilter:
    supplier_id: UUID | None = None
    job_id: UUID | None = None
    search: str = ""
    above: int | None = None

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> QueueFilter:
        """Read a query string. Raises Invalid for a bad id or score."""
        try:
            above = int(args["above"]) if args.get("above") else None
            supplier = UUID(args["supplier"]) if args.get("supplier") else None
            job = UUID(args["job"]) if args.get("job") else None
        except ValueError as error:
            raise Invalid("The filter names something that does not exist.") from error
        return cls(supplier, job, args.get("q", "").strip()[:200], above)

    def as_args(self) -> dict[str, Any]:
        named = {
            "supplier": str(self.supplier_id or ""),
            "job": str(self.job_id or ""),
            "q": self.search,
            "above": "" if self.above is None else str(self.above),
        }
        return {name: value for name, value in named.items() if value}

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [Review.status == ReviewStatus.PENDING]
        if self.job_id:
            found.append(Review.job_id == self.job_id)
        if self.above is not None:
            found.append(Review.top_score >= self.above)
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
class Option:
    """A candidate beside the item: the product, and why."""

    product: Product
    score: float
    why: Sequence[str]
    against: Sequence[str]
    price_gap: float | None


@dataclass(frozen=True)
class Entry:
    review: Review
    item: SupplierItem
    options: Sequence[Option]


def entries(which: QueueFilter, *, limit: int = PAGE_SIZE) -> Sequence[Review]:
    """The first of the queue, surest first."""
    query = (
        select(Review)
        .join(SupplierItem, SupplierItem.id == Review.supplier_item_id)
        .where(*which.conditions())
        .options(joinedload(Review.item).joinedload(SupplierItem.supplier))
        .order_by(func.coalesce(Review.top_score, -1).desc(), Review.id)
        .limit(limit)
    )
    return db.session.scalars(query).all()


def count(which: QueueFilter) -> int:
    query = select(func.count()).select_from(Review)
    if which.search or which.supplier_id:
        query = query.join(SupplierItem, SupplierItem.id == Review.supplier_item_id)
    return db.session.scalar(query.where(*which.conditions())) or 0


def after(which: QueueFilter, review: Review) -> UUID | None:
    """The entry that follows in the same order; None at the end."""
    return db.session.scalar(_behind(which, review, limit=1))


def following(which: QueueFilter, review: Review, *, limit: int) -> list[Entry]:
    """The entries behind ``review`` with all that is needed to decide them."""
    ids = db.session.scalars(_behind(which, review, limit=limit)).all()
    return [found for each in ids if (found := entry(each))]


def _behind(which: QueueFilter, review: Review, *, limit: int) -> Select[UUID]:
    place = tuple_(-func.coalesce(Review.top_score, -1), Review.id)
    here = (-(review.top_score if review.top_score is not None else Decimal(-1)), review.id)
    return (
        select(Review.id)
        .join(SupplierItem, SupplierItem.id == Review.supplier_item_id)
        .where(*which.conditions(), place > here)
        .order_by(func.coalesce(Review.top_score, -1).desc(), Review.id)
        .limit(limit)
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
    return Entry(review, review.item, _options(review, review.item))


def surest(which: QueueFilter, *, limit: int = MOST_AT_ONCE) -> Sequence[tuple[Review, Product]]:
    """Reviews and their best candidate: the exact set that a bulk approval shows before it is confirmed."""
    reviews = entries(which, limit=limit)
    products = _products([each for review in reviews if (each := _best(review))])
    return [(review, products[best]) for review in reviews if (best := _best(review)) in products and best]


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


def _options(review: Review, item: SupplierItem) -> list[Option]:
    products = _products([UUID(each["product_id"]) for each in review.candidate_products if each.get("product_id")])
    found = []
    for each in review.candidate_products:
        product = products.get(UUID(each["product_id"])) if each.get("product_id") else None
        if product is None:
            continue
        facts = [str(fact) for fact in each.get("why") or []]
        # Of a list in another currency the fact about the price says more than a percentage could.
        at_a_rate = any(" at the list's rate of " in fact for fact in facts)
        against = [fact for fact in facts if any(word in fact.lower() for word in AGAINST)]
        found.append(
            Option(
                product,
                float(each.get("score") or 0),
                [fact for fact in facts if fact not in against],
                against,
                None if at_a_rate else _gap(item.current_price, product.price or product.min_price),
            )
        )
    return found


def _products(ids: Sequence[UUID]) -> dict[UUID, Product]:
    if not ids:
        return {}
    found = db.session.scalars(select(Product).where(Product.id.in_(ids)).options(joinedload(Product.category)))
    return {each.id: each for each in found}


def _best(review: Review) -> UUID | None:
    first: Any = review.candidate_products[0] if review.candidate_products else {}
    return UUID(first["product_id"]) if first.get("product_id") else None


def _gap(price: Decimal | None, ours: Decimal | None) -> float | None:
    """How far the supplier's price lies from ours, in percent.

    None where they cannot be of the same money or unit: our products name no currency.
    """
    if price is None or not ours or not 1 / COMPARABLE < price / ours < COMPARABLE:
        return None
    return float((price - ours) / ours * 100)

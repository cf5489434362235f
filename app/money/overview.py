"""What the office buys, seen from above: how much of it is on offer, what choosing saves, what waits unmatched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.extensions import db
from app.models.catalog import Product, ProductStatus, SupplierItem
from app.models.offers import ProductOffers
from app.models.review import Review, ReviewStatus
from app.models.supplier import Supplier

SHOWN = 5


@dataclass(frozen=True)
class Coverage:
    """Our products, archived ones left out: all of them, those on offer, those that several suppliers offer."""

    products: int
    offered: int
    several: int


@dataclass(frozen=True)
class Saving:
    """A product whose offers differ; ``best`` and ``highest`` are of one unit in the base currency."""

    product_id: UUID
    sku: str
    name: str
    suppliers: int
    best: Decimal
    highest: Decimal
    spread: Decimal
    cheapest: str


@dataclass(frozen=True)
class Savings:
    """One unit of each product that several suppliers offer, bought at the best offer instead of the dearest."""

    products: int
    best: Decimal
    highest: Decimal
    most: Sequence[Saving]

    @property
    def saved(self) -> Decimal:
        return self.highest - self.best

    @property
    def share(self) -> float:
        return float(self.saved / self.highest) if self.highest else 0.0


@dataclass(frozen=True)
class Waiting:
    """Matches of one supplier that wait for a person; ``value`` is one unit of each, as far as it is compared."""

    supplier_id: UUID
    supplier: str
    matches: int
    value: Decimal
    since: datetime


def coverage() -> Coverage:
    offered, several = ProductOffers.suppliers > 0, ProductOffers.suppliers > 1
    query = select(func.count(), func.count().filter(offered), func.count().filter(several))
    joined = query.select_from(Product).outerjoin(ProductOffers, ProductOffers.product_id == Product.id)
    return Coverage(*db.session.execute(joined.where(Product.status != ProductStatus.ARCHIVED)).one())


def savings() -> Savings:
    """Of sound prices alone, as app/money/best.py takes them."""
    choice = (ProductOffers.suppliers > 1, ProductOffers.spread.is_not(None), Product.status != ProductStatus.ARCHIVED)
    sums = select(func.count(), func.sum(ProductOffers.best), func.sum(ProductOffers.highest))
    joined = sums.select_from(ProductOffers).join(Product, Product.id == ProductOffers.product_id)
    number, best, highest = db.session.execute(joined.where(*choice)).one()
    return Savings(number, best or Decimal(0), highest or Decimal(0), _most(choice))


def _most(choice: Sequence[ColumnElement[bool]]) -> list[Saving]:
    offers = ProductOffers
    columns = (Product.id, Product.internal_sku, Product.name, offers.suppliers, offers.best, offers.highest)
    query = (
        select(*columns, offers.spread, Supplier.name)
        .join(offers, offers.product_id == Product.id)
        .join(Supplier, Supplier.id == offers.best_supplier_id)
        .where(*choice, offers.spread > 0)
        .order_by((offers.highest - offers.best).desc(), Product.id)
        .limit(SHOWN)
    )
    rows: Any = db.session.execute(query)
    return [Saving(*row) for row in rows]


def backlog() -> Sequence[Waiting]:
    """The suppliers whose undecided matches are worth most."""
    value = func.coalesce(func.sum(SupplierItem.comparable_price), 0)
    query = (
        select(Supplier.id, Supplier.name, func.count(), value, func.min(Review.created_at))
        .select_from(Review)
        .join(SupplierItem, SupplierItem.id == Review.supplier_item_id)
        .join(Supplier, Supplier.id == SupplierItem.supplier_id)
        .where(Review.status == ReviewStatus.PENDING)
        .group_by(Supplier.id)
        .order_by(value.desc(), func.count().desc())
        .limit(SHOWN)
    )
    rows: Any = db.session.execute(query)
    return [Waiting(*row) for row in rows]

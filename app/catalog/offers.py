"""What a product is on offer for: kept with the product by whoever changes a link, a price or what is available.

Prices in different currencies cannot be compared without a rate that nobody gave us. A product's offer is therefore
that of the currency in which most of its available items are priced; the first by name where two have as many.

0.00 is no price, and neither is one that is a thousandth of the product's median, or a thousand times it: nobody sells
for that. Such items are offered all the same, without a price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from uuid import UUID

from sqlalchemy import ARRAY, ScalarSelect, Select, Update, Uuid, bindparam, func, or_, select, true, update
from sqlalchemy.sql.selectable import LateralFromClause

from app import statements
from app.extensions import db
from app.models.catalog import Product, SupplierItem
from app.money import best as money

#: a price so many times above or below the median of its product is none
ABSURD = 1000

_available = (SupplierItem.product_id == Product.id) & SupplierItem.is_available


@dataclass(frozen=True)
class Offer:
    """``lowest`` and ``highest`` in ``currency``; all three None when no available item has a price."""

    suppliers: int
    currency: str | None
    lowest: Decimal | None
    highest: Decimal | None


NOBODY = Offer(0, None, None, None)


def best() -> LateralFromClause:
    """Beside a query of products: ``currency``, ``lowest``, ``highest``; no row where nobody offers the product."""
    price = SupplierItem.current_price
    # the upper of two: of 0.01 and 100.00 the buyer is not shown the cheap one
    median = func.percentile_disc(0.5).within_group(price.desc()).filter(price > 0)
    usual = (
        select(SupplierItem.currency, median.label("median"))
        .where(_available)
        .correlate(Product)
        .group_by(SupplierItem.currency)
        .order_by(func.count().filter(price > 0).desc(), SupplierItem.currency)
        .limit(1)
        .subquery("usual")
    )
    same = SupplierItem.currency.is_not_distinct_from(usual.c.currency)
    sound = price.between(usual.c.median / ABSURD, usual.c.median * ABSURD)
    return (
        select(
            usual.c.currency,
            func.min(price).filter(sound).label("lowest"),
            func.max(price).filter(sound).label("highest"),
            true().label("offered"),
        )
        .select_from(usual)
        .join(SupplierItem, _available & same)
        .correlate(Product)
        .group_by(usual.c.currency)
        .lateral("best")
    )


def sellers() -> ScalarSelect[int]:
    """Beside a query of products: how many suppliers have it."""
    number = func.count(SupplierItem.supplier_id.distinct())
    return select(number).where(_available).correlate(Product).scalar_subquery()


def of_products(ids: Sequence[UUID]) -> dict[UUID, Offer]:
    """Those of the products that somebody offers."""
    if not ids:
        return {}
    offer = best()
    query = (
        select(Product.id, sellers(), offer.c.currency, offer.c.lowest, offer.c.highest)
        .join(offer, true())
        .where(Product.id.in_(ids))
    )
    return {product_id: Offer(*found) for product_id, *found in db.session.execute(query)}


def refresh(products: Sequence[UUID] | Select[UUID | None]) -> None:
    """Write the offer of these products anew, inside the caller's transaction."""
    db.session.flush()
    _refresh(money.hold(products))


def refresh_supplier(supplier_id: UUID) -> None:
    """As ``refresh`` of the products that the supplier's items are linked to."""
    db.session.flush()
    _refresh(money.hold_of(supplier_id))


def _refresh(ids: Sequence[UUID]) -> None:
    if not ids:
        return
    statements.run(_fresh(), {"ids": list(ids)})
    money.write(ids)


@cache
def _fresh() -> Update:
    """Writes the offers of the products ``ids``."""
    offer = best()
    fresh = (
        select(Product.id, offer.c.lowest, func.coalesce(offer.c.offered, False).label("offered"))
        .outerjoin(offer, true())
        .where(Product.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
        .order_by(Product.id)
        .cte("fresh")
    )
    changed = or_(
        Product.min_price.is_distinct_from(fresh.c.lowest), Product.availability.is_distinct_from(fresh.c.offered)
    )
    return (
        update(Product)
        .where(Product.id == fresh.c.id, changed)
        .values(min_price=fresh.c.lowest, availability=fresh.c.offered)
    )


def of_supplier(supplier_id: UUID) -> Select[UUID | None]:
    """The products that the supplier's items are linked to, for ``refresh``."""
    return select(SupplierItem.product_id).where(
        SupplierItem.supplier_id == supplier_id, SupplierItem.product_id.is_not(None)
    )

"""Who sells a product for how much, in one money: what the pages of products ask."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.offers import ProductOffers
from app.money import comparable
from app.money.comparable import Step
from app.money.office_currency import base_currency

MOST = 200


@dataclass(frozen=True)
class OfferLine:
    """One supplier's offer. ``over``: the share that it costs more than the cheapest; ``steps`` as computed."""

    item: SupplierItem
    steps: list[Step]
    cheapest: bool
    over: float | None


def offers_of(product_id: UUID) -> list[OfferLine]:
    """Every supplier's offer of a product: what can be bought and compared first, cheapest first."""
    query = (
        select(SupplierItem)
        .join(SupplierItem.supplier)
        .options(contains_eager(SupplierItem.supplier))
        .where(SupplierItem.product_id == product_id)
        .order_by(
            SupplierItem.is_available.desc(),
            SupplierItem.comparable_price.nulls_last(),
            SupplierItem.current_price.nulls_last(),
            SupplierItem.id,
        )
        .limit(MOST)
    )
    items = db.session.scalars(query).all()
    base = base_currency()
    steps = comparable.explain([each.id for each in items], base) if base else {}
    kept = db.session.get(ProductOffers, product_id, populate_existing=True)
    lowest = kept.best if kept and base else None
    return [
        OfferLine(
            item,
            steps.get(item.id, []),
            cheapest=lowest is not None and item.is_available and item.comparable_price == lowest,
            over=_over(item.comparable_price, lowest),
        )
        for item in items
    ]


def _over(price: Decimal | None, lowest: Decimal | None) -> float | None:
    return float(price / lowest - 1) if price and lowest else None

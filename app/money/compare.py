"""Who sells a product for how much, in one money: what the pages of products ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import contains_eager

from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.supplier import Supplier
from app.money import comparable
from app.money.comparable import Step
from app.money.office_currency import base_currency

MOST = 200
ABSURD = 1000


@dataclass(frozen=True)
class BestOffer:
    """Of all suppliers' available offers of a product that can be compared, in the base currency."""

    supplier: str
    price: Decimal
    highest: Decimal
    compared: int


@dataclass(frozen=True)
class OfferLine:
    """One supplier's offer. ``over``: the share that it costs more than the cheapest; ``steps`` as computed."""

    item: SupplierItem
    steps: list[Step]
    cheapest: bool
    over: float | None


def best_of(product_ids: Sequence[UUID]) -> dict[UUID, BestOffer]:
    """The cheapest sound offer of each product that has one; a thousandth of the median is no offer."""
    if not product_ids or not base_currency():
        return {}
    price = SupplierItem.comparable_price
    usual = (
        select(
            SupplierItem.product_id,
            func.percentile_disc(0.5).within_group(price.desc()).label("median"),
        )
        .where(*_compared(product_ids))
        .group_by(SupplierItem.product_id)
        .subquery()
    )
    sound = (
        select(
            SupplierItem.product_id,
            Supplier.name,
            price,
            func.max(price).over(partition_by=SupplierItem.product_id),
            func.count().over(partition_by=SupplierItem.product_id),
        )
        .join(usual, usual.c.product_id == SupplierItem.product_id)
        .join(Supplier, Supplier.id == SupplierItem.supplier_id)
        .where(*_compared(product_ids), price.between(usual.c.median / ABSURD, usual.c.median * ABSURD))
        .ext(distinct_on(SupplierItem.product_id))
        .order_by(SupplierItem.product_id, price, Supplier.name)
    )
    best = {}
    for product_id, name, lowest, highest, number in db.session.execute(sound):
        assert product_id is not None and lowest is not None and highest is not None
        best[product_id] = BestOffer(name, lowest, highest, number)
    return best


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
    best = best_of([product_id]).get(product_id)
    lowest = best.price if best else None
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


def _compared(product_ids: Sequence[UUID]) -> tuple[Any, ...]:
    return (
        SupplierItem.product_id.in_(product_ids),
        SupplierItem.is_available,
        SupplierItem.comparable_price.is_not(None),
    )

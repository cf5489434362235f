"""Who sells a product for how much, in one money: what the pages of products ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.extensions import db
from app.models.catalog import ComparedPrice, SupplierItem
from app.models.offers import ProductOffers
from app.money import comparable
from app.money.comparable import Step
from app.money.office_currency import base_currency
from app.money.terms import AtQuantity, Terms, at_quantity, terms

MOST = 200


@dataclass(frozen=True)
class OfferLine:
    """One supplier's offer. ``over``: the share that it costs more than the cheapest; ``steps`` as computed.

    ``at``: one unit when the asked quantity is bought, ``None`` when it is not compared. ``to_own``: the share that the
    offer lies above our own price, negative below it.
    """

    item: SupplierItem
    steps: list[Step]
    terms: Terms
    at: AtQuantity | None
    cheapest: bool
    over: float | None
    to_own: float | None


def offers_of(product_id: UUID, quantity: Decimal = Decimal(1)) -> list[OfferLine]:
    """Every supplier's offer of a product: what can be bought and compared first, cheapest at ``quantity`` first."""
    query = (
        select(SupplierItem)
        .join(SupplierItem.supplier)
        .options(contains_eager(SupplierItem.supplier))
        .where(SupplierItem.product_id == product_id)
        .order_by(SupplierItem.is_available.desc(), SupplierItem.comparable_price.nulls_last(), SupplierItem.id)
        .limit(MOST)
    )
    items = db.session.scalars(query).all()
    base = base_currency()
    steps = comparable.explain([each.id for each in items], base) if base else {}
    kept = db.session.get(ProductOffers, product_id, populate_existing=True)
    at = {each.id: _at(each, quantity) for each in items}
    lowest = _lowest(items, at, kept)
    own = kept.own if kept else None
    lines = [_line(item, steps.get(item.id, []), at[item.id], lowest, own) for item in items]
    return sorted(lines, key=_place)


def _line(
    item: SupplierItem, steps: list[Step], at: AtQuantity | None, lowest: Decimal | None, own: Decimal | None
) -> OfferLine:
    price = at.price if at else None
    return OfferLine(
        item,
        steps,
        terms(item.characteristics, item.conditions),
        at,
        cheapest=lowest is not None and item.is_available and price == lowest,
        over=_over(price, lowest),
        to_own=_over(price, own),
    )


def _lowest(
    items: Sequence[SupplierItem], at: dict[UUID, AtQuantity | None], kept: ProductOffers | None
) -> Decimal | None:
    """Of the offers that are sound: between the best and the highest that the tables show."""
    if kept is None or kept.best is None or kept.highest is None:
        return None
    sound = [
        found.price
        for each in items
        if (found := at[each.id]) and each.is_available and each.comparable_price is not None
        if kept.best <= each.comparable_price <= kept.highest
    ]
    return min(sound, default=None)


def _at(item: SupplierItem, quantity: Decimal) -> AtQuantity | None:
    if item.comparable_price is None or item.current_price is None:
        return None
    return at_quantity(item.comparable_price, item.current_price, item.conditions, quantity)


def _place(line: OfferLine) -> tuple[bool, bool, Decimal, Decimal, UUID]:
    """What can be bought first, then what is compared, then by price."""
    item = line.item
    price = line.at.price if line.at else Decimal(0)
    return not item.is_available, line.at is None, price, item.current_price or Decimal(0), item.id


def _over(price: Decimal | None, lowest: Decimal | None) -> float | None:
    return float(price / lowest - 1) if price and lowest else None


def any_without_rate() -> bool:
    """Whether a supplier asks money of which the office knows no rate."""
    open_ones = select(ComparedPrice.item_id).where(ComparedPrice.not_compared == "no_rate")
    return bool(db.session.scalar(select(open_ones.exists())))

"""An item's candidates as a person compares them: the product, what speaks for it and against, both prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models.catalog import Product, SupplierItem
from app.models.offers import ProductOffers

#: prices further apart than so many times are of different money or units
COMPARABLE = 5


@dataclass(frozen=True)
class Option:
    """``own`` is our price in the base currency, beside the item's ``comparable_price``; None where it is not known.

    ``price_gap``: how far the supplier's price lies from ours, in per cent.
    """

    product: Product
    score: float
    why: Sequence[str]
    against: Sequence[str]
    own: Decimal | None
    price_gap: float | None


def of(candidates: Sequence[Mapping[str, Any]], item: SupplierItem) -> list[Option]:
    """The candidates that are still in the catalogue, in their order."""
    named = [(UUID(each["product_id"]), each) for each in candidates if each.get("product_id")]
    known = products([product_id for product_id, _each in named])
    own = _own_prices(list(known)) if item.comparable_price is not None else {}
    return [
        _option(known[product_id], each, item=item, own=own.get(product_id))
        for product_id, each in named
        if product_id in known
    ]


def products(ids: Sequence[UUID]) -> dict[UUID, Product]:
    if not ids:
        return {}
    found = db.session.scalars(select(Product).where(Product.id.in_(ids)).options(joinedload(Product.category)))
    return {each.id: each for each in found}


def _option(product: Product, said: Mapping[str, Any], *, item: SupplierItem, own: Decimal | None) -> Option:
    facts = [str(fact) for fact in said.get("why") or []]
    # Candidates of before this field was made have no such places: all that is said of them is shown alike.
    places = frozenset(said.get("against") or ())
    # Of a list in another currency the fact about the price says more than a percentage could.
    at_a_rate = any(" at the list's rate of " in fact for fact in facts)
    listed = None if at_a_rate else _gap(item.current_price, product.price or product.min_price)
    return Option(
        product,
        float(said.get("score") or 0),
        [fact for place, fact in enumerate(facts) if place not in places],
        [fact for place, fact in enumerate(facts) if place in places],
        own,
        _gap(item.comparable_price, own) if own else listed,
    )


def _own_prices(ids: Sequence[UUID]) -> dict[UUID, Decimal | None]:
    rows = db.session.execute(
        select(ProductOffers.product_id, ProductOffers.own).where(ProductOffers.product_id.in_(ids))
    )
    return dict(rows.all())


def _gap(price: Decimal | None, ours: Decimal | None) -> float | None:
    """None where they cannot be of the same money or unit."""
    if price is None or not ours or not 1 / COMPARABLE < price / ours < COMPARABLE:
        return None
    return float((price - ours) / ours * 100)

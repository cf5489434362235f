"""What an offer holds for, as a buyer asks: pack, smallest order, stock, lead time, until when; and at a quantity."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

#: what a list's own column for the time of delivery is called
_LEAD = re.compile(
    r"lead.?time|deliver(y|ed).?(time|in|days)|lieferzeit|lieferfrist|срок.?(поставки|доставки)|"
    r"czas.?(dostawy|realizacji)|délai|delai|plazo|levertijd|leverans|tempi.?di.?consegna",
    re.I,
)


@dataclass(frozen=True)
class Terms:
    """As the list says it; None where it says nothing."""

    pack: str | None
    unit: str | None
    minimum: Decimal | None
    stock: str | None
    lead_time: str | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class AtQuantity:
    """What one unit comes to when so many are bought; ``minimum`` is set where fewer are bought than are sold."""

    price: Decimal
    tier: Decimal | None = None
    minimum: Decimal | None = None


def terms(characteristics: Mapping[str, Any], conditions: Mapping[str, Any]) -> Terms:
    lead = next((str(value) for name, value in characteristics.items() if value and _LEAD.search(name)), None)
    return Terms(
        pack=_text(characteristics.get("pack_size")),
        unit=_text(characteristics.get("unit")),
        minimum=amount(conditions.get("minimum_order")),
        stock=_text(characteristics.get("stock")),
        lead_time=lead,
        valid_from=_day(conditions.get("valid_from")),
        valid_to=_day(conditions.get("valid_to")),
    )


def at_quantity(comparable: Decimal, listed: Decimal, conditions: Mapping[str, Any], quantity: Decimal) -> AtQuantity:
    """The comparable price of one unit when ``quantity`` units are bought: the list's steps count as the price does.

    Whatever turns the list price into the comparable one turns a step's price alike.
    """
    reached = [
        (start, price)
        for tier in conditions.get("tiers") or []
        if (start := amount(tier.get("from_quantity"))) is not None
        and (price := amount(tier.get("price"))) is not None
        and start <= quantity
    ]
    minimum = amount(conditions.get("minimum_order"))
    least = minimum if minimum is not None and minimum > quantity else None
    if not reached or not listed:
        return AtQuantity(comparable, minimum=least)
    start, price = max(reached)
    return AtQuantity(comparable * price / listed, tier=start, minimum=least)


def amount(said: Any) -> Decimal | None:
    """A number as conditions keep it."""
    try:
        number = Decimal(str(said)) if said not in (None, "") else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and number >= 0 else None


def _text(said: Any) -> str | None:
    return str(said) if said not in (None, "") else None


def _day(said: Any) -> date | None:
    try:
        return date.fromisoformat(str(said)) if said else None
    except ValueError:
        return None

"""Columns that are prices by what stands over several of them (sizes, steps, years), and products that are none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ml_analyze.extraction.grid import Row

from .price_kinds import price_header
from .profile import Profile, number_of
from .relations import product_of
from .rival_prices import SIZE
from .sayings import names_price

_PLAIN_PRICE = 0.55
_A_YEAR = re.compile(r"20[0-4]\d")
Named = Sequence[Mapping[str, float]]


def size_columns(headers: Sequence[str], profiles: Sequence[Profile]) -> list[int]:
    """Three or more columns of numbers under amounts (1 kg, 500 g, 250 g): the price of each size."""
    found = [
        index
        for index, header in enumerate(headers)
        if SIZE.fullmatch(header.strip()) and profiles[index].numeric > 0.5 and profiles[index].zero < 0.9
    ]
    return found if len(found) > 2 else []


def tier_columns(headers: Sequence[str], profiles: Sequence[Profile]) -> list[int]:
    """Two or more columns of numbers under different quantities (1-9, 10-49, 50+): the price of each step."""
    steps = {
        index: quantity
        for index, header in enumerate(headers)
        if header and profiles[index].numeric > 0.5 and (quantity := price_header(header).quantity) is not None
    }
    return list(steps) if len(set(steps.values())) > 1 else []


def year_columns(headers: Sequence[str], named: Named, profiles: Sequence[Profile]) -> list[int]:
    """Columns of numbers under nothing but a year, where no other column says price: the price of each year."""
    found = [at for at, header in enumerate(headers) if _A_YEAR.fullmatch(header) and profiles[at].numeric > 0.5]
    return found if len(found) > 1 and not any(map(names_price, named)) else []


def totals(named: Named, profiles: Sequence[Profile], rows: Sequence[Row]) -> list[int]:
    """Columns that are the product of two others (quantity × price) in nearly every row, and say no price themselves
    where one of the two does."""
    numeric = [
        index for index, look in enumerate(profiles) if look.numeric > 0.6 and look.count >= 3 and look.zero < 0.9
    ][:12]
    if len(numeric) < 3:
        return []
    numbers = {index: [number_of(row[index]) if index < len(row) else None for row in rows[:60]] for index in numeric}
    found = []
    for product in numeric:
        pair = product_of(product, numbers)
        if pair is None:
            continue
        says = named[product].get("price", 0.0) >= _PLAIN_PRICE
        amounts = [at for at in pair if named[at].keys() & {"stock", "order_quantity"}]
        if not says or (amounts and any(names_price(named[at]) for at in pair)):
            found.append(product)
    return found

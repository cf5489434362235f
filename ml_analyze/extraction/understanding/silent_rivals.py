"""Columns whose headers nobody understood and whose numbers go up and down with the price's: one of them may be it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import log
from statistics import correlation, median

from handoff.conditions import PriceKind

from .currency import find_currency
from .price_kinds import PriceHeader, price_header
from .relations import Numbers, multiplies

# Güç (kW), Power [W], Druck bar: what the numbers measure is no money
_MEASURED = re.compile(
    r"(?:^|[\s(\[,/_])(?:k?w|kva|v|a|ah|mah|hz|bar|psi|nm|mm[²2]?|cm|m[²³23]?|kg|g|l|ml|lm|°c|k|rpm|db|mins?|hrs?|h|std|мин|ч|кг|г|мм|см|м|л|квт|вт|в)"
    r"(?:/[a-zа-я]{1,3})?\.?[)\]]?$",
    re.IGNORECASE,
)

_LEAST, _TOGETHER = 4, 0.9
_WITHIN, _WHOLE_WITHIN = 50.0, 5.0
_ONE_RATIO, _TWIN = 0.2, 2.5
#: what columns are said to hold that count articles
COUNTS = frozenset(("stock", "order_quantity", "unit"))
_CHEAPER, _NEARLY_ALL, _HELD = 0.995, 0.9, 0.5
_PAID = frozenset([PriceKind.PRICE, PriceKind.NET, PriceKind.DISCOUNTED])


def silent_rival(
    price: int,
    silent: Sequence[int],
    *,
    headers: Sequence[str],
    said: PriceHeader,
    named: bool,
    numbers: Mapping[int, Numbers],
) -> int | None:
    """The first of the ``silent`` columns that may be what the buyer pays instead of ``price``.

    ``named``: whether the header of the price says that it is one. What then is dearer in every row is a gross price,
    a recommended one or that of a carton, in whatever language.
    """
    if price not in numbers:
        return None
    paid = named and said.kind in _PAID and said.date is None and said.quantity is None
    priced = sum(number is not None for number in numbers[price])
    for other in silent:
        pairs = _pairs(numbers[price], numbers[other])
        if len(pairs) < _HELD * priced or (headers[price] and _says_otherwise(headers[other])):
            continue
        if _move_together(pairs) and not (paid and not _is_cheaper(pairs)):
            return other
    return None


def twin_of(price: int, counts: Sequence[int], numbers: Mapping[int, Numbers]) -> int | None:
    """One of the columns said to count (``Ab Lager`` for what is in stock) that stays in one ratio to the price."""
    for other in counts if price in numbers else ():
        pairs = _pairs(numbers[price], numbers[other])
        if len({two for _, two in pairs}) < _LEAST or all(two.is_integer() for _, two in pairs):
            continue
        usual = median(two / one for one, two in pairs)
        near = sum(abs(two / one / usual - 1) < _ONE_RATIO for one, two in pairs)
        if abs(log(usual)) < log(_TWIN) and near >= _NEARLY_ALL * len(pairs):
            return other
    return None


def factor_beside(price: int, headers: Sequence[str], numbers: Mapping[int, Numbers]) -> int | None:
    """The column of amounts of which the price, whole numbers throughout, seems to be the quantity: 46 × 108.27."""
    if find_currency(headers[price]):
        return None
    if price not in numbers or not _is_whole(numbers[price]):
        return None
    for other in numbers:
        if other != price and (find_currency(headers[other]) or not _is_whole(numbers[other])):
            products = [at for at in numbers if at not in (price, other)]
            if any(multiplies(numbers, (price, other), product) for product in products):
                return other
    return None


def unsaid_amounts(price: int, others: Sequence[int], numbers: Mapping[int, Numbers]) -> int | None:
    """Where no header says price: another column of decimals, where none goes up and down with the price."""
    decimals = [at for at in others if at != price and at in numbers and not _is_whole(numbers[at])]
    if price not in numbers or any(_move_together(_pairs(numbers[price], numbers[at])) for at in decimals):
        return None  # the prices of several places
    return next(iter(decimals), None)


def _is_whole(column: Numbers) -> bool:
    return all(number.is_integer() for number in column if number is not None)


def _says_otherwise(header: str) -> bool:
    """Whether a header says what else its numbers are, or goes on in the one before it."""
    said = not header or header.isdecimal() or price_header(header).kind is not PriceKind.PRICE
    return said or _MEASURED.search(header) is not None


def _pairs(one: Numbers, two: Numbers) -> list[tuple[float, float]]:
    """The rows that have two different amounts."""
    return [(a, b) for a, b in zip(one, two, strict=True) if a and b and a > 0 and b > 0 and a != b]


def _move_together(pairs: Sequence[tuple[float, float]]) -> bool:
    logs = [(log(one), log(two)) for one, two in set(pairs)]
    ones, twos = [one for one, _ in logs], [two for _, two in logs]
    if len(set(ones)) < _LEAST or len(set(twos)) < _LEAST:
        return False
    apart = median(two - one for one, two in logs)
    # whole numbers may count or measure what makes an article dear
    within = _WHOLE_WITHIN if all(two.is_integer() for _, two in pairs) else _WITHIN
    return abs(apart) < log(within) and correlation(ones, twos) > _TOGETHER


def _is_cheaper(pairs: Sequence[tuple[float, float]]) -> bool:
    return sum(two < _CHEAPER * one for one, two in pairs) >= _NEARLY_ALL * len(pairs)

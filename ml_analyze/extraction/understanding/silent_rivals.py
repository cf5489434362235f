"""Columns whose headers nobody understood and whose numbers go up and down with the price's: one of them may be it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import log
from statistics import correlation, median

from handoff.conditions import PriceKind

from .price_kinds import PriceHeader, price_header
from .relations import Numbers

# Güç (kW), Power [W], Druck bar: what the numbers measure is no money
_MEASURED = re.compile(
    r"(?:^|[\s(\[,/_])(?:k?w|kva|v|a|ah|mah|hz|bar|psi|nm|mm[²2]?|cm|m[²³23]?|kg|g|l|ml|lm|°c|k|rpm|db|кг|г|мм|см|м|л|квт|вт|в)"
    r"(?:/[a-zа-я]{1,3})?\.?[)\]]?$",
    re.IGNORECASE,
)

_LEAST, _TOGETHER = 4, 0.9
_WITHIN, _WHOLE_WITHIN = 50.0, 5.0
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

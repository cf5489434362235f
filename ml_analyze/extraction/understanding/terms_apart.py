"""Whether another column is the same article's price on other terms: elsewhere, for members, in cash, from a later day.

Which of them is the reader's, the list does not say, whatever kind its words make of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from statistics import median

from handoff.conditions import PriceKind

from .price_kinds import PriceHeader, is_money_per_unit, sets_apart
from .relations import Numbers

_PAID = frozenset([PriceKind.PRICE, PriceKind.NET, PriceKind.DISCOUNTED])
_NEAR = (0.4, 2.5)
_LONG = (0.1, 10.0)
_LEAST = 2


def other_terms(
    price: int,
    others: Sequence[int],
    *,
    said: Mapping[int, PriceHeader],
    headers: Sequence[str],
    numbers: Mapping[int, Numbers],
) -> int | None:
    """The first of ``others`` that may be what the reader pays instead of ``price``; ``numbers`` by column."""
    if is_money_per_unit(headers[price]):
        beside = next((at for at in numbers if at != price and is_money_per_unit(headers[at])), None)
        if beside is not None:
            return beside  # by the kilogram or by the piece
    ahead = _lies_ahead(said[price].date)
    for other in others:
        kind = said[other].kind if other in said else PriceKind.PRICE
        holds_until = ahead and kind in (said[price].kind, PriceKind.OLD)  # what a later price ends is no old one yet
        wanted = holds_until or kind in (_PAID | {said[price].kind})
        if not wanted or price not in numbers or other not in numbers:
            continue
        if holds_until and said[price].date != said[other].date:
            return other
        apart = [sets_apart(headers[price]), sets_apart(headers[other])]
        # what both headers set apart is told by its terms alone, as the price for a day beside that for a month
        if any(apart) and _are_near(numbers[price], numbers[other], _LONG if all(apart) else _NEAR):
            return other
    return None


def _lies_ahead(day: tuple[int, int, int] | None) -> bool:
    return day is not None and day[1:] != (0, 0) and day > datetime.now(UTC).timetuple()[:3]


def _are_near(one: Numbers, two: Numbers, within: tuple[float, float]) -> bool:
    ratios = [b / a for a, b in zip(one, two, strict=True) if a and b and a > 0 and b > 0]
    return len(ratios) >= _LEAST and within[0] < median(ratios) < within[1]

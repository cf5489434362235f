"""What the numbers of two or three columns are to each other: products, discounts, tax on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

Numbers = Sequence[float | None]
_LEAST = 3
_NEARLY_ALL = 0.8
_VAT = (1.05, 1.055, 1.06, 1.07, 1.077, 1.08, 1.081, 1.09, 1.1, 1.12, 1.13, 1.135, 1.14, 1.15, 1.16, 1.17, 1.18, 1.19)
_VAT_HIGH = (1.2, 1.21, 1.22, 1.23, 1.24, 1.25, 1.255, 1.27)


def product_of(product: int, numbers: Mapping[int, Numbers]) -> tuple[int, int] | None:
    """The two columns whose product this column is, in nearly every row where neither is 0 or 1."""
    others = [index for index in numbers if index != product]
    return next((pair for pair in combinations(others, 2) if multiplies(numbers, pair, product)), None)


def multiplies(numbers: Mapping[int, Numbers], pair: tuple[int, int], product: int) -> bool:
    """Whether a column is the product of a pair, in nearly every row where neither is 0 or 1."""
    tried = right = 0
    for one, two, whole in zip(numbers[pair[0]], numbers[pair[1]], numbers[product], strict=True):
        if not one or not two or not whole or one in (1, whole) or two in (1, whole):
            continue
        tried += 1
        right += abs(one * two - whole) <= 0.006 * max(abs(whole), 1)
    return tried >= _LEAST and right >= _NEARLY_ALL * tried


def after_discount(before: Numbers, percent: Numbers, after: Numbers) -> bool:
    """Whether ``after`` is ``before`` less so many per cent."""
    tried = right = 0
    for one, cut, two in zip(before, percent, after, strict=True):
        if not one or not two or cut is None or not 0 < cut < 100:
            continue
        tried += 1
        right += abs(one * (1 - (cut if cut > 1 else cut * 100) / 100) - two) <= 0.01 * max(two, 1)
    return tried >= _LEAST and right >= _NEARLY_ALL * tried


def after_markup(before: Numbers, percent: Numbers, after: Numbers) -> bool:
    """Whether ``after`` is ``before`` and so many per cent."""
    tried = right = 0
    for one, added, two in zip(before, percent, after, strict=True):
        if not one or not two or added is None or added <= 0:
            continue
        tried += 1
        right += any(abs(one * (1 + share) - two) <= 0.01 * max(two, 1) for share in (added, added / 100))
    return tried >= _LEAST and right >= _NEARLY_ALL * tried


def vat_on_top(net: Numbers, gross: Numbers) -> bool:
    """Whether ``gross`` is ``net`` and one rate of tax, the same in nearly every row."""
    ratios = [two / one for one, two in zip(net, gross, strict=True) if one and two and one > 1]
    if len(ratios) < _LEAST:
        return False
    middle = sorted(ratios)[len(ratios) // 2]
    rate = min((*_VAT, *_VAT_HIGH), key=lambda each: abs(each - middle))
    return abs(rate - middle) < 0.003 and sum(abs(each - rate) < 0.005 for each in ratios) >= 0.9 * len(ratios)


def adds(one: Numbers, two: Numbers, whole: Numbers) -> bool:
    """Whether ``whole`` is the sum of two columns in nearly every row, and more than the first in some."""
    tried = right = more = 0
    for a, b, c in zip(one, two, whole, strict=True):
        if a is None or b is None or c is None:
            continue
        tried += 1
        right += abs(a + b - c) <= 0.006 * max(abs(c), 1)
        more += b > 0
    return tried >= _LEAST and more > 1 and right >= _NEARLY_ALL * tried

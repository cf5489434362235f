"""A list in another currency, or with prices per hundred: how its money compares with the catalogue's.

The catalogue names no currency. Rows whose barcode or model number one product alone has tell it: when their prices
stand in one relation to the products', however far from 1, the relation is the list's and says nothing of a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import exp, log
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.feature_table import Compared
from ml_analyze.matching.features import FEATURES
from ml_analyze.matching.record import RATE

_KEYS = (FEATURES.index("barcode_equal"), FEATURES.index("code_equal"))
#: pairs that have to agree, how far from the catalogue's money a relation begins, how far they may lie from each other
_LEAST, _APART, _SPREAD = 8, log(2), log(1.6)


def rates(rows: Sequence[Mapping[str, Any]], compared: Compared) -> dict[str, float]:
    """Units of the list's money for one of the catalogue's, by the rows' currency; only where it is no margin."""
    gaps: dict[str, list[float]] = defaultdict(list)
    for row, (item, price) in enumerate(zip(compared.items, _sure(compared).tolist(), strict=True)):
        if item.price and price:
            gaps[str(rows[row].get("currency") or "")].append(log(item.price / price))
    found: dict[str, float] = {}
    for currency, each in gaps.items():
        middle = median(each)
        agree = median(abs(gap - middle) for gap in each) < _SPREAD
        if len(each) >= _LEAST and agree and abs(middle) > _APART:
            found[currency] = exp(middle)
    return found


def at_rates(rows: Sequence[Mapping[str, Any]], found: Mapping[str, float]) -> list[dict[str, Any]]:
    """The rows, each with the rate of its currency."""
    return [dict(row) | {RATE: found.get(str(row.get("currency") or ""), 1.0)} for row in rows]


def _sure(compared: Compared) -> NDArray[np.float64]:
    """Per row the price of the one candidate that shares a key with it; 0 where there is none."""
    prices = np.zeros(len(compared.items))
    for key in reversed(_KEYS):
        shared = compared.table[:, :, key] > 0
        found = compared.prices[np.arange(len(prices)), shared.argmax(axis=1)]
        prices = np.where(shared.sum(axis=1) == 1, found, prices)
    return prices

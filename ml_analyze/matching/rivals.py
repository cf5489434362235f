"""What rivals leave of a pair: one row wants one product, and one product mostly one row of a supplier.

The pairs' odds of a batch are balanced as in Sinkhorn and Knopp's scaling, with a way out on both
sides ("no product", "no row"), so that a product claimed better by another row counts for less. How
many rows of the batch seem to have a product at all says what an undecided one is worth.
"""

from __future__ import annotations

from collections.abc import Collection
from math import exp

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.model import logit, sigmoid

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]

SETTLE = ("pair", "over_row", "row_best_other", "balanced", "over_all", "batch")
NOTHING = -20.0
_ROUNDS = 10
# The logit of a claim that a person confirmed.
_TAKEN = 6.0
# The batch's share speaks only as far as there are rows: this many rows of the usual share are added.
_USUAL_ROWS, _USUAL_SHARE = 50, 0.4


def settle_features(logits: Doubles, numbers: Ints, *, taken: Collection[int] = ()) -> Doubles:
    """The ``SETTLE`` numbers (lines x candidates x 6) from the pairs' logits (``NOTHING`` where no candidate).

    ``taken`` are products that verified links of the same supplier have given to other rows.
    """
    valid = numbers >= 0
    gone = np.isin(numbers, list(taken)) & valid
    row_other = _best_other(np.where(valid, logits, NOTHING))
    column_other = _best_other_line(logits, numbers, valid)
    column_other = np.where(gone, np.maximum(column_other, _TAKEN), column_other)
    balanced = _balanced(logits, numbers, valid, gone)
    first = sigmoid(np.log(balanced.max(axis=1, initial=0.0) + 1e-6))
    usual = _USUAL_ROWS * _USUAL_SHARE
    batch = logit((first.sum() + usual) / (len(first) + _USUAL_ROWS))
    return np.stack(
        [
            logits,
            np.clip(logits - row_other, -8, 8),
            np.maximum(row_other, -8),
            np.log(balanced + 1e-6),
            np.clip(logits - np.maximum(row_other, column_other), -8, 8),
            np.full(logits.shape, batch),
        ],
        axis=-1,
    )


def _best_other(logits: Doubles) -> Doubles:
    if logits.shape[1] == 1:
        return np.full_like(logits, NOTHING)
    top = np.partition(logits, -2, axis=1)
    first, second = top[:, -1:], top[:, -2:-1]
    others: Doubles = np.where(logits >= first, second, first)
    return others


def _best_other_line(logits: Doubles, numbers: Ints, valid: NDArray[np.bool_]) -> Doubles:
    """For each pair the best logit that another line of the batch has for the same product."""
    product = np.unique(np.where(valid, numbers, -1), return_inverse=True)[1].ravel()
    flat = np.where(valid, logits, NOTHING).ravel()
    order = np.lexsort((-flat, product))
    best = np.full(product.max() + 1, NOTHING)
    second = best.copy()
    sorted_product = product[order]
    first = np.concatenate(([True], sorted_product[1:] != sorted_product[:-1]))
    after_first = np.concatenate(([False], first[:-1])) & ~first
    best[sorted_product[first]] = flat[order][first]
    second[sorted_product[after_first]] = flat[order][after_first]
    return np.where(flat >= best[product], second[product], best[product]).reshape(logits.shape)


def _balanced(logits: Doubles, numbers: Ints, valid: NDArray[np.bool_], gone: NDArray[np.bool_]) -> Doubles:
    odds = np.where(valid, np.exp(np.clip(logits, -15, 12)), 0.0)
    product = np.unique(np.where(valid, numbers, -1), return_inverse=True)[1].reshape(numbers.shape)
    size = int(product.max()) + 1
    of_product = np.ones(size)
    outside = np.ones(size)
    outside[product[gone]] += exp(_TAKEN)
    for _ in range(_ROUNDS):
        of_line = 1 / (1 + (odds * of_product[product]).sum(axis=1))
        claimed = np.bincount(product.ravel(), (odds * of_line[:, None]).ravel(), minlength=size)
        of_product = 1 / (outside + claimed)
    of_line = 1 / (1 + (odds * of_product[product]).sum(axis=1))
    result: Doubles = odds * of_line[:, None] * of_product[product]
    return result

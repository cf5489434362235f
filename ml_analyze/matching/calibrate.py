"""Scores that mean in the file at hand what they say: decided rows are settled again among its open ones.

How much a first candidate is worth depends on how many rows want the same products, and on how many
of them have one at all. So the rows that people decided on are put back among the open rows of the
file, fold by fold, with logits of a model that had not seen them; what they were worth *there* moves the
line over the rivals, as far as there are decisions, and says whether scores may link alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.model import Linear, sigmoid
from ml_analyze.matching.rivals import NOTHING, SETTLE, settle_features

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]

FOLDS = 4
UNKNOWN, WRONG, RIGHT = -1, 0, 1
_LEAST_ROWS_TO_VOUCH, _LEAST_LINKS_TO_VOUCH, _VOUCHED_PRECISION = 150, 100, 0.98
# Fewer decided rows of the supplier than this say nothing about its file; fewer first candidates, nothing of their own.
_LEAST_ROWS, _LEAST_FIRSTS = 30, 100
# How strongly the settling line is held where it was (as by so much curvature a weight, and less for the bias).
_HOLD, _HOLD_BIAS = 10.0, 1.0
# A logit beyond this is certain; it must not outweigh all others.
_CERTAIN = 12.0


@dataclass(frozen=True)
class HeldBack:
    """Rows that people decided on: candidates ``numbers``, ``logits`` by models that had not seen the row's
    fold, and ``labels`` (1, 0, -1 unknown), all rows x ``WIDTH``; ``folds`` and ``suppliers`` a row."""

    numbers: Ints
    logits: Doubles
    labels: NDArray[np.int8]
    folds: Ints
    suppliers: NDArray[np.str_]

    def of(self, rows: NDArray[np.bool_]) -> HeldBack:
        return HeldBack(*(part[rows] for part in vars(self).values()))


@dataclass(frozen=True)
class Proof:
    """Calibrated logits of first candidates whose rows were held back, and whether a person agreed."""

    logits: Doubles
    right: NDArray[np.bool_]

    def vouches_for(self, auto_threshold: float) -> bool:
        """Whether enough held-back rows scored above the threshold, and all but 2 % of them were right."""
        above = 100 * sigmoid(self.logits) >= auto_threshold
        enough = len(above) >= _LEAST_ROWS_TO_VOUCH and above.sum() >= _LEAST_LINKS_TO_VOUCH
        return bool(enough and self.right[above].mean() >= _VOUCHED_PRECISION)


def settle(
    line: Linear, held: HeldBack, logits: Doubles, numbers: Ints, *, taken: Collection[int], supplier: str
) -> tuple[Doubles, Proof]:
    """Settled logits of a supplier's open rows (rows x ``WIDTH``), and what proves them.

    A supplier without decided rows of its own is settled as shipped: rows of another one say how good
    the pairs' model is, but not how crowded this file is.
    """
    features = settle_features(logits, numbers, taken=taken)
    own = held.of(held.suppliers == supplier)
    if len(own.folds) < _LEAST_ROWS:
        return applied(line, features, numbers), Proof(*firsts(settled_alone(line, held), held.labels))
    among = _among(own, logits, numbers, taken=taken)
    plain, moved = applied(line, among, own.numbers), np.full(own.logits.shape, NOTHING)
    for fold in range(FOLDS):
        rows = own.folds == fold
        moved[rows] = applied(_moved(line, among[~rows], own.of(~rows)), among[rows], own.numbers[rows])
    if loss(moved, own.labels) >= loss(plain, own.labels):
        return applied(line, features, numbers), Proof(*firsts(plain, own.labels))
    return applied(_moved(line, among, own), features, numbers), Proof(*firsts(moved, own.labels))


def applied(line: Linear, features: Doubles, numbers: Ints) -> Doubles:
    """Logits of the candidates by their settling features; ``NOTHING`` where there is none."""
    valid = numbers >= 0
    final = np.full(valid.shape, NOTHING)
    final[valid] = line.logits(features[valid].astype(np.float32))
    return final


def settled_alone(line: Linear, held: HeldBack) -> Doubles:
    """Each supplier's folds without a file around them, the other folds' decisions known."""
    final = np.full(held.logits.shape, NOTHING)
    nobody, nothing = np.zeros((0, held.numbers.shape[1]), dtype=np.int64), np.zeros((0, held.numbers.shape[1]))
    for supplier in np.unique(held.suppliers):
        rows = held.suppliers == supplier
        own = held.of(rows)
        linked = own.numbers[own.labels == RIGHT].tolist()
        final[rows] = applied(line, _among(own, nothing, nobody, taken=linked), own.numbers)
    return final


def _among(own: HeldBack, logits: Doubles, numbers: Ints, *, taken: Collection[int]) -> Doubles:
    """Settling features of the decided rows, a fold at a time open again among the file's open rows."""
    features = np.zeros((*own.logits.shape, len(SETTLE)))
    for fold in range(FOLDS):
        here = own.folds == fold
        if not here.any():
            continue
        right = own.labels == RIGHT
        free = set(own.numbers[right & here[:, None]].tolist()) - set(own.numbers[right & ~here[:, None]].tolist())
        rows = np.concatenate((own.logits[here], logits)), np.concatenate((own.numbers[here], numbers))
        features[here] = settle_features(*rows, taken=set(taken) - free)[: here.sum()]
    return features


def _moved(line: Linear, features: Doubles, held: HeldBack) -> Linear:
    """The settling line drawn to the decided pairs, then to what first candidates were worth (Platt)."""
    known = held.labels != UNKNOWN
    columns = np.concatenate(((features[known] - line.mean) / line.scale, np.ones((known.sum(), 1))), axis=1)
    start = np.append(line.weights.astype(np.float64), line.bias)
    hold = np.append(np.full(len(line.weights), _HOLD), _HOLD_BIAS)
    drawn = _drawn(columns, held.labels[known] == RIGHT, start, hold)
    found = _line(line, drawn)
    logits, right = firsts(applied(found, features, held.numbers), held.labels)
    if len(logits) < _LEAST_FIRSTS:
        return found
    pairs = np.stack((np.clip(logits, -_CERTAIN, _CERTAIN), np.ones(len(logits))), axis=1)
    slope, shift = _drawn(pairs, right, np.array([1.0, 0.0]), np.array([_HOLD, _HOLD_BIAS]))
    slope = max(slope, 0.1)
    return _line(line, np.append(slope * drawn[:-1], slope * drawn[-1] + shift))


def _line(like: Linear, found: Doubles) -> Linear:
    return replace(like, weights=found[:-1].astype(np.float32), bias=float(found[-1]))


def _drawn(columns: Doubles, right: NDArray[np.bool_], start: Doubles, hold: Doubles) -> Doubles:
    """Logistic regression by Newton's method with a normal prior around ``start`` of precision ``hold``."""
    found = start.copy()
    for _ in range(30):
        share = sigmoid(columns @ found)
        slope = columns.T @ (share - right) + hold * (found - start)
        curve = columns.T @ (columns * (share * (1 - share))[:, None]) + np.diag(hold)
        step = np.linalg.solve(curve, slope)
        found = found - np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-6:
            break
    return found


def firsts(settled: Doubles, labels: NDArray[np.int8]) -> tuple[Doubles, NDArray[np.bool_]]:
    """Logits of the first candidates that people decided on, and what they said."""
    if not len(settled):
        return np.zeros(0), np.zeros(0, dtype=bool)
    first = settled.argmax(axis=1)
    place = np.arange(len(settled))
    said = labels[place, first]
    known = said != UNKNOWN
    return settled[place, first][known], said[known] == RIGHT


def loss(settled: Doubles, labels: NDArray[np.int8]) -> float:
    """Log loss of all pairs that people decided on, a row."""
    known = labels != UNKNOWN
    sign = np.where(labels[known] == RIGHT, 1.0, -1.0)
    return float(np.logaddexp(0, -sign * np.clip(settled[known], -_CERTAIN, _CERTAIN)).sum()) / max(len(labels), 1)

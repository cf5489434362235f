"""The scorer as arrays: trees and lines, evaluated with numpy, stored without code.

A model file (``.npz``) holds numbers only and is loaded with ``allow_pickle=False``: what comes from
a cache on a shared volume can be wrong, never executed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.compiled import hot

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

SHIPPED = Path(__file__).parent / "data" / "prior.npz"
_ROWS_AT_ONCE = 512


def sigmoid(logits: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(logits, -30, 30)))


def logit(shares: Any) -> Any:
    shares = np.clip(shares, 1e-6, 1 - 1e-6)
    return np.log(shares / (1 - shares))


@dataclass(frozen=True)
class Trees:
    """Boosted trees, one row of nodes a tree: go left while ``row[feature] <= threshold``; a leaf points at itself."""

    feature: NDArray[np.int16]
    threshold: Floats
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    value: Floats
    depth: int
    base: float

    def logits(self, rows: Floats) -> Floats:
        """Sum of the leaves each row ends in; ``rows`` is (n x features)."""
        total = np.full(len(rows), self.base, dtype=np.float32)
        compiled = hot()
        leaves = compiled.leaves(rows, self) if compiled else None
        if leaves is not None:
            return total + leaves
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            total[start : start + _ROWS_AT_ONCE] += self._sums(rows[start : start + _ROWS_AT_ONCE])
        return total

    def _sums(self, rows: Floats) -> Floats:
        """All trees walk a level at a time: few calls on larger arrays, which a batch of few rows feels most."""
        trees, size = self.feature.shape
        count = len(rows)
        first = (np.arange(trees, dtype=np.int32) * size)[:, None]
        by_feature = np.ascontiguousarray(rows.T).ravel()
        feature = self.feature.astype(np.int32).ravel() * count
        threshold, value = self.threshold.ravel(), self.value.ravel()
        left, right = (self.left + first).ravel(), (self.right + first).ravel()
        place = np.arange(count, dtype=np.int32)
        node: NDArray[np.int32] = np.broadcast_to(first, (trees, count))
        for _ in range(self.depth):
            goes_left = by_feature.take(feature.take(node) + place) <= threshold.take(node)
            node = np.where(goes_left, left.take(node), right.take(node))
        total: Floats = value.take(node).sum(axis=0)
        return total


@dataclass(frozen=True)
class Linear:
    """A logistic regression: ``(row - mean) / scale @ weights + bias``."""

    mean: Floats
    scale: Floats
    weights: Floats
    bias: float

    def logits(self, rows: Floats) -> Floats:
        result: Floats = ((rows - self.mean) / self.scale @ self.weights + self.bias).astype(np.float32)
        return result


@dataclass(frozen=True)
class Pairs:
    """Trees and a line of the same features; ``line_share`` is the line's say."""

    trees: Trees
    line: Linear
    line_share: float

    def logits(self, rows: Floats) -> Floats:
        logits: Floats = (1 - self.line_share) * self.trees.logits(rows) + self.line_share * self.line.logits(rows)
        return logits


@dataclass(frozen=True)
class Scorer:
    """Two floors: ``pair`` judges a pair, ``settle`` what its list leaves of it."""

    pair: Pairs
    settle: Linear


def to_arrays(scorer: Scorer) -> dict[str, Any]:
    """The scorer's numbers under flat names, as ``np.savez`` takes them."""
    parts: dict[str, Any] = {"line_share": scorer.pair.line_share}
    for name, part in (("trees", scorer.pair.trees), ("line", scorer.pair.line), ("settle", scorer.settle)):
        parts.update({f"{name}.{key}": value for key, value in vars(part).items()})
    return parts


def from_arrays(arrays: Any) -> Scorer:
    def part(name: str) -> dict[str, Any]:
        own = {key.partition(".")[2]: arrays[key] for key in arrays if key.startswith(f"{name}.")}
        return {key: value.item() if value.ndim == 0 else value for key, value in own.items()}

    pairs = Pairs(Trees(**part("trees")), Linear(**part("line")), float(arrays["line_share"]))
    return Scorer(pairs, Linear(**part("settle")))


@cache
def shipped() -> Scorer:
    """The model of the package, trained on made-up catalogues only (``bench/matching_train.py``)."""
    with np.load(SHIPPED, allow_pickle=False) as arrays:
        return from_arrays(dict(arrays))


def trees_of(fitted: Any, edges: Sequence[Floats]) -> Trees:
    """A fitted ``HistGradientBoostingClassifier`` (two classes) as arrays; it learned from places among ``edges``."""
    predictors = [one[0].nodes for one in fitted._predictors]
    size = max(len(nodes) for nodes in predictors)
    count = len(predictors)
    own = np.arange(size, dtype=np.int16)
    feature = np.zeros((count, size), dtype=np.int16)
    threshold = np.zeros((count, size), dtype=np.float32)
    value = np.zeros((count, size), dtype=np.float32)
    left, right = np.tile(own, (count, 1)), np.tile(own, (count, 1))
    for tree, nodes in enumerate(predictors):
        inner = nodes["is_leaf"] == 0
        at = np.flatnonzero(inner)
        feature[tree, at] = nodes["feature_idx"][inner]
        divided = zip(nodes["feature_idx"][inner], nodes["num_threshold"][inner].astype(int), strict=True)
        threshold[tree, at] = [edges[column][place] for column, place in divided]
        left[tree, at] = nodes["left"][inner]
        right[tree, at] = nodes["right"][inner]
        value[tree, : len(nodes)] = np.where(inner, 0.0, nodes["value"])
    depth = max(int(nodes["depth"].max()) for nodes in predictors)
    return Trees(feature, threshold, left, right, value, depth, float(fitted._baseline_prediction.item()))


def linear_of(scaler: Any, fitted: Any) -> Linear:
    """A fitted ``StandardScaler`` and ``LogisticRegression`` as arrays."""
    return Linear(
        scaler.mean_.astype(np.float32),
        scaler.scale_.astype(np.float32),
        fitted.coef_[0].astype(np.float32),
        float(fitted.intercept_[0]),
    )

"""Fitting the scorer's parts; the only place that needs scikit-learn, imported when it is needed."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.model import Linear, Trees, linear_of, trees_of

Floats = NDArray[np.float32]


def fit_trees(
    rows: Floats,
    labels: NDArray[np.bool_],
    weights: Any,
    *,
    rounds: int = 120,
    rate: float = 0.1,
    bins: int = 255,
) -> Trees:
    """Boosted trees of depth 5 on (n x features); fewer ``bins`` a feature make a fit of thousands of rows fast.

    The columns are cut into bins here: where rows have weights, scikit-learn spends five times as long on it as on the
    trees.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    booster = HistGradientBoostingClassifier(
        max_iter=rounds,
        learning_rate=rate,
        max_depth=5,
        max_leaf_nodes=24,
        l2_regularization=5,
        min_samples_leaf=20,
        max_features=0.5,
        max_bins=bins,
        early_stopping=False,
        random_state=0,
    )
    edges = [_edges(column, weights, bins) for column in rows.T]
    places = np.stack([np.searchsorted(each, column) for each, column in zip(edges, rows.T, strict=True)], axis=1)
    # One thread: so small a fit gains nothing from more, and waits long for them on a busy machine.
    with threadpool_limits(1):
        return trees_of(booster.fit(places.astype(np.float32), labels, sample_weight=weights), edges)


def _edges(column: Floats, weights: Floats, bins: int) -> Floats:
    """What divides a column into at most ``bins`` parts: between neighbouring values, or parts of equal weight."""
    order = np.argsort(column, kind="stable")
    ranked = column[order]
    last = np.flatnonzero(ranked[1:] != ranked[:-1])
    if len(last) >= bins:
        running = np.cumsum(weights[order], dtype=np.float64)
        wanted = np.searchsorted(running, running[-1] * np.arange(1, bins) / bins)
        last = np.unique(last[np.minimum(np.searchsorted(last, wanted), len(last) - 1)])
    return ((ranked[last].astype(np.float64) + ranked[last + 1]) / 2).astype(np.float32)


def fit_line(rows: Floats, labels: NDArray[np.bool_], weights: Any, *, strength: float = 0.1) -> Linear:
    """A logistic regression over standardised columns; ``strength`` is the inverse of the penalty."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(rows)
    with warnings.catch_warnings():
        # Stopped early it is a little more regular, which is no fault here.
        warnings.simplefilter("ignore", ConvergenceWarning)
        line = LogisticRegression(C=strength, max_iter=100).fit(scaler.transform(rows), labels, sample_weight=weights)
    return linear_of(scaler, line)

"""matching.model: trees and lines as arrays, what they say of rows, and their way to a file and back."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from ml_analyze.matching.features import FEATURES
from ml_analyze.matching.model import (
    Linear,
    Pairs,
    Scorer,
    Trees,
    from_arrays,
    logit,
    shipped,
    sigmoid,
    to_arrays,
)
from ml_analyze.matching.rivals import SETTLE


def trees() -> Trees:
    """Two trees: one asks feature 0, then 1; the other is a single leaf."""
    return Trees(
        feature=np.array([[0, 1, 0, 0, 0], [0] * 5], dtype=np.int16),
        threshold=np.array([[0.5, 2.0, 0, 0, 0], [0] * 5], dtype=np.float32),
        left=np.array([[1, 3, 2, 3, 4], [0, 1, 2, 3, 4]], dtype=np.int16),
        right=np.array([[2, 4, 2, 3, 4], [0, 1, 2, 3, 4]], dtype=np.int16),
        value=np.array([[0, 0, 10, 20, 30], [0.25] * 5], dtype=np.float32),
        depth=2,
        base=-1.0,
    )


def line(*weights: float, bias: float = 0.0) -> Linear:
    size = len(weights)
    return Linear(
        np.ones(size, dtype=np.float32), np.full(size, 2, dtype=np.float32), np.array(weights, dtype=np.float32), bias
    )


def test_a_row_ends_in_the_leaf_that_its_values_lead_to_and_a_tie_goes_left() -> None:
    rows = np.array([[0.5, 2.0], [0.5, 2.1], [0.6, 0.0], [-1e30, 1e30]], dtype=np.float32)
    assert trees().logits(rows).tolist() == [19.25, 29.25, 9.25, 29.25]


def test_many_rows_say_what_each_says_alone_and_none_says_nothing() -> None:
    rows = np.random.default_rng(1).uniform(-1, 4, (1300, 2)).astype(np.float32)
    whole = trees().logits(rows)
    assert whole.shape == (1300,)
    assert set(whole.tolist()) == {19.25, 29.25, 9.25}
    for at in (0, 511, 512, 513, 1299):
        assert trees().logits(rows[at : at + 1])[0] == whole[at]
    assert trees().logits(rows[:0]).shape == (0,)


def test_a_line_standardises_and_weighs() -> None:
    assert line(1.0, -3.0, bias=0.5).logits(np.array([[1, 1], [3, 1], [1, 3]], dtype=np.float32)).tolist() == [
        0.5,
        1.5,
        -2.5,
    ]


def test_trees_and_line_share_the_say() -> None:
    rows = np.array([[3.0, 1.0]], dtype=np.float32)
    for share, said in ((0.0, 9.25), (1.0, 1.0), (0.25, 0.75 * 9.25 + 0.25)):
        assert Pairs(trees(), line(1.0, 0.0), share).logits(rows).tolist() == [said]


@pytest.mark.parametrize("share", [1e-6, 0.02, 0.5, 0.98, 1 - 1e-6])
def test_a_share_comes_back_from_its_logit(share: float) -> None:
    assert sigmoid(logit(share)) == pytest.approx(share, rel=1e-9)


def test_what_is_certain_beyond_measure_stays_a_number() -> None:
    assert np.isfinite(logit(np.array([0.0, 1.0, -1.0, 2.0]))).all()
    with np.errstate(all="raise"):
        low, high = sigmoid(np.array([-1e300, 1e300]))
    assert 0 < low < 1e-12
    assert 1 - 1e-12 < high <= 1
    assert sigmoid(0) == 0.5


def test_a_scorer_is_the_same_after_a_file_without_code() -> None:
    made = Scorer(Pairs(trees(), line(1.0, 2.0, bias=0.75), 0.3), line(*[0.5] * len(SETTLE), bias=-2.0))
    file = io.BytesIO()
    np.savez(file, **to_arrays(made))
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        again = from_arrays(dict(arrays))
    rows: Any = np.random.default_rng(2).uniform(-2, 4, (50, 2)).astype(np.float32)
    np.testing.assert_array_equal(again.pair.logits(rows), made.pair.logits(rows))
    table: Any = np.random.default_rng(3).uniform(-2, 4, (50, len(SETTLE))).astype(np.float32)
    np.testing.assert_array_equal(again.settle.logits(table), made.settle.logits(table))
    assert (again.pair.line_share, again.pair.trees.depth, again.settle.bias) == (0.3, 2, -2.0)


def test_the_shipped_scorer_reads_the_features_that_are_measured() -> None:
    scorer = shipped()
    assert scorer.pair.line.weights.shape == (len(FEATURES),)
    assert scorer.pair.trees.feature.max() < len(FEATURES)
    assert scorer.settle.weights.shape == (len(SETTLE),)
    assert shipped() is scorer

"""Rows are proposed from where the list as a whole comes out best."""

from __future__ import annotations

import numpy as np
import pytest

from ml_analyze.matching.model import logit
from ml_analyze.matching.propose import proposed_from


def _finals(shares: np.ndarray) -> np.ndarray:
    """A first candidate with each share, and a second that is nothing."""
    return np.stack((logit(shares), np.full(len(shares), -8.0)), axis=1)


def test_unsure_lists_are_proposed_from_lower_scores_than_sure_ones() -> None:
    unsure, sure = _finals(np.linspace(0.05, 0.5, 500)), _finals(np.linspace(0.9, 0.99, 500))
    assert proposed_from(unsure, 50) < 30
    assert 44 < proposed_from(sure, 50) <= 50


def test_no_other_threshold_has_a_higher_f1_where_scores_are_honest() -> None:
    rng = np.random.default_rng(3)
    shares = rng.beta(0.7, 1.3, 4000)
    right = rng.random(4000) < shares
    chosen = proposed_from(_finals(shares), 50) / 100

    def f1(least: float) -> float:
        proposed = shares >= least
        return float(2 * (proposed & right).sum() / (proposed.sum() + right.sum()))

    assert f1(chosen) > max(f1(least) for least in np.arange(0.05, 0.9, 0.05)) - 0.01


@pytest.mark.parametrize("asked", [20.0, 70.0])
def test_an_operator_who_chose_is_asked_from_there_at_the_latest(asked: float) -> None:
    finals = _finals(np.full(200, 0.6))
    assert proposed_from(finals, asked) == asked


def test_one_row_alone_is_judged_like_one_of_a_usual_list() -> None:
    assert 30 < proposed_from(_finals(np.array([0.5])), 50) < 50

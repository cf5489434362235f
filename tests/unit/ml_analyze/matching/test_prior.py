"""The shipped model is what this commit's code makes of its made-up catalogues."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from bench.matching_train import KINDS, measured, worlds
from ml_analyze.matching.features import FEATURES
from ml_analyze.matching.fit import fit_line, fit_trees
from ml_analyze.matching.model import SHIPPED, shipped, sigmoid


@pytest.fixture(scope="module")
def sample() -> dict[str, Any]:
    with np.load(SHIPPED, allow_pickle=False) as arrays:
        return {key: arrays[key] for key in arrays if key.startswith("sample_")}


def test_worlds_of_the_sample_are_made_again_with_the_same_numbers(sample: dict[str, Any]) -> None:
    """One invented catalogue and two trades, the smallest of those that shipped: every feature, label and place."""
    jobs = worlds(int(sample["sample_worlds"].max()) + 1)
    counts = Counter(sample["sample_worlds"].tolist())
    for kind in (KINDS[0], "software", "grocery"):
        world = min((at for at, (name, _) in enumerate(jobs) if name == kind and counts[at]), key=lambda at: counts[at])
        made = measured(jobs[world])
        here = sample["sample_worlds"] == world
        row, place = sample["sample_places"][here].T
        np.testing.assert_array_equal(made.table[row, place].astype(np.float16), sample["sample_rows"][here])
        np.testing.assert_array_equal(made.labels[row, place], sample["sample_labels"][here])


def test_a_model_of_the_sample_alone_says_what_the_shipped_one_says(sample: dict[str, Any]) -> None:
    rows = sample["sample_rows"].astype(np.float32)
    assert rows.shape[1] == len(FEATURES)
    labels, weights = sample["sample_labels"], sample["sample_weights"]
    trees = fit_trees(rows, labels, weights, rounds=30, rate=0.2, bins=64)
    line = fit_line(rows, labels, weights)
    again = sigmoid(0.7 * trees.logits(rows) + 0.3 * line.logits(rows))
    told = sigmoid(shipped().pair.logits(rows))
    assert np.abs(again - told).mean() < 0.05

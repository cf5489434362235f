"""Decided rows, settled again among the open rows of a file, say what scores are worth there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ml_analyze.matching.calibrate import RIGHT, UNKNOWN, WRONG, HeldBack, settle
from ml_analyze.matching.grounds import Evidence
from ml_analyze.matching.model import shipped, sigmoid
from ml_analyze.matching.proof import Proof
from ml_analyze.matching.rivals import SETTLE, Claims, Listed, settle_features


def held(rows: int, *, share_right: float, supplier: str = "s") -> HeldBack:
    """Rows with one likely candidate of their own and one unlikely; of the likely ones a share is right."""
    numbers = np.stack((np.arange(rows), np.arange(rows) + 10_000), axis=1)
    labels = np.full((rows, 2), WRONG, dtype=np.int8)
    labels[np.arange(rows) % 100 < 100 * share_right, 0] = RIGHT
    logits = np.tile([1.0, -4.0], (rows, 1))
    words = np.full(numbers.shape, Evidence.WORDS, dtype=np.int8)
    teams = np.broadcast_to(np.arange(rows)[:, None], numbers.shape)
    return HeldBack(numbers, logits, labels, words, teams, np.arange(rows) // 2 % 4, np.full(rows, supplier))


def first_score(decided: HeldBack, supplier: str = "s") -> float:
    """The score of such a candidate in a file of 100 more rows of the kind."""
    numbers = np.stack((np.arange(100) + 20_000, np.arange(100) + 30_000), axis=1)
    logits = np.tile([1.0, -4.0], (100, 1))
    final, _ = settle(
        shipped().settle, decided, Claims.of(logits, numbers), taken=(), supplier=supplier, elsewhere=Proof.none
    )
    return float(sigmoid(final[:, 0]).mean())


def test_a_score_becomes_the_share_that_people_found_right() -> None:
    assert abs(first_score(held(200, share_right=0.9)) - 0.9) < 0.04
    assert abs(first_score(held(200, share_right=0.3)) - 0.3) < 0.06


def test_few_decided_rows_move_a_score_less_and_a_handful_not_at_all() -> None:
    shipped_says = first_score(held(8, share_right=0.0))
    few, many = (first_score(held(rows, share_right=0.0)) for rows in (32, 200))
    assert many < few < shipped_says
    assert first_score(held(8, share_right=1.0)) == shipped_says


def test_another_suppliers_decisions_do_not_move_the_scores_of_this_file() -> None:
    foreign = held(200, share_right=0.1, supplier="other")
    assert first_score(foreign) == first_score(held(0, share_right=0.1))


def test_only_decided_first_candidates_are_proof() -> None:
    decided = held(200, share_right=1.0)
    decided.labels[:40] = UNKNOWN
    numbers, logits = decided.numbers[:3] + 50_000, decided.logits[:3]
    _, proof = settle(
        shipped().settle, decided, Claims.of(logits, numbers), taken=(), supplier="s", elsewhere=Proof.none
    )
    assert len(proof.right) == 160
    assert proof.right.all()


def test_rows_that_were_decided_leave_the_list_as_it_was() -> None:
    """What is linked is in the list no more, what was refused stays without its candidate: neither makes it worse."""
    whole = np.tile([[2.0, -4.0], [1.0, -4.0], [-2.0, -4.0]], (60, 1))
    numbers = np.arange(whole.size).reshape(whole.shape)
    undecided = np.arange(len(whole)) % 60 >= 42
    before = settle_features(Claims.of(whole, numbers))[undecided]
    refused = replace(Claims.of(np.full((60, 2), -9.0), np.full((60, 2), -1)), asked=np.ones(60, dtype=bool))
    left = refused.beside(Claims.of(whole[undecided], numbers[undecided]))
    decided = Claims.of(whole[~undecided], numbers[~undecided])
    after = settle_features(left, Listed.of(decided.beside(left)))[60:]
    assert np.allclose(after, before)
    unaware = settle_features(replace(left, asked=np.zeros(len(left.asked), dtype=bool)))[60:]
    assert (unaware[..., SETTLE.index("first_level")] < before[..., SETTLE.index("first_level")]).all()

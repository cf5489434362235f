"""matching.decide: what becomes of a row whose candidates have scores: linked, asked about with a reason, unmatched."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ml_analyze.matching.decide import Option, Ranked, Thresholds, decide, linked, unmatched, worth
from ml_analyze.matching.grounds import Evidence
from ml_analyze.matching.model import logit
from ml_analyze.matching.proof import Proof

AT = Thresholds(95, 50, Proof.none())
KEY = Option("p0", Evidence.BARCODE, 99.0, key=True)


def decided(best: Option, *, others: int = 0) -> dict[str, Any]:
    ranked: list[Ranked] = [(-best.score, 0.0, best.product_id, 7)]
    ranked += [(-40.0 + at, 0.0, f"p{at}", at) for at in range(1, others + 1)]
    return decide(best, ranked, AT, why=lambda place: [f"reason {place}"])


def worth_of(score: float, kind: Evidence, *, doubted: bool = False) -> tuple[bool, float]:
    keys, scores = worth(np.array([logit(score / 100)]), np.array([kind], dtype=np.int8), np.array([doubted]))
    return bool(keys[0]), float(scores[0])


def test_a_key_that_nothing_makes_doubtful_is_taken_at_its_word() -> None:
    assert worth_of(3, Evidence.BARCODE) == (True, 99.0)
    assert worth_of(3, Evidence.MAKER) == (True, 99.0)
    assert worth_of(99.7, Evidence.BARCODE) == (True, 99.7)
    assert worth_of(3, Evidence.BARCODE, doubted=True) == (False, 3.0)


def test_a_model_number_is_taken_at_its_word_where_the_model_agrees_and_no_name_ever() -> None:
    assert worth_of(80.1, Evidence.MODEL) == (True, 99.0)
    assert worth_of(79.9, Evidence.MODEL) == (False, 79.9)
    for kind in (Evidence.NUMBER, Evidence.NAME, Evidence.WORDS, Evidence.CONTRADICTED):
        assert worth_of(99.9, kind) == (False, 99.9)


def test_a_key_links_alone_and_says_why_of_the_first_two() -> None:
    found = decided(KEY, others=12)
    assert (found["status"], found["product_id"], found["score"]) == ("auto_matched", "p0", 99.0)
    assert len(found["candidates"]) == 10
    assert [bool(each["why"]) for each in found["candidates"]] == [True, True, *[False] * 8]
    assert found["candidates"][0]["why"] == ["reason 7"]
    assert found["candidates"][1]["score"] == 39.0


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"twice": True}, "has this product twice"),
        ({"claimed": True}, "another row of this supplier"),
        ({"contradicted": True}, "something contradicts it"),
        ({"key": False, "sibling": True}, "does not say which of them"),
        ({"key": False}, "no decision yet"),
    ],
)
def test_what_keeps_a_key_from_linking_is_said_last_of_all_reasons(more: dict[str, bool], says: str) -> None:
    found = decided(Option("p0", Evidence.BARCODE, 99.0, **({"key": True} | more)), others=6)
    assert (found["status"], found["product_id"]) == ("potential_match", "p0")
    assert found["candidates"][0]["why"][0] == "reason 7"
    assert says in found["candidates"][0]["why"][-1]
    assert [bool(each["why"]) for each in found["candidates"]] == [*[True] * 5, *[False] * 2]


def test_a_barcode_that_is_contradicted_is_a_question_however_low_it_scores_and_a_model_number_is_none() -> None:
    asked = decided(Option("p0", Evidence.BARCODE, 4.0, key=False, contradicted=True))
    assert (asked["status"], asked["score"], asked["candidates"][0]["score"]) == ("potential_match", 50, 50)
    left = decided(Option("p0", Evidence.MODEL, 4.0, key=False, contradicted=True))
    assert (left["status"], left["product_id"], left["score"]) == ("unmatched", None, 4.0)
    assert left["candidates"][0]["product_id"] == "p0"


@pytest.mark.parametrize(
    ("score", "status"), [(49.9, "unmatched"), (50.0, "potential_match"), (99.9, "potential_match")]
)
def test_words_are_asked_about_from_the_threshold_on_and_never_link_unproved(score: float, status: str) -> None:
    assert decided(Option("p0", Evidence.WORDS, score, key=False))["status"] == status


def test_a_low_score_of_words_is_no_place_for_a_reason_about_proof() -> None:
    assert decided(Option("p0", Evidence.WORDS, 94.9, key=False))["candidates"][0]["why"] == ["reason 7"]
    assert len(decided(Option("p0", Evidence.WORDS, 95.0, key=False))["candidates"][0]["why"]) == 2


def test_what_a_person_linked_is_no_question_and_what_nothing_is_like_has_no_candidates() -> None:
    assert (linked("p")["status"], linked("p")["product_id"], linked("p")["score"]) == ("auto_matched", "p", 100.0)
    assert unmatched() == {"status": "unmatched", "product_id": None, "score": None, "candidates": []}

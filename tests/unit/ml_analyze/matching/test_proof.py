"""Decisions free what they prove: a kind of evidence in a band of scores, and say how far it is until then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_analyze.matching import Matcher
from ml_analyze.matching.decide import Option, Thresholds, decide, worth
from ml_analyze.matching.grounds import Evidence
from ml_analyze.matching.proof import Proof


def proof(kind: Evidence, rows: int, *, wrong: int = 0, logit: float = 2.0) -> Proof:
    return Proof(np.full(rows, logit), np.full(rows, kind, dtype=np.int8), np.arange(rows) >= wrong)


def option(kind: Evidence, *, logit: float = 2.0, contradicted: bool = False) -> Option:
    key, score = worth(np.array([logit]), np.array([kind], dtype=np.int8), np.array([contradicted]))
    return Option("p", kind, float(score[0]), key=bool(key[0]), contradicted=contradicted)


def result(one: Option, said: Proof) -> dict[str, Any]:
    ranked = [(-one.score, 0.0, one.product_id, 0)]
    return decide(one, ranked, Thresholds(95, 50, said), why=lambda _: [])


@pytest.mark.parametrize(
    ("rows", "wrong", "status"),
    [(0, 0, "potential_match"), (19, 0, "potential_match"), (20, 0, "auto_matched"), (40, 1, "potential_match"),
     (60, 1, "potential_match"), (90, 1, "auto_matched"), (200, 8, "potential_match")],
)  # fmt: skip
def test_a_kind_links_alone_once_enough_of_it_proved_right(rows: int, wrong: int, status: str) -> None:
    """Seven in eight is what the model says; the decisions about its kind know better."""
    found = result(option(Evidence.MODEL, logit=1.3), proof(Evidence.MODEL, rows, wrong=wrong, logit=1.2))
    assert found["status"] == status
    assert (found["score"] >= 95) == (status == "auto_matched")


def test_what_one_kind_or_band_proved_says_nothing_of_another() -> None:
    said = proof(Evidence.MODEL, 100, logit=1.2)
    assert result(option(Evidence.MAKER, logit=-9), said)["status"] == "auto_matched", "a key by itself"
    assert result(option(Evidence.WORDS, logit=4), said)["status"] == "potential_match"
    assert result(option(Evidence.MODEL, logit=0.2), said)["status"] == "potential_match"
    assert result(option(Evidence.MODEL, logit=1.2, contradicted=True), said)["status"] == "potential_match"


def both(*parts: Proof) -> Proof:
    return Proof(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("logits", "evidence", "right")))


def test_the_best_part_of_a_band_that_is_not_clean_links_alone() -> None:
    """Of scores around 96 one in four was wrong, of those above 99.8 none of eighty."""
    said = both(proof(Evidence.WORDS, 40, wrong=10, logit=3.2), proof(Evidence.WORDS, 80, logit=7))
    assert result(option(Evidence.WORDS, logit=7), said)["status"] == "auto_matched"
    assert result(option(Evidence.WORDS, logit=3.2), said)["status"] == "potential_match"


def _falling(right: list[bool]) -> Proof:
    """Words that score a little less each, from 98 downwards."""
    return Proof(np.linspace(4, 2, len(right)), np.full(len(right), Evidence.WORDS, dtype=np.int8), np.array(right))


def test_what_scores_less_than_the_threshold_links_alone_where_its_like_was_right() -> None:
    """Calibrated scores crowd together: where all that score 93 and more were right, 93 is worth more than it says."""
    said = _falling([True] * 200)
    found = result(option(Evidence.WORDS, logit=2.6), said)
    assert found["status"] == "auto_matched" and found["score"] >= 95
    assert result(option(Evidence.WORDS, logit=1.9), said)["status"] == "potential_match", "never decided on"


@pytest.mark.parametrize("wrong", [range(150, 200, 4), range(0, 200, 30), range(195, 200)])
def test_proof_ends_where_its_lowest_are_not_right_or_all_of_it_is_not(wrong: range) -> None:
    said = _falling([place not in wrong for place in range(200)])
    assert result(option(Evidence.WORDS, logit=2.0), said)["status"] == "potential_match"


def test_proof_does_not_begin_again_below_where_it_ended() -> None:
    """Eighty right ones, five wrong ones, many right ones: from further down on it looks proved again, by luck."""
    said = _falling([place not in range(80, 85) for place in range(700)])
    assert said.standing(Evidence.WORDS, 97.9, 95).proved
    assert not said._from_where(Evidence.WORDS, 80)[0] < 97.7  # type: ignore[index]


def test_lists_of_which_too_few_are_right_seldom_link_by_luck() -> None:
    """Two hundred lists whose scores say nothing, and of whose candidates 96 in 100 are right: too few to link."""
    draws, rows = np.random.default_rng(0), 500
    lists = [
        Proof(np.linspace(4, 2, rows), np.full(rows, Evidence.WORDS, np.int8), draws.random(rows) < 0.96)
        for _ in range(200)
    ]
    freed = [said.standing(Evidence.WORDS, 98.2, 95).proved for said in lists]
    assert np.mean(freed) < 0.15


def test_what_was_never_decided_on_is_not_freed_by_what_scores_higher() -> None:
    said = proof(Evidence.WORDS, 200, logit=7)
    assert said.standing(Evidence.WORDS, 99.9, 80).proved
    assert not said.standing(Evidence.WORDS, 88, 80).proved


def test_the_reason_says_how_far_the_proof_is() -> None:
    some = result(option(Evidence.MODEL, logit=1.2), proof(Evidence.MODEL, 12, logit=1.2))
    assert "12 of 12 right so far among such candidates; asked until 20" in some["candidates"][0]["why"]
    none = result(option(Evidence.WORDS, logit=5), Proof.none())
    assert "not linked on its own: no decision yet about such candidates" in none["candidates"][0]["why"]


def test_words_alone_need_more_decisions_than_an_identifier() -> None:
    assert result(option(Evidence.WORDS, logit=4), proof(Evidence.WORDS, 59, logit=4))["status"] == "potential_match"
    assert result(option(Evidence.WORDS, logit=4), proof(Evidence.WORDS, 60, logit=4))["status"] == "auto_matched"


def test_approved_lines_free_the_lines_like_them(tmp_path: Path) -> None:
    """Sixty goods told apart by a model number with a tail that the catalogue leaves out: asked first, then linked."""
    goods = [
        {"kind": "product", "id": f"p{n}", "name": f"Mikado drill driver MK{100 + 7 * n}", "brand": "Mikado"}
        for n in range(120)
    ]
    rows = [{"sku": f"S{n}", "name": f"MIKADO MK{100 + 7 * n} drill/driver", "brand": "Mikado"} for n in range(120)]

    def left(decided: int) -> int:
        links = [
            {**rows[n], "kind": "link", "supplier_id": "s", "supplier_sku": f"S{n}", "product_id": f"p{n}"}
            for n in range(decided)
        ]
        path = tmp_path / f"{decided}.ndjson"
        path.write_text("\n".join(json.dumps(line) for line in [*goods, *links]), encoding="utf-8")
        ready = Matcher.open(path, cache_dir=tmp_path / "cache")
        return sum(found["status"] != "auto_matched" for found in ready.match(rows[60:], supplier_id="s"))

    assert left(60) <= left(0)
    assert left(60) == 0

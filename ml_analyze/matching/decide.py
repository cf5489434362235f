"""From candidates with logits to a result: linked on its own, to a person, or unmatched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.explain import Against
from ml_analyze.matching.grounds import Evidence
from ml_analyze.matching.model import sigmoid
from ml_analyze.matching.proof import Proof

SHOWN = 10
# Of so many a person is told why: further down nothing is likely. Of an automatic link, and of what came next to it.
_EXPLAINED, _EXPLAINED_LINK = 5, 2
# The score of an identifier that agrees and that nothing contradicts, when the model would say less.
_KEY_SCORE = 99.0
# The model's own score from which a kind of evidence is taken at its word. Siblings share model numbers.
_TAKEN_FROM = {Evidence.BARCODE: 0.0, Evidence.MAKER: 0.0, Evidence.MODEL: 80.0}
_TAKEN_BY_KIND = np.array([_TAKEN_FROM.get(kind, np.inf) for kind in Evidence])
# A name is found far faster than the member of an enumeration.
_MAKER, _NUMBER = Evidence.MAKER, Evidence.NUMBER
_TWICE = "the catalogue has this product twice"
_CLAIMED = "another row of this supplier fits it better"
_AGAINST = "the identifier agrees, but something contradicts it"
_SIBLING = "things that differ share model numbers here, and the row does not say which of them it is"


@dataclass(frozen=True)
class Thresholds:
    """On the scale 0-100, with the proof that local decisions give of scores."""

    auto: float
    potential: float
    proof: Proof


def worth(
    logits: NDArray[np.float64], kinds: NDArray[np.int8], doubted: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Of candidates whether an identifier alone may link, and their score (0-100).

    A score is calibrated, except that a key that agrees and that nothing makes doubtful is taken at its word.
    """
    believed = 100 * sigmoid(logits)
    keys = ~doubted & (believed >= _TAKEN_BY_KIND[kinds])
    return keys, np.round(np.where(keys, np.maximum(believed, _KEY_SCORE), believed), 1)


#: one candidate as it is ranked: what is less comes first; its score (0-100) and logit are negative
Ranked = tuple[float, float, str, int]


class Option(NamedTuple):
    """The first candidate of a row on its way to a decision; ``contradicted``: its evidence needs a person's word.

    ``key`` and ``score`` as ``worth`` has them; ``twice``: the catalogue has it twice; ``sibling``: its number may mean
    a sibling of it that the catalogue lacks; ``claimed``: another row of the batch fits it better.
    """

    product_id: str
    evidence: Evidence
    score: float
    key: bool
    contradicted: bool = False
    twice: bool = False
    sibling: bool = False
    claimed: bool = False

    @property
    def kind(self) -> Evidence:
        """What decisions about such candidates are counted under."""
        return Evidence.CONTRADICTED if self.contradicted else self.evidence


def linked(product_id: str) -> dict[str, Any]:
    """A person said yes: no question is asked again."""
    return {
        "status": "auto_matched",
        "product_id": product_id,
        "score": 100.0,
        "candidates": [{"product_id": product_id, "score": 100.0, "why": ["a person linked this row before"]}],
    }


def unmatched() -> dict[str, Any]:
    return {"status": "unmatched", "product_id": None, "score": None, "candidates": []}


def decide(
    best: Option,
    ranked: Sequence[Ranked],
    at: Thresholds,
    *,
    why: Callable[[int], list[str]],
) -> dict[str, Any]:
    """The result of one row, whose candidates are ``ranked``, ``best`` the first of them.

    ``why`` makes the reasons of the one at a place.
    """
    score = _proved_score(best, at)
    status = "potential_match" if score >= at.potential else "unmatched"
    reason = _still_asked(best, at)
    if reason is None:
        status = "auto_matched"
    explained = _EXPLAINED_LINK if reason is None else _EXPLAINED
    candidates = [
        _candidate(product_id, -less, why(place) if rank < explained else [])
        for rank, (less, _, product_id, place) in enumerate(ranked[:SHOWN])
    ]
    if reason is not None and (best.score >= at.auto or best.evidence <= _NUMBER):
        candidates[0]["why"] = [*candidates[0]["why"], reason]
    candidates[0]["score"] = score
    return {
        "status": status,
        "product_id": None if status == "unmatched" else best.product_id,
        "score": score,
        "candidates": candidates,
    }


def _candidate(product_id: str, score: float, why: list[str]) -> dict[str, Any]:
    """``against``: the places of the facts in ``why`` that speak against it; not there where none does."""
    against = [place for place, fact in enumerate(why) if isinstance(fact, Against)] if why else None
    told: dict[str, Any] = {"product_id": product_id, "score": score, "why": why}
    return {**told, "against": against} if against else told


def _proved_score(best: Option, at: Thresholds) -> float:
    """What decisions made of its kind and band, where that is more than the model says.

    A barcode or a maker's number that something contradicts is at least a question.
    """
    if best.contradicted and best.evidence <= _MAKER:
        return max(best.score, at.potential)
    standing = at.proof.standing(best.kind, best.score, at.auto)
    if not standing.proved:
        return best.score
    if best.kind > _NUMBER:
        return max(best.score, round(min(standing.least, _KEY_SCORE), 1))
    return max(best.score, round(min(standing.share, _KEY_SCORE), 1))


def _still_asked(best: Option, at: Thresholds) -> str | None:
    """Why a person is asked about the first candidate; None when nobody need be."""
    if best.twice:
        return _TWICE
    if best.claimed:
        return _CLAIMED
    if best.contradicted and best.evidence <= _MAKER:
        return _AGAINST
    if best.key and best.score >= at.auto:
        return None
    standing = at.proof.standing(best.kind, best.score, at.auto)
    if standing.proved and _proved_score(best, at) >= at.auto:
        return None
    return _short(best, at)


def _short(best: Option, at: Thresholds) -> str:
    """The honest state of this kind of evidence: what was right so far, and until when it is asked."""
    standing = at.proof.standing(best.kind, best.score, at.auto)
    if best.contradicted and best.evidence <= _NUMBER:
        return _AGAINST
    if best.sibling and standing.decided < standing.wanted:
        return _SIBLING
    if not standing.decided:
        return "not linked on its own: no decision yet about such candidates"
    asked = f"{standing.right} of {standing.decided} right so far among such candidates"
    return f"{asked}; asked until {standing.wanted}" if standing.decided < standing.wanted else asked

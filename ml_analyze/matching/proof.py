"""What decisions prove: by kind of evidence and band of scores, so that what was right long enough links alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.evidence import Evidence
from ml_analyze.matching.model import sigmoid

# So many decided first candidates of a kind and band have to be there; without an identifier more.
_LEAST, _LEAST_WORDS = 20, 50
_PRECISION = 0.98
_BANDS = (0.0, 50.0, 65.0, 80.0, 90.0, 95.0, 100.1)
# From some score upwards, wherever the decisions themselves put it, a kind is proved as a whole: without an identifier
# one more wrong and still as precise; and right among the lowest that are freed, as many as make a proof.
_LEAST_SCORE, _LEAST_SHARE = 50.0, 95.0


@dataclass(frozen=True)
class Standing:
    """Of one kind of evidence and band: how many first candidates were decided on, and how many were right.

    ``least`` is what the lowest of them are worth (0-100), where they are proved from some score upwards.
    """

    right: int
    decided: int
    wanted: int
    least: float = 0.0

    @property
    def share(self) -> float:
        """What such a candidate is worth, 0-100: the rule of succession leaves room for what was not seen yet."""
        return 100 * (self.right + 1) / (self.decided + 2)

    @property
    def proved(self) -> bool:
        return self.decided >= self.wanted and self.right >= _PRECISION * self.decided


class Proof:
    """Logits of decided first candidates while they were held back, their evidence, and whether a person agreed."""

    def __init__(self, logits: NDArray[np.float64], evidence: NDArray[np.int8], right: NDArray[np.bool_]) -> None:
        self.logits, self.evidence, self.right = logits, evidence, right
        self._scores = np.round(100 * sigmoid(logits), 1)
        self._known: dict[tuple[Evidence, float, float, int], Standing] = {}
        self._proved: dict[tuple[Evidence, int], tuple[float, Standing] | None] = {}

    @classmethod
    def none(cls) -> Proof:
        return cls(np.zeros(0), np.zeros(0, dtype=np.int8), np.zeros(0, dtype=bool))

    def standing(self, kind: Evidence, score: float, auto: float) -> Standing:
        """How candidates of this kind fared: all from some score upwards where that is proof, else the band's.

        ``score`` is 0-100, ``auto`` the score that links.
        """
        wanted = _wanted(kind, auto)
        if not len(self.logits):
            return Standing(0, 0, wanted)
        proved = self._from_where(kind, wanted)
        if proved is not None and proved[0] <= score:
            return proved[1]
        edges = (*_BANDS, auto)
        low = max(edge for edge in edges if edge <= score)
        return self._counted(kind, (low, min(edge for edge in edges if edge > low)), wanted)

    def _from_where(self, kind: Evidence, wanted: int) -> tuple[float, Standing] | None:
        """Where proof begins, if anywhere: the lowest score from which on decisions of the kind are right."""
        if (kind, wanted) not in self._proved:
            self._proved[kind, wanted] = self._begins(kind, wanted)
        return self._proved[kind, wanted]

    def _begins(self, kind: Evidence, wanted: int) -> tuple[float, Standing] | None:
        here = np.flatnonzero((self.evidence == kind) & (self._scores >= _LEAST_SCORE))
        here = here[np.argsort(-self._scores[here], kind="stable")]
        if len(here) < wanted:
            return None
        scores, right = self._scores[here], np.cumsum(self.right[here])
        decided = np.arange(1, len(here) + 1)
        among = np.minimum(decided, wanted)
        lowest = right - np.concatenate((np.zeros(wanted, dtype=np.int64), right))[: len(here)]
        least = 100 * (lowest + 1) / (among + 2)
        # Equal scores are freed together or not at all.
        last = np.append(scores[1:] < scores[:-1], True)
        proved = (
            (decided >= wanted)
            & (right >= _PRECISION * (decided + (kind >= Evidence.NAME)))
            & (least >= _LEAST_SHARE)
            & last
        )
        if not proved.any():
            return None
        at = int(np.flatnonzero(proved)[-1])
        return float(scores[at]), Standing(int(right[at]), int(decided[at]), wanted, float(least[at]))

    def _counted(self, kind: Evidence, band: tuple[float, float], wanted: int) -> Standing:
        asked = (kind, *band, wanted)
        if asked not in self._known:
            here = (self.evidence == kind) & (self._scores >= band[0]) & (self._scores < band[1])
            self._known[asked] = Standing(int(self.right[here].sum()), int(here.sum()), wanted)
        return self._known[asked]


@lru_cache(maxsize=100)
def _wanted(kind: Evidence, auto: float) -> int:
    """So many decisions make a proof; at 95 as many as make the rule of succession say 95, all of them right."""
    by_threshold = ceil((2 * auto / 100 - 1) / (1 - auto / 100)) if auto < 100 else 10**9
    return max(_LEAST if kind < Evidence.NAME else _LEAST_WORDS, by_threshold)

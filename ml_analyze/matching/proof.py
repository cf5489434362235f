"""What decisions prove: by kind of evidence and band of scores, so that what was right long enough links alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

from ml_analyze.matching.grounds import Evidence
from ml_analyze.matching.model import sigmoid

# Proof: were only so many of all such candidates right, decisions would come out this well at most three times in ten.
_PRECISION, _SURE = 0.98, 0.7
# The fewest decisions, none of them wrong, that say so; an uncontradicted identifier begins with most of them.
_LEAST, _BEFOREHAND = 60, 40
_BANDS = (0.0, 50.0, 65.0, 80.0, 90.0, 95.0, 100.1)
# From some score upwards, wherever the decisions themselves put it, a kind is proved as a whole; and so many of the
# lowest that are freed are worth this share.
_LEAST_SCORE, _LEAST_SHARE, _LOWEST = 50.0, 95.0, 50


@dataclass(frozen=True)
class Standing:
    """Of one kind of evidence and band: how many first candidates were decided on, and how many were right.

    ``least`` is what the lowest of them are worth (0-100), where they are proved from some score upwards.
    """

    right: int
    decided: int
    wanted: int
    beforehand: int
    least: float = 0.0

    @property
    def share(self) -> float:
        """What such a candidate is worth, 0-100: the rule of succession leaves room for what was not seen yet."""
        return 100 * (self.right + 1) / (self.decided + 2)

    @property
    def proved(self) -> bool:
        enough = self.decided >= self.wanted
        return enough and bool(_surely_right(self.decided - self.right, self.decided + self.beforehand))


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
        if not len(self.logits):
            return _unasked(kind, auto)
        wanted = _wanted(kind, auto)
        proved = self._from_where(kind, wanted)
        if proved is not None and proved[0] <= score:
            return proved[1]
        edges = (*_BANDS, auto)
        low = max(edge for edge in edges if edge <= score)
        return self._counted(kind, (low, min(edge for edge in edges if edge > low)), wanted)

    def _from_where(self, kind: Evidence, wanted: int) -> tuple[float, Standing] | None:
        """Where proof ends on the way down, if it is anywhere: see ``_begins``."""
        if (kind, wanted) not in self._proved:
            self._proved[kind, wanted] = self._begins(kind, wanted)
        return self._proved[kind, wanted]

    def _begins(self, kind: Evidence, wanted: int) -> tuple[float, Standing] | None:
        """The lowest score of the first run of scores, from the top down, from each of which on the kind is proved.

        The lowest of all that look proved would be one that chance favoured: so many are looked at.
        """
        here = np.flatnonzero((self.evidence == kind) & (self._scores >= _LEAST_SCORE))
        here = here[np.argsort(-self._scores[here], kind="stable")]
        scores, right = self._scores[here], np.cumsum(self.right[here])
        decided = np.arange(1, len(here) + 1)
        lowest = min(wanted, _LOWEST)
        among = right - np.concatenate((np.zeros(lowest, dtype=np.int64), right))[: len(here)]
        least = 100 * (among + 1) / (np.minimum(decided, lowest) + 2)
        proved = _surely_right(decided - right, decided + _beforehand(kind)) & (least >= _LEAST_SHARE)
        # Equal scores are freed together or not at all.
        ends = np.flatnonzero(np.append(scores[1:] < scores[:-1], True)[: len(here)] & (decided >= wanted))
        if not proved[ends].any():
            return None
        run = ends[int(proved[ends].argmax()) :]
        at = int(run[proved[run].cumprod().sum() - 1])
        standing = Standing(int(right[at]), int(decided[at]), wanted, _beforehand(kind), float(least[at]))
        return float(scores[at]), standing

    def _counted(self, kind: Evidence, band: tuple[float, float], wanted: int) -> Standing:
        asked = (kind, *band, wanted)
        if asked not in self._known:
            here = (self.evidence == kind) & (self._scores >= band[0]) & (self._scores < band[1])
            self._known[asked] = Standing(int(self.right[here].sum()), int(here.sum()), wanted, _beforehand(kind))
        return self._known[asked]


@lru_cache(maxsize=100)
def _unasked(kind: Evidence, auto: float) -> Standing:
    """Where nobody decided on anything."""
    return Standing(0, 0, _wanted(kind, auto), _beforehand(kind))


def _surely_right(wrong: Any, decided: Any) -> Any:
    """Whether candidates of which no more than ``_PRECISION`` are right would hardly have so few ``wrong`` ones."""
    return bdtr(wrong, decided, 1 - _PRECISION) <= 1 - _SURE


def _beforehand(kind: Evidence) -> int:
    """Decisions that are as good as made: 99 of 100 uncontradicted identifiers were right in the sets at hand."""
    return _BEFOREHAND if kind < Evidence.NAME else 0


@lru_cache(maxsize=100)
def _wanted(kind: Evidence, auto: float) -> int:
    """So many decisions make a proof; at 95 as many as make the rule of succession say 95, all of them right."""
    by_threshold = ceil((2 * auto / 100 - 1) / (1 - auto / 100)) if auto < 100 else 10**9
    return max(_LEAST - _beforehand(kind), by_threshold)

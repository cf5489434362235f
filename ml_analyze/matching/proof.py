"""What decisions prove: by kind of evidence and band of scores, so that what was right long enough links alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.evidence import Evidence
from ml_analyze.matching.model import sigmoid

# So many decided first candidates of a kind and band have to be there; without an identifier more.
_LEAST, _LEAST_WORDS = 20, 50
_PRECISION = 0.98
_BANDS = (0.0, 50.0, 65.0, 80.0, 90.0, 95.0, 100.1)
# From where on upwards all decisions are counted together, when a band is not clean but its best part is; the weakest
# part of what is then freed has to be right so often by itself, in so many decisions.
_FROM = (50.0, 65.0, 80.0, 90.0, 95.0, 97.0, 98.0, 99.0, 99.5, 99.8)
_WEAKEST, _LEAST_WEAKEST = 0.95, 10


@dataclass(frozen=True)
class Standing:
    """Of one kind of evidence and band: how many first candidates were decided on, and how many were right."""

    right: int
    decided: int
    wanted: int

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
        self._scores = 100 * sigmoid(logits)
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
        proved = self._from_where(kind, wanted)
        if proved is not None and proved[0] <= score:
            return proved[1]
        edges = (*_BANDS, auto)
        low = max(edge for edge in edges if edge <= score)
        return self._counted(kind, (low, min(edge for edge in edges if edge > low)), wanted)

    def _from_where(self, kind: Evidence, wanted: int) -> tuple[float, Standing] | None:
        """Where proof begins, if anywhere: the lowest score from which on decisions of the kind are right."""
        if (kind, wanted) in self._proved:
            return self._proved[kind, wanted]
        found = None
        for low, high in zip(_FROM, (*_FROM[1:], _BANDS[-1]), strict=True):
            tail, weakest = (self._counted(kind, (low, end), wanted) for end in (_BANDS[-1], high))
            surely = weakest.decided >= _LEAST_WEAKEST and weakest.right >= _WEAKEST * weakest.decided
            if tail.proved and surely:
                found = low, tail
                break
        self._proved[kind, wanted] = found
        return found

    def _counted(self, kind: Evidence, band: tuple[float, float], wanted: int) -> Standing:
        asked = (kind, *band, wanted)
        if asked not in self._known:
            here = (self.evidence == kind) & (self._scores >= band[0]) & (self._scores < band[1])
            self._known[asked] = Standing(int(self.right[here].sum()), int(here.sum()), wanted)
        return self._known[asked]


def _wanted(kind: Evidence, auto: float) -> int:
    """So many decisions make a proof; at 95 as many as make the rule of succession say 95, all of them right."""
    by_threshold = ceil((2 * auto / 100 - 1) / (1 - auto / 100)) if auto < 100 else 10**9
    return max(_LEAST if kind < Evidence.NAME else _LEAST_WORDS, by_threshold)

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
        self._known: dict[tuple[Evidence, float, float], Standing] = {}

    @classmethod
    def none(cls) -> Proof:
        return cls(np.zeros(0), np.zeros(0, dtype=np.int8), np.zeros(0, dtype=bool))

    def standing(self, kind: Evidence, score: float, auto: float) -> Standing:
        """How candidates of this kind fared in the band of ``score`` (0-100); ``auto`` is the score that links."""
        low = max(edge for edge in (*_BANDS, auto) if edge <= score)
        known = self._known.get((kind, low, auto))
        if known is None:
            high = min(edge for edge in (*_BANDS, auto) if edge > low)
            known = self._known[kind, low, auto] = self._standing(kind, (low, high), auto)
        return known

    def _standing(self, kind: Evidence, band: tuple[float, float], auto: float) -> Standing:
        here = (self.evidence == kind) & (self._scores >= band[0]) & (self._scores < band[1])
        # At 95 as many as make the rule of succession say 95, all of them right.
        by_threshold = ceil((2 * auto / 100 - 1) / (1 - auto / 100)) if auto < 100 else 10**9
        least = _LEAST if kind < Evidence.NAME else _LEAST_WORDS
        return Standing(int(self.right[here].sum()), int(here.sum()), max(least, by_threshold))

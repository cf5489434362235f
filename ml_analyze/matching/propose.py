"""From which score on a candidate is proposed: where asking about it makes the whole list come out best.

A list whose best candidates are worth 40 each is better proposed than left: with honest scores the expected F1 of
proposals is highest from half of that F1 on, which is below 50 wherever anything is unsure. Nothing here is labelled.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.model import sigmoid

Doubles = NDArray[np.float64]

#: an operator who asks for more than "likelier than not" has chosen, and gets just that
EVEN = 50.0
# A small list speaks of itself only as far as it goes: so many first candidates of a usual one are added.
_USUAL = np.asarray(sigmoid(np.linspace(-5.0, 4.0, 30)), dtype=np.float64)


def proposed_from(final: Doubles, potential: float) -> float:
    """The score (0-100) from which rows of a list are proposed, at most ``potential``.

    ``final`` are the settled logits of its candidates (rows x candidates).
    """
    if potential > EVEN or not len(final):
        return potential
    shares = np.sort(np.concatenate((sigmoid(final.max(axis=1)), _USUAL)))[::-1]
    right = np.cumsum(shares)
    best = float((2 * right / (np.arange(1, len(shares) + 1) + right[-1])).max())
    return min(potential, round(100 * best / 2, 1))

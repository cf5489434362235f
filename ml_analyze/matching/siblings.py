"""What tells a candidate from the nearest other candidate of its row, and which of both the row names."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.features import SIBLING
from ml_analyze.matching.pairs import Bools, Ints, Shared, Words, shared
from ml_analyze.matching.sheet import STRONG, WORD

Doubles = NDArray[np.float64]


def sibling_columns(found: Shared, nearness: Doubles) -> Doubles:
    """The ``SIBLING`` numbers of each pair (pairs x 5); ``nearness`` is its cosine with the row."""
    table = np.zeros((len(found), len(SIBLING)))
    rival = _rivals(nearness, found.lefts)
    pairs = np.flatnonzero(rival >= 0)
    if len(pairs):
        table[pairs] = _told_apart(found, pairs, rival[pairs], nearness[pairs])
    return table


def _rivals(nearness: Doubles, lefts: Ints) -> Ints:
    """The pair of each pair's nearest rival in its row (``lefts`` in rising order); -1 where it has none."""
    order = np.lexsort((-nearness, lefts))
    starts = np.searchsorted(lefts, lefts)
    first, second = order[starts], order[np.minimum(starts + 1, len(order) - 1)]
    alone = np.searchsorted(lefts, lefts, side="right") - starts < 2
    return np.where(alone, -1, np.where(first == np.arange(len(lefts)), second, first))


def _told_apart(found: Shared, pairs: Ints, rival: Ints, nearness: Doubles) -> Doubles:
    """Words that only one of both products has: which of them the row says."""
    sheet = found.other.words()
    each, which = np.unique(found.rights[rival], return_inverse=True)
    order = np.argsort(which, kind="stable")
    both = shared(sheet.take(each), sheet, which[order], found.rights[pairs][order])
    said, words = _said(found)
    mine, theirs = Words.of(both.other, both.rights), Words.of(both.one, both.lefts)
    strong = both.other.flags[both.right] & STRONG > 0, both.one.flags[both.left] & STRONG > 0
    marked = mine.marked(both.pair[strong[0]], both.right[strong[0]], both.other.starts[both.rights])
    their_marked = theirs.marked(both.pair[strong[1]], both.left[strong[1]], both.one.starts[both.lefts])
    weight = np.where(marked, 0.0, both.other.weights[mine.entries])
    their_weight = np.where(their_marked, 0.0, both.one.weights[theirs.entries])
    here, there = words.of_pairs(said, pairs[order]), words.of_pairs(said, rival[order])
    common = both.total(strong[0] & strong[1], both.other.weights[both.right].astype(np.float64) ** 2)
    cosine = common / (both.other.facts["norm"][both.rights] * both.one.facts["norm"][both.lefts])
    own, others = mine.total(weight, here), theirs.total(their_weight, there)
    total = mine.total(weight) + theirs.total(their_weight)
    total[total <= 0] = 1.0
    told = (cosine, nearness[order] - cosine, (own - others) / total, mine.most(weight, here) / 10, others / total)
    result = np.empty((len(pairs), len(told)))
    result[order] = np.stack(told, axis=1)
    return result


def _said(found: Shared) -> tuple[Bools, Words]:
    """The identifying words of each pair's product, and which of them the row has anywhere."""
    words = Words.of(found.other, found.rights)
    here = (found.one.kinds[found.left] == WORD) & (found.other.flags[found.right] & STRONG > 0)
    return words.marked(found.pair[here], found.right[here], found.other.starts[found.rights]), words

"""What the records of many pairs have in common, found for all pairs at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.sheet import Sheet, ends_of, ranges

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Doubles = NDArray[np.float64]

# So many records of the left side at once: their table of words stays small.
_AT_ONCE = 64


@dataclass(frozen=True)
class Shared:
    """Entries that a pair's records share: of pair ``pair[m]`` the entries ``left[m]`` and ``right[m]``.

    Pair ``k`` is of record ``lefts[k]`` of ``one`` and ``rights[k]`` of ``other``.
    """

    one: Sheet
    other: Sheet
    lefts: Ints
    rights: Ints
    pair: Ints
    left: Ints
    right: Ints

    def __len__(self) -> int:
        return len(self.lefts)

    def total(self, where: Bools, values: NDArray[Any] | None = None) -> Doubles:
        """Per pair how many shared entries are ``where``, or the sum of their ``values``."""
        weights = None if values is None else values[where].astype(np.float64)
        return np.bincount(self.pair[where], weights, minlength=len(self)).astype(np.float64)

    def most(self, where: Bools, values: NDArray[Any]) -> Doubles:
        """Per pair the largest of the ``values`` (none below 0)."""
        found = np.zeros(len(self))
        np.maximum.at(found, self.pair[where], values[where].astype(np.float64))
        return found

    def any(self, where: Bools) -> Bools:
        found = np.zeros(len(self), dtype=bool)
        found[self.pair[where]] = True
        return found


def shared(one: Sheet, other: Sheet, lefts: Ints, rights: Ints) -> Shared:
    """``lefts`` in rising order; pair ``k`` is of ``one[lefts[k]]`` and ``other[rights[k]]``."""
    found = []
    for first in range(0, len(one), _AT_ONCE):
        pairs = slice(*np.searchsorted(lefts, (first, first + _AT_ONCE)).tolist())
        if pairs.start < pairs.stop:
            last = min(first + _AT_ONCE, len(one))
            pair, left, right = _shared(one, other, lefts[pairs], rights[pairs], (first, last))
            found.append((pair + pairs.start, left, right))
    nothing = np.zeros(0, dtype=np.int64)
    parts = map(np.concatenate, zip(*found, strict=True)) if found else (nothing, nothing, nothing)
    return Shared(one, other, lefts, rights, *parts)


def _shared(one: Sheet, other: Sheet, lefts: Ints, rights: Ints, part: tuple[int, int]) -> tuple[Ints, Ints, Ints]:
    """The same of the pairs of a few records of ``one``: a table of records and words says which entry has it."""
    start, end = int(one.starts[part[0]]), int(one.starts[part[1]])
    words, word = np.unique(one.hashes[start:end], return_inverse=True)
    if not len(words):
        return (np.zeros(0, dtype=np.int64),) * 3
    owner = np.repeat(np.arange(part[1] - part[0]), np.diff(one.starts[part[0] : part[1] + 1]))
    table = np.zeros((part[1] - part[0]) * len(words), dtype=np.int32)
    table[owner * len(words) + word] = np.arange(1, end - start + 1)
    each, which = np.unique(rights, return_inverse=True)
    lengths = other.starts[each + 1] - other.starts[each]
    entry = ranges(other.starts[each], lengths)
    hashes = other.hashes[entry]
    at = np.minimum(np.searchsorted(words, hashes), len(words) - 1)
    known = words[at] == hashes
    entry, at = entry[known], at[known]
    counts = np.bincount(np.repeat(np.arange(len(each)), lengths)[known], minlength=len(each))
    starts = ends_of(counts)
    chosen = ranges(starts[which], counts[which])
    pair = np.repeat(np.arange(len(lefts)), counts[which])
    place = table[(lefts[pair] - part[0]) * len(words) + at[chosen]]
    both = place > 0
    return pair[both], place[both].astype(np.int64) + (start - 1), entry[chosen[both]]


@dataclass(frozen=True)
class Words:
    """The identifying words of one side of each pair, one pair after another, beside what the other side has."""

    ends: Ints
    entries: Ints

    @classmethod
    def of(cls, sheet: Sheet, records: Ints) -> Words:
        counts = sheet.facts["words"][records].astype(np.int64)
        return cls(ends_of(counts), ranges(sheet.starts[records], counts))

    def marked(self, pair: Ints, entry: Ints, starts: Ints) -> Bools:
        """Which of them are ``entry`` of ``pair``; ``starts`` of each pair's record."""
        marks = np.zeros(len(self.entries), dtype=bool)
        marks[self.ends[pair] + entry - starts[pair]] = True
        return marks

    def of_pairs(self, marks: Bools, pairs: Ints) -> Bools:
        """Those of some pairs, in their order."""
        return marks[ranges(self.ends[pairs], self.ends[pairs + 1] - self.ends[pairs])]

    def total(self, values: Doubles, where: Bools | None = None) -> Doubles:
        """Per pair the sum of the values of its words."""
        pair = np.repeat(np.arange(len(self.ends) - 1), np.diff(self.ends))
        given = values if where is None else values * where
        return np.bincount(pair, given, minlength=len(self.ends) - 1).astype(np.float64)

    def most(self, values: NDArray[Any], where: Bools) -> Doubles:
        """Per pair the largest of the values of its words, 0 where there is none."""
        found = np.zeros(len(self.ends) - 1)
        some = np.diff(self.ends) > 0
        if some.any():
            found[some] = np.maximum.reduceat(np.where(where, values, 0.0), self.ends[:-1][some])
        return found

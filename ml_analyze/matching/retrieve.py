"""Candidates over the whole catalogue: four lists searched, their ranks fused.

No list is walked in full: of a line's tokens only the rarest are followed, up to a budget of
entries, so that the effort a line does not grow with the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.compiled import Hot, hot
from ml_analyze.matching.hashed_words import Tokens, distinct
from ml_analyze.matching.index import LISTS, Index, Postings
from ml_analyze.matching.texts import Texts

# Entries followed a line and list, and what a list's vote weighs when ranks are fused (measured in bench).
BUDGET = {"keys": 200, "words": 4000, "grams": 6000, "full": 4000}
VOTE = {"keys": 3.0, "words": 1.0, "grams": 1.0, "full": 1.0}
_RANK_OFFSET, _RANK_SHARE = 10, 5.0
_DEPTH = 30
_LAST = 2**31 - 1


@dataclass(frozen=True)
class Candidates:
    """Of each line, the products found: ``numbers`` (lines x width, -1 where none), best first.

    ``ranks`` and ``scores`` (lines x width x lists): place in each list (0 is first, ``_DEPTH`` when
    the list does not have it) and the cosine there.
    """

    numbers: NDArray[np.int64]
    ranks: NDArray[np.float32]
    scores: NDArray[np.float32]


@dataclass(frozen=True)
class _Found:
    """What one list found, an entry a line and product: its rank in the line and its cosine."""

    line: NDArray[np.int64]
    number: NDArray[np.int64]
    rank: NDArray[np.int64]
    score: NDArray[np.float32]
    vote: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def voting(self, weight: float) -> _Found:
        return replace(self, vote=weight * (_RANK_SHARE / (_RANK_OFFSET + self.rank) + self.score))


def retrieve(index: Index, items: Sequence[Texts], *, width: int, without: Sequence[frozenset[int]] = ()) -> Candidates:
    """The first ``width`` products for each item; ``without`` names, per item, those never to propose."""
    refused = without or [frozenset()] * len(items)
    cut = {name: tokens([text(item) for item in items]) for name, (text, tokens) in LISTS.items()}
    compiled = hot()
    if compiled:
        return _compiled(compiled, index, cut, width, refused)
    found = [_search(index.lists[name], cut[name], len(items), BUDGET[name]).voting(VOTE[name]) for name in LISTS]
    return _fuse(found, index.size, width, refused)


def _compiled(
    compiled: Hot, index: Index, cut: Mapping[str, Tokens], width: int, without: Sequence[frozenset[int]]
) -> Candidates:
    """The same by compiled loops, whose tokens come line by line."""
    lines = len(without)
    best = np.empty((len(LISTS), lines, _DEPTH), dtype=np.int64)
    for place, name in enumerate(LISTS):
        tokens = (cut[name].doc, cut[name].hash)
        best[place] = compiled.nearest(tokens, index.lists[name], lines, budget=BUDGET[name], depth=_DEPTH)
    votes = np.array([VOTE[name] for name in LISTS])
    starts = np.cumsum([0, *map(len, without)], dtype=np.int64)
    refused = np.fromiter(chain.from_iterable(without), dtype=np.int64, count=int(starts[-1]))
    return Candidates(*compiled.fused(best, votes, (starts, refused), width=width))


def _search(postings: Postings, tokens: Tokens, lines: int, budget: int) -> _Found:
    """The nearest products of each line by one list."""
    pairs = distinct((tokens.doc << postings.bits) | postings.bucket(tokens.hash))
    line, bucket = pairs >> postings.bits, pairs & ((1 << postings.bits) - 1)
    idf = postings.idf(bucket)
    norm = np.sqrt(np.bincount(line, idf.astype(np.float64) ** 2, minlength=lines))
    length = postings.starts[bucket + 1] - postings.starts[bucket]
    order = np.lexsort((bucket, length, line))
    line, bucket, idf, length = line[order], bucket[order], idf[order], length[order]
    running = np.cumsum(length)
    firsts = np.searchsorted(line, np.arange(lines))
    before = np.concatenate(([0], running))[firsts]
    keep = (length > 0) & (running - before[line] <= budget)
    line, bucket, idf = line[keep], bucket[keep], idf[keep]
    starts = np.concatenate(([0], np.cumsum(np.bincount(line, minlength=lines))))
    weights = (idf / norm[line]).astype(np.float32)
    return _best((starts, bucket, weights), postings)


def _best(query: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]], postings: Postings) -> _Found:
    """The ``_DEPTH`` best of each line; equal scores in the order of the products' ids."""
    from scipy.sparse import csr_array

    starts, bucket, weights = query
    lines, buckets = len(starts) - 1, 1 << postings.bits
    asked = csr_array((weights, bucket.astype(np.int32), starts.astype(np.int32)), shape=(lines, buckets))
    product = asked @ csr_array((postings.weights, postings.docs, postings.starts), shape=(buckets, postings.total))
    # One number to sort by: a positive float's bits are in its order; below them the place from the end.
    keys = (product.data.view(np.int32).astype(np.int64) << 32) | (_LAST - product.indices)
    nearest = []
    for start, end in zip(product.indptr[:-1].tolist(), product.indptr[1:].tolist(), strict=True):
        line = keys[start:end]
        if end - start > _DEPTH:
            line.partition(end - start - _DEPTH)
            line = line[end - start - _DEPTH :]
        nearest.append(np.sort(line)[::-1])
    sizes = np.array([len(line) for line in nearest], dtype=np.int64)
    return _found(np.concatenate(nearest) if nearest else keys, sizes)


def _found(chosen: NDArray[np.int64], sizes: NDArray[np.int64]) -> _Found:
    """From the keys of each line, so many of each."""
    return _Found(
        np.repeat(np.arange(len(sizes)), sizes),
        _LAST - (chosen & _LAST),
        np.arange(len(chosen)) - np.repeat(np.cumsum(sizes) - sizes, sizes),
        (chosen >> 32).astype(np.int32).view(np.float32),
    )


def _fuse(found: Sequence[_Found], total: int, width: int, without: Sequence[frozenset[int]]) -> Candidates:
    """Votes of all lists for a product added up: a share for its rank and one for its cosine."""
    key = np.concatenate([one.line * total + one.number for one in found])
    vote = np.concatenate([one.vote for one in found])
    keys, place = np.unique(key, return_inverse=True)
    votes = np.bincount(place, vote, minlength=len(keys))
    refused = [line * total + number for line, numbers in enumerate(without) for number in numbers]
    votes[np.isin(keys, np.array(refused, dtype=np.int64))] = -1.0
    line = keys // total if len(keys) else keys
    order = np.lexsort((keys, -votes, line))
    position = np.empty(len(keys), dtype=np.int64)
    position[order] = np.arange(len(keys)) - np.searchsorted(line, line)
    position[(votes < 0) | (position >= width)] = width
    lines = len(without)
    # One place more than asked for, where everything goes that is not shown.
    numbers = np.full((lines, width + 1), -1, dtype=np.int64)
    numbers[line, position] = keys - line * total
    ranks = np.full((lines, width + 1, len(found)), _DEPTH, dtype=np.float32)
    scores = np.zeros((lines, width + 1, len(found)), dtype=np.float32)
    start = 0
    for which, one in enumerate(found):
        at = position[place[start : start + len(one.line)]]
        ranks[one.line, at, which] = one.rank
        scores[one.line, at, which] = one.score
        start += len(one.line)
    return Candidates(numbers[:, :width], ranks[:, :width], scores[:, :width])

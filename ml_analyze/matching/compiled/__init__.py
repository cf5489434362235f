"""The hot loops of matching compiled from C, where that was done: ``python -m ml_analyze.matching.compiled``.

Without a compiler the same numbers are reckoned with arrays, several times as slowly. ``make`` and the image compile;
a library that was made of another source is not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import CDLL, POINTER, Structure, byref, c_int, c_int64, c_uint64, c_void_p
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.features import PAIR, SIBLING

SOURCES = tuple(map(Path(__file__).with_name, ("pairs.c", "candidates.c")))
LIBRARY = Path(__file__).with_name("pairs.so")
#: what ``measure`` gives of a pair, in the order of the source
COLUMNS = (
    *PAIR,
    "common",
    "same_name",
    "names_one",
    "packs_differ",
    "colours_differ",
    "price_ratio",
    "brand_differs",
    "brand_agrees",
)
_YES_OR_NO = frozenset(
    [
        "code_equal", "code_fits_one_side", "accessory_one_sided", "maker_equal", "barcode_equal", "barcode_conflict",
        "same_script", "same_name", "names_one", "packs_differ", "colours_differ", "brand_differs", "brand_agrees",
    ]
)  # fmt: skip
_ENTRIES = ("starts", "hashes", "kinds", "flags", "weights", "amounts", "facts")
_OUT_OF_MEMORY = -1
_PIECES = ("pieces", "char_ends", "byte_ends", "chars", "bytes")

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
#: a ``Sheet`` and its ``Letters``, whose arrays are read by their names
Read = tuple[Any, Any]
#: how ``tokens`` cuts texts: the functions of hashed_words.py
WORDS, WORDS_AND_CODES, TRIGRAMS = range(3)


class _Sheet(Structure):
    _fields_ = [(name, c_void_p) for name in (*_ENTRIES, *_PIECES)]


class Hot:
    """The functions of the library; arrays are handed over as they lie in memory."""

    def __init__(self, library: CDLL) -> None:
        self._measure, self._trees = library.measure, library.trees
        self._tokens, self._asked, self._search, self._fused = (
            getattr(library, name) for name in ("tokens", "asked", "search", "fused")
        )
        self._tokens.restype = c_int64
        self._turned = library.turned
        self._turned.restype = None
        self._turned.argtypes = [c_int64, c_int64, *[c_void_p] * 7]
        self._placed, self._counted = library.placed, library.counted
        self._placed.restype = c_int64
        self._placed.argtypes = [c_int64, c_void_p, c_void_p, c_int, c_int64, c_void_p, c_void_p]
        self._counted.restype = None
        self._counted.argtypes = [c_int64, c_void_p, c_void_p]
        self._mentioning = library.mentioning
        self._mentioning.restype = None
        self._mentioning.argtypes = [c_int64, *[c_void_p] * 9]
        self._tokens.argtypes = [c_int, c_int64, *[c_void_p] * 4]
        self._asked.argtypes = [c_int64, c_int64, c_void_p, c_void_p, c_int, *[c_void_p] * 3, c_int64, *[c_void_p] * 3]
        self._fused.argtypes = [c_int64, c_int64, c_int, c_void_p, c_void_p, c_int64, *[c_void_p] * 5]
        self._measure.argtypes = [POINTER(_Sheet), POINTER(_Sheet), c_int64, *[c_void_p] * 4]
        self._search.argtypes = [c_int64, *[c_void_p] * 6, c_int64, c_int, c_void_p]
        self._trees.argtypes = [c_int64, c_int64, c_void_p, c_int64, c_int64, *[c_void_p] * 6]

    def measured(
        self, one: Read, other: Read, lefts: Ints, rights: Ints
    ) -> tuple[dict[str, NDArray[Any]], NDArray[np.float64]]:
        """``COLUMNS`` by name and the ``SIBLING`` numbers (pairs x 5); ``lefts`` in rising order.

        Raises:
            MemoryError
        """
        columns = np.empty((len(lefts), len(COLUMNS)))
        siblings = np.zeros((len(lefts), len(SIBLING)))
        lefts, rights = (np.ascontiguousarray(each, dtype=np.int64) for each in (lefts, rights))
        (ours, kept), (theirs, also) = _sheet(*one), _sheet(*other)
        if self._measure(byref(ours), byref(theirs), len(lefts), *map(_at, (lefts, rights, columns, siblings))):
            raise MemoryError
        del kept, also  # until here the library read them
        named = {name: columns[:, place] for place, name in enumerate(COLUMNS)}
        return {name: each > 0 if name in _YES_OR_NO else each for name, each in named.items()}, siblings

    def tokens(self, what: int, chars: NDArray[np.uint32], kinds: NDArray[np.uint8]) -> tuple[Ints, Hashes]:
        """Text and hash of each token of texts that end with a line break each; ``kinds`` of the basic plane's letters.

        Raises:
            MemoryError
        """
        docs, hashes = np.empty(len(chars), dtype=np.int64), np.empty(len(chars), dtype=np.uint64)
        count = self._tokens(what, len(chars), *map(_at, (chars, kinds, docs, hashes)))
        if count < 0:
            raise MemoryError
        return docs[:count], hashes[:count]

    def placed(self, tokens: tuple[Ints, Hashes], bits: int, texts: int) -> tuple[NDArray[np.uint32], Ints]:
        """The different buckets of each text, rising, one text after another, and how many each has.

        ``tokens``: text, in rising order, and hash of each.
        """
        docs, hashes = tokens
        buckets, lengths = np.empty(len(docs), dtype=np.uint32), np.empty(texts, dtype=np.int64)
        count = self._placed(len(docs), *map(_at, (docs, hashes)), bits, texts, *map(_at, (buckets, lengths)))
        return buckets[:count], lengths

    def counted(self, buckets: NDArray[np.uint32], counts: NDArray[np.int32]) -> None:
        """Add to ``counts`` how often each bucket is there."""
        self._counted(len(buckets), *map(_at, (buckets, counts)))

    def turned(
        self, lengths: Ints, buckets: NDArray[np.uint32], known: Sequence[Any], into: Sequence[Any], first: int
    ) -> None:
        """Write documents, numbered from ``first``, into the lists of their buckets.

        ``known``: entries kept of each bucket, its rarity; ``into``: the next free place of each, documents, weights.
        """
        self._turned(len(lengths), first, *map(_at, (lengths, buckets, *known, *into)))

    def nearest(self, tokens: tuple[Ints, Hashes], postings: Any, lines: int, *, budget: int, depth: int) -> Ints:
        """Per line the ``depth`` best documents (lines x depth): score bits above the place from the end, -1 for none.

        ``tokens``: line, in rising order, and hash of each.

        Raises:
            MemoryError
        """
        docs, hashes = tokens
        starts, buckets = np.empty(lines + 1, dtype=np.int64), np.empty(len(docs), dtype=np.int64)
        weights = np.empty(len(docs), dtype=np.float32)
        known = (postings.starts, postings.counts, postings.rarity)
        where = (*map(_at, (docs, hashes)), postings.bits, *map(_at, known), budget)
        if self._asked(lines, len(docs), *where, *map(_at, (starts, buckets, weights))):
            raise MemoryError
        best = np.empty((len(starts) - 1, depth), dtype=np.int64)
        arrays = (starts, buckets, weights, postings.starts, postings.docs, postings.weights)
        if self._search(len(best), *map(_at, arrays), postings.total, depth, _at(best)):
            raise MemoryError
        return best

    def fused(
        self, best: Ints, votes: NDArray[np.float64], refused: tuple[Ints, Ints], *, width: int
    ) -> tuple[Ints, NDArray[np.float32], NDArray[np.float32]]:
        """``Candidates`` of what the lists found (lists x lines x depth); ``refused``: where each line starts, numbers.

        Raises:
            MemoryError
        """
        lists, lines, depth = best.shape
        numbers = np.empty((lines, width), dtype=np.int64)
        ranks, scores = (np.empty((lines, width, lists), dtype=np.float32) for _ in range(2))
        out = map(_at, (*refused, numbers, ranks, scores))
        if self._fused(lists, lines, depth, _at(best), _at(votes), width, *out):
            raise MemoryError
        return numbers, ranks, scores

    def mentioning(
        self, letters: Any, records: Ints, asked: Ints, texts: tuple[Ints, Ints, NDArray[np.uint8]]
    ) -> NDArray[np.bool_]:
        """Of each of the records of ``letters`` whether its bytes have one of the texts that ``asked`` names.

        ``texts``: where the texts of a name start among all, where each of all ends, their bytes.
        """
        found = np.empty(len(records), dtype=np.uint8)
        own = (letters.pieces, letters.byte_ends, letters.bytes)
        self._mentioning(len(records), *map(_at, (records, asked, *texts, *own, found)))
        return found.view(np.bool_)

    def leaves(self, table: NDArray[np.float32], trees: Any) -> NDArray[np.float32] | None:
        """Per row of the table the sum of the leaves of all trees; None of trees with too many leaves for these loops.

        Raises:
            MemoryError
        """
        table = np.ascontiguousarray(table, dtype=np.float32)
        sums = np.empty(len(table), dtype=np.float32)
        arrays = (trees.feature, trees.threshold, trees.left, trees.right, trees.value, sums)
        failed = self._trees(*table.shape, _at(table), *trees.feature.shape, *map(_at, arrays))
        if failed == _OUT_OF_MEMORY:
            raise MemoryError
        return None if failed else sums


@cache
def hot() -> Hot | None:
    """The library, when there is one that was made of this source."""
    return of_this_source(LIBRARY)


def of_this_source(path: Path) -> Hot | None:
    try:
        library = CDLL(str(path))
    except OSError:
        return None
    library.made_of.restype = c_uint64
    return Hot(library) if library.made_of() == made_of() else None


def made_of() -> int:
    """What the library says of its source."""
    return crc32(b"".join(source.read_bytes() for source in SOURCES))


def _at(array: Any) -> int:
    if not array.flags.c_contiguous:
        raise ValueError("An array for the compiled loops does not lie in one piece.")
    address: int = array.ctypes.data
    return address


def _sheet(sheet: Any, letters: Any) -> tuple[_Sheet, list[NDArray[Any]]]:
    """The pointers, and the arrays that have to live as long as they are used."""
    arrays = [getattr(sheet, name) for name in _ENTRIES] + [getattr(letters, name) for name in _PIECES]
    return _Sheet(*map(_at, arrays)), arrays

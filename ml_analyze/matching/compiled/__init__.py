"""The hot loops of matching compiled from ``pairs.c``, where that was done: ``python -m ml_analyze.matching.compiled``.

Without a compiler the same numbers are reckoned with arrays, several times as slowly. ``make`` and the image compile;
a library that was made of another source is not used.
"""

from __future__ import annotations

from ctypes import CDLL, POINTER, Structure, byref, c_int, c_int64, c_uint64, c_void_p
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.features import PAIR, SIBLING
from ml_analyze.matching.sheet import Sheet
from ml_analyze.matching.spellings import Letters

SOURCE, LIBRARY = Path(__file__).with_name("pairs.c"), Path(__file__).with_name("pairs.so")
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
_PIECES = ("pieces", "char_ends", "byte_ends", "chars", "bytes")

Ints = NDArray[np.int64]


class _Sheet(Structure):
    _fields_ = [(name, c_void_p) for name in (*_ENTRIES, *_PIECES)]


class Hot:
    """The functions of the library; arrays are handed over as they lie in memory."""

    def __init__(self, library: CDLL) -> None:
        self._measure, self._search, self._trees = library.measure, library.search, library.trees
        self._measure.argtypes = [POINTER(_Sheet), POINTER(_Sheet), c_int64, *[c_void_p] * 4]
        self._search.argtypes = [c_int64, *[c_void_p] * 6, c_int64, c_int, c_void_p]
        self._trees.argtypes = [c_int64, c_int64, c_void_p, c_int64, c_int64, *[c_void_p] * 6]

    def measured(
        self, one: tuple[Sheet, Letters], other: tuple[Sheet, Letters], lefts: Ints, rights: Ints
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

    def nearest(self, query: tuple[Ints, Ints, NDArray[np.float32]], postings: Any, depth: int) -> Ints:
        """Per line the ``depth`` best documents (lines x depth): score bits above the place from the end, -1 for none.

        ``query``: where each line starts, its buckets, their weights.

        Raises:
            MemoryError
        """
        starts, buckets, weights = query
        best = np.empty((len(starts) - 1, depth), dtype=np.int64)
        arrays = (starts, buckets, weights, postings.starts, postings.docs, postings.weights)
        if self._search(len(best), *map(_at, arrays), postings.total, depth, _at(best)):
            raise MemoryError
        return best

    def leaves(self, table: NDArray[np.float32], trees: Any) -> NDArray[np.float32]:
        """Per row of the table the sum of the leaves of all trees.

        Raises:
            MemoryError
        """
        table = np.ascontiguousarray(table, dtype=np.float32)
        sums = np.empty(len(table), dtype=np.float32)
        arrays = (trees.feature, trees.threshold, trees.left, trees.right, trees.value, sums)
        if self._trees(*table.shape, _at(table), *trees.feature.shape, *map(_at, arrays)):
            raise MemoryError
        return sums


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
    return crc32(SOURCE.read_bytes())


def _at(array: NDArray[Any]) -> int:
    if not array.flags.c_contiguous:
        raise ValueError("An array for the compiled loops does not lie in one piece.")
    return array.ctypes.data


def _sheet(sheet: Sheet, letters: Letters) -> tuple[_Sheet, list[NDArray[Any]]]:
    """The pointers, and the arrays that have to live as long as they are used."""
    arrays = [getattr(sheet, name) for name in _ENTRIES] + [getattr(letters, name) for name in _PIECES]
    return _Sheet(*map(_at, arrays)), arrays

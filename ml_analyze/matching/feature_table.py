"""Rows with their candidates to one table of features."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.compiled import hot
from ml_analyze.matching.features import FEATURES, PAIR, SEARCH, SIBLING, fill_rivals, search_features
from ml_analyze.matching.grounds import Doubts, Stands, stands
from ml_analyze.matching.hashed_words import distinct
from ml_analyze.matching.index import Index
from ml_analyze.matching.measure import Columns, measured
from ml_analyze.matching.pairs import shared
from ml_analyze.matching.products import Products
from ml_analyze.matching.record import Record, records
from ml_analyze.matching.retrieve import Candidates, retrieve
from ml_analyze.matching.sheet import Sheet, sheet_of, strings_of
from ml_analyze.matching.siblings import sibling_columns
from ml_analyze.matching.spellings import Letters
from ml_analyze.matching.texts import texts_of

WIDTH = 15


@dataclass(frozen=True)
class Compared:
    """``table`` (rows x ``WIDTH`` x features) of the candidates ``numbers`` (-1 where there is none).

    ``stands`` says what each stands on, ``prices`` what it costs (0 where that is not known). A product that the
    catalogue has twice is one candidate, the one with the lowest number; ``copies`` names the others by row and
    candidate: they are no rivals of each other. ``doubts`` of the pairs that were looked at closely.
    """

    items: list[Record]
    numbers: NDArray[np.int64]
    table: NDArray[np.float32]
    stands: Stands
    prices: NDArray[np.float64]
    copies: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    doubts: Doubts = field(default_factory=dict)

    @property
    def valid(self) -> NDArray[np.bool_]:
        return self.numbers >= 0

    def found(self, row: int) -> list[int]:
        """All candidates of a row, copies included."""
        own = [int(n) for n in self.numbers[row] if n >= 0]
        return own + [copy for n in own for copy in self.copies.get((row, n), ())]


class Comparison:
    """Compares rows with the products of an index."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.products = Products(index)

    def compare(self, rows: Sequence[Mapping[str, Any]], *, without: Sequence[frozenset[int]] = ()) -> Compared:
        """The candidates of each row, those ``without`` names for it left out, and what was measured of them."""
        texts = [texts_of(row) for row in rows]
        found = retrieve(self.index, texts, width=WIDTH, without=without)
        items = records(rows, texts, self.index)
        numbers = distinct(found.numbers[found.numbers >= 0])
        met = _Met(numbers, *self.products.compared(numbers))
        copies = _taken_together(found.numbers, _twins(met))
        measured = _measured(items, found, met, copies)
        record, listed = self.products.record, found.numbers.tolist()
        looked, seen = measured.stands.looked_at(
            lambda row, at: (items[row], record(listed[row][at])), partial(met.mentioning, found.numbers)
        )
        return replace(measured, stands=looked, doubts=seen)


@dataclass(frozen=True)
class _Met:
    """The products (``numbers``, rising) that are candidates of a batch, and their ``places`` in sheet and letters."""

    numbers: NDArray[np.int64]
    sheet: Sheet
    letters: Letters
    places: NDArray[np.int64]

    def mentioning(
        self,
        candidates: NDArray[np.int64],
        rows: NDArray[np.int64],
        places: NDArray[np.bool_],
        texts: Sequence[Collection[str]],
    ) -> NDArray[np.bool_]:
        """Those of some ``places`` (a line for each of ``rows``) whose products have a text of the row's in theirs."""
        asked, at = map(np.ascontiguousarray, np.nonzero(places & (candidates[rows] >= 0)))
        records = self.places[np.searchsorted(self.numbers, candidates[rows[asked], at])]
        found = np.zeros(places.shape, dtype=bool)
        found[asked, at] = self.letters.mentioning(records, asked, texts)
        return found


def _measured(items: list[Record], found: Candidates, met: _Met, copies: dict[tuple[int, int], list[int]]) -> Compared:
    valid = found.numbers >= 0
    lefts, rights = np.nonzero(valid)[0], np.searchsorted(met.numbers, found.numbers[valid])
    columns, told = _pairs(items, met, lefts, rights)
    table = np.zeros((*found.numbers.shape, len(FEATURES)), dtype=np.float32)
    pairs = np.stack([columns[name] for name in PAIR], axis=1, dtype=np.float32, casting="unsafe")
    table[:, :, len(PAIR) : len(PAIR) + len(SEARCH)] = search_features(found.scores, found.ranks)
    table[valid, : len(PAIR)] = pairs
    table[valid, len(PAIR) + len(SEARCH) : len(PAIR) + len(SEARCH) + len(SIBLING)] = told
    fill_rivals(table, valid)
    table[~valid] = 0
    prices = np.zeros(valid.shape)
    prices[valid] = met.sheet.facts["price"][met.places[rights]]
    return Compared(items, found.numbers, table, stands(columns, lefts).laid_out(valid), prices, copies)


def _pairs(
    items: list[Record], met: _Met, lefts: NDArray[np.int64], rights: NDArray[np.int64]
) -> tuple[Columns, NDArray[np.float64]]:
    """What is measured of each pair, and the ``SIBLING`` numbers: compiled, or with arrays."""
    sheet, own = sheet_of(items), [strings_of(item) for item in items]
    compiled = hot()
    if compiled:
        products = met.sheet, met.letters
        return compiled.measured((sheet, Letters.of(own)), products, lefts, met.places[rights])
    strings = [met.letters.strings(place) for place in met.places.tolist()]
    common = shared(sheet, met.sheet.take(met.places), lefts, rights)
    columns = measured(common, [own[at] for at in lefts.tolist()], [strings[at] for at in rights.tolist()])
    return columns, sibling_columns(common, columns["name_cosine"].astype(np.float32).astype(np.float64))


def _twins(met: _Met) -> dict[int, int]:
    """Products that are the same in all that is shown of them, each with the lowest number of its kind."""
    _, first, which, counts = np.unique(
        met.sheet.facts["shown"][met.places], return_index=True, return_inverse=True, return_counts=True
    )
    several = np.flatnonzero(counts[which] > 1)
    return dict(zip(met.numbers[several].tolist(), met.numbers[first[which[several]]].tolist(), strict=True))


def _taken_together(numbers: NDArray[np.int64], twins: Mapping[int, int]) -> dict[tuple[int, int], list[int]]:
    """Take copies of a candidate out of ``numbers``, in place; returns them by row and candidate kept."""
    copies: dict[tuple[int, int], list[int]] = {}
    if not twins:
        return copies
    several = np.flatnonzero(np.isin(numbers, list(twins)).any(axis=1))
    for row, line in zip(several.tolist(), numbers[several].tolist(), strict=True):
        kept: dict[int, int] = {}
        for place, number in enumerate(line):
            if number not in twins:
                continue
            first = kept.setdefault(twins[number], number)
            if first != number:
                copies.setdefault((row, first), []).append(number)
                numbers[row, place] = -1
    return copies

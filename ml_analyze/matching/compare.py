"""Rows with their candidates to one table of features."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.features import (
    FEATURES,
    PAIR,
    SEARCH,
    SIBLING,
    fill_rivals,
    pair_features,
    search_features,
    sibling_features,
)
from ml_analyze.matching.index import Index
from ml_analyze.matching.record import Record, records
from ml_analyze.matching.retrieve import Candidates, retrieve

WIDTH = 15
_RECORDS_KEPT = 30_000


@dataclass(frozen=True)
class Compared:
    """``table`` (rows x ``WIDTH`` x features) of the candidates ``numbers`` (-1 where there is none).

    A product that the catalogue has twice is one candidate, the one with the lowest number; ``copies`` names the
    others by row and candidate: they are no rivals of each other.
    """

    items: list[Record]
    numbers: NDArray[np.int64]
    table: NDArray[np.float32]
    copies: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    @property
    def valid(self) -> NDArray[np.bool_]:
        return self.numbers >= 0

    def found(self, row: int) -> list[int]:
        """All candidates of a row, copies included."""
        own = [int(n) for n in self.numbers[row] if n >= 0]
        return own + [copy for n in own for copy in self.copies.get((row, n), ())]


class Comparison:
    """Compares rows with an index; keeps the records of the products it met last."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._records: OrderedDict[int, Record] = OrderedDict()

    def compare(self, rows: Sequence[Mapping[str, Any]], *, without: Sequence[frozenset[int]] = ()) -> Compared:
        """The candidates of each row, those ``without`` names for it left out, and what was measured of them."""
        found = retrieve(self.index, rows, width=WIDTH, without=without)
        items = records(rows, self.index)
        products = self.products(set(found.numbers[found.numbers >= 0].tolist()))
        copies = _taken_together(found.numbers, products)
        return Compared(items, found.numbers, self._measure(items, found, products), copies)

    def _measure(self, items: list[Record], found: Candidates, products: Mapping[int, Record]) -> NDArray[np.float32]:
        table = np.zeros((*found.numbers.shape, len(FEATURES)), dtype=np.float32)
        valid = found.numbers >= 0
        lines = [[products[n] for n in numbers if n >= 0] for numbers in found.numbers.tolist()]
        pairs = [pair_features(item, product) for item, line in zip(items, lines, strict=True) for product in line]
        if pairs:
            table[valid, : len(PAIR)] = np.array(pairs, dtype=np.float32)
        table[:, :, len(PAIR) : len(PAIR) + len(SEARCH)] = search_features(found.scores, found.ranks)
        nearness = np.where(valid, table[:, :, 0], -1.0)
        told = [
            each
            for row, (item, line) in enumerate(zip(items, lines, strict=True))
            for each in sibling_features(item, line, nearness[row][valid[row]])
        ]
        if told:
            table[valid, len(PAIR) + len(SEARCH) : len(PAIR) + len(SEARCH) + len(SIBLING)] = told
        fill_rivals(table, valid)
        table[~valid] = 0
        return table

    def products(self, numbers: set[int]) -> dict[int, Record]:
        """The records of products, from memory or read now."""
        kept = self._records
        missing = sorted(n for n in numbers if n not in kept)
        read = records([self.index.product(n).fields for n in missing], self.index)
        kept.update(zip(missing, read, strict=True))
        wanted = {n: kept[n] for n in numbers}
        while len(kept) > max(_RECORDS_KEPT, len(numbers)):
            kept.popitem(last=False)
        return wanted


def _taken_together(numbers: NDArray[np.int64], products: Mapping[int, Record]) -> dict[tuple[int, int], list[int]]:
    """Take copies of a candidate out of ``numbers``, in place; returns them by row and candidate kept."""
    same: dict[tuple[str, str, str, float], list[int]] = {}
    for number, product in products.items():
        same.setdefault((product.name, product.brand, product.barcode, product.price), []).append(number)
    twins = {number: min(group) for group in same.values() if len(group) > 1 for number in group}
    copies: dict[tuple[int, int], list[int]] = {}
    if not twins:
        return copies
    for row, line in enumerate(numbers.tolist()):
        kept: dict[int, int] = {}
        for place, number in enumerate(line):
            if number not in twins:
                continue
            first = kept.setdefault(twins[number], number)
            if first != number:
                copies.setdefault((row, first), []).append(number)
                numbers[row, place] = -1
    return copies

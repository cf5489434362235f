"""Rows with their candidates to one table of features."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.features import FEATURES, PAIR, SEARCH, fill_rivals, pair_features, search_features
from ml_analyze.matching.index import Index
from ml_analyze.matching.record import Record, records
from ml_analyze.matching.retrieve import Candidates, retrieve

WIDTH = 15
_RECORDS_KEPT = 30_000


@dataclass(frozen=True)
class Compared:
    """``table`` (rows x ``WIDTH`` x features) of the candidates ``numbers`` (-1 where there is none)."""

    items: list[Record]
    numbers: NDArray[np.int64]
    table: NDArray[np.float32]

    @property
    def valid(self) -> NDArray[np.bool_]:
        return self.numbers >= 0


class Comparison:
    """Compares rows with an index; keeps the records of the products it met last."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._records: OrderedDict[int, Record] = OrderedDict()

    def compare(self, rows: Sequence[Mapping[str, Any]], *, without: Sequence[frozenset[int]] = ()) -> Compared:
        """The candidates of each row, those ``without`` names for it left out, and what was measured of them."""
        found = retrieve(self.index, rows, width=WIDTH, without=without)
        items = records(rows, self.index)
        return Compared(items, found.numbers, self._measure(items, found))

    def _measure(self, items: list[Record], found: Candidates) -> NDArray[np.float32]:
        table = np.zeros((*found.numbers.shape, len(FEATURES)), dtype=np.float32)
        valid = found.numbers >= 0
        products = self.products(set(found.numbers[valid].tolist()))
        pairs = [
            pair_features(item, products[number])
            for item, numbers in zip(items, found.numbers.tolist(), strict=True)
            for number in numbers
            if number >= 0
        ]
        if pairs:
            table[valid, : len(PAIR)] = np.array(pairs, dtype=np.float32)
        table[:, :, len(PAIR) : len(PAIR) + len(SEARCH)] = search_features(found.scores, found.ranks)
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

"""Matrices: a price in every cell, sizes across and down (width by height, bore by stroke). An item a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ml_analyze.extraction.grid import Row, Sheet, column_letters, text_of

from .currency import BARE_DOLLAR
from .lexicon import lexicon
from .price_cells import PriceReader
from .profile import number_of

_LEAST_ACROSS, _LEAST_DOWN = 2, 3
_LEAST_CELLS = 12
_GAP = 2  # rows between the sizes across and the first prices
_FILLED, _RISING = 0.6, 0.7
_TITLE_ROWS = 8
_TITLE_CHARS = 120


@dataclass(frozen=True)
class Matrix:
    """``across``: column → its size; ``down``: (row, its size); ``title``: what stands above, '' for nothing."""

    sheet: Sheet
    head: int
    across: dict[int, str]
    down: list[tuple[int, str]]
    title: str

    @property
    def last(self) -> int:
        return self.down[-1][0] + 1

    def lines(self, currency: str | None) -> Iterator[dict[str, Any]]:
        """An item for each cell with a price, named by the title and both sizes."""
        read = PriceReader(lexicon(), None).read
        for at, height in self.down:
            row = self.sheet.rows[at]
            for column, width in self.across.items():
                price = read(row[column] if column < len(row) else None)
                if price.value is None:
                    continue
                size = f"{width} x {height}"
                line: dict[str, Any] = {"kind": "item", "name": f"{self.title} {size}".strip(), "price": price.value}
                shown = self.sheet.money.get(column)
                line["currency"] = ("USD" if shown == BARE_DOLLAR else shown) or price.currency or currency
                if self.title:
                    line["category"] = [self.title]
                cell = f"{column_letters(column)}{at + 1}"
                line["source"] = {"sheet": self.sheet.name, "row": at + 1, "cells": {"price": cell, "name": cell}}
                yield line


def find_matrices(sheet: Sheet) -> list[Matrix]:
    """All matrices of a sheet, from top to bottom."""
    if sheet.rest is not None or sheet.places is not None:
        return []
    found: list[Matrix] = []
    for index, row in enumerate(sheet.rows):
        if found and index < found[-1].last:
            continue
        across = _sizes_across(row)
        matrix = _below(sheet, index, across) if across else None
        if matrix:
            found.append(matrix)
    return found


def without(sheet: Sheet, matrices: Sequence[Matrix]) -> Sheet:
    """The sheet with the rows of its matrices left blank."""
    rows = list(sheet.rows)
    for matrix in matrices:
        for at in range(matrix.head, matrix.last):
            rows[at] = [None] * len(rows[at])
    return replace(sheet, rows=rows)


def _sizes_across(row: Row) -> dict[int, str]:
    """The longest run of growing numbers, which ends the row; all that is left of it is words."""
    run: list[int] = []
    for at in range(len(row) - 1, -1, -1):
        if not text_of(row[at]):
            continue
        number = number_of(row[at])
        if (
            number is None
            or number <= 0
            or (run and not (run[-1] - at == 1 and number < (number_of(row[run[-1]]) or 0)))
        ):
            break
        run.append(at)
    if len(run) < _LEAST_ACROSS or run[-1] == 0 or any(number_of(cell) is not None for cell in row[: run[-1]]):
        return {}
    return {at: text_of(row[at]) for at in reversed(run)}


def _below(sheet: Sheet, head: int, across: dict[int, str]) -> Matrix | None:
    first = min(across)
    down: list[tuple[int, str]] = []
    for at in range(head + 1, len(sheet.rows)):
        row = sheet.rows[at]
        sizes = [number for cell in row[:first] if (number := number_of(cell)) is not None]
        filled = sum(number_of(row[column]) is not None for column in across if column < len(row))
        if not filled:
            if down or at - head > _GAP:
                break
            continue
        words = any(text_of(cell) and number_of(cell) is None for cell in row[:first])
        if words or len(sizes) != 1 or (down and sizes[0] <= float(down[-1][1])):
            break
        down.append((at, f"{sizes[0]:g}"))
    if len(down) < _LEAST_DOWN or len(down) * len(across) < _LEAST_CELLS or not _is_of_prices(sheet, across, down):
        return None
    return Matrix(sheet, head, across, down, _title(sheet, head))


def _is_of_prices(sheet: Sheet, across: dict[int, str], down: list[tuple[int, str]]) -> bool:
    """Whether most cells are filled and grow to the right and downwards."""
    cells = [
        [number_of(row[column]) if column < len(row) else None for column in across]
        for row in (sheet.rows[at] for at, _ in down)
    ]
    known = sum(cell is not None for line in cells for cell in line)
    if known < _FILLED * len(across) * len(down):
        return False
    pairs = [pair for line in cells for pair in pairwise(line)]
    pairs += [pair for line in zip(*cells, strict=True) for pair in pairwise(line)]
    both = [(one, two) for one, two in pairs if one is not None and two is not None]
    return sum(one <= two for one, two in both) >= _RISING * len(both)


def _title(sheet: Sheet, head: int) -> str:
    """The nearest text above that stands alone in its row."""
    for at in range(head - 1, max(-1, head - _TITLE_ROWS), -1):
        texts = [text for cell in sheet.rows[at] if (text := text_of(cell))]
        if len(texts) == 1 and len(texts[0]) <= _TITLE_CHARS and number_of(texts[0]) is None:
            return texts[0]
        if any(number_of(cell) is not None for cell in sheet.rows[at]):
            break
    return ""

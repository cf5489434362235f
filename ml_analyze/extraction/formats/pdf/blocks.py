"""Rows printed in two or three blocks side by side: the same kinds of columns again, equally far apart."""

from __future__ import annotations

from ml_analyze.extraction.grid import Row
from ml_analyze.extraction.understanding.profile import number_of

from .rivers import Columns

_LEAST_ROWS, _SAME = 4, 0.8
_MOVED = 6.0  # points
_MOST = 4


def blocks_across(columns: Columns, rows: list[Row]) -> int:
    """In how many blocks the columns of rows without a header fall; 1 for one table."""
    full = [row for row in rows if sum(map(bool, row)) >= 2]
    if len(full) < _LEAST_ROWS or _repeats(full[0]):  # repeated headers part blocks by themselves
        return 1
    kinds = [_kind(at, full) for at in range(len(columns))]
    for across in range(2, _MOST + 1):
        wide, rest = divmod(len(columns), across)
        first = kinds[:wide]
        alike = not rest and wide > 1 and first * across == kinds and {"text", "number"} <= set(first)
        if alike and all(_moved(columns, at, wide) for at in range(len(columns) - wide)):
            return across
    return 1


def _repeats(row: Row) -> bool:
    cells = [cell for cell in row if isinstance(cell, str)]
    return len(set(cells)) < len(cells)


def _kind(at: int, rows: list[Row]) -> str:
    cells = [str(cell) for row in rows if at < len(row) and (cell := row[at])]
    if not cells:
        return ""
    numbers = sum(number_of(cell) is not None for cell in cells)
    coded = sum(" " not in cell and any(map(str.isdigit, cell)) for cell in cells)
    kind = "number" if numbers > _SAME * len(cells) else "code" if coded > _SAME * len(cells) else "text"
    return kind if kind != "text" or numbers < (1 - _SAME) * len(cells) else ""


def _moved(columns: Columns, at: int, wide: int) -> bool:
    """Whether a column stands as far from its like in the next block as the first columns of both do."""
    far = columns[wide][0] - columns[0][0]
    (left, right), (other_left, other_right) = columns[at], columns[at + wide]
    return abs(other_left - left - far) < _MOVED or abs(other_right - right - far) < _MOVED

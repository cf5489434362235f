"""Codes behind an apostrophe ('00123), which a spreadsheet hides and a program that fills one writes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ml_analyze.extraction.grid import Row, Sheet

_QUOTED = re.compile(r"'\d[^']*")
_LOOKED_AT, _LEAST = 300, 3


def unquote_codes(sheet: Sheet, column: int, first: int) -> None:
    """Take the apostrophes from a column of codes all of which have one."""
    cells = [row[column] for row in sheet.rows[first : first + _LOOKED_AT] if column < len(row) and row[column]]
    quoted = [cell for cell in cells if isinstance(cell, str) and _QUOTED.fullmatch(cell)]
    if len(quoted) < _LEAST or len(quoted) < len(cells):
        return
    _unquote(sheet.rows[first:], column)
    if sheet.rest is not None:
        sheet.rest = _unquoted(sheet.rest, column)


def _unquoted(batches: Iterator[list[Row]], column: int) -> Iterator[list[Row]]:
    for rows in batches:
        _unquote(rows, column)
        yield rows


def _unquote(rows: Iterable[Row], column: int) -> None:
    for row in rows:
        cell = row[column] if column < len(row) else None
        if isinstance(cell, str) and _QUOTED.fullmatch(cell):
            row[column] = cell[1:]

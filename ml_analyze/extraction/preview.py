"""A window of a file's cells as they stand, with how the file would be read: what a person sees when correcting."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from handoff.api import Hints, Preview, Reading

from .grid import Grid, Row, Sheet, text_of
from .limits import Limits, Unreadable
from .price_list import read_grid, understand

_CELL_CHARS = 300


_DEFAULT_LIMITS = Limits()


def preview(
    path: Path,
    *,
    member: str | None = None,
    sheet: str | None,
    first_row: int,
    rows: int,
    hints: Hints,
    limits: Limits = _DEFAULT_LIMITS,
) -> Preview:
    """The texts of ``rows`` rows from ``first_row`` (from 1) of a sheet, the first used one if none is named."""
    grid = read_grid(path, hints, limits, member=member)
    reading: Reading | None
    try:
        reading = understand(grid, hints).reading
    except Unreadable as refused:
        reading = refused.reading
    index = _index(grid, sheet, reading)
    shown = grid.sheets[index]
    window = _window(shown, first_row - 1, rows)
    hidden = [row + 1 for row in sorted(shown.hidden_rows)]
    return Preview(
        sheets=[each.name for each in grid.sheets],
        sheet=shown.name,
        first_row=first_row,
        cells=[[text_of(cell)[:_CELL_CHARS] or None for cell in row] for row in window],
        hidden_rows=[row for row in hidden if first_row <= row < first_row + rows],
        reading=reading,
    )


def all_rows(path: Path, *, sheet: str | None, hints: Hints, limits: Limits = _DEFAULT_LIMITS) -> Iterator[list[str]]:
    """The texts of every row of a sheet, the first one if none is named."""
    grid = read_grid(path, hints, limits)
    shown = grid.sheets[_index(grid, sheet, None)]
    for row in chain(shown.rows, chain.from_iterable(shown.rest) if shown.rest is not None else ()):
        yield [text_of(cell) for cell in row]


def _index(grid: Grid, wanted: str | None, reading: Reading | None) -> int:
    names = [sheet.name for sheet in grid.sheets]
    if wanted is not None:
        if wanted not in names:
            raise Unreadable("NO_SUCH_SHEET", f"The file has no sheet {wanted!r}.")
        return names.index(wanted)
    used = next((sheet.name for sheet in reading.sheets if sheet.used), None) if reading else None
    return names.index(used) if used in names else 0


def _window(sheet: Sheet, start: int, count: int) -> list[Row]:
    rest = chain.from_iterable(sheet.rest) if sheet.rest is not None else iter(())
    return list(islice(chain(sheet.rows, rest), start, start + count))

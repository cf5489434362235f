"""How deep a title stands: by outline and indentation of a workbook, or by the blanks before its text."""

from __future__ import annotations

from ml_analyze.extraction.grid import Row, Sheet

_LOOKED_AT, _LEAST_ROWS, _LEAST_LEVELS = 500, 3, 2


def levels_of(sheet: Sheet) -> dict[int, int]:
    """Row → depth, where a sheet's rows stand at several depths; nothing where they do not."""
    if not sheet.levels and any(map(_blanks_of, sheet.rows[:_LOOKED_AT])):
        sheet.levels = _blanks_before(sheet)
    return sheet.levels if len({*sheet.levels.values()}) >= _LEAST_LEVELS else {}


def _blanks_of(row: Row) -> tuple[int, int] | None:
    """The column of a row's first text, and how many blanks stand before it."""
    at, text = next(((at, cell) for at, cell in enumerate(row) if isinstance(cell, str) and cell.strip()), (0, ""))
    blanks = len(text) - len(text.lstrip(" \u00a0"))
    return (at, blanks) if blanks else None


def _blanks_before(sheet: Sheet) -> dict[int, int]:
    """Blanks before the first text of each row, where all rows that have some have them in one column."""
    found = {index: blanks for index, row in enumerate(sheet.rows) if (blanks := _blanks_of(row))}
    one = len({column for column, _ in found.values()}) == 1
    return {index: blanks for index, (_, blanks) in found.items()} if one and len(found) >= _LEAST_ROWS else {}


class Titles:
    """The titles that stand over a row, each within those of lesser depth."""

    def __init__(self, levels: dict[int, int]) -> None:
        self._levels = levels
        self._open: list[tuple[int, str]] = []

    @property
    def told(self) -> bool:
        """Whether depths are known at all."""
        return bool(self._levels)

    def is_parent(self, index: int) -> bool:
        """Whether the next row stands deeper than this one."""
        return self._levels.get(index + 1, 0) > self._levels.get(index, 0)

    def enter(self, index: int, title: str) -> list[str]:
        """Open a title; returns the path from then on."""
        depth = self._levels.get(index, 0)
        self._open = [*(each for each in self._open if each[0] < depth), (depth, title)]
        return [text for _, text in self._open]

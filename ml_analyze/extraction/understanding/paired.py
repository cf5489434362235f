"""Items of two rows: the name alone, and below it code, unit and price. The name is put where its header says it is.

Nothing is moved: each row keeps its number, and the row of the name is left without one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from ml_analyze.extraction.grid import Row, Sheet, text_of

from .lexicon import lexicon
from .profile import number_of

_LOOKED_AT, _LEAST, _NEARLY_ALL = 600, 3, 0.8


def join_pairs(sheet: Sheet) -> None:
    """Give the rows of a sheet most of whose items are pairs their names; any other sheet stays as it is."""
    if sheet.known is not None or sheet.running:
        return
    column = _column_of_names(sheet)
    if column is None:
        return
    for above, row in pairwise([row for row in sheet.rows if any(map(text_of, row))]):
        _lift(above, row, column)
    if sheet.rest is not None:
        sheet.rest = _joined(sheet.rest, column)


def _column_of_names(sheet: Sheet) -> int | None:
    """The column that holds a text alone above nearly every row with a number, and nothing in those rows."""
    rows = [row for row in sheet.rows[:_LOOKED_AT] if any(map(text_of, row))]
    priced = sum(_is_rest(row) for row in rows)
    found = Counter(
        at for above, row in pairwise(rows) if (at := _alone(above)) is not None and _is_rest(row) and not _at(row, at)
    )
    if not found:
        return None
    column, count = found.most_common(1)[0]
    if count < max(_LEAST, _NEARLY_ALL * priced):
        return None
    first = next(place for place, row in enumerate(rows) if _alone(row) == column)
    heads = [row for row in rows[:first] if _at(row, column) and _alone(row) is None]
    return column if heads and "category" not in lexicon().roles_of(_at(heads[-1], column)) else None


def _joined(batches: Iterator[list[Row]], column: int) -> Iterator[list[Row]]:
    """The batches, each cut so that a name and its row stay together."""
    held: list[Row] = []
    for batch in batches:
        rows = held + batch
        for above, row in pairwise(rows):
            _lift(above, row, column)
        held = [rows.pop()] if rows and _alone(rows[-1]) == column else []
        yield rows
    if held:
        yield held


def _lift(above: Row, row: Row, column: int) -> None:
    if _alone(above) == column and _is_rest(row) and not _at(row, column):
        row[column], above[column] = above[column], None


def _alone(row: Row) -> int | None:
    """Where the one text of a row stands, if it holds nothing else."""
    filled = [at for at, cell in enumerate(row) if text_of(cell)]
    return filled[0] if len(filled) == 1 and number_of(row[filled[0]]) is None else None


def _is_rest(row: Row) -> bool:
    """Whether a row holds a number and something beside it."""
    filled = [cell for cell in row if text_of(cell)]
    return len(filled) > 1 and any(number_of(cell) is not None for cell in filled)


def _at(row: Row, column: int) -> str:
    return text_of(row[column]) if column < len(row) else ""

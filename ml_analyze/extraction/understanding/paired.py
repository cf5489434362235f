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
    way = _way_of_names(sheet)
    if way is None:
        return
    for above, row in pairwise([row for row in sheet.rows if any(map(text_of, row))]):
        _lift(above, row, *way)
    if sheet.rest is not None:
        sheet.rest = _joined(sheet.rest, *way)


def _way_of_names(sheet: Sheet) -> tuple[int, int] | None:
    """From which column to which: a text stands alone above nearly every row with a number, and the other is empty."""
    rows = [row for row in sheet.rows[:_LOOKED_AT] if any(map(text_of, row))]
    priced = [row for row in rows if _is_rest(row)]
    found = Counter(at for above, row in pairwise(rows) if (at := _alone(above)) is not None and _is_rest(row))
    if not found:
        return None
    source, count = found.most_common(1)[0]
    if count < max(_LEAST, _NEARLY_ALL * len(priced)):
        return None
    first = next(place for place, row in enumerate(rows) if _alone(row) == source)
    heads = next((row for row in reversed(rows[:first]) if _alone(row) is None), [])
    free = [at for at in range(len(heads)) if _at(heads, at) and not any(_at(row, at) for row in priced)]
    named = [at for at in free if "name" in lexicon().roles_of(_at(heads, at))]
    if source in free and "category" not in lexicon().roles_of(_at(heads, source)):
        return source, source
    return (source, named[0]) if named else None


def _joined(batches: Iterator[list[Row]], source: int, target: int) -> Iterator[list[Row]]:
    """The batches, each cut so that a name and its row stay together."""
    held: list[Row] = []
    for batch in batches:
        rows = held + batch
        for above, row in pairwise(rows):
            _lift(above, row, source, target)
        held = [rows.pop()] if rows and _alone(rows[-1]) == source else []
        yield rows
    if held:
        yield held


def _lift(above: Row, row: Row, source: int, target: int) -> None:
    if _alone(above) == source and _is_rest(row) and target < len(row) and not _at(row, target):
        row[target], above[source] = above[source], None


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

"""What a workbook's marks mean for its cells: texts as they are shown, faults without a value, and what is doubtful."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from handoff.doubts import Doubt, DoubtCode
from ml_analyze.extraction.grid import Row, Sheet, column_letters, text_of

from .marks import Marks, Place
from .styles import shown_code

_NAMED = 5
_TAKEN = 0.6  # hidden rows are as often sold no more as filtered away
_UNKNOWN = 0.3
_FEW = 0.02


def as_shown(rows: Iterator[Row], marks: Marks) -> Iterator[Row]:
    """The rows with codes as their formats show them, without what is struck out, faults without any value."""
    changed = marks.codes.keys() | {row for row, _ in (*marks.faults, *marks.struck)}
    if not changed:
        return rows
    by_row: dict[int, list[Place]] = {}
    for place in (*marks.faults, *marks.struck):
        by_row.setdefault(place[0], []).append(place)
    return _shown(rows, marks, changed=changed, by_row=by_row)


def _shown(rows: Iterator[Row], marks: Marks, *, changed: set[int], by_row: dict[int, list[Place]]) -> Iterator[Row]:
    for index, row in enumerate(rows):
        if index in changed:
            for at, pattern in marks.codes.get(index, ()):
                value = row[at] if at < len(row) else None
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    row[at] = shown_code(value, pattern)
            for place in by_row.get(index, ()):
                _take_out(row, place, marks)
        yield row


def _take_out(row: Row, place: Place, marks: Marks) -> None:
    at = place[1]
    if at >= len(row):
        return
    if place in marks.kept:
        row[at] = marks.kept[place] or None
    elif place in marks.struck:
        marks.struck[place] = text_of(row[at])
        row[at] = None
    else:
        row[at] = None


def tell(sheet: Sheet, marks: Marks, *, beyond: int) -> list[str]:
    """Put the marks into the sheet, with the doubts they raise; returns sentences for the reading.

    ``beyond`` is how many columns the sheet has that were not read.
    """
    sheet.faults, sheet.struck, sheet.money_cells = marks.faults, marks.struck, marks.money
    sheet.hidden_rows = frozenset(marks.hidden_rows)
    sheet.levels = marks.levels or marks.indents
    told = []
    if beyond > 0:
        sheet.doubts.append(
            Doubt(what=DoubtCode.COLUMNS_LEFT_OUT, where=sheet.name, choice=str(beyond), probability=_UNKNOWN)
        )
        told.append(f"{beyond} columns of sheet {sheet.name!r} stand behind the last that is read.")
    if marks.faults:
        doubt, sentence = _faults(sheet, marks)
        sheet.doubts.append(doubt)
        told.append(sentence)
    hidden = sorted(row for row in marks.hidden_rows if row < len(sheet.rows) and any(map(text_of, sheet.rows[row])))
    if len(hidden) > _FEW * len(sheet.rows):
        places = _listed([f"{row + 1}" for row in islice(hidden, _NAMED)], len(hidden))
        sheet.doubts.append(
            Doubt(
                what=DoubtCode.HIDDEN_ROWS, where=f"{sheet.name}: {places}", choice=str(len(hidden)), probability=_TAKEN
            )
        )
    if hidden:
        told.append(
            f"{len(hidden)} rows of sheet {sheet.name!r} are hidden or filtered away and were read like the others."
        )
    if marks.struck:
        told.append(
            f"{len(marks.struck)} cells of sheet {sheet.name!r} are struck out; only what is not struck was read."
        )
    return told


def _faults(sheet: Sheet, marks: Marks) -> tuple[Doubt, str]:
    places = [f"{column_letters(column)}{row + 1}" for row, column in islice(sorted(marks.faults), _NAMED)]
    where = f"{sheet.name}: {_listed(places, len(marks.faults))}"
    doubt = Doubt(what=DoubtCode.FORMULAS, where=where, choice=str(len(marks.faults)), probability=_UNKNOWN)
    return (
        doubt,
        f"{len(marks.faults)} cells of sheet {sheet.name!r} hold an error or a formula without a stored value.",
    )


def _listed(places: list[str], count: int) -> str:
    return ", ".join(places) + (", …" if count > len(places) else "")

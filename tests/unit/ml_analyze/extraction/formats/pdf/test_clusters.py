"""Cells of several lines are told by how close their lines stand, or not at all."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.formats.pdf.clusters import clustered, gather, lone_home
from ml_analyze.extraction.formats.pdf.lines import Part
from ml_analyze.extraction.formats.pdf.rivers import Columns
from tests.unit.ml_analyze.extraction.formats.pdf.typeset import part, texts_of

COLUMNS: Columns = [(0.0, 90.0), (200.0, 230.0)]
READ = [["Oak table large", "12.50"], ["Pine shelf small", "13.50"], ["Ash chair high", "14.50"]]


def set_rows(within: float, between: float, *, row_at: int = 0) -> list[Part]:
    """Three rows whose names have two lines each; the amount stands beside the line ``row_at``."""
    block: list[Part] = []
    top = 0.0
    for name, amount in READ:
        first, second, third = name.split()
        for place, text in enumerate((f"{first} {second}", third)):
            cells = [(0.0, text), (200.0, amount)] if place == row_at else [(0.0, text)]
            block.append(part(top, *cells))
            top += within if place == 0 else between
    return block


def test_lines_closer_than_rows_are_one_cell() -> None:
    made = clustered(set_rows(11, 18), COLUMNS)
    assert made is not None and texts_of(made) == READ


@pytest.mark.parametrize(("between", "told"), [(13.0, True), (12.5, False), (11.0, False)])
def test_steps_of_nearly_one_size_tell_nothing(between: float, told: bool) -> None:
    assert (clustered(set_rows(11, between), COLUMNS) is not None) is told


def test_a_row_stands_at_its_first_line_or_its_middle_and_never_at_its_last() -> None:
    assert clustered(set_rows(11, 18, row_at=1), COLUMNS) is None
    middle = [
        [part(at), part(at + 11, (0.0, "b"), (200.0, f"{at}.50")), part(at + 22, (0.0, "c"))] for at in (0, 40, 80)
    ]
    for group, at in zip(middle, (0, 40, 80), strict=True):
        group[0] = part(at, (0.0, "a"))
    made = clustered([each for group in middle for each in group], COLUMNS)
    assert made is not None and texts_of(made) == [["a b c", f"{at}.50"] for at in (0, 40, 80)]


def test_what_is_not_told_for_one_row_leaves_all_rows_as_they_are() -> None:
    block = [*set_rows(11, 18)[:4], part(60, (0, "Ash chair")), part(71, (0, "high"), (200, "14.50"))]
    before = texts_of(block)
    assert clustered(block, COLUMNS) is None
    assert texts_of(block) == before


def test_notes_below_the_last_row_are_no_part_of_it() -> None:
    block = set_rows(11, 18)
    block.append(part(block[-1][0].top + 11, (0.0, "All prices without tax.")))
    made = clustered(block, COLUMNS)
    assert made is not None and texts_of(made) == [*READ, ["All prices without tax."]]


def test_one_row_one_column_or_no_lone_texts_tell_nothing() -> None:
    assert clustered(set_rows(11, 18)[:2], COLUMNS) is None
    assert clustered(set_rows(11, 18), COLUMNS[:1]) is None
    assert clustered(set_rows(11, 18)[::2], COLUMNS) is None
    assert clustered([], COLUMNS) is None


def test_lone_texts_have_a_home_only_where_all_stand_in_one_column_and_none_is_prose() -> None:
    row, lone = part(0, (0.0, "Oak"), (200.0, "12.50")), part(11, (0.0, "table"))
    assert lone_home([row, lone], COLUMNS) == 0
    assert lone_home([row, lone, part(22, (200.0, "net"))], COLUMNS) is None
    assert lone_home([row, lone, part(22, (0.0, "long words of a text " * 4))], COLUMNS) is None
    assert lone_home([row], COLUMNS) is None


def test_a_row_without_a_text_of_its_own_gets_a_cell_where_its_lines_stand() -> None:
    block = [part(0, (0.0, "Oak")), part(5, (100.0, "A-1"), (200.0, "12.50")), part(10, (0.0, "table"))]
    gather(block, 1, range(3), [(0.0, 90.0), (100.0, 120.0), (200.0, 230.0)], 0)
    assert texts_of(block[1:2]) == [["Oak table", "A-1", "12.50"]]
    assert block[1][0].bottom == 20.0

"""Columns stand between rivers of white, weighed over all lines: no title closes them, no chance opens any."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analyze.extraction.formats.pdf.rivers import Columns, columns_of
from ml_analyze.extraction.formats.pdf.segments import Segment
from tests.unit.ml_analyze.extraction.formats.pdf.typeset import part

NAMES = ("Claw hammer", "Hand saw", "Steel rule", "Wood chisel", "Rubber mallet", "Hex key")


def rows(*cells: tuple[float, str], count: int = 6) -> list[list[Segment]]:
    """Lines that each hold these cells, ``#`` being the line's number and ``@`` its name."""
    return [
        part(
            12 * at, *((left, text.replace("#", str(at)).replace("@", NAMES[at % len(NAMES)])) for left, text in cells)
        )[1]
        for at in range(count)
    ]


def test_cells_below_each_other_are_columns_from_their_first_letter_to_their_last() -> None:
    assert columns_of(rows((0, "A-1#"), (50, "Bolt zinc"), (150, "1#.50"))) == [
        (0.0, 20.0),
        (50.0, 93.0),
        (150.0, 175.0),
    ]


def test_a_single_line_has_the_columns_of_its_cells_and_none_has_none() -> None:
    assert columns_of(rows((0, "Hammer"), (100, "12.50"), count=1)) == [(0.0, 30.0), (100.0, 125.0)]
    assert columns_of([]) == []


def test_a_title_over_several_columns_does_not_close_them() -> None:
    lines = rows((0, "@"), (100, "1#.50"), (150, "2#.50"))
    title = part(-12, (0, "Price in euros"), (102, "net and gross each"))[1]
    assert len(columns_of([title, *lines])) == 3


def test_words_that_happen_to_stand_under_each_other_are_one_text() -> None:
    lines = [part(12 * at, (0, f"Bolt M{at} zinc"), (100, f"{at}.50"))[1] for at in range(6)]
    assert len(columns_of(lines)) == 2


def test_two_numbers_with_a_blank_between_are_two_columns_and_thousands_are_one() -> None:
    amounts = [part(12 * at, (0, NAMES[at]), (100, f"1{at}.50 2{at}.50"))[1] for at in range(6)]
    thousands = [part(12 * at, (0, NAMES[at]), (100, f"{at + 1} 250,00"))[1] for at in range(6)]
    assert (len(columns_of(amounts)), len(columns_of(thousands))) == (3, 2)


@pytest.mark.parametrize(("noted", "columns"), [((), 2), ((20,), 2), ((20, 25), 3), (range(15, 30), 3)])
def test_what_a_few_lines_fill_is_a_column_and_what_one_of_many_does_is_none(
    noted: Sequence[int], columns: int
) -> None:
    lines = rows((0, "@"), (200, "1#.50"), count=30)
    for at in noted:
        lines[at].insert(1, *part(0, (120, "new"))[1])
    assert len(columns_of(lines)) == columns


def test_a_lone_text_at_the_top_of_a_few_lines_is_a_title_and_one_below_fills_a_column() -> None:
    titled, noted = rows((0, "@"), (200, "1#.50")), rows((0, "@"), (200, "1#.50"))
    titled[0].insert(1, *part(0, (120, "new"))[1])
    noted[4].insert(1, *part(0, (120, "new"))[1])
    assert (len(columns_of(titled)), len(columns_of(noted))) == (2, 3)


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 30), st.text("ab1.,", min_size=1, max_size=5)), min_size=2, max_size=5))
)
def test_columns_never_overlap_and_are_as_wide_as_what_stands_there(made: list[list[tuple[int, str]]]) -> None:
    lines = [part(12 * at, *((10.0 * left, text) for left, text in sorted(cells)))[1] for at, cells in enumerate(made)]
    columns: Columns = columns_of(lines)
    assert all(left <= right for left, right in columns)
    assert all(one[1] <= other[0] for one, other in pairwise(columns))
    assert bool(columns) is any(lines)

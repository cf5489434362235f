"""Lines of a page in regions of equal columns: rows, prose, feet, blocks side by side, prices at the ends of lines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analyze.extraction.formats.pdf.columns import Region, alike_columns, regions
from ml_analyze.extraction.formats.pdf.text import TextLine
from ml_analyze.extraction.grid import Row
from tests.unit.ml_analyze.extraction.formats.pdf.typeset import line

NAMES = ("Claw hammer", "Hand saw", "Steel rule", "Wood chisel", "Rubber mallet", "Hex key")
PROSE = "we deliver all of our goods within a few days to every place of the land"


def table(top: float = 0.0, *, count: int = 6, left: float = 0.0) -> list[TextLine]:
    return [
        line(top + 12 * at, (left, f"A-{at}"), (left + 50, NAMES[at]), (left + 180, f"{at + 1}.50"))
        for at in range(count)
    ]


def rows_of(lines: list[TextLine]) -> list[list[Row]]:
    return [region.rows for region in regions(lines)]


ROWS: list[Row] = [[f"A-{at}", NAMES[at], f"{at + 1}.50"] for at in range(6)]


def test_lines_with_cells_below_each_other_are_rows_of_one_region() -> None:
    (region,) = regions(table())
    assert region.rows == ROWS
    assert (len(region.columns), len(region.lines), region.prose) == (3, 6, False)


def test_a_cell_that_is_empty_leaves_its_column_empty() -> None:
    lines = table()
    lines[2] = line(24, (0, "A-2"), (180, "3.50"))
    lines[3] = line(36, (50, NAMES[3]), (180, "4.50"))
    (rows,) = rows_of(lines)
    assert rows[2:4] == [["A-2", None, "3.50"], [None, NAMES[3], "4.50"]]


def test_a_paragraph_is_a_region_of_its_own_and_the_table_goes_on_behind_it() -> None:
    prose = [line(-60 + 12 * at, (0, PROSE)) for at in range(3)]
    found = regions([*prose, *table()])
    assert [(region.prose, len(region.rows)) for region in found] == [(True, 3), (False, 6)]
    assert found[0].rows[0] == [PROSE]


def test_the_foot_far_below_a_table_is_no_row_of_it() -> None:
    lines = [*table(), line(160, (0, "Acme Supplies, Main Street")), line(172, (0, "post@acme.example"))]
    found = regions(lines)
    assert [(region.prose, len(region.rows)) for region in found] == [(False, 6), (True, 2)]


def test_a_heading_between_rows_stands_in_the_first_column_that_it_lies_over() -> None:
    lines = [*table(count=3), line(36, (0, "Valves and pipes of brass")), *table(48, count=3)]
    (rows,) = rows_of(lines)
    assert rows[3] == ["Valves and pipes of brass", None, None]


def test_prices_at_the_ends_of_lines_are_a_column_where_most_lines_have_them() -> None:
    lines = [line(12 * at, (0, f"{name} {at + 2}.20 EUR")) for at, name in enumerate(NAMES)]
    (rows,) = rows_of(lines)
    assert rows == [[name, f"{at + 2}.20 EUR"] for at, name in enumerate(NAMES)]


def test_a_title_that_ends_in_an_amount_is_one_text() -> None:
    lines = [line(-20, (0, "Valves - from 12.50 EUR")), *table()]
    (rows,) = rows_of(lines)
    assert rows[0] == ["Valves - from 12.50 EUR", None, None]


def test_a_code_that_touches_the_name_behind_it_is_cut_where_the_column_begins() -> None:
    lines = table()
    lines[2] = line(24, (0, "A-20000000Ball"), (180, "3.50"))  # its fifty points end where the names begin
    (rows,) = rows_of(lines)
    assert rows[2] == ["A-20000000", "Ball", "3.50"]


def test_a_name_that_runs_over_a_border_stays_whole() -> None:
    lines = table()
    lines[2] = line(24, (0, "A-2"), (50, "Steel rule with a scale in inches"))
    (rows,) = rows_of(lines)
    assert rows[2] == ["A-2", "Steel rule with a scale in inches", None]


def test_blocks_of_rows_side_by_side_are_put_beneath_each_other() -> None:
    lines = [
        line(12 * at, (0, f"{name} left"), (120, f"{at}.50"), (220, f"{name} right"), (340, f"{at}.75"))
        for at, name in enumerate(NAMES)
    ]
    (rows,) = rows_of(lines)
    assert rows == [
        [f"{name} {side}", f"{at}.{cents}"]
        for side, cents in (("left", "50"), ("right", "75"))
        for at, name in enumerate(NAMES)
    ]


@pytest.mark.parametrize("beneath", [Region([(0.0, 9.0)], [["a"]], []), Region([], [], [])])
def test_a_region_of_one_table_stays_as_it_is(beneath: Region) -> None:
    assert beneath.beneath() is beneath


def test_columns_are_alike_where_they_are_as_many_and_stand_in_one_place() -> None:
    columns = [(0.0, 40.0), (100.0, 140.0)]
    assert alike_columns(columns, [(2.0, 60.0), (90.0, 139.0)])
    assert not alike_columns(columns, [(0.0, 40.0)])
    assert not alike_columns(columns, [(0.0, 40.0), (145.0, 180.0)])
    assert not alike_columns(columns, [(0.0, 40.0), (50.0, 200.0)])
    assert alike_columns([], [])


@settings(max_examples=40)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 40), st.text("ab1.,", min_size=1, max_size=6)), min_size=1, max_size=5),
        min_size=1,
        max_size=8,
    )
)
def test_no_letter_of_a_page_is_lost(made: list[list[tuple[int, str]]]) -> None:
    lines = [line(12 * at, *((10.0 * left, text) for left, text in sorted(cells))) for at, cells in enumerate(made)]
    shown = "".join(str(cell) for region in regions(lines) for row in region.rows for cell in row if cell)
    wanted = "".join(text for cells in made for _, text in cells)
    assert sorted(filter(str.isalnum, shown)) == sorted(filter(str.isalnum, wanted))


def test_no_lines_are_no_regions() -> None:
    assert regions([]) == []

"""Borders that a drawn table leaves out: open sides, inner lines, columns drawn for the header alone."""

from __future__ import annotations

from ml_analyze.extraction.formats.pdf.borders import Owners, open_sides, part_standing_apart, undrawn
from ml_analyze.extraction.formats.pdf.rulings import Ruling
from ml_analyze.extraction.formats.pdf.text import Word
from tests.unit.ml_analyze.extraction.formats.pdf.typeset import word

NAMES = ("Hammer", "Saw", "Chisel", "Mallet", "Rule", "Key")


def test_a_table_without_outer_lines_ends_where_its_lines_across_do() -> None:
    across = [Ruling(at, 10.0, 190.0) for at in (20.0, 40.0, 60.0)]
    down = [Ruling(60.0, 20.0, 60.0), Ruling(120.0, 20.0, 60.0)]
    assert open_sides(across, down) == [Ruling(10.0, 20.0, 60.0), Ruling(190.0, 20.0, 60.0)]


def test_one_long_line_and_lines_that_end_at_the_frame_open_nothing() -> None:
    down = [Ruling(10.0, 0.0, 40.0), Ruling(190.0, 0.0, 40.0)]
    assert open_sides([Ruling(20.0, 0.0, 200.0), Ruling(40.0, 0.0, 200.0)], down) == []
    assert open_sides([Ruling(20.0, -40.0, 240.0), Ruling(40.0, 10.0, 190.0)], down) == []
    assert open_sides([], down) == []


def names_and_amounts(count: int, *, sign: str = "") -> list[Word]:
    made: list[Word] = []
    for at, name in enumerate(NAMES[:count]):
        made.append(word(10, sign or name, 10.0 + 12 * at))
        made.append(word(80, f"{at}.50", 10.0 + 12 * at))
    return made


def test_a_river_within_one_drawn_column_is_a_border() -> None:
    (border,) = undrawn([0.0, 100.0], [0.0, 120.0], names_and_amounts(6))
    assert (border.start, border.end) == (0.0, 100.0)
    assert 40.0 < border.at < 80.0


def test_three_lines_and_a_sign_before_every_amount_are_no_columns() -> None:
    assert undrawn([0.0, 100.0], [0.0, 120.0], names_and_amounts(3)) == []
    assert undrawn([0.0, 100.0], [0.0, 120.0], names_and_amounts(6, sign="€")) == []


def test_rows_that_are_drawn_one_by_one_have_no_river_of_their_own() -> None:
    rows = [9.0 + 12 * at for at in range(7)]
    assert undrawn(rows, [0.0, 120.0], names_and_amounts(6)[:8]) == []


def test_a_border_stops_at_a_text_that_lies_over_it() -> None:
    title = word(30, "Hammers and saws", 110.0)
    made = undrawn([0.0, 100.0, 130.0], [0.0, 120.0], [*names_and_amounts(6), title])
    assert [(each.start, each.end) for each in made] == [(0.0, 100.0)]


def open_below_header(rows: int) -> Owners:
    """Two columns that only the first row draws."""
    return [[(0, 0), (0, 1)], *[[(row, 0), (row, 0)] for row in range(1, rows)]]


def lines_of(*texts: tuple[str, str], right: float = 80.0) -> list[Word]:
    return [
        made
        for row, (name, amount) in enumerate(texts)
        for made in (word(10, name, 12.0 * row + 1), word(right, amount, 12.0 * row + 1))
    ]


YS, XS = [0.0, 12.0, 24.0, 36.0], [0.0, 60.0, 120.0]


def test_texts_apart_in_columns_drawn_for_the_header_are_cells_of_their_own() -> None:
    owner = open_below_header(3)
    part_standing_apart(owner, YS, XS, lines_of(("Name", "Price"), ("Hammer", "1.50"), ("Saw", "2.50")))
    assert owner == [[(0, 0), (0, 1)], [(1, 0), (1, 1)], [(2, 0), (2, 1)]]


def test_a_text_over_the_border_keeps_its_cell_whole() -> None:
    owner = open_below_header(3)
    part_standing_apart(owner, YS, XS, lines_of(("Name", "Price"), ("Hammer", "1.50"), ("Hammers for all", "x")))
    assert owner[1:] == [[(1, 0), (1, 1)], [(2, 0), (2, 0)]]


def test_a_merged_cell_among_drawn_ones_stays() -> None:
    owner: Owners = [[(0, 0), (0, 1)], [(1, 0), (1, 1)], [(2, 0), (2, 0)]]
    part_standing_apart(owner, YS, XS, lines_of(("Name", "Price"), ("Hammer", "1.50"), ("Saw", "2.50")))
    assert owner[2] == [(2, 0), (2, 0)]

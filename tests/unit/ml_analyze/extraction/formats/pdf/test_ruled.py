"""Tables drawn with lines: crossings are cells, a missing border merges two, a drawn row may hold several."""

from __future__ import annotations

from ml_analyze.extraction.formats.pdf.ruled import RuledTable, ruled_tables
from ml_analyze.extraction.formats.pdf.rulings import Ruling, Rulings
from ml_analyze.extraction.formats.pdf.text import Word
from tests.unit.ml_analyze.extraction.formats.pdf.typeset import word, words


def drawn(ys: list[float], xs: list[float]) -> Rulings:
    across = [Ruling(y, xs[0], xs[-1]) for y in ys]
    down = [Ruling(x, ys[0], ys[-1]) for x in xs]
    return Rulings(across, down, [])


def text(left: float, top: float, said: str) -> list[Word]:
    return words(left, said, top)


def only(rulings: Rulings, held: list[Word]) -> RuledTable:
    (table,) = ruled_tables(rulings, held)
    return table


GRID = drawn([0, 20, 40], [0, 100, 200])
FILLED = [*text(10, 5, "Claw hammer"), *text(110, 5, "12.50"), *text(10, 25, "Saw"), *text(110, 25, "9.00")]


def test_words_stand_in_the_cells_between_the_lines() -> None:
    table = only(GRID, FILLED)
    assert table.rows == [["Claw hammer", "12.50"], ["Saw", "9.00"]]
    assert (table.columns, table.top, table.bottom) == ([0, 100, 200], 0, 40)
    assert table.held == {0, 1, 2, 3, 4}
    assert table.merges == []


def test_words_outside_are_not_held() -> None:
    table = only(GRID, [*FILLED, *text(10, 60, "Page 1"), *text(220, 5, "new")])
    assert table.held == {0, 1, 2, 3, 4}


def test_a_row_without_a_border_is_one_merged_cell() -> None:
    across = [Ruling(y, 0, 200) for y in (0, 20, 40, 60)]
    down = [Ruling(0, 0, 60), Ruling(200, 0, 60), Ruling(100, 20, 60)]
    table = only(
        Rulings(across, down, []),
        [*text(60, 5, "All hammers"), *[Word(w.left, w.right, w.top + 20, w.bottom + 20, w.text) for w in FILLED]],
    )
    assert table.rows[0] == ["All hammers", None]
    assert table.merges == [(0, 0, 0, 1)]


def test_one_price_drawn_for_two_rows_is_the_price_of_both() -> None:
    across = [Ruling(0, 0, 200), Ruling(20, 0, 100), Ruling(40, 0, 200)]
    down = [Ruling(x, 0, 40) for x in (0, 100, 200)]
    table = only(Rulings(across, down, []), [*text(10, 5, "Hammer"), *text(10, 25, "Saw"), *text(110, 5, "12.50")])
    assert table.rows == [["Hammer", "12.50"], ["Saw", "12.50"]]


def test_a_cell_of_several_lines_is_one_text_and_lines_with_numbers_of_their_own_are_rows() -> None:
    one = drawn([0, 40], [0, 100, 200])
    wrapped = [*text(10, 5, "Claw"), *text(10, 20, "hammer"), *text(110, 5, "12.50")]
    several = [*text(10, 5, "Hammer"), *text(110, 5, "12.50"), *text(10, 20, "Saw"), *text(110, 20, "9.00")]
    assert only(one, wrapped).rows == [["Claw hammer", "12.50"]]
    assert only(one, several).rows == [["Hammer", "12.50"], ["Saw", "9.00"]]


def test_a_word_that_touches_the_next_cell_is_cut_at_the_line() -> None:
    grid = drawn([0, 20, 40], [0, 45, 100, 200])
    held = [
        word(5, "A-100200Ball", 5),
        *text(110, 5, "12.50"),
        *text(5, 25, "A-2"),
        *text(50, 25, "Saw"),
        *text(110, 25, "9.00"),
    ]
    assert only(grid, held).rows == [["A-100200", "Ball", "12.50"], ["A-2", "Saw", "9.00"]]


def test_two_grids_apart_are_two_tables_from_top_to_bottom() -> None:
    below = drawn([100, 120, 140], [0, 100, 200])
    both = Rulings([*below.across, *GRID.across], [*below.down, *GRID.down], [])
    moved = [Word(w.left, w.right, w.top + 100, w.bottom + 100, w.text) for w in FILLED]
    assert [table.top for table in ruled_tables(both, [*moved, *FILLED])] == [0, 100]


def test_a_frame_a_single_column_and_an_empty_grid_are_no_tables() -> None:
    assert ruled_tables(drawn([0, 40], [0, 200]), FILLED) == []
    assert ruled_tables(GRID, []) == []
    assert ruled_tables(GRID, text(10, 5, "Claw hammer")) == []
    assert ruled_tables(Rulings([], [], []), FILLED) == []

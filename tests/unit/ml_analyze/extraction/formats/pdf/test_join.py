"""Pieces of pages are joined where a table goes on, and what looks torn apart or run together is doubted."""

from __future__ import annotations

from collections import Counter

import pytest

from handoff.doubts import DoubtCode
from ml_analyze.extraction.formats.pdf.join import Joined, Piece, join
from ml_analyze.extraction.grid import Row, Sheet

NARROW = [(0.0, 40.0), (100.0, 140.0)]


def piece(rows: list[Row], *, page: int = 1, columns: list[tuple[float, float]] = NARROW, ruled: bool = False) -> Piece:
    return Piece(page, 0.0, columns, rows, ruled)


def joined(*pieces: Piece) -> list[Joined]:
    sheets: list[Joined] = []
    counted: Counter[int] = Counter()
    for each in pieces:
        join(sheets, each, counted)
    return sheets


def sheet_of(rows: list[Row]) -> Sheet:
    (only,) = joined(piece(rows))
    return only.sheet("list")


def choice_of(rows: list[Row]) -> str | None:
    """What the page's layout is doubted by."""
    doubts = sheet_of(rows).doubts
    assert {doubt.what for doubt in doubts} <= {DoubtCode.PAGE_LAYOUT}
    return doubts[0].choice if doubts else None


CAPITALS: list[Row] = [["Rule", "3.50"], ["Key", "4.50"], ["Nail", "5.50"]]
ROWS: list[Row] = [["Hammer", "12.50"], ["Saw", "9.00"]]


def test_the_same_columns_on_the_next_page_go_on_and_rows_are_counted_by_page() -> None:
    (table,) = joined(piece(ROWS), piece(ROWS, page=2, columns=[(0.0, 44.0), (98.0, 139.0)]))
    sheet = table.sheet("list")
    assert sheet.rows == [*ROWS, *ROWS]
    assert sheet.places == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert (sheet.rows_total, sheet.doubts) == (4, [])


def test_other_columns_of_the_same_kinds_go_on_and_other_kinds_do_not() -> None:
    far = [(200.0, 240.0), (300.0, 340.0)]
    assert len(joined(piece(ROWS), piece(ROWS, columns=far))) == 1
    words: list[Row] = [["Hammer", "steel"], ["Saw", "wood"]]
    assert len(joined(piece(ROWS), piece(words, columns=far))) == 2


def test_a_drawn_table_goes_on_only_between_the_same_borders() -> None:
    drawn = piece(ROWS, ruled=True)
    near, off = [(3.0, 40.0), (100.0, 143.0)], [(7.0, 40.0), (100.0, 140.0)]
    assert len(joined(drawn, piece(ROWS, ruled=True, columns=near))) == 1
    assert len(joined(drawn, piece(ROWS, ruled=True, columns=off))) == 2
    assert len(joined(drawn, piece(ROWS))) == 2


def test_text_behind_a_table_stands_in_its_first_column() -> None:
    (table,) = joined(piece(ROWS), piece([["All prices", "net"]], columns=[(0.0, 200.0)]))
    assert table.rows[2:] == [["All prices net", None]]


def test_two_tables_share_the_count_of_a_page() -> None:
    sheets = joined(piece(ROWS), piece(ROWS, ruled=True))
    assert [each.places for each in sheets] == [[(1, 1), (1, 2)], [(1, 3), (1, 4)]]


def test_merged_cells_move_with_their_rows_and_turn_with_their_columns() -> None:
    below = Piece(2, 0.0, NARROW, [["עט כחול", "1.50"]], False, merges=[(0, 0, 0, 1)])
    (table,) = joined(piece([["מחק לבן", "2.50"]]), below)
    assert table.merges == [(1, 0, 1, 1)]
    sheet = table.sheet("list")
    assert sheet.rows == [["2.50", "מחק לבן"], ["1.50", "עט כחול"]]
    assert sheet.merges == [(1, 0, 1, 1)]


@pytest.mark.parametrize(
    ("rows", "choice"),
    [
        (ROWS, None),
        ([], None),
        ([["Hammer", "12.50 13.50"], ["Saw", "9.00 8.00"]], "12.50 13.50"),
        ([["Ham\ufffder", "1.50"], ["S\ufffdw", "2.50"]], "Ham\ufffder"),
        ([["Steel axe 12.50 EUR each", "a"], ["Hand saw 9.00 EUR each", "b"]], "Steel axe 12.50 EUR each"),
        ([["Hammer", "x"], ["12.50 €", "y"], ["Saw", "x"], ["9.00 €", "y"]], "12.50 €"),
        ([["Hammer", "Saw"], ["12.50 €", "9.00 €"], ["Rule", "Key"], ["2.50 €", "1.00 €"]], "12.50 €"),
        ([["Claw", None], ["hammer", "1.50"], ["Hand", None], ["saw", "2.50"], *CAPITALS], "Claw"),
    ],
    ids=["plain", "empty", "glued", "unread", "priced texts", "cards", "bare amounts", "cut names"],
)  # fmt: skip
def test_what_looks_torn_or_run_together_is_doubted(rows: list[Row], choice: str | None) -> None:
    assert choice_of(rows) == choice


def test_lone_texts_beside_rows_that_lack_them_are_doubted() -> None:
    rows: list[Row] = [["Hammer", None], [None, "12.50"], ["Saw", None], [None, "9.00"]]
    full: list[Row] = [[name, "x", amount] for name, amount in (("A", "1.50"), ("B", "2.50"))]
    wide: list[Row] = [["Hammer", None, None], [None, "x", "12.50"], ["Saw", None, None], [None, "y", "9.00"]]
    assert choice_of([*full, *wide]) == "Hammer"
    assert choice_of(rows) is None  # no row of two cells tells where texts belong


def test_codes_that_hold_the_letters_of_a_currency_are_no_amounts() -> None:
    assert choice_of([["Flange of steel DNP200 long", "1.50"], ["Flange of brass PCS 20 long", "2.50"]]) is None


def test_the_more_rows_are_odd_the_less_sure_it_is() -> None:
    glued: list[Row] = [["Hammer", "12.50 13.50"], ["Saw", "9.00 8.00"]]
    plain: list[Row] = [["Rule", "1.00"], ["Key", "2.00"]]
    assert [doubt.probability for doubt in sheet_of(glued).doubts] == [0.1]
    assert [doubt.probability for doubt in sheet_of([*glued, *plain]).doubts] == [0.5]

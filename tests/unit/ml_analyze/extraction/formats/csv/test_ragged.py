"""Rows that are too wide are joined where one way fits alone; every other row stays as it is."""

from __future__ import annotations

from ml_analyze.extraction.formats.csv.ragged import mend
from ml_analyze.extraction.grid import Row


def rows_of(*texts: str, delimiter: str = ",") -> list[Row]:
    return [list(text.split(delimiter)) for text in texts]


def test_amounts_cut_at_their_thousands_are_whole_again() -> None:
    rows = rows_of("Code,Name,Price", "A1,Saw,2,838.50", "A2,Axe,$1,200.00", "A3,Pin,12.50")
    assert mend(rows, ",") == 2
    assert rows == [
        ["Code", "Name", "Price"],
        ["A1", "Saw", "2,838.50"],
        ["A2", "Axe", "$1,200.00"],
        ["A3", "Pin", "12.50"],
    ]


def test_amounts_cut_before_their_cents_are_whole_again() -> None:
    rows = rows_of("Code,Name,Price", "A1,Saw,81,22", "A2,Axe,5,50", "A3,Pin,1200,00")
    assert mend(rows, ",") == 3
    assert [row[2] for row in rows] == ["Price", "81,22", "5,50", "1200,00"]


def test_a_row_that_can_be_joined_in_two_ways_is_left() -> None:
    rows = rows_of("Code,Stock,Price", "A1,1,200,300.50", "A2,2,100,400.50")
    before = [list(row) for row in rows]
    assert mend(rows, ",") == 0
    assert rows == before


def test_a_text_that_held_the_delimiter_is_put_together_so_that_numbers_stay_in_their_columns() -> None:
    rows = rows_of(
        "Code;Name;Price",
        *(f"A{at};Steel saw {at};{at}.50" for at in range(1, 6)),
        "A9;Saw; blue; long;7.00",
        delimiter=";",
    )
    assert mend(rows, ";") == 1
    assert rows[-1] == ["A9", "Saw; blue; long", "7.00"]


def test_empty_cells_behind_the_last_column_are_no_surplus() -> None:
    rows = [
        *rows_of("Code;Name;Price", *(f"A{at};Saw;{at}.50" for at in range(1, 6)), delimiter=";"),
        ["A9", "Axe", "7", "", " "],
    ]
    assert mend(rows, ";") == 0
    assert rows[-1] == ["A9", "Axe", "7", "", " "]


def test_even_rows_and_no_rows_need_no_mending() -> None:
    assert mend([], ",") == 0
    assert mend(rows_of("a,b", "1,2"), ",") == 0

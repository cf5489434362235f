"""Cells of text that is set apart by blanks stay in their columns, be one of them empty."""

from __future__ import annotations

from ml_analyze.extraction.formats.csv.places import parted_by_place

_FEES = [
    "Fee                  Grades        Net      Gross\n",
    "Activity card        7-12        45.00      54.00\n",
    "Yearbook             9-12        70.00      84.00\n",
    "Parking permit       11-12       50.00      60.00\n",
]


def _rows(*lines: str) -> list[list[object]]:
    return [list(row) for row in parted_by_place(iter([*_FEES, *lines]))][len(_FEES) :]


def test_an_empty_cell_leaves_its_place_empty() -> None:
    assert _rows("Lunch                             5.00       6.00\n") == [["Lunch", "", "5.00", "6.00"]]


def test_a_long_cell_ends_at_the_blank_before_the_next() -> None:
    assert _rows("Waiting              half a day 38.00      45.60\n") == [["Waiting", "half a day", "38.00", "45.60"]]


def test_a_text_that_reaches_over_the_next_column_of_texts_is_not_cut() -> None:
    row = "The old boat house, weekend         15.00      18.00\n"
    assert _rows(row) == [["The old boat house, weekend", "15.00", "18.00"]]


def test_words_below_amounts_are_no_cell_of_theirs() -> None:
    assert _rows("Questions? Call us.                          Page 1\n") == [["Questions? Call us.", "Page 1"]]


def test_a_title_and_a_whole_line_stay_as_they_are() -> None:
    assert _rows("        Other fees\n", "Bus  7-12  1.00  1.20\n") == [["Other fees"], ["Bus", "7-12", "1.00", "1.20"]]


def test_columns_that_overlap_tell_nothing() -> None:
    lines = ["a  b  1\n", "a long name  c  2\n", "another  and more  3\n", "x          4\n"]
    assert [list(row) for row in parted_by_place(iter(lines))][-1] == ["x", "4"]

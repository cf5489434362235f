"""Apostrophes before codes are taken away only where the whole column has them."""

from __future__ import annotations

from ml_analyze.extraction.grid import Row, Sheet
from ml_analyze.extraction.understanding.quoted_codes import unquote_codes


def sheet_of(*codes: str | int | None) -> Sheet:
    rows: list[Row] = [["Code", "Name"]]
    return Sheet("s", rows + [[code, "'5 inch"] for code in codes])


def codes_of(rows: list[Row]) -> list[object]:
    return [row[0] for row in rows]


def test_a_column_of_quoted_codes_loses_its_apostrophes_and_no_other_cell_does() -> None:
    sheet = sheet_of("'00123", "'00124", None, "'00125")
    unquote_codes(sheet, 0, 1)
    assert codes_of(sheet.rows) == ["Code", "00123", "00124", None, "00125"]
    assert sheet.rows[1][1] == "'5 inch"


def test_one_code_without_an_apostrophe_makes_it_a_sign_of_the_others() -> None:
    for codes in (("'001", "'002", "003", "'004"), ("'001", "'002"), ("'001", "'002", "'A-3"), ("'001", "'002", 3)):
        sheet = sheet_of(*codes)
        unquote_codes(sheet, 0, 1)
        assert codes_of(sheet.rows[1:]) == list(codes)


def test_rows_that_come_later_are_unquoted_too() -> None:
    sheet = sheet_of("'001", "'002", "'003")
    late: list[list[Row]] = [[["'004", "Saw"], ["X-5", "Saw"]], [[]]]
    sheet.rest = iter(late)
    unquote_codes(sheet, 0, 1)
    assert list(sheet.rest or ()) == [[["004", "Saw"], ["X-5", "Saw"]], [[]]]

"""Cells as texts: numbers as people write them, one line each, and columns by their letters."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.formats.excel.marks import column_number
from ml_analyze.extraction.grid import Sheet, Value, column_letters, is_blank, number_text, text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, "5"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1e15, "1000000000000000"),
        (4006381333931.0, "4006381333931"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (-12.5, "-12.5"),
        (1234567.891, "1234567.891"),
        (1e-20, "0"),
        (19.989999999999998, "19.99"),
    ],
)
def test_a_number_is_plain_digits_without_noise_or_exponent(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("  Claw\n\thammer\u00a0 ", "Claw hammer"),
        (7, "7"),
        (True, "True"),
        (datetime.fromisoformat("2024-05-01"), "2024-05-01"),
        (datetime.fromisoformat("2024-05-01 08:30"), "2024-05-01 08:30:00"),
        (date(2024, 5, 1), "2024-05-01"),
        (time(8, 30), "08:30:00"),
        (timedelta(hours=1), "1:00:00"),
    ],
)
def test_a_cell_is_one_line_of_text(value: Value, text: str) -> None:
    assert text_of(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e14, max_value=1e14))
def test_a_number_keeps_fifteen_digits(value: float) -> None:
    text = number_text(value)
    assert "e" not in text and not text.endswith(".")
    assert float(text) == pytest.approx(value, rel=1e-14, abs=1e-15)


def test_columns_have_letters_as_spreadsheets_name_them() -> None:
    assert [column_letters(at) for at in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert all(column_number(column_letters(at).encode()) == at + 1 for at in range(2_000))


def test_a_row_of_blanks_is_blank_and_zero_is_none() -> None:
    assert is_blank([]) and is_blank([None, "", " \u00a0\t"])
    assert not is_blank([None, 0]) and not is_blank([False])


def test_a_sheet_is_as_wide_as_its_widest_row() -> None:
    assert Sheet("a", [["x"], [], ["x", None, None]]).width == 3
    assert Sheet("a", []).width == 0

"""What a column's values look like: numbers, days, check digits and steps, over a sample of its rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.grid import Row
from ml_analyze.extraction.understanding.profile import (
    Profile,
    is_date,
    is_ean,
    is_unit,
    number_of,
    profile,
    sample_rows,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234/=", 1234), ("1,234/-", 1234), ("199:-", 199), ("199:50", 199.5), ("80,-", 80), ("1,25,000.00", 125000)],
)
def test_strokes_and_colons_belong_to_amounts(text: str, number: float) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize("text", ["+44 20 7946 0018", "01632 960 144", "001.00.15", "12:30", "TL-201"])
def test_telephones_codes_and_times_are_no_amounts(text: str) -> None:
    assert number_of(text) is None


def test_a_code_with_dots_is_no_date() -> None:
    assert is_date("31.12.2026") and is_date("2026-12-31") and is_date("12/31/26")
    assert not is_date("001.00.15") and not is_date("45.99.2026")


@given(st.from_regex(r"[0-9]{1,20}(\.[0-9]{1,2})?", fullmatch=True))
def test_a_plain_number_is_what_the_long_way_reads(text: str) -> None:
    assert number_of(text) == number_of(f" {text} ")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,50 €", 12.5),
        ("€ 12.50", 12.5),
        ("1.2E+03", 1200.0),
        ("12 / 13", 12.0),
        ("(5,00)", 5.0),
        ("15 %", 15.0),
        ("٢٫٥", 2.5),
        ("3/4 inch", None),
        ("Price €/100 m", None),
        ("from 12 EUR for all that order much", None),
        ("", None),
        ("5" * 60, None),
    ],
)
def test_a_cell_that_is_one_number_is_told_from_a_text_with_one(text: str, number: float | None) -> None:
    assert number_of(text) == number


def test_typed_cells_are_numbers_but_for_yes_and_no() -> None:
    cells: list[Any] = [True, 5, 2.5, None, date(2026, 1, 1)]
    assert [number_of(cell) for cell in cells] == [None, 5.0, 2.5, None, None]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("4006381333931", True),
        ("4006381333932", False),
        ("96385074", True),
        ("036000291452", True),
        ("00000000", False),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", False),
        ("400638133393", False),
        ("", False),
    ],
)
def test_a_barcode_is_believed_by_its_check_digit(text: str, right: bool) -> None:
    assert is_ean(text) is right


@given(st.text("0123456789", min_size=12, max_size=12).filter(lambda digits: set(digits) != {"0"}))
def test_of_ten_last_digits_one_makes_a_barcode(digits: str) -> None:
    assert sum(is_ean(f"{digits}{check}") for check in range(10)) == 1


@pytest.mark.parametrize(
    ("text", "unit"), [("kg", True), ("шт.", True), ("500 g", True), ("0,7 l", True), ("hammer", False), ("500", False)]
)
def test_units_are_words_or_amounts_of_them(text: str, unit: bool) -> None:
    assert is_unit(text) is unit


def test_nothing_has_an_empty_profile() -> None:
    assert profile([]) == profile([None, "", "  "]) == Profile()


def test_shares_are_of_the_filled_cells_and_filled_of_all() -> None:
    look = profile(["12,50 €", "3,00", None, "n/a", "15%"])
    assert (look.count, look.filled) == (4, 0.8)
    assert (look.numeric, look.money, look.cents, look.percent) == (0.75, 0.25, 0.5, 0.25)
    assert (look.typical, look.begins) == (12.5, 12.5)


@pytest.mark.parametrize(
    ("values", "steps"),
    [
        ([1, 2, 3, 4], 1.0),
        ([10, 20, 30, 40], 1.0),
        (["1.1", "1.2", "1.3", "2.1", "2.2", "3.1"], 1.0),
        (["13,00", "14,00", "15,00"], 0.0),
        ([1, 2], 0.0),
        ([5, 9, 4, 7], 0.0),
    ],
)
def test_numbers_of_rows_go_on_by_one_and_amounts_do_not(values: list[Any], steps: float) -> None:
    assert profile(values).steps == steps


def test_columns_that_only_grow_are_told_where_there_are_enough_rows() -> None:
    assert profile([1, 3, 4, 9, 11, 20, 21, 30]).rising == 1.0
    assert profile([1, 3, 4]).rising == 0.0
    assert profile([1, 3, 4, 9, 11, 20, 21, "x", 30]).rising == 0.0


@given(st.integers(0, 3000))
def test_a_sample_holds_first_and_last_rows_in_order_and_no_more_than_asked(count: int) -> None:
    rows: list[Row] = [[at] for at in range(count)]
    sample = [int(str(row[0])) for row in sample_rows(rows)]
    assert len(sample) == min(count, 300)
    assert sample[:1] == [0][:count] and sample[-1:] == ([count - 1] if count else [])
    assert sample == sorted(set(sample))

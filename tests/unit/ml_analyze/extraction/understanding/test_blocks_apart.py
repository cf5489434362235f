"""A sheet is cut where a second list stands beside the first one, and nowhere else."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.grid import Value
from ml_analyze.extraction.understanding.blocks_apart import cuts_of
from ml_analyze.extraction.understanding.profile import profile

NAMES: list[Value] = ["Claw hammer 300 g", "Wood chisel 12 mm", "Hand saw fine", "Steel rule 30 cm"]
OTHERS: list[Value] = ["Hex bolt M8", "Lock nut M10", "Wood screw 4 x 40", "Flat washer M6"]
PRICES: list[Value] = [12.5, 7.25, 19.9, 4.1]
CODES: list[Value] = ["AB-10", "AB-11", "XC-7", "XD-90"]
NONE: list[Value] = [None] * 4


def cuts(headers: list[str], *columns: list[Value]) -> list[int]:
    return cuts_of(headers, [profile(column) for column in columns])


def test_the_same_header_again_begins_a_list_of_its_own() -> None:
    assert cuts(["Name", "Price", "Name", "Price"], NAMES, PRICES, OTHERS, PRICES) == [0, 2, 4]


def test_three_lists_are_cut_twice_and_a_column_before_the_first_stays_with_it() -> None:
    headers = ["", "Name", "Price", "Name", "Price", "Name", "Price"]
    assert cuts(headers, NONE, NAMES, PRICES, OTHERS, PRICES, CODES, PRICES) == [0, 3, 5, 7]


def test_one_list_is_whole_whatever_it_has_two_of() -> None:
    assert cuts(["Code", "Name", "Price", "Price"], CODES, NAMES, PRICES, PRICES) == [0, 4]
    assert cuts(["Name", "Price", "Description"], NAMES, PRICES, OTHERS) == [0, 3]


def test_headers_that_repeat_without_a_price_are_no_lists() -> None:
    assert cuts(["Name", "Weight", "Name", "Weight"], NAMES, PRICES, OTHERS, PRICES) == [0, 4]


def test_names_that_follow_a_price_begin_a_list_whatever_they_are_called() -> None:
    assert cuts(["Processor", "Price", "Memory", "Price"], NAMES, PRICES, OTHERS, PRICES) == [0, 2, 4]


def test_an_empty_column_parts_lists_whose_prices_are_called_differently() -> None:
    headers = ["Tools", "Price EUR", "", "Screws", "Price per box"]
    assert cuts(headers, NAMES, PRICES, NONE, OTHERS, PRICES) == [0, 3, 5]


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ([NAMES, PRICES, OTHERS, PRICES], [0, 2, 4]),
        ([NAMES, PRICES, NONE, OTHERS, PRICES], [0, 3, 5]),
        ([NAMES, PRICES, OTHERS], [0, 3]),
        ([NAMES, OTHERS, NAMES, OTHERS], [0, 4]),
        ([PRICES, NAMES, PRICES, NAMES], [0, 4]),
        ([], [0, 0]),
    ],
)
def test_without_any_header_the_same_sequence_of_columns_again_is_cut(
    columns: list[list[Value]], found: list[int]
) -> None:
    assert cuts([""] * len(columns), *columns) == found

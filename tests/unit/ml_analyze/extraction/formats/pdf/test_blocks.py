"""Rows printed in blocks side by side are told by the same kinds of columns, equally far apart."""

from __future__ import annotations

from ml_analyze.extraction.formats.pdf.blocks import blocks_across
from ml_analyze.extraction.formats.pdf.rivers import Columns
from ml_analyze.extraction.grid import Row

NAMES = ["Claw hammer", "Hand saw", "Steel rule", "Wood chisel", "Rubber mallet", "Hex key"]


def rows_of(across: int) -> list[Row]:
    return [
        [cell for block in range(across) for cell in (f"{name} {'abcd'[block]}x", f"{at + block}.50")]
        for at, name in enumerate(NAMES)
    ]


def columns_of(across: int, *, shift: float = 0.0) -> Columns:
    made: Columns = []
    for block in range(across):
        left = 200.0 * block
        made += [
            (left, left + 90 - (9 if block else 0)),
            (left + 120 + (shift if block else 0), left + 150 + (shift if block else 0)),
        ]
    return made


def test_two_and_three_blocks_are_counted_and_one_table_is_one() -> None:
    assert [blocks_across(columns_of(count), rows_of(count)) for count in (1, 2, 3)] == [1, 2, 3]


def test_columns_that_stand_otherwise_in_the_second_block_are_of_one_table() -> None:
    assert blocks_across(columns_of(2, shift=20), rows_of(2)) == 1
    assert blocks_across(columns_of(2, shift=4), rows_of(2)) == 2


def test_headers_that_repeat_part_the_blocks_by_themselves() -> None:
    assert blocks_across(columns_of(2), [["Name", "Price", "Name", "Price"], *rows_of(2)]) == 1


def test_three_rows_are_too_few_to_tell() -> None:
    assert blocks_across(columns_of(2), rows_of(2)[:3]) == 1
    assert blocks_across(columns_of(2), []) == 1


def test_blocks_without_numbers_or_without_words_are_none() -> None:
    numbers: list[Row] = [[f"{at}.1", f"{at}.2", f"{at}.3", f"{at}.4"] for at in range(6)]
    words: list[Row] = [[f"{name} {side}" for side in ("a b", "c d", "e f", "g h")] for name in NAMES]
    assert blocks_across(columns_of(2), numbers) == 1
    assert blocks_across(columns_of(2), words) == 1

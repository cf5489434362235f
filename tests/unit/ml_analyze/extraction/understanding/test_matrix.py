"""Sizes across and down with a price in every cell are told from lists, and every cell is an item."""

from __future__ import annotations

from typing import Any

import pytest

from ml_analyze.extraction.grid import Row, Sheet
from ml_analyze.extraction.understanding.matrix import find_matrices, without


def test_a_price_in_every_cell_makes_an_item_of_each() -> None:
    rows: list[list[Any]] = [["Roller blind", None, None, None, None], [None, 40, 50, 60, 70]]
    rows += [[size, *(10.0 + size / 10 + step for step in range(4))] for size in (40, 60, 80)]
    (matrix,) = find_matrices(Sheet("s", rows))
    lines = list(matrix.lines("EUR"))
    assert len(lines) == 12
    assert (lines[1]["name"], lines[1]["price"], lines[1]["source"]["cells"]["price"]) == (
        "Roller blind 50 x 40",
        "15",
        "C3",
    )


def blinds(*, title: str = "Roller blind", first: int = 40) -> list[Row]:
    rows: list[Row] = [[title, None, None, None, None], [None, first, 50, 60, 70]]
    return rows + [[size, *(10.0 + size / 10 + step for step in range(4))] for size in (40, 60, 80)]


def test_two_matrices_below_each_other_are_two_and_are_taken_out_of_the_sheet() -> None:
    sheet = Sheet("s", [*blinds(), [None], *blinds(title="Shutter"), ["Name", "Price"], ["Saw", 5]])
    found = find_matrices(sheet)
    assert [(each.title, each.head, each.last) for each in found] == [("Roller blind", 1, 5), ("Shutter", 7, 11)]
    rest = without(sheet, found)
    assert [row for row in rest.rows if any(row)] == [
        ["Roller blind", *[None] * 4],
        ["Shutter", *[None] * 4],
        *sheet.rows[-2:],
    ]
    assert sheet.rows[2][1] == 14.0


def test_an_empty_cell_is_no_item() -> None:
    rows = blinds()
    rows[3][2] = None
    (matrix,) = find_matrices(Sheet("s", rows))
    assert len(list(matrix.lines(None))) == 11
    assert "Roller blind 50 x 60" not in {line["name"] for line in matrix.lines(None)}


def test_the_cells_own_currency_stands_above_the_lists() -> None:
    rows = blinds()
    rows[2][1] = "14.00 USD"
    (matrix,) = find_matrices(Sheet("s", rows, money={2: "GBP", 3: "$"}))
    assert [line["currency"] for line in matrix.lines("EUR")][:4] == ["USD", "GBP", "USD", "EUR"]


def changed(at: int, row: list[Any]) -> list[Row]:
    return [row if index == at else each for index, each in enumerate(blinds())]


@pytest.mark.parametrize(
    "rows",
    [
        [[None, *range(40, 46)], [40, *range(10, 16)], [60, *range(12, 18)]],  # two sizes down
        blinds(first=55),  # sizes that do not grow
        changed(1, ["Width", "a", "b", "c", "d"]),
        changed(3, ["Steel", 10, 11, 12, 13]),
        changed(3, [30, 10, 11, 12, 13]),
        [[None, 40, 50, 60, 70], *[[size, *(90.0 - size / 10 - step for step in range(4))] for size in (40, 60, 80)]],
    ],
)
def test_a_table_that_is_less_than_sizes_across_and_down_is_none(rows: list[Row]) -> None:
    assert find_matrices(Sheet("s", rows)) == []


def test_a_page_and_a_sheet_too_long_to_hold_are_not_looked_through() -> None:
    assert find_matrices(Sheet("s", blinds(), places=[(1, at) for at in range(5)])) == []
    assert find_matrices(Sheet("s", blinds(), rest=iter([]))) == []

"""A sheet's tables: between which rows and columns, under which header, as words, blocks and persons say."""

from __future__ import annotations

import pytest

from handoff.api import Hints
from ml_analyze.extraction.grid import Row, Sheet
from ml_analyze.extraction.limits import Unreadable
from ml_analyze.extraction.understanding.tables import column_named, find_tables

HEAD: Row = ["Code", "Name", "Price"]


def goods(count: int = 6, first: int = 0) -> list[Row]:
    return [[f"AB-{at}", f"Steel hinge {at}", 5.5 + 1.3 * at] for at in range(first, first + count)]


def test_an_empty_sheet_has_no_tables() -> None:
    assert find_tables(Sheet("s", []), Hints()) == []
    assert find_tables(Sheet("s", [[], []]), Hints()) == []


def test_a_header_that_comes_again_is_of_the_same_table() -> None:
    (table,) = find_tables(Sheet("s", [HEAD, *goods(), HEAD, *goods(first=6)]), Hints())
    assert (table.first, table.last, table.repeats) == (1, 14, {7})
    assert table.roles.columns == {"sku": 0, "name": 1, "price": 2}


def test_another_header_begins_another_table() -> None:
    one, two = find_tables(Sheet("s", [HEAD, *goods(), ["Name", "Unit", "Net price"], ["Saw", "pcs", 7.5]]), Hints())
    assert (one.first, one.last, two.first, two.last) == (1, 7, 8, 9)
    assert two.headers == ["Name", "Unit", "Net price"]


def test_lists_side_by_side_are_tables_of_their_own_columns() -> None:
    rows: list[Row] = [[*left, *right] for left, right in zip(goods(), goods(first=6), strict=True)]
    one, two = find_tables(Sheet("s", [[*HEAD, *HEAD], *rows]), Hints())
    assert (one.left, one.right, two.left, two.right) == (0, 3, 3, 6)
    assert two.roles.columns == {"sku": 3, "name": 4, "price": 5}


def test_a_table_whose_rows_go_on_has_no_end() -> None:
    (table,) = find_tables(Sheet("s", [HEAD, *goods()], rest=iter([goods()])), Hints())
    assert table.last is None
    assert len(table.held_rows()) == 6


def test_a_merged_price_is_each_rows_and_is_counted() -> None:
    rows = goods()
    rows[2][2] = rows[3][2] = None
    sheet = Sheet("s", [HEAD, *rows], merges=[(2, 2, 4, 2)])
    (table,) = find_tables(sheet, Hints())
    assert table.shared_prices == 2
    assert sheet.rows[2][2] == sheet.rows[3][2] == sheet.rows[4][2] == 6.8


def test_a_persons_header_row_is_believed_and_one_behind_the_end_is_refused() -> None:
    (table,) = find_tables(Sheet("s", [["Qwx", "Zrk", "Vlp"], *goods()]), Hints(header_row=1))
    assert table.headers == ["Qwx", "Zrk", "Vlp"]
    with pytest.raises(Unreadable, match="header row 99"):
        find_tables(Sheet("s", [HEAD, *goods()]), Hints(header_row=99))


def test_a_persons_column_is_found_by_its_text_or_by_its_place() -> None:
    texts = ["Art. No", "", "Price", "7"]
    assert [column_named(wanted, texts) for wanted in ("art no", "PRICE", "1", "7", "9", "x", "")] == [
        0,
        2,
        1,
        3,
        -1,
        -1,
        -1,
    ]

"""Lines that say the price above once more for one gram or litre are told from lists that price by the unit."""

from __future__ import annotations

from ml_analyze.extraction.grid import Row
from ml_analyze.extraction.understanding.unit_lines import unit_lines


def priced(count: int) -> list[Row]:
    rows: list[Row] = []
    for at in range(1, count + 1):
        rows += [[f"Coffee {at}", 5.0 * at, 9.0 * at], [None, f"{0.5 * at:.2f} / g", f"{0.4 * at:.2f} / g"]]
    return rows


def test_each_second_line_is_found_by_its_index_in_the_sheet() -> None:
    assert unit_lines(priced(4), 10) == {11, 13, 15, 17}


def test_two_such_lines_are_chance_and_none_are_none() -> None:
    assert unit_lines(priced(2), 0) == frozenset()
    assert unit_lines([], 0) == frozenset()


def test_one_amount_in_a_line_is_an_item_by_the_unit() -> None:
    rows: list[Row] = []
    for at in range(1, 6):
        rows += [[f"Coffee {at}", 5.0 * at], [f"Tea {at}", f"{0.5 * at:.2f} / g"]]
    assert unit_lines(rows, 0) == frozenset()


def test_an_amount_that_is_not_less_is_no_share_of_the_one_above() -> None:
    rows = priced(5)
    for row in rows[1::2]:
        row[1] = "99.00 / g"
    assert unit_lines(rows, 0) == frozenset()


def test_a_list_where_most_items_have_no_such_line_keeps_them_all() -> None:
    plain: list[Row] = [[f"Saw {at}", 7.0 + at, 8.0 + at] for at in range(12)]
    assert unit_lines([*priced(4), *plain], 0) == frozenset()

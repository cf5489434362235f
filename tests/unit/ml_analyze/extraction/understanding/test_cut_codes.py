"""Codes that a spreadsheet has written anew are doubted, and no other column is."""

from __future__ import annotations

from datetime import date

import pytest

from handoff.api import Hints
from handoff.doubts import DoubtCode
from ml_analyze.extraction.grid import Row, Sheet, Value
from ml_analyze.extraction.understanding.cut_codes import cut_codes
from ml_analyze.extraction.understanding.tables import Table, find_tables


def table_of(cell: Value, *, header: str = "Article no.") -> Table:
    rows: list[Row] = [[header, "Name", "Price"]]
    rows += [[f"{4000 + 13 * at}", f"Steel hinge {at}", 5.5 + at] for at in range(6)]
    rows[4][0] = cell
    (table,) = find_tables(Sheet("s", rows), Hints())
    return table


@pytest.mark.parametrize(
    ("cell", "shown"), [("1,23E+05", "1,23E+05"), ("4E+12", "4E+12"), (date(2026, 5, 1), "2026-05-01")]
)
def test_a_power_of_ten_or_a_day_among_codes_was_another_code_once(cell: Value, shown: str) -> None:
    (doubt,) = cut_codes(table_of(cell), place="Sheet s")
    assert (doubt.what, doubt.where, doubt.probability) == (DoubtCode.COLUMN, "Sheet s", 0.3)
    assert doubt.choice == f"Article no.: {shown} was another code once"


@pytest.mark.parametrize("cell", ["4E12", "AE+05", "1.23E+05-7", "12E05", None, 4096])
def test_codes_that_only_look_alike_are_left_in_peace(cell: Value) -> None:
    assert cut_codes(table_of(cell), place="s") == []


def test_a_day_under_another_header_is_a_day() -> None:
    assert cut_codes(table_of(date(2026, 5, 1), header="Date"), place="s") == []

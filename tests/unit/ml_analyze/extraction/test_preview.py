"""What a person sees when correcting a reading."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from handoff.api import Hints
from ml_analyze.extraction import Unreadable, preview
from tests.unit.ml_analyze.extraction.price_files import write_csv, write_xlsx


def test_a_window_of_cells_comes_with_the_reading(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "list.xlsx", {"Cover": [["Acme"]], "List": [["Name", "Price"], ["Bolt", 2.5], ["Nut", 3]]}
    )
    book = load_workbook(path)
    book["List"].row_dimensions[3].hidden = True
    book.save(path)
    shown = preview(path, sheet=None, first_row=2, rows=5, hints=Hints())
    assert (shown.sheets, shown.sheet, shown.first_row) == (["Cover", "List"], "List", 2)
    assert shown.cells == [["Bolt", "2.5"], ["Nut", "3"]]
    assert shown.hidden_rows == [3]
    assert shown.reading is not None
    assert [sheet.used for sheet in shown.reading.sheets] == [False, True]


def test_a_file_that_cannot_be_understood_is_still_shown(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [["alpha", "beta"], ["gamma", "delta"]])
    shown = preview(path, sheet=None, first_row=1, rows=10, hints=Hints())
    assert shown.cells == [["alpha", "beta"], ["gamma", "delta"]]


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [["Name", "Price"], ["Bolt", "2"]])
    with pytest.raises(Unreadable, match="nowhere"):
        preview(path, sheet="nowhere", first_row=1, rows=10, hints=Hints())

"""Which tables of a file hold the items: the visible, the headed, the newest; each other one says why it does not."""

from __future__ import annotations

import pytest

from handoff.api import Hints
from ml_analyze.extraction.grid import Grid, Row, Sheet
from ml_analyze.extraction.limits import Unreadable
from ml_analyze.extraction.understanding.choose import choose, sheet_reading

HEAD: Row = ["Code", "Name", "Price EUR"]


def sheet(name: str, *, first: int = 0, hidden: bool = False, head: Row | None = HEAD, dearer: float = 0.0) -> Sheet:
    goods: list[Row] = [[f"AB-{at}", f"Steel hinge {at}", 5.5 + 1.3 * at + dearer] for at in range(first, first + 8)]
    return Sheet(name, ([head] if head else []) + goods, hidden=hidden)


def used(*sheets: Sheet, hints: Hints | None = None) -> dict[str, str]:
    """Sheet → why it is not used, '' where it is."""
    found = choose(Grid("xlsx", list(sheets)), hints or Hints())
    return {each.table.sheet.name: "" if each.used else each.reason for each in found}


def test_every_list_of_its_own_articles_is_taken() -> None:
    assert used(sheet("Tools"), sheet("Screws", first=20)) == {"Tools": "", "Screws": ""}


def test_a_hidden_sheet_is_left_out_beside_a_visible_one_only() -> None:
    assert used(sheet("Tools"), sheet("Old", first=20, hidden=True)) == {"Tools": "", "Old": "the sheet is hidden"}
    assert used(sheet("Old", hidden=True)) == {"Old": ""}


def test_of_two_sheets_with_the_same_articles_the_newer_is_the_list() -> None:
    found = used(sheet("2024"), sheet("2026", dearer=1.0))
    assert found == {"2024": "the same articles stand in '2026'", "2026": ""}


def test_a_persons_sheet_is_found_in_any_case_and_a_missing_one_names_those_there_are() -> None:
    assert used(sheet("Tools"), sheet("Screws"), hints=Hints(sheets=[" screws "])) == {
        "Tools": "not among the sheets of the hint",
        "Screws": "",
    }
    with pytest.raises(Unreadable, match="no sheet Nails; its sheets are: Tools"):
        choose(Grid("xlsx", [sheet("Tools")]), Hints(sheets=["Nails"]))


def test_a_text_file_has_no_sheets_to_be_named() -> None:
    (found,) = choose(Grid("csv", [sheet("list")]), Hints(sheets=["Nails"]))
    assert found.used


def test_a_sheet_without_prices_says_so() -> None:
    notes = Sheet("Terms", [["Delivery", "within five days"], ["Payment", "within thirty days"], ["Place", "Bremen"]])
    assert used(sheet("Tools"), notes)["Terms"] == "no column holds prices"


def test_the_reading_counts_rows_from_one() -> None:
    (found,) = choose(Grid("xlsx", [sheet("Tools")]), Hints())
    told = sheet_reading(found)
    assert (told.header_row, told.first_row, told.last_row, told.rows) == (1, 2, 9, 8)
    assert (told.reason, told.headers) == ("columns named by the header", HEAD)

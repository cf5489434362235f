"""What a list's reading passes over is told by kind with three examples, and only what may be wrong is a doubt."""

from __future__ import annotations

from pathlib import Path

from handoff.doubts import DoubtCode
from ml_analyze.extraction import read_price_list
from ml_analyze.findings import Findings
from tests.unit.ml_analyze.extraction.price_files import Rows, write_csv, write_xlsx

_HEAD = ["Code", "Name", "Price EUR"]


def _items(count: int) -> list[list[object]]:
    return [[f"K-{100 + at}", f"Ball valve DN{at}", 12.5 + at] for at in range(count)]


def _read(path: Path) -> Findings:
    listed = read_price_list(path)
    for _ in listed.lines:
        pass
    return listed.findings


def test_rows_that_are_no_items_are_told_by_kind_with_three_examples(tmp_path: Path) -> None:
    titles = [[f"Group {letter}", "", ""] for letter in "ABCDE"]
    rows: Rows = [_HEAD, *(row for title, item in zip(titles, _items(5), strict=True) for row in (title, item))]
    findings = _read(write_csv(tmp_path / "a.csv", [*rows, ["Total", "", 77.5]]))
    told = {each.kind: each for each in findings.passed_over}
    assert told["category"].count == 5
    assert [example.text for example in told["category"].examples] == ["Group A", "Group B", "Group C"]
    assert [(example.sheet, example.row) for example in told["category"].examples] == [("a", 2), ("a", 4), ("a", 6)]
    assert told["total"].examples[0].text == "Total | 77.5"


def test_a_few_hidden_rows_are_no_doubt_and_many_are(tmp_path: Path) -> None:
    for hidden, doubted in ((1, False), (20, True)):
        path = write_xlsx(tmp_path / f"{hidden}.xlsx", {"Prices": [_HEAD, *_items(100)]})
        _hide(path, hidden)
        assert (DoubtCode.HIDDEN_ROWS in {doubt.what for doubt in _read(path).doubts}) is doubted


def _hide(path: Path, count: int) -> None:
    from openpyxl import load_workbook

    book = load_workbook(path)
    for row in range(10, 10 + count):
        book["Prices"].row_dimensions[row].hidden = True
    book.save(path)


def test_a_small_table_beside_a_long_list_is_no_doubt_and_a_large_one_is(tmp_path: Path) -> None:
    for rows, doubted in ((6, False), (60, True)):
        discounts = [[f"G{at}", 100.5 + at] for at in range(rows)]
        path = write_xlsx(tmp_path / f"{rows}.xlsx", {"Prices": [_HEAD, *_items(400)], "Groups": discounts})
        assert (DoubtCode.TABLE_LEFT_OUT in {doubt.what for doubt in _read(path).doubts}) is doubted


def test_rows_with_numbers_taken_for_notes_are_a_doubt(tmp_path: Path) -> None:
    notes = [[f"Delivery zone {at} costs", "", "", "", at] for at in range(30)]
    rows = [["Code", "Name", "Price EUR", "", ""], *([*item, "", ""] for item in _items(20)), *notes]
    assert DoubtCode.ROWS_LEFT_OUT in {doubt.what for doubt in _read(write_csv(tmp_path / "a.csv", rows)).doubts}


def test_cells_that_hold_something_else_than_a_price_are_doubted_sooner_than_empty_ones(tmp_path: Path) -> None:
    """Two of five: "01.05." where 1.05 was typed is a fault of the sheet, a blank is a supplier's way."""
    for cell, doubted in (("2026-05-01", True), ("#VALUE!", True), ("", False), ("on request", False)):
        rows = [[*line[:2], cell if at in (1, 3) else line[2]] for at, line in enumerate(_items(5))]
        findings = _read(write_csv(tmp_path / "a.csv", [_HEAD, *rows]))
        assert (DoubtCode.MISSING_PRICES in {each.what for each in findings.doubts}) is doubted, cell

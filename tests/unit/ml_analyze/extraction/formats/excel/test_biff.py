"""What the records of an XLS workbook show beside its values: zeros, currencies, struck text, what is hidden."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlwt

from handoff.doubts import DoubtCode
from ml_analyze.extraction import read_price_list
from ml_analyze.extraction.formats.excel.compound import workbook_stream
from tests.unit.ml_analyze.extraction.price_files import items_of

NAMES = ("Schlauchschelle", "Kugelhahn", "Flachdichtung", "Winkel 90", "Rohrschelle", "Muffe", "Bogen 45", "Stutzen")
Cells = list[list[object]]


def _book(rows: Cells, styles: dict[tuple[int, int], xlwt.XFStyle]) -> tuple[xlwt.Workbook, xlwt.Worksheet]:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Preise")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell, styles.get((at, column), xlwt.Style.default_style))
    return book, sheet


def _format(pattern: str) -> xlwt.XFStyle:
    style = xlwt.XFStyle()
    style.num_format_str = pattern
    return style


def _saved(book: xlwt.Workbook, path: Path) -> Path:
    book.save(str(path))
    return path


def test_codes_keep_the_zeros_and_prices_the_currency_that_their_formats_show(tmp_path: Path) -> None:
    rows: Cells = [["Art.-Nr.", "Bezeichnung", "Preis"]]
    rows += [[102 + at, name, 4.25 + at] for at, name in enumerate(NAMES)]
    money = (_format("[$€-407] #,##0.00"), _format("[$£-809]#,##0.00"))
    styles = {(at, 0): _format("00000") for at in range(1, len(rows))}
    styles |= {(at, 2): money[at % 2] for at in range(1, len(rows))}
    book, _ = _book(rows, styles)
    items = items_of(_saved(book, tmp_path / "list.xls"))
    assert [item["sku"] for item in items] == [f"{102 + at:05d}" for at in range(len(NAMES))]
    assert [item["currency"] for item in items] == ["GBP", "EUR"] * (len(NAMES) // 2)


def test_a_struck_price_is_not_the_price_and_a_hidden_column_is_the_suppliers_own(tmp_path: Path) -> None:
    rows: Cells = [["Code", "Name", "Price", "Price", "Price"]]
    rows += [[f"K-{at}", name, 90.5 + at, 9.75 + at, 4.5 + at] for at, name in enumerate(NAMES)]
    struck = xlwt.easyxf("font: struck_out on")
    book, sheet = _book(rows, {(at, 2): struck for at in range(1, len(rows))})
    sheet.col(4).hidden = True
    items = items_of(_saved(book, tmp_path / "list.xls"))
    assert [item["price"] for item in items] == [f"{9.75 + at}" for at in range(len(NAMES))]


@pytest.mark.parametrize("styled", [False, True])
def test_hidden_rows_are_read_and_said(tmp_path: Path, *, styled: bool) -> None:
    rows: Cells = [["Code", "Name", "Price"]]
    rows += [[f"K-{at}", name, 9.75 + at] for at, name in enumerate(NAMES)]
    money = {(at, 2): _format("[$€-407] #,##0.00") for at in range(1, len(rows))} if styled else {}
    book, sheet = _book(rows, money)
    for at in (3, 4):
        sheet.row(at).hidden = True
    listed = read_price_list(_saved(book, tmp_path / "list.xls"))
    assert len([line for line in listed.lines if line["kind"] == "item"]) == len(NAMES)
    assert [doubt.choice for doubt in listed.findings.doubts if doubt.what is DoubtCode.HIDDEN_ROWS] == ["2"]


def test_a_damaged_compound_file_has_no_marks(tmp_path: Path) -> None:
    book, _ = _book([["Name", "Price"], *([name, 1.5] for name in NAMES)], {})
    whole = _saved(book, tmp_path / "list.xls").read_bytes()
    cut = tmp_path / "cut.xls"
    for end in (0, 100, 600, len(whole) // 2):
        cut.write_bytes(whole[:end])
        assert len(workbook_stream(cut)) <= end

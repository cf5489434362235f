"""What a workbook's parts say before its cells are loaded: sizes, hidden columns, currencies, struck texts."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from ml_analyze.extraction.formats.excel.package import SheetPart, check_ods, inspect_workbook, most_money
from ml_analyze.extraction.limits import Limits, Unreadable

STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="[$€-407]0.00"/></numFmts><fonts><font/></fonts>'
    '<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="164" fontId="0"/></cellXfs>'
)


def package(sheet: str, strings: str = "", styles: str = "") -> io.BytesIO:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        archive.writestr("xl/sharedStrings.xml", strings)
        archive.writestr("xl/styles.xml", styles)
    return held


def inspect(sheet: str, *, strings: str = "", styles: str = "", limits: Limits | None = None) -> SheetPart:
    (part,) = inspect_workbook(package(sheet, strings, styles), limits or Limits())
    return part


def test_the_last_row_and_the_widest_column_are_known_before_a_cell_is_loaded() -> None:
    assert inspect('<row r="1"/><row r="70"><c r="C70"/></row>').rows == 70
    far = inspect('<row r="1"><c r="ABC1"/></row><row r="1048576"><c r="A1048576"/></row>')
    assert (far.rows, far.columns) == (1_048_576, 731)
    assert (inspect("").rows, inspect("").columns) == (0, 26)


def test_hidden_columns_count_from_zero_and_an_endless_range_ends() -> None:
    head = '<cols><col min="2" max="3" hidden="1"/><col min="5" max="5"/><col min="9" max="9" hidden="true"/></cols>'
    assert inspect(head).hidden_columns == {1, 2, 8}
    assert len(inspect('<col min="1" max="999999999" hidden="1"/>').hidden_columns) == 601
    assert inspect('<col min="x" max="3" hidden="1"/>').hidden_columns == frozenset()


def test_a_column_has_the_currency_of_most_of_its_cells() -> None:
    cells = "".join(
        f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="B{row}" s="1"><v>1</v></c></row>' for row in range(9)
    )
    assert inspect(cells, styles=STYLES).money == {1: "EUR"}
    assert most_money({0: Counter({"EUR": 2, "": 3}), 1: Counter({"EUR": 2, "": 6}), 2: Counter()}) == {0: "EUR"}


def test_every_struck_text_is_known_however_many_there_are() -> None:
    item = f"<si><r><rPr><strike/></rPr><t>20</t></r><r><t>15{' ' * 900}</t></r></si>"
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>{row - 1}</v></c></row>' for row in range(1, 2501))
    marks = inspect(cells, strings=f"<sst>{item * 2500}</sst>").marks
    assert len(marks.struck) == 2500
    assert set(marks.kept.values()) == {"15"}


@pytest.mark.parametrize(
    ("sheet", "strings", "limits"),
    [
        ("", "<si><t>a</t></si>" * 3, Limits(shared_strings=2)),
        ('<mergeCell ref="A1:B1"/>' * 3, "", Limits(merged_ranges=2)),
    ],
)
def test_more_texts_or_merged_ranges_than_allowed_are_refused(sheet: str, strings: str, limits: Limits) -> None:
    with pytest.raises(Unreadable) as refused:
        inspect(sheet, strings=strings, limits=limits)
    assert refused.value.code == "TOO_LARGE"


@pytest.mark.parametrize(
    ("rows", "columns", "refused"), [(900, 100, False), (900, 1200, True), (1_048_576, 900, False)]
)
def test_an_ods_that_repeats_its_cells_beyond_measure_is_refused(
    tmp_path: Path, rows: int, columns: int, refused: bool
) -> None:
    path = tmp_path / "list.ods"
    cell = f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="float" office:value="1"/>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "content.xml", f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
        )
    if refused:
        with pytest.raises(Unreadable):
            check_ods(path, Limits(cells=1_000_000))
    else:
        check_ods(path, Limits(cells=1_000_000))

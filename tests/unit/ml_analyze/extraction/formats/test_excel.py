"""What a workbook shows beside its values, and packages that spreadsheet programs open although they are odd."""

from __future__ import annotations

import base64
import io
import quopri
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlwt
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Font

from handoff.api import Hints
from handoff.doubts import DoubtCode
from ml_analyze.extraction.grid import Sheet
from ml_analyze.extraction.limits import Limits, Unreadable
from ml_analyze.extraction.price_list import read_grid
from tests.unit.ml_analyze.extraction.formats.made_lists import MadeList, made_list
from tests.unit.ml_analyze.extraction.price_files import items_of

SEEDS = range(4)


def _book(made: MadeList) -> tuple[Workbook, Any]:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(made.head)
    for row in made.rows:
        sheet.append([float(cell) if re.fullmatch(r"\d+\.\d+", cell) else cell for cell in row])
    return book, sheet


def _saved(book: Workbook, path: Path) -> Path:
    book.save(path)
    return path


def _sheet(path: Path) -> Sheet:
    return read_grid(path, Hints(), Limits()).sheets[0]


def _read(path: Path) -> list[tuple[str | None, str, float]]:
    return [(item.get("sku"), item["name"], float(item["price"])) for item in items_of(path)]


def _numbers(made: MadeList) -> list[tuple[str, str, float]]:
    return [(code, name, float(price)) for code, name, price in made.items]


def _repacked(path: Path, change: Callable[[str, bytes], tuple[str, bytes]], prefix: bytes = b"") -> Path:
    """The same package with each part's name and content changed."""
    into = io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(into, "w") as copy:
        for name in archive.namelist():
            copy.writestr(*change(name, archive.read(name)))
    path.write_bytes(prefix + into.getvalue())
    return path


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "change",
    [
        lambda name, content: (name.replace("/", "\\"), content),
        lambda name, content: ("/" + name, content),
        lambda name, content: (name.replace("workbook", "Workbook").replace("styles", "Styles"), content),
        lambda name, content: (name, re.sub(rb' r:id="[^"]*"', b' r:id=""', content)),
        lambda name, content: (name, re.sub(rb' [rs]="[A-Z]*\d+"', b"", content) if "sheet1" in name else content),
    ],
    ids=["backslashes", "leading stroke", "capitals", "empty relation", "no places"],
)
def test_packages_that_spreadsheets_open_are_read(
    tmp_path: Path, seed: int, change: Callable[[str, bytes], tuple[str, bytes]]
) -> None:
    made = made_list(seed)
    path = _repacked(_saved(_book(made)[0], tmp_path / "a.xlsx"), change)
    assert _read(path) == _numbers(made)


@pytest.mark.parametrize("before", [b"\r\n", b"\n\n", b"  "])
def test_blanks_before_a_package_do_no_harm(tmp_path: Path, before: bytes) -> None:
    made = made_list(1)
    assert _read(_repacked(_saved(_book(made)[0], tmp_path / "a.xlsx"), lambda *part: part, before)) == _numbers(made)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bare_workbook_stream_is_read_without_the_file_around_it(tmp_path: Path, seed: int) -> None:
    made = made_list(seed)
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for at, row in enumerate([made.head, *made.rows]):
        for column, cell in enumerate(row):
            sheet.write(at, column, float(cell) if re.fullmatch(r"\d+\.\d+", cell) else cell)
    path = tmp_path / "a.xls"
    path.write_bytes(book.get_biff_data())
    assert _read(path) == _numbers(made)


def test_worksheets_of_the_oldest_version_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(struct.pack("<HHHH", 0x0009, 4, 2, 16) + bytes(400))
    with pytest.raises(Unreadable, match="too old"):
        items_of(path)


@pytest.mark.parametrize("seed", SEEDS)
def test_zeros_that_only_a_format_shows_belong_to_the_code(tmp_path: Path, seed: int) -> None:
    made = made_list(seed)
    book, sheet = _book(made)
    at = made.rows[0].index(made.items[0][0]) + 1
    for row in range(2, len(made.rows) + 2):
        cell = sheet.cell(row, at)
        cell.value, cell.number_format = int(str(cell.value)[2:]), "000000"
    expected = [(f"00{code[2:]}", name, price) for code, name, price in _numbers(made)]
    assert _read(_saved(book, tmp_path / "a.xlsx")) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_cells_with_errors_and_formulas_without_values_are_marked_and_said(tmp_path: Path, seed: int) -> None:
    made = made_list(seed)
    book, sheet = _book(made)
    at = made.rows[0].index(made.items[0][2]) + 1
    sheet.cell(3, at).value = "#N/A"
    sheet.cell(4, at).value = "=A1*2"
    read = _sheet(_saved(book, tmp_path / "a.xlsx"))
    assert read.faults == {(2, at - 1): "#N/A", (3, at - 1): "formula"}
    assert not read.rows[2][at - 1] and not read.rows[3][at - 1]
    assert [doubt.what for doubt in read.doubts] == [DoubtCode.FORMULAS]


def test_formulas_that_a_library_stored_as_zero_have_no_value(tmp_path: Path) -> None:
    book, sheet = _book(made_list(2))
    for row in range(2, 8):
        sheet.cell(row, 6).value = "=A1*2"
    path = _repacked(
        _saved(book, tmp_path / "a.xlsx"),
        lambda name, content: (name, content.replace(b"<v></v>", b"<v>0</v>").replace(b"<v />", b"<v>0</v>")),
    )
    assert set(_sheet(path).faults) == {(row, 5) for row in range(1, 7)}


def test_struck_text_is_kept_apart_from_what_is_left(tmp_path: Path) -> None:
    book, sheet = _book(made_list(3))
    sheet["F2"] = CellRichText(TextBlock(InlineFont(strike=True), "99,00 "), TextBlock(InlineFont(b=True), "79,00"))
    for cell in sheet[4]:
        cell.font = Font(strike=True)
    names = [sheet.cell(4, column).value for column in range(1, 5)]
    read = _sheet(_saved(book, tmp_path / "a.xlsx"))
    assert read.rows[1][5] == "79,00" and read.struck[1, 5] == "99,00"
    assert not any(read.rows[3]) and str(names[0]) in read.struck[3, 0]


def test_hidden_rows_and_levels_are_marked(tmp_path: Path) -> None:
    book, sheet = _book(made_list(4))
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[5].outlineLevel = 2
    read = _sheet(_saved(book, tmp_path / "a.xlsx"))
    assert read.hidden_rows == {2} and read.levels == {4: 2}
    assert [doubt.what for doubt in read.doubts] == [DoubtCode.HIDDEN_ROWS]


def test_indented_titles_have_a_level(tmp_path: Path) -> None:
    book, sheet = _book(made_list(4))
    sheet["A3"].alignment = Alignment(indent=2)
    assert _sheet(_saved(book, tmp_path / "a.xlsx")).levels == {2: 2}


def test_each_cell_has_the_currency_of_its_own_format(tmp_path: Path) -> None:
    made = made_list(5)
    book, sheet = _book(made)
    at = made.rows[0].index(made.items[0][2]) + 1
    for row, sign in enumerate(["[$€-407]", '"zł"', "[$£-809]"], 2):
        sheet.cell(row, at).number_format = f"#,##0.00 {sign}"
    money = _sheet(_saved(book, tmp_path / "a.xlsx")).money_cells
    assert money == {(1, at - 1): "EUR", (2, at - 1): "PLN", (3, at - 1): "GBP"}


def test_columns_far_to_the_right_are_read_and_those_beyond_are_told(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row, cells in enumerate([("Name", "Price"), *((f"Widget {at} long", 10.5 + at) for at in range(6))], 1):
        for place, cell in enumerate(cells):
            sheet.cell(row, 702 + place).value = cell
    assert [item["name"] for item in items_of(_saved(book, tmp_path / "a.xlsx"))] == [
        f"Widget {at} long" for at in range(6)
    ]
    sheet.cell(3, 2100).value = "far"
    grid = read_grid(_saved(book, tmp_path / "b.xlsx"), Hints(), Limits())
    assert grid.sheets[0].doubts[0].what is DoubtCode.COLUMNS_LEFT_OUT and "52 columns" in grid.warnings[0]


@pytest.mark.parametrize("coding", ["quoted-printable", "base64", "8bit"])
def test_a_web_archive_that_is_called_a_workbook_is_read(tmp_path: Path, coding: str) -> None:
    made = made_list(6)
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in [made.head, *made.rows])
    page = f"<html><body><table>{cells}</table></body></html>".encode()
    coded = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes, "8bit": bytes}[coding](page)
    path = tmp_path / "a.xls"
    path.write_bytes(
        b'MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary="--x"\r\n\r\n'
        b"----x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: "
        + coding.encode()
        + b"\r\n\r\n"
        + coded
        + b"\r\n----x--\r\n"
    )
    assert _read(path) == _numbers(made)

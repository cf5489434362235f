"""Tables of web pages, web archives and Excel's XML of 2003; what a hostile attribute says is not believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff.api import Hints
from ml_analyze.extraction.formats.html.read import read_html, read_web_archive, read_xml_2003
from ml_analyze.extraction.grid import Row, Sheet
from ml_analyze.extraction.limits import Limits, Unreadable

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
XML = f'<Workbook xmlns="{NAMESPACE}" xmlns:ss="{NAMESPACE}">'


def html(tmp_path: Path, text: str, limits: Limits | None = None) -> list[Sheet]:
    path = tmp_path / "list.html"
    path.write_text(text, encoding="utf-8")
    return read_html(path, Hints(), limits or Limits()).sheets


def rows_2003(tmp_path: Path, rows: str) -> list[Row]:
    path = tmp_path / "list.xml"
    path.write_text(f'{XML}<Worksheet ss:Name="Prices"><Table>{rows}</Table></Worksheet></Workbook>', encoding="utf-8")
    (sheet,) = read_xml_2003(path, Limits()).sheets
    assert sheet.name == "Prices"
    return sheet.rows


def archive(tmp_path: Path, head: str, body: bytes) -> list[Sheet]:
    path = tmp_path / "list.mht"
    path.write_bytes(f"MIME-Version: 1.0\r\nContent-Type: {head}\r\n\r\n".encode() + body)
    return read_web_archive(path, Limits()).sheets


def test_every_table_that_holds_no_other_is_a_sheet(tmp_path: Path) -> None:
    inner = "<table><tr><td>Saw</td><td>5</td></tr></table>"
    sheets = html(tmp_path, f"<table><tr><td>{inner}</td></tr></table>{inner}")
    assert [(sheet.name, sheet.rows) for sheet in sheets] == [
        ("table 2", [["Saw", "5"]]),
        ("table 3", [["Saw", "5"]]),
    ]


def test_merged_cells_push_the_others_to_their_columns(tmp_path: Path) -> None:
    text = (
        "<table><tr><th rowspan='2'>Name</th><th colspan='2'>Price</th></tr><tr><th>net</th><th>gross</th></tr>"
        "<tr><td>Saw</td><td>5</td><td>6</td></tr></table>"
    )
    (sheet,) = html(tmp_path, text)
    assert sheet.rows == [["Name", "Price"], [None, "net", "gross"], ["Saw", "5", "6"]]
    assert sheet.merges == [(0, 0, 1, 0), (0, 1, 0, 2)]


@pytest.mark.parametrize("span", ["0", "-1", "", "x", "²", "9" * 5000, "1.5"])
def test_a_span_that_is_no_number_is_one(tmp_path: Path, span: str) -> None:
    (sheet,) = html(tmp_path, f"<table><tr><td colspan='{span}'>Saw</td><td>5</td></tr></table>")
    assert sheet.rows == [["Saw", "5"]] and sheet.merges == []


def test_more_columns_and_rows_than_allowed_are_left_out_or_refused(tmp_path: Path) -> None:
    table = f"<table>{'<tr><td>a</td><td>b</td></tr>' * 3}</table>"
    (narrow,) = html(tmp_path, table, Limits(columns=1))
    assert narrow.rows == [["a"]] * 3
    for limits in (Limits(rows=2), Limits(html_bytes=10)):
        with pytest.raises(Unreadable) as refused:
            html(tmp_path, table, limits)
        assert refused.value.code == "TOO_LARGE"


def test_a_page_without_a_table_is_named_for_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        html(tmp_path, "<html><body>404 not found</body></html>")
    assert refused.value.code == "NOT_A_TABLE"


def test_a_declaration_does_not_change_what_was_decoded(tmp_path: Path) -> None:
    (sheet,) = html(tmp_path, '<?xml version="1.0" encoding="latin-1"?><table><tr><td>Säge</td></tr></table>')
    assert sheet.rows == [["Säge"]]


@pytest.mark.parametrize(
    ("head", "said", "encoding"),
    [
        ("text/html; charset=windows-1251", "", "cp1251"),
        ("text/html; charset=us-ascii", "<meta charset=windows-1251>", "cp1251"),
        ("text/html", "", "utf-8"),
        ("text/html; charset=no-such-page", "", "utf-8"),
        ("text/html; charset=idna", "", "utf-8"),
        ("text/html; charset=undefined", "", "utf-8"),
        ("text/html; charset=us-ascii", "<meta charset=undefined>", "utf-8"),
    ],
)
def test_a_page_of_a_web_archive_is_decoded_as_its_part_or_itself_says(
    tmp_path: Path, head: str, said: str, encoding: str
) -> None:
    name = f"Пила {'и' * 80}"
    (sheet,) = archive(tmp_path, head, f"{said}<table><tr><td>{name}</td></tr></table>".encode(encoding))
    assert sheet.rows == [[name]]


def test_cells_of_2003_stand_where_their_index_says_and_numbers_are_numbers(tmp_path: Path) -> None:
    rows = (
        '<Row><Cell><Data ss:Type="String">Saw</Data></Cell>'
        '<Cell ss:Index="4"><Data ss:Type="Number">5.5</Data></Cell></Row>'
        '<Row ss:Index="3"><Cell><Data ss:Type="Number">x</Data></Cell><Cell/></Row>'
    )
    assert rows_2003(tmp_path, rows) == [["Saw", None, None, 5.5], [], ["x", None]]


@pytest.mark.parametrize("index", ["x", "²", "9" * 5000, "0"])
def test_an_index_that_is_no_number_moves_nothing(tmp_path: Path, index: str) -> None:
    row = f'<Row ss:Index="{index}"><Cell ss:Index="{index}"><Data ss:Type="String">Saw</Data></Cell></Row>'
    assert rows_2003(tmp_path, row) == [["Saw"]]


def test_a_damaged_and_an_empty_workbook_of_2003_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    for text, code in ((f"{XML}<Worksheet><Table>", "CORRUPT_FILE"), (f"{XML}</Workbook>", "NOT_A_TABLE")):
        path.write_text(text)
        with pytest.raises(Unreadable) as refused:
            read_xml_2003(path, Limits())
        assert refused.value.code == code

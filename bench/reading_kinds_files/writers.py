"""A made-up list as a file of each format that can hold it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from html import escape
from pathlib import Path
from zipfile import ZipFile

import xlsxwriter
import xlwt

from .lists import Cell, Made, Sheet

_PAGES = {"ru": "cp1251", "uk": "cp1251", "bg": "cp1251", "sr": "cp1251", "pl": "cp1250", "cs": "cp1250",
          "sk": "cp1250", "hu": "cp1250", "hr": "cp1250", "sl": "cp1250", "el": "cp1253", "tr": "cp1254",
          "he": "cp1255", "ar": "cp1256", "lt": "cp1257", "et": "cp1257", "zh": "gb18030", "ja": "cp932",
          "ko": "cp949"}  # fmt: skip


def amount(value: Decimal, *, comma: bool, thousands: bool = False) -> str:
    text = f"{value:,f}" if thousands else f"{value:f}"
    return text.translate(str.maketrans(",.", " ,")) if comma else text


def text_of(cell: Cell, made: Made) -> str:
    if cell is None:
        return ""
    return amount(cell, comma=made.comma) if isinstance(cell, Decimal) else str(cell)


def _shown(sheet: Sheet, made: Made) -> list[list[str]]:
    """The cells as a person sees them, which is what text formats hold."""
    rows = []
    for at, row in enumerate(sheet.rows):
        texts = [text_of(cell, made) for cell in row]
        for (line, column), form in sheet.formats.items():
            if line == at and set(form) == {"0"}:
                texts[column] = texts[column].zfill(len(form))
        rows.append([text for place, text in enumerate(texts) if place not in sheet.hidden_columns])
    return rows


def _encoded(text: str, encoding: str) -> bytes:
    """In the code page, if it has all the letters and signs."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8")


def write_csv(path: Path, made: Made, seed: int) -> None:
    width = max(len(row) for row in made.sheet.rows)
    text = io.StringIO()
    delimiter = ";" if made.comma else ",;\t|"[seed % 4]
    rows = [row + [""] * (width - len(row)) for row in _shown(made.sheet, made)]
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    encoding = ("utf-8", "utf-8-sig", _PAGES.get(made.language, "cp1252"), "utf-16")[seed // 4 % 4]
    path.write_bytes(_encoded(text.getvalue(), encoding))


_OLD_PAGES = {
    "ru": "koi8-r", "uk": "koi8-u", "bg": "iso8859-5", "sr": "iso8859-5", "pl": "iso8859-2", "cs": "iso8859-2",
    "sk": "iso8859-2", "hu": "iso8859-2", "el": "iso8859-7", "tr": "iso8859-9", "he": "iso8859-8", "ar": "iso8859-6",
    "zh": "gbk", "ja": "euc-jp", "ko": "euc-kr", "de": "cp850", "fr": "mac-roman", "da": "cp865",
}  # fmt: skip


def write_odd_csv(path: Path, made: Made, seed: int) -> None:
    """Encodings that few programs still write, any delimiter with any decimal mark, quotes around all or none."""
    text = io.StringIO()
    rows = _shown(made.sheet, made)
    dialect = csv.unix_dialect if seed % 3 == 2 else csv.excel  # the first quotes every cell
    csv.writer(text, dialect, delimiter=",;\t"[seed % 3]).writerows(rows)
    encodings = (_OLD_PAGES.get(made.language, "cp1252"), "utf-16-le", _OLD_PAGES.get(made.language, "utf-16-be"))
    path.write_bytes(_encoded(text.getvalue(), encodings[seed // 2 % 3]))


def write_txt(path: Path, made: Made, seed: int) -> None:
    lines = ["\t".join(row).rstrip() for row in _shown(made.sheet, made)]
    path.write_text("\n".join(lines), encoding="utf-8")


def write_xlsx(path: Path, made: Made, seed: int) -> None:
    book = xlsxwriter.Workbook(str(path))
    money = seed % 3
    pattern = {0: "0.00", 1: "#,##0.00", 2: f'#,##0.00 "{made.currency}"'}[money]
    for sheet in made.sheets:
        page = book.add_worksheet(sheet.name[:31].translate(str.maketrans("", "", "[]:*?/\\'")))
        for column in sheet.hidden_columns:
            page.set_column(column, column, None, None, {"hidden": True})
        for at, row in enumerate(sheet.rows):
            for column, cell in enumerate(row):
                form = {"indent": sheet.indents.get(at, 0)} if column == 1 and at in sheet.indents else {}
                if isinstance(cell, Decimal):
                    page.write_number(at, column, float(cell), book.add_format({"num_format": pattern}))
                elif isinstance(cell, int):
                    style = book.add_format({"num_format": sheet.formats.get((at, column), "0")})
                    page.write_number(at, column, cell, style)
                elif cell is not None:
                    page.write_string(at, column, cell, book.add_format(form))
        for top, left, bottom, right in sheet.merges:
            if (top, left) != (bottom, right):
                page.merge_range(top, left, bottom, right, sheet.rows[top][left] or "")
    book.close()


def write_xls(path: Path, made: Made, seed: int) -> None:
    book = xlwt.Workbook()
    for sheet in made.sheets:
        page = book.add_sheet(sheet.name[:31].translate(str.maketrans("", "", "[]:*?/\\'")))
        merged = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merges}
        for at, row in enumerate(sheet.rows):
            for column, cell in enumerate(row):
                value = float(cell) if isinstance(cell, Decimal) else cell
                style = xlwt.XFStyle()
                style.num_format_str = (
                    "0.00" if isinstance(cell, Decimal) else sheet.formats.get((at, column), "General")
                )
                if (at, column) in merged:
                    bottom, right = merged[at, column]
                    page.write_merge(at, bottom, column, right, value, style)
                elif value is not None:
                    page.write(at, column, value, style)
        for column in sheet.hidden_columns:
            page.col(column).hidden = True
    book.save(str(path))


def write_html(path: Path, made: Made, seed: int) -> None:
    """A web page, also under the name of a workbook, as many shops export it."""
    parts = ["<html><head><meta charset='utf-8'></head><body>"]
    for sheet in made.sheets:
        spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in sheet.merges}
        hidden = {
            (line, column)
            for top, left, bottom, right in sheet.merges
            for line in range(top, bottom + 1)
            for column in range(left, right + 1)
            if (line, column) != (top, left)
        }
        width = max(map(len, sheet.rows))
        parts.append("<table border=1>")
        shown = [row + [""] * (width - len(row)) for row in _shown(sheet, made)]
        for at, row in enumerate(shown):
            cells = []
            for column, text in enumerate(row):
                if (at, column) in hidden:
                    continue
                down, across = spans.get((at, column), (1, 1))
                cells.append(f"<td rowspan={down} colspan={across}>{escape(text)}</td>")
            parts.append(f"<tr>{''.join(cells)}</tr>")
        parts.append("</table>")
    path.write_text("\n".join([*parts, "</body></html>"]), encoding="utf-8")


_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
)
_ODS_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def write_ods(path: Path, made: Made, seed: int) -> None:
    parts = [_ODS_HEAD]
    for sheet in made.sheets:
        parts.append(f'<table:table table:name="{escape(sheet.name)}">')
        rows = ("".join(_ods_cell(cell, made) for cell in row) for row in sheet.rows)
        parts += [f"<table:table-row>{cells}</table:table-row>" for cells in rows]
        parts.append("</table:table>")
    parts.append("</office:spreadsheet></office:body></office:document-content>")
    with ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "".join(parts))
        package.writestr("META-INF/manifest.xml", _ODS_MANIFEST)


def _ods_cell(cell: Cell, made: Made) -> str:
    if cell is None:
        return "<table:table-cell/>"
    kind = "string" if isinstance(cell, str) else f'float" office:value="{cell}'
    text = escape(text_of(cell, made))
    return f'<table:table-cell office:value-type="{kind}"><text:p>{text}</text:p></table:table-cell>'


WRITERS: dict[str, Callable[[Path, Made, int], None]] = {
    "csv": write_csv,
    "csv-odd": write_odd_csv,
    "txt": write_txt,
    "xlsx": write_xlsx,
    "xls": write_xls,
    "html": write_html,
    "ods": write_ods,
}

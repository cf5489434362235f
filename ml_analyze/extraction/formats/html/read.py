"""HTML tables and Excel's XML of 2003 → grid; both are often called ``.xls``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

from lxml import etree, html

from handoff.api import Hints
from ml_analyze.extraction.formats.csv.encoding import find_encoding
from ml_analyze.extraction.grid import Grid, Row, Sheet, Value
from ml_analyze.extraction.limits import Limits, Unreadable

_SPAN_MOST = 200


def read_html(path: Path, hints: Hints, limits: Limits) -> Grid:
    """Every table that holds no other table as one sheet."""
    text, encoding, evidence = _text(path, hints, limits)
    return Grid("html", _tables([text], limits), encoding=encoding, encoding_evidence=evidence)


def read_web_archive(path: Path, limits: Limits) -> Grid:
    """A web archive (MHTML), as spreadsheets save one: the tables of all its pages."""
    if path.stat().st_size > limits.html_bytes:
        raise Unreadable("TOO_LARGE", f"The web archive has more than {limits.html_bytes} bytes.")
    message = message_from_bytes(path.read_bytes().lstrip())
    pages = []
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            charset = part.get_content_charset("utf-8")
            if isinstance(content, bytes):
                pages.append(_decoded(content, charset))
    return Grid("html", _tables(pages, limits))


def _decoded(content: bytes, charset: str) -> str:
    """By what the part says; by what the page says itself where that is ASCII and the bytes are not."""
    said = re.search(rb"charset=[\"']?([\w-]+)", content[:4096])
    for name in (charset, said[1].decode("ascii") if said else "", "utf-8"):
        try:
            return content.decode(name)
        except (LookupError, ValueError):  # some pages that have a name decode nothing
            continue
    return content.decode("cp1252", "replace")


def _tables(pages: list[str], limits: Limits) -> list[Sheet]:
    sheets: list[Sheet] = []
    number = 0
    for page in pages:
        for table in _root(page).iter("table"):
            number += 1
            if number > 20 * limits.sheets:
                break
            if next(table.iterdescendants("table"), None) is None:
                rows, merges = _table(table, limits)
                sheets.append(Sheet(f"table {number}", rows, merges=merges, rows_total=len(rows)))
    if not sheets:
        raise Unreadable(
            "NOT_A_TABLE",
            "The file is a web page without a table: perhaps an error page was saved in place of the list.",
        )
    return sheets


def _root(text: str) -> etree._Element:
    try:
        return html.document_fromstring(text, parser=html.HTMLParser(no_network=True, recover=True, huge_tree=False))
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable("CORRUPT_FILE", "The HTML file has no readable content.") from error


def _text(path: Path, hints: Hints, limits: Limits) -> tuple[str, str, str]:
    if path.stat().st_size > limits.html_bytes:
        raise Unreadable("TOO_LARGE", f"The HTML file has more than {limits.html_bytes} bytes.")
    found = find_encoding(path)
    name = hints.encoding or found.name
    text = path.read_bytes().decode(name, "replace" if hints.encoding else found.errors)
    # a declaration inside would be obeyed against the decoded text
    if text.lstrip("\ufeff \r\n\t").startswith("<?xml"):
        text = text.split("?>", 1)[-1]
    return text, name, "hint" if hints.encoding else found.evidence


def _table(table: etree._Element, limits: Limits) -> tuple[list[Row], list[tuple[int, int, int, int]]]:
    rows: list[Row] = []
    merges: list[tuple[int, int, int, int]] = []
    taken: dict[int, int] = {}  # column → rows still covered by a cell from above
    for element in table.iter("tr"):
        row: Row = []
        at = 0
        covered = {column: left for column, left in taken.items() if left > 0}
        taken = {column: left - 1 for column, left in covered.items()}
        for cell in element.iterchildren("td", "th"):
            while at in covered:
                at += 1
            wide, tall = _span(cell, "colspan"), _span(cell, "rowspan")
            if at >= limits.columns:
                break
            row.extend([None] * (at + 1 - len(row)))
            row[at] = " ".join("".join(cell.itertext()).split())
            if wide > 1 or tall > 1:
                merges.append((len(rows), at, len(rows) + tall - 1, at + wide - 1))
            for column in range(at, at + wide):
                if tall > 1:
                    taken[column] = tall - 1
            at += wide
        rows.append(row)
        if len(rows) > limits.rows or len(merges) > limits.merged_ranges:
            raise Unreadable("TOO_LARGE", "An HTML table has more rows or merged cells than are read.")
    return rows, merges


def _span(cell: etree._Element, name: str) -> int:
    text = (cell.get(name) or "1").strip()
    return max(1, min(int(text), _SPAN_MOST)) if text.isdecimal() and len(text) < 6 else 1


def read_xml_2003(path: Path, limits: Limits) -> Grid:
    """SpreadsheetML, the XML that Excel 2003 wrote; entities are not resolved."""
    if path.stat().st_size > limits.html_bytes:
        raise Unreadable("TOO_LARGE", f"The XML file has more than {limits.html_bytes} bytes.")
    sheets: list[Sheet] = []
    try:
        for _, element in etree.iterparse(
            str(path), tag="{*}Worksheet", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        ):
            name = next(
                (value for key, value in element.attrib.items() if key.endswith("Name")), f"sheet {len(sheets) + 1}"
            )
            sheets.append(Sheet(str(name), list(_xml_rows(element, limits))))
            element.clear()
    except etree.XMLSyntaxError as error:
        raise Unreadable(
            "CORRUPT_FILE", "The XML spreadsheet is not well-formed. Open it in Excel and save it as XLSX."
        ) from error
    if not sheets:
        raise Unreadable("NOT_A_TABLE", "The XML file holds no worksheet.")
    return Grid("xml", sheets)


def _xml_rows(sheet: etree._Element, limits: Limits) -> Iterator[Row]:
    count = 0
    for element in sheet.iter("{*}Row"):
        index = _index(element)
        while index is not None and count < min(index - 1, count + 1000):
            count += 1
            yield []
        row: Row = []
        for cell in element.iterchildren("{*}Cell"):
            at = _index(cell)
            if at is not None and at - 1 > len(row):
                row.extend([None] * (min(at - 1, limits.columns) - len(row)))
            row.append(_xml_value(cell))
        count += 1
        yield row[: limits.columns]


def _index(element: etree._Element) -> int | None:
    text = next((value for key, value in element.attrib.items() if key.endswith("}Index")), "")
    return int(text) if str(text).isdecimal() and len(text) < 8 else None


def _xml_value(cell: etree._Element) -> Value:
    data = next(cell.iterchildren("{*}Data"), None)
    if data is None:
        return None
    text = "".join(data.itertext())
    kind = next((value for key, value in data.attrib.items() if key.endswith("}Type")), "")
    if kind == "Number":
        try:
            return float(text)
        except ValueError:
            return text
    return text

"""A worksheet whose used area is far larger than what it holds, read cell by cell."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from ml_analyze.extraction.grid import Row, Value
from ml_analyze.extraction.limits import Limits, Unreadable

from .parts import worksheets

_REFERENCE = re.compile(r"([A-Z]{1,4})(\d{1,8})")
_MAX_GAP = 1000
_DIGITS = 10  # more than a row's or a text's number has


def sparse_rows(file: Path | BinaryIO, index: int, limits: Limits) -> Iterator[Row]:
    """Rows of the sheet with this index. Gaps of more than 1,000 rows shrink; columns beyond the limit are left out."""
    with zipfile.ZipFile(file) as archive:
        names = list(worksheets(archive, limits))
        strings = _strings(archive, limits)
        last = 0
        with archive.open(names[index]) as part:
            for number, row in _rows(part, strings, limits):
                for _ in range(min(max(number - last - 1, 0), _MAX_GAP)):
                    yield []
                yield row
                last = number


def _strings(archive: zipfile.ZipFile, limits: Limits) -> list[str]:
    name = next((name for name in archive.namelist() if name.lower().endswith("sharedstrings.xml")), None)
    if name is None:
        return []
    strings = []
    with archive.open(name) as part:
        for _, element in etree.iterparse(part, tag="{*}si", resolve_entities=False, no_network=True):
            strings.append(_written(element)[: limits.cell_chars])
            element.clear()
    return strings


def _rows(part: object, strings: list[str], limits: Limits) -> Iterator[tuple[int, Row]]:
    number = 0
    try:
        for _, element in etree.iterparse(part, tag="{*}row", resolve_entities=False, no_network=True):
            said = _number(element.get("r") or "")
            number = number + 1 if said is None else said
            row: Row = []
            for cell in element.iter("{*}c"):
                _place(cell, row, strings, limits)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            if row:
                yield number, row
    except etree.XMLSyntaxError as error:
        raise Unreadable(
            "CORRUPT_FILE", "A sheet of the workbook is not well-formed. Ask for the file again."
        ) from error


def _place(cell: etree._Element, row: Row, strings: list[str], limits: Limits) -> None:
    match = _REFERENCE.fullmatch(cell.get("r") or "")
    column = len(row)
    if match:
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - 64
        column -= 1
    value = _value(cell, strings)
    if value is None or column >= limits.columns:
        return
    row.extend([None] * (column + 1 - len(row)))
    row[column] = value


def _value(cell: etree._Element, strings: list[str]) -> Value:
    kind = cell.get("t")
    text = _written(cell) if kind == "inlineStr" else "".join(part.text or "" for part in cell.iter("{*}v"))
    if not text:
        return None
    if kind == "s":
        place = _number(text)
        return strings[place] if place is not None and place < len(strings) else None
    if kind in ("str", "inlineStr", "e"):
        return text
    try:
        return float(text)
    except ValueError:
        return text


def _written(element: etree._Element) -> str:
    """The text of an element's runs, without the reading that stands in small letters above it."""
    return "".join(part.text or "" for part in element.iter("{*}t") if etree.QName(part.getparent()).localname != "rPh")


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < _DIGITS else None

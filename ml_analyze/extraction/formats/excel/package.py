"""What a workbook's parts say beside its cells: sizes to check before cells are loaded, hidden columns, money formats.

Parts are streamed with regular expressions: no XML parser sees them, so entities and nesting do no harm.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ml_analyze.extraction.limits import Limits, Unreadable

from .marks import Marks, Runs, column_number, read_marks, runs_of
from .parts import stream_part, stream_rows, whole_part, worksheets
from .styles import Styles, read_styles

_HEAD = 1 << 20
_ROW = re.compile(rb'<(?:x:)?row [^>]{0,200}?\br="(\d{1,10})"')
_WIDE = re.compile(rb'<(?:x:)?c [^>]{0,60}?\br="([A-Z]{2,4})\d')
_FAR = re.compile(rb' r="(?:[A-Z]{2}|[A-Z]?\d{6})')
_COLUMN = re.compile(rb"<(?:x:)?col [^>]{0,300}>")
_CELL_STYLE = re.compile(rb'<(?:x:)?c (?=[^>]{0,100}\br="([A-Z]{1,3})\d+")(?=[^>]{0,100}\bs="(\d+)")[^>]{0,120}?(/?)>')
_ATTRIBUTE = re.compile(rb'(?<![\w:])([\w:]++)="([^"]*+)"')
_STRING = re.compile(rb"<(?:\w+:)?si(?=[ >])")
_ODS_ROWS = re.compile(rb'number-rows-repeated="(\d+)"')
_ODS_CELLS = re.compile(
    rb'number-columns-repeated="(\d+)"[^>]{0,300}office:(?:value|string-value|date-value)=|office:value[^>]{0,300}number-columns-repeated="(\d+)"'
)


@dataclass
class SheetPart:
    """Size and marks of one worksheet part: last row, columns, merged ranges, hidden columns, currency by column."""

    name: str = ""
    rows: int = 0
    columns: int = 26
    merges: int = 0
    hidden_columns: frozenset[int] = frozenset()
    money: dict[int, str] = field(default_factory=dict)
    marks: Marks = field(default_factory=Marks)


def inspect_workbook(file: Path | BinaryIO, limits: Limits) -> list[SheetPart]:
    """The worksheet parts in the workbook's order. Raises Unreadable where a count passes its limit."""
    with zipfile.ZipFile(file) as archive:
        struck: dict[int, Runs] = {}
        styles = Styles()
        for name in archive.namelist():
            if name.lower().endswith("sharedstrings.xml"):
                struck = _read_strings(archive, name, limits)
            elif name.lower().endswith("styles.xml"):
                styles = read_styles(whole_part(archive, name, limits))
        found = []
        for part, name in worksheets(archive, limits).items():
            found.append(_inspect_sheet(archive, part, styles, struck, limits))
            found[-1].name = name
        return found


def _read_strings(archive: zipfile.ZipFile, name: str, limits: Limits) -> dict[int, Runs]:
    """Counts the texts, and gives those of which a part is struck out."""
    count = 0
    struck: dict[int, Runs] = {}
    for piece in stream_rows(archive, name, limits, end=b"si>"):
        if b"strike" in piece:
            for place, item in enumerate(re.split(rb"<(?:\w+:)?si(?=[ >])", piece)[1:], count):
                if runs := runs_of(item):
                    struck[place] = runs
        count += len(_STRING.findall(piece))
        if count > limits.shared_strings:
            raise Unreadable("TOO_LARGE", f"The workbook has more than {limits.shared_strings} texts.")
    return struck


def _inspect_sheet(
    archive: zipfile.ZipFile, name: str, styles: Styles, struck: dict[int, Runs], limits: Limits
) -> SheetPart:
    part = SheetPart()
    part.marks = read_marks(_measured(archive, name, part, styles, limits), styles, struck)
    return part


def _measured(archive: zipfile.ZipFile, name: str, part: SheetPart, styles: Styles, limits: Limits) -> Iterator[bytes]:
    """The part's pieces, measured on their way."""
    first = True
    for piece in stream_rows(archive, name, limits):
        if first:
            part.hidden_columns = _hidden_columns(piece)
            part.money = _money_columns(piece[:_HEAD], styles.money)
            first = False
        _measure(part, piece)
        if part.merges > limits.merged_ranges:
            raise Unreadable("TOO_LARGE", f"A sheet has more than {limits.merged_ranges} merged ranges.")
        yield piece


def _measure(part: SheetPart, piece: bytes) -> None:
    part.merges += piece.count(b"<mergeCell ") + piece.count(b"<x:mergeCell ")
    last = max(piece.rfind(b"<row "), piece.rfind(b"<x:row "))
    if last >= 0 and (match := _ROW.match(piece, last)):
        part.rows = max(part.rows, int(match[1]))
    if _FAR.search(piece):
        part.rows = max([part.rows, *map(int, _ROW.findall(piece))])
        part.columns = max([part.columns, *(column_number(letters) for letters in set(_WIDE.findall(piece)))])


def _hidden_columns(head: bytes) -> frozenset[int]:
    hidden: set[int] = set()
    for match in _COLUMN.finditer(head):
        attributes = dict(_ATTRIBUTE.findall(match[0]))
        if attributes.get(b"hidden") in (b"1", b"true"):
            try:
                first, last = int(attributes[b"min"]), int(attributes[b"max"])
            except (KeyError, ValueError):
                continue
            hidden.update(range(first - 1, min(last, first + 600)))
    return frozenset(hidden)


def _money_columns(head: bytes, formats: dict[int, str]) -> dict[int, str]:
    """Column → currency, where most of its first filled cells are formatted so."""
    if not formats:
        return {}
    seen: dict[int, Counter[str]] = {}
    for letters, style, empty in _CELL_STYLE.findall(head):
        if not empty:
            seen.setdefault(column_number(letters) - 1, Counter())[formats.get(int(style), "")] += 1
    return most_money(seen)


def most_money(seen: dict[int, Counter[str]]) -> dict[int, str]:
    """Column → currency, out of how often each currency, or none (""), is the format of its filled cells."""
    money = {}
    for column, codes in seen.items():
        codes[""] = codes.get("", 0) // 2  # headers and blanks carry no format
        code, _ = codes.most_common(1)[0]
        if code:
            money[column] = code
    return money


def check_ods(path: Path, limits: Limits) -> None:
    """Refuse an ODS whose repeated cells would fill memory."""
    with zipfile.ZipFile(path) as archive:
        cells = 1
        tallest = widest = 1
        for piece in stream_part(archive, "content.xml", limits):
            tallest = max(
                [tallest, *(int(match[:9]) for match in _ODS_ROWS.findall(piece) if int(match[:9]) < 1_000_000)]
            )
            widest = max([widest, *(int((one or two)[:9]) for one, two in _ODS_CELLS.findall(piece))])
            cells += piece.count(b"<table:table-cell")
        if tallest * widest > limits.cells or cells > limits.cells:
            raise Unreadable("TOO_LARGE", "The spreadsheet repeats cells more often than can be read.")


def read_through(path: Path, limits: Limits) -> None:
    """Unpack every part once, counting: a part that lies about its size or is damaged is found here."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".bin", ".xml")):
                for _ in stream_part(archive, name, limits):
                    pass

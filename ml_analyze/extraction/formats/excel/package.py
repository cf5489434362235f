"""What a workbook's parts say beside its cells: sizes to check before cells are loaded, hidden columns, money formats.

Parts are streamed with regular expressions: no XML parser sees them, so entities and nesting do no harm.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ml_analyze.extraction.limits import Limits, Unreadable
from ml_analyze.extraction.understanding.currency import currency_of_format

_CHUNK = 1 << 20
_OVERLAP = 256
_HEAD = 1 << 20
_ROW = re.compile(rb'<(?:x:)?row [^>]{0,200}?\br="(\d{1,10})"')
_WIDE = re.compile(rb'<(?:x:)?c [^>]{0,60}?\br="([A-Z]{2,4})\d')
_FAR = re.compile(rb' r="(?:[A-Z]{2}|[A-Z]?\d{6})')
_COLUMN = re.compile(rb"<(?:x:)?col [^>]{0,300}>")
_CELL_STYLE = re.compile(rb'<(?:x:)?c (?=[^>]{0,100}\br="([A-Z]{1,3})\d+")(?=[^>]{0,100}\bs="(\d+)")[^>]{0,120}?(/?)>')
_HIDDEN_ROW = re.compile(rb'<(?:x:)?row (?=[^>]{0,300}\bhidden="(?:1|true)")[^>]{0,300}?\br="(\d+)"')
_ATTRIBUTE = re.compile(rb'(?<![\w:])([\w:]++)="([^"]*+)"')
_BUILT_IN = {5: "$", 6: "$", 7: "$", 8: "$", 37: "", 38: "", 44: "$"}
_ODS_ROWS = re.compile(rb'number-rows-repeated="(\d+)"')
_ODS_CELLS = re.compile(
    rb'number-columns-repeated="(\d+)"[^>]{0,300}office:(?:value|string-value|date-value)=|office:value[^>]{0,300}number-columns-repeated="(\d+)"'
)


@dataclass
class SheetPart:
    """Size and marks of one worksheet part: last row, columns, merged ranges, hidden columns, currency by column."""

    rows: int = 0
    columns: int = 26
    merges: int = 0
    hidden_columns: frozenset[int] = frozenset()
    money: dict[int, str] = field(default_factory=dict)


def stream_part(archive: zipfile.ZipFile, name: str, limits: Limits) -> Iterator[bytes]:
    """A part in pieces that overlap a little, so that no mark is cut in two."""
    size, tail = 0, b""
    try:
        with archive.open(name) as part:
            while chunk := part.read(_CHUNK):
                size += len(chunk)
                if size > limits.archive_bytes:
                    raise Unreadable("ARCHIVE_BOMB", f"{name} unpacks to more than {limits.archive_bytes} bytes.")
                yield tail + chunk
                tail = chunk[-_OVERLAP:]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise Unreadable(
            "CORRUPT_FILE", "The workbook is damaged: a part of it cannot be unpacked. Ask for it again."
        ) from error
    except RuntimeError as error:  # zipfile's word for a password
        raise Unreadable("ENCRYPTED", "The workbook is protected by a password. Ask for it without one.") from error


def inspect_workbook(path: Path, limits: Limits) -> list[SheetPart]:
    """The worksheet parts in the workbook's order. Raises Unreadable where a count passes its limit."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        for name in names:
            if name.lower().endswith("sharedstrings.xml"):
                _check_strings(archive, name, limits)
        formats = _money_formats(archive, next((name for name in names if name.endswith("styles.xml")), None), limits)
        return [_inspect_sheet(archive, name, formats, limits) for name in _sheet_names(archive, limits)]


def _sheet_names(archive: zipfile.ZipFile, limits: Limits) -> list[str]:
    """Worksheet parts in the order of the workbook's sheets, as its relations name them."""
    names = archive.namelist()
    parts = sorted(
        (name for name in names if re.search(r"worksheets/[^/]+\.xml$", name)), key=lambda name: (len(name), name)
    )
    book = next((name for name in names if name.endswith("workbook.xml")), None)
    links = next((name for name in names if name.endswith("workbook.xml.rels")), None)
    if not book or not links:
        return parts
    relations = {}
    for match in re.finditer(rb"<(?:\w+:)?Relationship [^>]{0,1000}>", _whole(archive, links, limits)):
        attributes = dict(_ATTRIBUTE.findall(match[0]))
        relations[attributes.get(b"Id", b"")] = attributes.get(b"Target", b"").decode("utf-8", "replace")
    ordered = []
    for match in re.finditer(rb"<(?:\w+:)?sheet [^>]{0,1000}>", _whole(archive, book, limits)):
        target = next(
            (relations.get(value, "") for key, value in _ATTRIBUTE.findall(match[0]) if key.endswith(b":id")), ""
        )
        found = next(
            (name for name in parts if target and (name.endswith(target.lstrip("/")) or target.endswith(name))), None
        )
        if found:
            ordered.append(found)
    return ordered or parts


def _whole(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    pieces: list[bytes] = []
    size = 0
    for piece in stream_part(archive, name, limits):
        pieces.append(piece if not pieces else piece[_OVERLAP:])
        size += len(piece)
        if size > 32 << 20:
            break
    return b"".join(pieces)


def _check_strings(archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
    count = 0
    for piece in stream_part(archive, name, limits):
        count += piece.count(b"<si>") + piece.count(b"<si ")
        if count > limits.shared_strings:
            raise Unreadable("TOO_LARGE", f"The workbook has more than {limits.shared_strings} texts.")


def _inspect_sheet(archive: zipfile.ZipFile, name: str, formats: dict[int, str], limits: Limits) -> SheetPart:
    part = SheetPart()
    first = True
    for piece in stream_part(archive, name, limits):
        if first:
            part.hidden_columns = _hidden_columns(piece)
            part.money = _money_columns(piece[:_HEAD], formats)
            first = False
        _measure(part, piece)
        if part.merges > limits.merged_ranges:
            raise Unreadable("TOO_LARGE", f"A sheet has more than {limits.merged_ranges} merged ranges.")
    return part


def _measure(part: SheetPart, piece: bytes) -> None:
    part.merges += piece.count(b"<mergeCell ") + piece.count(b"<x:mergeCell ")
    last = max(piece.rfind(b"<row "), piece.rfind(b"<x:row "))
    if last >= 0 and (match := _ROW.match(piece, last)):
        part.rows = max(part.rows, int(match[1]))
    if _FAR.search(piece):
        part.rows = max([part.rows, *map(int, _ROW.findall(piece))])
        part.columns = max([part.columns, *(_column_number(letters) for letters in set(_WIDE.findall(piece)))])


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


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


def _money_formats(archive: zipfile.ZipFile, name: str | None, limits: Limits) -> dict[int, str]:
    """Cell style → the currency that its number format shows."""
    if name is None:
        return {}
    styles = _whole(archive, name, limits)
    patterns: dict[int, str] = dict(_BUILT_IN)
    for match in re.finditer(rb"<(?:\w+:)?numFmt [^>]{0,600}>", styles):
        attributes = dict(_ATTRIBUTE.findall(match[0]))
        if attributes.get(b"numFmtId", b"").isdigit():
            code = attributes.get(b"formatCode", b"").decode("utf-8", "replace")
            patterns[int(attributes[b"numFmtId"])] = code.replace("&quot;", '"').replace("&#8364;", "€")
    formats: dict[int, str] = {}
    opening = re.search(rb"<(?:\w+:)?cellXfs\b", styles)
    cells = re.split(rb"</(?:\w+:)?cellXfs>", styles[opening.end() :], maxsplit=1)[0] if opening else b""
    for index, match in enumerate(re.finditer(rb"<(?:\w+:)?xf [^>]{0,400}>", cells)):
        number = dict(_ATTRIBUTE.findall(match[0])).get(b"numFmtId", b"")
        pattern = patterns.get(int(number), "") if number.isdigit() else ""
        # the built-in dollar formats show the reader's own currency sign
        found = currency_of_format(pattern) if pattern not in ("", "$") else None
        if found:
            formats[index] = found
    return formats


def _money_columns(head: bytes, formats: dict[int, str]) -> dict[int, str]:
    """Column → currency, where most of its first filled cells are formatted so."""
    if not formats:
        return {}
    seen: dict[int, Counter[str]] = {}
    for letters, style, empty in _CELL_STYLE.findall(head):
        if not empty:
            seen.setdefault(_column_number(letters) - 1, Counter())[formats.get(int(style), "")] += 1
    money = {}
    for column, codes in seen.items():
        codes[""] = codes.get("", 0) // 2  # headers and blanks carry no format
        code, _ = codes.most_common(1)[0]
        if code:
            money[column] = code
    return money


def hidden_rows(path: Path, index: int, limits: Limits) -> list[int]:
    """Rows (from 1) of the sheet with this index that the workbook hides."""
    with zipfile.ZipFile(path) as archive:
        names = _sheet_names(archive, limits)
        if index >= len(names):
            return []
        found = {
            int(match) for piece in stream_part(archive, names[index], limits) for match in _HIDDEN_ROW.findall(piece)
        }
        return sorted(found)


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

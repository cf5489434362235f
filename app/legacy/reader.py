"""The cells of a CSV file or of a workbook's sheet as texts; nothing is guessed beyond separator and encoding."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from app.courier import archive
from app.errors import Unreadable, UnsafeArchive
from app.stranger_table import NotRead, read_apart
from handoff.api import Hints
from handoff.coding import CannotUnwrap, unwrapped

PDF_HEAD = b"%PDF-"
WORKBOOK_HEADS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
CYRILLIC_SHARE = 0.3


@dataclass
class Table:
    """``rows`` in the file's order, the first one is row 1. ``sheet`` is None for CSV."""

    format: str
    rows: Iterator[list[str]]
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None


def read_table(path: Path, hints: Hints, *, sheet_name: str | None = None) -> Table:
    """By content, in a confined child. Raises Unreadable, UnsafeArchive."""

    def read() -> tuple[dict[str, Any], Iterator[list[str]]]:
        table = _read(path, hints, sheet_name)
        facts = {"format": table.format, "sheet": table.sheet, "encoding": table.encoding, "delimiter": table.delimiter}
        return facts, table.rows

    try:
        facts, rows = read_apart(read, refusals=(Unreadable, UnsafeArchive))
    except NotRead as error:
        raise Unreadable(str(error)) from error
    return Table(rows=iter(rows), **facts)


def _read(path: Path, hints: Hints, sheet_name: str | None) -> Table:
    try:
        with unwrapped(path) as plain:
            return _read_plain(plain, hints, sheet_name)
    except CannotUnwrap as error:
        raise UnsafeArchive(str(error)) from error


def _read_plain(path: Path, hints: Hints, sheet_name: str | None) -> Table:
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(PDF_HEAD):
        raise Unreadable("The simple reader cannot read PDF files. Switch ML processing on for this supplier.")
    if head.startswith(WORKBOOK_HEADS):
        return _read_workbook(path, (hints.sheets or [sheet_name or ""])[0], must_exist=bool(hints.sheets))
    return _read_csv(path.read_bytes(), hints)


def _read_workbook(path: Path, wanted: str, *, must_exist: bool) -> Table:
    archive.check(path)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        names = workbook.sheet_names
        name = next((each for each in names if each.strip().lower() == wanted.strip().lower()), None)
        if name is None and must_exist:
            raise Unreadable(f"The file has no sheet {wanted}; its sheets are: {', '.join(names)}.")
        name = name or next(iter(names), None)
        if name is None:
            raise Unreadable("The workbook has no sheet.")
        sheet = workbook.get_sheet_by_name(name)
        empty: list[list[Any]] = [[]] * (sheet.start[0] if sheet.start else 0)
        cells = sheet.to_python(skip_empty_area=True)
    except CalamineError as error:
        raise Unreadable(f"The workbook cannot be read: {error}.") from error
    return Table("excel", ([_text(value) for value in row] for row in [*empty, *cells]), sheet=name)


def _read_csv(data: bytes, hints: Hints) -> Table:
    text, encoding = _decode(data, hints.encoding)
    sample = text[:20_000].splitlines()[:50]
    delimiter = hints.delimiter or max(",;\t|", key=lambda mark: sum(line.count(mark) for line in sample))
    csv.field_size_limit(1 << 20)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return Table("csv", _rows(reader), encoding=encoding, delimiter=delimiter)


def _rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise Unreadable(f"The file cannot be read as CSV: {error}.") from error


def _decode(data: bytes, wanted: str | None) -> tuple[str, str]:
    if wanted:
        try:
            return data.decode(wanted), wanted
        except (LookupError, UnicodeDecodeError) as error:
            raise Unreadable(f"The file is not in {wanted}: {error}. Correct the encoding of this supplier.") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "utf-16"
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        encoding = "cp1251" if _looks_cyrillic(data) else "cp1252"
        return data.decode(encoding, "replace"), encoding


def _looks_cyrillic(data: bytes) -> bool:
    """In cp1251 whole words lie above 0xC0; in Western texts only single letters do."""
    letters = [byte for byte in data[:100_000] if byte >= 0xC0 or 65 <= (byte & 0xDF) <= 90]
    return sum(1 for byte in letters if byte >= 0xC0) > CYRILLIC_SHARE * max(1, len(letters))


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)

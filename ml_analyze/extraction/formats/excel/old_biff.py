"""Worksheets of Excel 3 and 4: one sheet as a bare stream of records, without a workbook around it."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from pathlib import Path

from ml_analyze.extraction.grid import Grid, Sheet, Value
from ml_analyze.extraction.limits import Limits, Unreadable

_EOF, _CODEPAGE = 0x000A, 0x0042
_NUMBER, _LABEL, _RK, _STRING = 0x0203, 0x0204, 0x027E, 0x0207
_FORMULAS = {0x0206, 0x0406}
_NAMED_PAGES = {0x8000: "mac_roman", 0x8001: "cp1252", 10000: "mac_roman"}


def read_old_biff(path: Path, limits: Limits) -> Grid:
    """The cells with their stored values; formats and colours are left out. Raises Unreadable for a cut-off stream."""
    cells: dict[tuple[int, int], Value] = {}
    page = "cp1252"
    last: tuple[int, int] | None = None
    try:
        for kind, body in _records(path.read_bytes()):
            if kind == _CODEPAGE:
                page = _codec(struct.unpack_from("<H", body)[0])
            elif kind == _STRING and last is not None:
                cells[last] = _text(body, page)
            elif (cell := _cell(kind, body, page)) is not None:
                last, value = cell
                cells[last] = value
    except struct.error as error:
        raise Unreadable("CORRUPT_FILE", "The worksheet ends in the middle of a cell. Ask for it again.") from error
    return Grid("xls", [Sheet(path.stem, _rows(cells, limits))])


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == _EOF:
            return
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _cell(kind: int, body: bytes, page: str) -> tuple[tuple[int, int], Value] | None:
    if kind not in (_NUMBER, _LABEL, _RK, *_FORMULAS):
        return None
    row, column = struct.unpack_from("<HH", body)
    rest = body[6:]
    value: Value
    if kind == _LABEL:
        value = _text(rest, page)
    elif kind == _RK:
        value = _packed(struct.unpack_from("<I", rest)[0])
    elif kind in _FORMULAS and rest[6:8] == b"\xff\xff":
        value = None  # a text, which the next record holds, or an error
    else:
        value = struct.unpack_from("<d", rest)[0]
    return (row, column), value


def _text(body: bytes, page: str) -> str:
    (size,) = struct.unpack_from("<H", body)
    return body[2 : 2 + size].decode(page, "replace")


def _packed(packed: int) -> float:
    """A number in 30 bits: an integer or the upper half of a double, perhaps in hundredths."""
    if packed & 2:
        value = float(struct.unpack("<i", struct.pack("<I", packed))[0] >> 2)
    else:
        value = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return value / 100 if packed & 1 else value


def _codec(number: int) -> str:
    name = _NAMED_PAGES.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def _rows(cells: dict[tuple[int, int], Value], limits: Limits) -> list[list[Value]]:
    width = min(max((column for _, column in cells), default=-1) + 1, limits.columns)
    rows: list[list[Value]] = [[None] * width for _ in range(max((row for row, _ in cells), default=-1) + 1)]
    for (row, column), value in cells.items():
        if column < width:
            rows[row][column] = value
    return rows

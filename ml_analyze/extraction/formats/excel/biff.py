"""What an XLS workbook's records say beside its cells' values: hidden columns and rows, struck text, number formats.

The records of a sheet are walked only where a style that some cell may bear tells something; hidden rows and columns
are found without.
"""

from __future__ import annotations

import io
import re
import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ml_analyze.extraction.understanding.currency import currency_of_format

from .compound import workbook_stream
from .marks import Marks, Place
from .package import SheetPart, most_money
from .styles import Styles, is_code_format

_BOF, _EOF, _SHEET, _FONT, _FORMAT, _XF = 0x0809, 0x000A, 0x0085, 0x0031, 0x041E, 0x00E0
_COLUMNS, _DIMENSIONS, _MANY = 0x007D, 0x0200, 0x00BD
_SINGLE = frozenset((0x0203, 0x027E, 0x00FD, 0x0006, 0x0204))  # a number, packed, shared text, formula, text
_SHARED_TEXT = 0x00FD
_BIFF_8 = 0x0600
_STRUCK, _HIDDEN = 0x0008, 0x20
# a row's record: its place, first and last column, height, four bytes of no use, its flags, and a byte that is always 1
_ROW = re.compile(rb"\x08\x02\x10\x00(..).{6}.{4}([\x01-\xff])\x01", re.DOTALL)
_COUNTED_CELLS = 20_000
_MOST_COLUMNS = 600


def inspect_biff(file: Path | io.BytesIO) -> list[SheetPart]:
    """The worksheets by name; none for workbooks before Excel 97, whose styles are of another form."""
    stream = workbook_stream(file)
    if len(stream) < 8 or struct.unpack_from("<HxxH", stream) != (_BOF, _BIFF_8):
        return []
    try:
        styles, sheets = _globals(stream)
        return [_sheet(stream, name, start, styles) for name, start in sheets]
    except (struct.error, IndexError):
        return []  # the values may still be whole: their own reader says where they are not


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place of the body and its size, up to the end of the part that begins at ``at``."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == _EOF:
            return
        yield kind, at + 4, size
        at += 4 + size


def _globals(stream: bytes) -> tuple[Styles, list[tuple[str, int]]]:
    """The styles of cells, and where each worksheet begins."""
    fonts: list[bool] = []
    patterns: dict[int, str] = {}
    formats: list[tuple[int, int, int]] = []
    sheets: list[tuple[str, int]] = []
    for kind, at, _ in _records(stream, 0):
        if kind == _FONT:
            fonts.append(bool(struct.unpack_from("<H", stream, at + 2)[0] & _STRUCK))
        elif kind == _FORMAT:
            number, length, wide = struct.unpack_from("<HHB", stream, at)
            patterns[number] = _text(stream, at + 5, length, wide)
        elif kind == _XF:
            font, number = struct.unpack_from("<HH", stream, at)
            formats.append((font, number, stream[at + 8] & 0x0F))
        elif kind == _SHEET:
            start, shape, length, wide = struct.unpack_from("<IxBBB", stream, at)
            if shape == 0:
                sheets.append((_text(stream, at + 8, length, wide), start))
    return _styles(fonts, patterns, formats), sheets


def _text(stream: bytes, at: int, length: int, wide: int) -> str:
    if wide & 1:
        return stream[at : at + 2 * length].decode("utf-16-le", "replace")
    return stream[at : at + length].decode("latin-1")


def _styles(fonts: list[bool], patterns: dict[int, str], formats: list[tuple[int, int, int]]) -> Styles:
    codes: dict[int, str] = {}
    money: dict[int, str] = {}
    struck = set()
    for index, (font, number, _) in enumerate(formats):
        pattern = patterns.get(number, "")
        if is_code_format(pattern):
            codes[index] = pattern
        elif pattern and (currency := currency_of_format(pattern)):
            money[index] = currency
        place = font - 1 if font > 4 else font  # there is no font 4
        if place < len(fonts) and fonts[place]:
            struck.add(index)
    return Styles(codes, money, frozenset(struck), {at: indent for at, (_, _, indent) in enumerate(formats) if indent})


def _sheet(stream: bytes, name: str, start: int, styles: Styles) -> SheetPart:
    part = SheetPart(name=name)
    part.hidden_columns, cells = _head(stream, start)
    if styles.telling or styles.money:
        end = _walk(stream, cells, styles, part)
    else:
        end = stream.find(struct.pack("<HHHH", _EOF, 0, _BOF, 16), cells) % (len(stream) + 1)
    for row, flags in _ROW.findall(stream, cells, end):
        number = int.from_bytes(row, "little")
        if flags[0] & _HIDDEN:
            part.marks.hidden_rows.add(number)
        if flags[0] & 0x07:
            part.marks.levels[number] = flags[0] & 0x07
    return part


def _head(stream: bytes, start: int) -> tuple[frozenset[int], int]:
    """The hidden columns, and where the cells begin."""
    hidden: set[int] = set()
    for kind, at, size in _records(stream, start):
        if kind == _COLUMNS:
            first, last, _, _, options = struct.unpack_from("<5H", stream, at)
            if options & 1:
                hidden.update(range(first, min(last + 1, first + _MOST_COLUMNS)))
        elif kind == _DIMENSIONS:
            return frozenset(hidden), at + size
    return frozenset(hidden), len(stream)


def _walk(stream: bytes, start: int, styles: Styles, part: SheetPart) -> int:
    """Put the marks of the cells into the part; returns where they end."""
    mixed = len(set(styles.money.values())) > 1
    seen: dict[int, Counter[str]] = {}
    counted, end = 0, start
    for kind, at, size in _records(stream, start):
        end = at + size
        if kind in _SINGLE:
            row, column, style = struct.unpack_from("<3H", stream, at)
            cells = [(column, style)]
        elif kind == _MANY:
            row, column = struct.unpack_from("<HH", stream, at)
            cells = [
                (column + step, struct.unpack_from("<H", stream, at + 4 + 6 * step)[0])
                for step in range((size - 6) // 6)
            ]
        else:
            continue
        for at_column, style in cells:
            _mark(part.marks, (row, at_column), style, styles, mixed=mixed, text=kind == _SHARED_TEXT)
        if counted < _COUNTED_CELLS:
            counted += len(cells)
            for at_column, style in cells:
                seen.setdefault(at_column, Counter())[styles.money.get(style, "")] += 1
    part.money = most_money(seen)
    return end


def _mark(marks: Marks, place: Place, style: int, styles: Styles, *, mixed: bool, text: bool) -> None:
    if style in styles.codes and not text:
        marks.codes.setdefault(place[0], []).append((place[1], styles.codes[style]))
    if mixed and style in styles.money:
        marks.money[place] = styles.money[style]
    if style in styles.struck:
        marks.struck[place] = ""
    if style in styles.indents and text:
        marks.indents.setdefault(place[0], styles.indents[style])

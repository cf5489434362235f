"""Workbooks that spreadsheet programs open although their package is not as it should be, made ready for the reader."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from pathlib import Path

from ml_analyze.extraction.limits import Limits, Unreadable

_SECTOR = 512
_MINI_CUTOFF = 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_ODD_NAME = re.compile(r"\\|^/")
#: how the streams of Excel 3 and 4 begin, which wrote one sheet without a workbook around it
OLD_BIFF = (b"\x09\x02", b"\x09\x04")
_BIFF_NAMES = {b"\x00\x06": "Workbook", b"\x00\x05": "Book"}


def ready_file(path: Path, kind: str, limits: Limits) -> Path | io.BytesIO:
    """The file itself, or its content as the reader needs it."""
    if kind == "xls":
        with path.open("rb") as file:
            head = file.read(8)
        return _in_compound_file(path) if head[:1] == b"\x09" else path
    if kind == "xlsx" and _is_odd(path):
        return _packed_again(path, limits)
    return path


def is_excel_2(head: bytes) -> bool:
    """Whether a bare stream is of Excel 2, whose records have a form of their own."""
    return head[:4] == b"\x09\x00\x04\x00"


def _is_odd(path: Path) -> bool:
    """Whether the package begins late, or names its parts as the reader would not find them."""
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return True
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    usual = {name.lower() for name in names} == set(map(_usual, names)) and all(map(_is_usual, names))
    return not usual


def _usual(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _is_usual(name: str) -> bool:
    parts = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels")
    return not _ODD_NAME.search(name) and (name in parts or name.lower() not in parts)


def _packed_again(path: Path, limits: Limits) -> io.BytesIO:
    """The same parts under usual names, stored one after the other from the first byte on."""
    packed = io.BytesIO()
    size = 0
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            size += entry.file_size
            if size > limits.archive_bytes:
                raise Unreadable("ARCHIVE_BOMB", f"The workbook unpacks to more than {limits.archive_bytes} bytes.")
            name = entry.filename.replace("\\", "/").lstrip("/")
            with archive.open(entry) as part, copy.open(_lower_known(name), "w") as into:
                while chunk := part.read(1 << 20):
                    into.write(chunk)
    packed.seek(0)
    return packed


def _lower_known(name: str) -> str:
    """Parts whose names are fixed in their usual spelling; sheets keep theirs, which relations name."""
    fixed = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels", "xl/styles.xml"}
    if name.lower() in fixed:
        return name.lower()
    return {"[content_types].xml": "[Content_Types].xml", "xl/sharedstrings.xml": "xl/sharedStrings.xml"}.get(
        name.lower(), name
    )


def _in_compound_file(path: Path) -> io.BytesIO:
    """A bare BIFF stream in the compound file that belongs around it."""
    stream = path.read_bytes()
    name = _BIFF_NAMES.get(stream[4:6], "Workbook")
    stream += bytes(max(_MINI_CUTOFF - len(stream), 0))
    stream += bytes(-len(stream) % _SECTOR)
    count = len(stream) // _SECTOR
    per_sector = _SECTOR // 4
    fats = -(-(count + 1) // (per_sector - 1))
    if fats > 109:
        raise Unreadable("TOO_LARGE", "The workbook is too large for one without a compound file around it.")
    table = [*range(1, count), _END, _END, *([_FAT] * fats)]
    table += [_FREE] * (fats * per_sector - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fats, count, 0, _MINI_CUTOFF, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(count + 1, count + 1 + fats), *([_FREE] * (109 - fats)))
    directory = _entry("Root Entry", kind=5, child=1, start=_END, size=0)
    directory += _entry(name, kind=2, child=_FREE, start=0, size=len(stream))
    directory += bytes(2 * 128)
    return io.BytesIO(header + stream + directory + struct.pack(f"<{len(table)}I", *table))


def _entry(name: str, *, kind: int, child: int, start: int, size: int) -> bytes:
    spelled = name.encode("utf-16-le") + b"\0\0"
    head = spelled.ljust(64, b"\0") + struct.pack("<HBBIII", len(spelled), kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)

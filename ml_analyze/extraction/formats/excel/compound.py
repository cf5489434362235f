"""The workbook's stream out of a compound file, the small file system that XLS files are."""

from __future__ import annotations

import io
import struct
from pathlib import Path

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA  # numbers from here on end a chain
_ENTRY = 128
_IN_HEADER = 109


def workbook_stream(file: Path | io.BytesIO) -> bytes:
    """The records of the workbook; nothing where the file is no compound file, or is damaged."""
    content = file.getvalue() if isinstance(file, io.BytesIO) else file.read_bytes()
    if content[:8] != _MAGIC:
        return b""
    try:
        return _Compound(content).workbook()
    except (struct.error, IndexError, ValueError):
        return b""


class _Compound:
    def __init__(self, content: bytes) -> None:
        self._content = content
        (shift,) = struct.unpack_from("<H", content, 30)
        if shift not in (9, 12):
            raise ValueError("sectors of a compound file have 512 or 4096 bytes")
        self._size = 1 << shift
        self._fat = self._table()

    def workbook(self) -> bytes:
        """The stream called Workbook (or Book). Small ones, which are kept elsewhere, hold no list."""
        (first,) = struct.unpack_from("<I", self._content, 48)
        directory = self._chain(first)
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, start = (
                struct.unpack_from("<H", directory, at + 64)[0],
                struct.unpack_from("<I", directory, at + 116),
            )
            name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            (size,) = struct.unpack_from("<I", directory, at + 120)
            if name in ("Workbook", "Book") and size >= struct.unpack_from("<I", self._content, 56)[0]:
                return self._chain(start[0])[:size]
        return b""

    def _table(self) -> list[int]:
        sectors = list(struct.unpack_from(f"<{_IN_HEADER}I", self._content, 76))
        following, count = struct.unpack_from("<2I", self._content, 68)
        per_sector = self._size // 4
        # A table that lists more sectors than the file has names the same ones again and again.
        whole = len(self._content) // self._size
        for _ in range(min(count, whole // per_sector + 1)):
            more = struct.unpack_from(f"<{per_sector}I", self._content, (following + 1) * self._size)
            sectors += more[:-1]
            following = more[-1]
        table: list[int] = []
        for sector in sectors:
            if sector < _LAST_SECTOR and len(table) < whole:
                table += struct.unpack_from(f"<{per_sector}I", self._content, (sector + 1) * self._size)
        return table

    def _chain(self, sector: int) -> bytes:
        pieces: list[bytes] = []
        while sector < _LAST_SECTOR and len(pieces) <= len(self._fat):
            start = (sector + 1) * self._size
            pieces.append(self._content[start : start + self._size])
            sector = self._fat[sector]
        return b"".join(pieces)

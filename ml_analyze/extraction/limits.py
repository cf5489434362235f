"""Bounds of one reading, and the error that says why a file cannot be read."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.api import Reading


@dataclass(frozen=True)
class Limits:
    """Caps on what one file may hold. Bytes, rows and cells are counted before memory is spent on them."""

    file_bytes: int = 1 << 30
    rows: int = 3_000_000
    columns: int = 2_048
    sheets: int = 200
    cells: int = 60_000_000
    cell_chars: int = 32_767
    merged_ranges: int = 200_000
    shared_strings: int = 5_000_000
    archive_entries: int = 20_000
    archive_bytes: int = 3 << 30
    archive_ratio: int = 120
    pages: int = 3_000
    page_chars: int = 200_000
    page_objects: int = 60_000
    html_bytes: int = 100 << 20
    held_rows: int = 20_000


class Unreadable(Exception):
    """The file as a whole cannot be read. ``message`` is a sentence an operator can act on."""

    def __init__(self, code: str, message: str, reading: Reading | None = None) -> None:
        super().__init__(code, message, reading)
        self.code = code
        self.message = message
        self.reading = reading

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

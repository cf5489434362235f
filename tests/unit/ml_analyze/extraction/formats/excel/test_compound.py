"""The workbook's stream out of a compound file, and nothing out of anything damaged."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
import xlwt

from ml_analyze.extraction.formats.excel.compound import _Compound, workbook_stream


@pytest.fixture(scope="module")
def book() -> bytes:
    made = xlwt.Workbook()
    sheet = made.add_sheet("Prices")
    for row in range(200):
        sheet.write(row, 0, f"Saw number {row}")
        sheet.write(row, 1, row + 0.5)
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def test_the_stream_is_the_workbooks_records_from_a_file_and_from_bytes(tmp_path: Path, book: bytes) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(book)
    stream = workbook_stream(path)
    assert stream == workbook_stream(io.BytesIO(book))
    assert stream[:2] == b"\x09\x08" and b"Saw number 199" in stream


def test_what_is_no_compound_file_has_no_stream() -> None:
    for content in (b"", b"PK\x03\x04" + bytes(600), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        assert workbook_stream(io.BytesIO(content)) == b""


@pytest.mark.parametrize("length", [60, 512, 600, 1024])
def test_a_file_that_is_cut_off_has_none(book: bytes, length: int) -> None:
    assert workbook_stream(io.BytesIO(book[:length])) == b""


def test_sectors_of_an_odd_size_are_refused(book: bytes) -> None:
    assert workbook_stream(io.BytesIO(book[:30] + struct.pack("<H", 3) + book[32:])) == b""


def test_a_chain_that_bites_its_tail_ends(book: bytes) -> None:
    (table,) = struct.unpack_from("<I", book, 76)
    at = (table + 1) * 512
    looped = bytearray(book)
    for sector in range(128):
        struct.pack_into("<I", looped, at + 4 * sector, sector)
    assert len(workbook_stream(io.BytesIO(bytes(looped)))) <= len(book)


def test_a_table_that_names_one_sector_again_and_again_takes_no_more_than_the_file(book: bytes) -> None:
    content = bytearray(book) + bytes(512 * 4096)
    itself = len(content) // 512 - 2  # a sector of the list that says: the next of the list is I
    struct.pack_into("<2I", content, 68, itself, 0xFFFFFF)
    struct.pack_into("<128I", content, (itself + 1) * 512, *[0] * 127, itself)
    struct.pack_into("<109I", content, 76, *[0] * 109)
    compound = _Compound(bytes(content))
    assert len(compound._fat) <= len(content) // 512 + 128

"""The archive guard: stops what explodes, lets ordinary workbooks pass."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.courier import archive
from app.errors import UnsafeArchive


def test_an_ordinary_workbook_of_repeated_cells_passes(tmp_path: Path) -> None:
    made = Workbook(write_only=True)
    sheet = made.create_sheet()
    for _ in range(30_000):
        sheet.append(["A1", "the very same pump", 9.99, "EUR", "in stock"])
    made.save(tmp_path / "a.xlsx")
    archive.check(tmp_path / "a.xlsx")


def test_what_is_no_archive_is_none_of_its_business(tmp_path: Path) -> None:
    for body in (b"", b"sku;name", b"%PDF-1.7", b"\xd0\xcf\x11\xe0"):
        (tmp_path / "a").write_bytes(body)
        archive.check(tmp_path / "a")


def test_a_bomb_is_refused_by_its_own_list(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made, made.open("xl/sheet1.xml", "w") as entry:
        for _ in range(300):
            entry.write(bytes(1 << 20))
    with pytest.raises(UnsafeArchive, match="would unpack to"):
        archive.check(path)


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as made:
        for number in range(archive.ENTRIES + 1):
            made.writestr(f"{number}", b"")
    with pytest.raises(UnsafeArchive, match="parts"):
        archive.check(path)


def test_a_workbook_that_was_cut_short_says_so(tmp_path: Path) -> None:
    out = io.BytesIO()
    Workbook().save(out)
    path = tmp_path / "cut.xlsx"
    path.write_bytes(out.getvalue()[:-400])
    with pytest.raises(UnsafeArchive, match="cut short"):
        archive.check(path)


def test_parts_that_overlap_are_refused(tmp_path: Path) -> None:
    """Many entries of the list that share one body: small on disk, endless when opened."""
    path = tmp_path / "overlap.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a", bytes(range(256)) * 4000)
        for number in range(400):
            twin = zipfile.ZipInfo(f"b{number}")
            first = made.infolist()[0]
            twin.compress_type, twin.CRC = first.compress_type, first.CRC
            twin.compress_size, twin.file_size, twin.header_offset = first.compress_size, first.file_size, 0
            made.filelist.append(twin)
        made._didModify = True
    with pytest.raises(UnsafeArchive, match="overlap"):
        archive.check(path)

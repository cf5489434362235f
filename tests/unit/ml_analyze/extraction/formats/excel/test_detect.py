"""Packages that spreadsheet programs open although they are not as they should be are made ready for the reader."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from ml_analyze.extraction.formats.excel.compound import workbook_stream
from ml_analyze.extraction.formats.excel.detect import is_excel_2, ready_file
from ml_analyze.extraction.limits import Limits, Unreadable

USUAL = ("_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml")


def package(tmp_path: Path, *names: str, before: bytes = b"") -> Path:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, name * 100)
    path = tmp_path / "list.xlsx"
    path.write_bytes(before + held.getvalue())
    return path


def test_a_usual_package_is_read_where_it_lies(tmp_path: Path) -> None:
    path = package(tmp_path, *USUAL)
    assert ready_file(path, "xlsx", Limits()) is path
    assert ready_file(path, "ods", Limits()) is path


@pytest.mark.parametrize(
    "odd", [("xl\\workbook.xml",), ("/xl/workbook.xml",), ("XL/Workbook.xml",), ("xl/WORKBOOK.xml", "_rels/.rels")]
)
def test_a_package_with_odd_names_is_packed_again_under_the_usual_ones(tmp_path: Path, odd: tuple[str, ...]) -> None:
    ready = ready_file(package(tmp_path, *odd), "xlsx", Limits())
    assert isinstance(ready, io.BytesIO)
    with zipfile.ZipFile(ready) as archive:
        assert "xl/workbook.xml" in archive.namelist()
        assert archive.read("xl/workbook.xml") == odd[0].encode() * 100


def test_a_package_that_begins_late_begins_at_once_again(tmp_path: Path) -> None:
    ready = ready_file(package(tmp_path, *USUAL, before=b"\r\n\r\n"), "xlsx", Limits())
    assert isinstance(ready, io.BytesIO) and ready.read(2) == b"PK"


def test_an_odd_package_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        ready_file(package(tmp_path, "/xl/workbook.xml"), "xlsx", Limits(archive_bytes=1000))
    assert refused.value.code == "ARCHIVE_BOMB"


@pytest.mark.parametrize("length", [8, 4096, 4097, 100_000])
@pytest.mark.parametrize("version", [b"\x00\x06", b"\x00\x05", b"\x00\x02"])
def test_a_bare_stream_gets_the_file_that_belongs_around_it(tmp_path: Path, version: bytes, length: int) -> None:
    path = tmp_path / "list.xls"
    stream = b"\x09\x08\x10\x00" + version + bytes(at % 251 for at in range(length - 6))
    path.write_bytes(stream)
    ready = ready_file(path, "xls", Limits())
    assert isinstance(ready, io.BytesIO)
    assert workbook_stream(ready).rstrip(b"\0") == stream.rstrip(b"\0")


def test_a_workbook_with_its_file_around_it_stays(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert ready_file(path, "xls", Limits()) is path


def test_only_the_oldest_version_begins_so() -> None:
    assert is_excel_2(b"\x09\x00\x04\x00\x02\x00")
    assert not is_excel_2(b"\x09\x02\x06\x00") and not is_excel_2(b"") and not is_excel_2(b"\x09\x00")

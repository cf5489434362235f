"""handoff.containers: which lists an archive holds, by its table of contents alone."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from handoff.containers import lists_in, member_of


def archive(folder: Path, *names: str, before: bytes = b"") -> Path:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as file:
        for name in names:
            file.writestr(name, b"")
    path = folder / "a.zip"
    path.write_bytes(before + body.getvalue())
    return path


def test_lists_are_named_in_the_archives_order_and_what_lies_aside_is_none(tmp_path: Path) -> None:
    names = ["z/2026.CSV", "a.xlsx", "__MACOSX/z/._2026.CSV", "readme.txt", "sub/LICENSE", "._a.xlsx", "logo.png",
             "DATANORM.001", "Thumbs.db", "folder.csv/", "прайс.xls", "читай меня.txt"]  # fmt: skip
    assert lists_in(archive(tmp_path, *names)) == ["z/2026.CSV", "a.xlsx", "DATANORM.001", "прайс.xls"]


def test_a_lone_file_of_any_name_is_the_list_and_of_several_none_is(tmp_path: Path) -> None:
    assert lists_in(archive(tmp_path, "prices", "readme")) == ["prices"]
    assert lists_in(archive(tmp_path, "prices", "more")) == []
    assert lists_in(archive(tmp_path)) == []


@pytest.mark.parametrize(
    "inner", ["[Content_Types].xml", "content.xml", "xl/workbook.xml", "META-INF/manifest.xml", "XL\\sheet.xml"]
)
def test_an_office_document_is_no_archive_of_lists(tmp_path: Path, inner: str) -> None:
    assert lists_in(archive(tmp_path, inner, "data.csv")) == []


@pytest.mark.parametrize("body", [b"", b"P", b"PK", b"PK\x03\x04" + b"x" * 100, b"sku;price\nA;1\n", b"%PDF-1.4"])
def test_what_is_no_archive_holds_no_lists(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(body)
    assert lists_in(path) == []


def test_an_archive_whose_end_is_cut_off_or_that_begins_otherwise_holds_none(tmp_path: Path) -> None:
    whole = archive(tmp_path, "a.csv", "b.csv").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:-10])
    assert lists_in(tmp_path / "cut.zip") == []
    assert lists_in(archive(tmp_path, "a.csv", before=b"sku;price\n")) == []


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("prices.zip!/2026/list.csv", "2026/list.csv"),
        ("prices.zip!/a!/b.csv", "a!/b.csv"),
        ("prices.zip!/", None),
        ("prices.zip", None),
        ("what!.csv", None),
        ("", None),
        (None, None),
    ],
)
def test_a_files_name_bears_the_path_within_its_archive(name: str | None, member: str | None) -> None:
    assert member_of(name) == member

"""Lists in archives: the only one is read, one of several by its path, and nothing explodes."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from handoff.api import Hints
from handoff.containers import lists_in, member_of
from ml_analyze.__main__ import main
from ml_analyze.extraction import Limits, Unreadable, preview, read_price_list
from tests.unit.ml_analyze.extraction.price_files import items_of, write_csv, write_pdf, write_xlsx

ROWS = [["Code", "Name", "Price"], *[[f"K-{at}", f"Hex bolt M{at} steel", f"{at}.50"] for at in range(3, 12)]]


def _zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def _list(tmp_path: Path, ending: str) -> bytes:
    path = tmp_path / f"inner.{ending}"
    write = {"csv": write_csv, "pdf": write_pdf, "xlsx": lambda path, rows: write_xlsx(path, {"Prices": rows})}
    write[ending](path, ROWS)
    return path.read_bytes()


@pytest.mark.parametrize("ending", ["csv", "xlsx", "pdf"])
@pytest.mark.parametrize("held_rows", [3, 20_000])
def test_the_only_list_of_an_archive_is_read_with_its_place(tmp_path: Path, ending: str, held_rows: int) -> None:
    files = {
        "__MACOSX/._a": b"x",
        "docs/readme.txt": b"hello",
        f"2026/prices.{ending}": _list(tmp_path, ending),
        "logo.png": b"x",
    }
    path = _zip(tmp_path / "a.zip", files)
    items = [line for line in read_price_list(path, limits=Limits(held_rows=held_rows)).lines if line["kind"] == "item"]
    assert [(item["sku"], item["price"]) for item in items] == [(row[0], row[2]) for row in ROWS[1:]]
    assert items[0]["source"]["file"] == f"a.zip!/2026/prices.{ending}"


@pytest.mark.parametrize("ending", ["csv", "xlsx", "pdf"])
def test_a_packed_list_is_read(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"prices.{ending}.gz"
    path.write_bytes(gzip.compress(_list(tmp_path, ending)))
    assert len(items_of(path)) == len(ROWS) - 1


def test_of_several_lists_one_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _zip(tmp_path / "a.zip", {"one.csv": _list(tmp_path, "csv"), "sub/two.xlsx": _list(tmp_path, "xlsx")})
    assert lists_in(path) == ["one.csv", "sub/two.xlsx"]
    with pytest.raises(Unreadable, match="SEVERAL_LISTS"):
        read_price_list(path)
    assert main([f"{path}!/sub/two.xlsx", "--out", str(tmp_path / "out")]) == 0
    with pytest.raises(Unreadable, match="NO_SUCH_MEMBER"):
        read_price_list(path, member="three.csv")
    seen = preview(path, member="sub/two.xlsx", sheet=None, first_row=1, rows=2, hints=Hints())
    assert seen.sheets == ["Prices"] and seen.cells[0] == ROWS[0]


def test_office_documents_are_no_archives_of_lists(tmp_path: Path) -> None:
    assert lists_in(write_xlsx(tmp_path / "a.xlsx", {"S": ROWS})) == []
    assert member_of("a.zip!/b/c.csv") == "b/c.csv" and member_of("a.zip") is None and member_of(None) is None


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"word/document.xml": b"x", "[Content_Types].xml": b"x"}, "Word document"),
        ({"ppt/slides/slide1.xml": b"x"}, "presentation"),
        ({"a.png": b"x", "b.png": b"x"}, "no list"),
        ({"inner.zip": b"PK\x05\x06" + bytes(18)}, "another archive"),
    ],
)
def test_what_is_in_an_archive_and_no_list_is_named(tmp_path: Path, files: dict[str, bytes], says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read_price_list(_zip(tmp_path / "a.zip", files))


def test_a_bomb_is_stopped_whatever_it_says_of_its_size(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"a.csv": bytes(80 << 20)})
    with pytest.raises(Unreadable, match="ARCHIVE_BOMB"):
        read_price_list(path)


def test_a_damaged_member_is_said(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"a.csv": _list(tmp_path, "csv")})
    content = bytearray(path.read_bytes())
    content[40:60] = bytes(20)
    path.write_bytes(content)
    with pytest.raises(Unreadable, match="damaged archive"):
        read_price_list(path)

"""A link as a person copies it from a file store leads to the file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.courier import fetch_guard, share_links
from app.errors import SourceMissing
from tests.servers.files import FileServer, Served

DRIVE = "https://drive.usercontent.google.com/download?id=1AbC_d-efghijk&export=download&confirm=t"
LINKS = {
    "https://drive.google.com/file/d/1AbC_d-efghijk/view?usp=sharing": DRIVE,
    "https://drive.google.com/file/u/0/d/1AbC_d-efghijk/edit": DRIVE,
    "https://drive.google.com/open?id=1AbC_d-efghijk": DRIVE,
    "https://drive.google.com/drive/folders": "https://drive.google.com/drive/folders",
    "https://www.dropbox.com/scl/fi/abc/list.xlsx?rlkey=k&dl=0": "https://www.dropbox.com/scl/fi/abc/list.xlsx?rlkey=k&dl=1",
    "https://www.dropbox.com/s/abc/list.csv": "https://www.dropbox.com/s/abc/list.csv?dl=1",
    "https://1drv.ms/x/s!Abc": "https://api.onedrive.com/v1.0/shares/u!aHR0cHM6Ly8xZHJ2Lm1zL3gvcyFBYmM/root/content",
    "https://firm.sharepoint.com/:x:/g/personal/a/Ed?e=4": "https://firm.sharepoint.com/:x:/g/personal/a/Ed?e=4&download=1",
    "https://supplier.example/list.xlsx?dl=0": "https://supplier.example/list.xlsx?dl=0",
    "https://notdropbox.com/s/abc": "https://notdropbox.com/s/abc",
}


@pytest.mark.parametrize("link", LINKS)
def test_links_to_a_file(link: str) -> None:
    session = fetch_guard.session(fetch_guard.Allowed([]))
    assert share_links.direct(link, session=session, timeout=(1, 1)) == LINKS[link]


@pytest.fixture
def files() -> Iterator[FileServer]:
    with FileServer() as server:
        yield server


def test_yandex_disk_is_asked_where_the_file_lies(files: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    session = fetch_guard.session(fetch_guard.Allowed(["127.0.0.1"]))
    monkeypatch.setattr(share_links, "YANDEX", files.put("/resources", b'{"href": "https://where.example/f?sign=1"}'))
    found = share_links.direct("https://disk.yandex.ru/d/abc", session=session, timeout=(2, 2))
    assert found == "https://where.example/f?sign=1"
    monkeypatch.setattr(share_links, "YANDEX", files.put("/none", Served(b'{"error": "gone"}')))
    with pytest.raises(SourceMissing):
        share_links.direct("https://yadi.sk/d/abc", session=session, timeout=(2, 2))

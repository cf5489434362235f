from __future__ import annotations

from pathlib import Path

import requests

from embedded.file_server import file_server


def test_price_lists_are_served_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "prices.csv").write_bytes(b"sku;price\r\n")
    (folder / "secret.toml").write_text("no")
    (tmp_path / "outside.csv").write_text("no")
    with file_server(folder, tmp_path / "port") as address:
        answer = requests.get(f"{address}/prices.csv", timeout=5)
        assert answer.content == b"sku;price\r\n"
        assert answer.headers["Last-Modified"]
        for path in ("/secret.toml", "/", "/gone.xlsx", "/..%2foutside.csv", "/%2e%2e/outside.csv"):
            assert requests.get(address + path, timeout=5).status_code == 404


def test_the_port_stays_the_same_across_starts(tmp_path: Path) -> None:
    with file_server(tmp_path, tmp_path / "port") as first:
        pass
    with file_server(tmp_path, tmp_path / "port") as second:
        assert second == first

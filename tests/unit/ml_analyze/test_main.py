"""The command: result lines on standard output, one sentence on standard error, an exit code that says which."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from ml_analyze.__main__ import main

BODY = "Artikel;Bezeichnung;Preis\nA-1;Grüner Tee 100 g;2,50\nA-2;Schwarzer Tee 200 g;3,75\n"


@pytest.fixture
def price_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ML_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "list.csv").write_text(BODY, encoding="utf-8")
    return tmp_path / "list.csv"


def test_the_result_goes_to_standard_output(price_list: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([str(price_list)]) == 0
    said = capfd.readouterr()
    lines = [orjson.loads(line) for line in said.out.splitlines()]
    assert [line["kind"] for line in lines] == ["header", "item", "item", "totals"]
    assert said.err == "2 items, 0 rows not taken.\n"


def test_a_catalogue_hints_and_a_file_for_the_result(price_list: Path, tmp_path: Path) -> None:
    catalog, hints, out = tmp_path / "catalog.ndjson", tmp_path / "hints.json", tmp_path / "result.ndjson"
    catalog.write_bytes(orjson.dumps({"kind": "product", "id": "p1", "name": "Grüner Tee 100 g", "sku": "A-1"}) + b"\n")
    hints.write_text('{"currency": "CHF"}')
    options = ["--catalog", str(catalog), "--hints", str(hints), "--out", str(out)]
    assert main([str(price_list), *options]) == 0
    items = [line for line in map(orjson.loads, out.read_bytes().splitlines()) if line["kind"] == "item"]
    assert [item["currency"] for item in items] == ["CHF", "CHF"]
    assert all(item["match"]["status"] for item in items)
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_what_cannot_be_used_is_said_with_its_exit_code(
    price_list: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "bad.json").write_text('{"header_row": -1}')
    for arguments, code, words in (
        (["nothing.csv"], 2, "There is no file nothing.csv."),
        ([str(price_list), "--catalog", "none.ndjson"], 2, "There is no catalogue none.ndjson."),
        ([str(price_list), "--hints", "none.json"], 2, "cannot be read"),
        ([str(price_list), "--hints", str(tmp_path / "bad.json")], 2, "are not valid"),
        ([str(price_list), "--out", str(tmp_path / "no" / "where")], 2, "cannot be written"),
        ([str(tmp_path / "empty.csv")], 1, "empty"),
    ):
        assert main(arguments) == code
        assert words in capfd.readouterr().err

"""The command ``python -m ml_analyze.match``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ml_analyze import match

PRODUCTS = [
    {"kind": "product", "id": "p1", "name": "Bosch GSR 18V-55 drill", "brand": "Bosch", "barcode": "4006381333931"},
    {"kind": "product", "id": "p2", "name": "Makita DHP484 drill", "brand": "Makita"},
]
ITEMS = [
    {"id": 1, "name": "drill makita dhp-484", "supplier_id": "s"},
    {"id": "2", "name": "bosch drill gsr18v55", "barcode": "4006381333931"},
    {"id": "3", "name": "garden chair"},
]


def written(path: Path, lines: list[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n", encoding="utf-8")
    return path


def test_it_prints_a_line_an_item_in_their_order(tmp_path: Path) -> None:
    catalogue, items = written(tmp_path / "c.ndjson", PRODUCTS), written(tmp_path / "i.ndjson", ITEMS)
    command = [
        sys.executable,
        "-m",
        "ml_analyze.match",
        "--catalog",
        str(catalogue),
        str(items),
        "--cache",
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in lines] == [1, "2", "3"]
    assert [set(line) for line in lines] == [{"id", "status", "product_id", "score", "candidates"}] * 3
    assert lines[0]["candidates"][0]["product_id"] == "p2"
    assert (lines[1]["status"], lines[1]["product_id"]) == ("auto_matched", "p1")
    assert lines[2]["product_id"] is None


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "Line 2 of i.ndjson is not JSON"),
        ('{"name": "x"}', "Line 2 of i.ndjson needs an id"),
        ("[1]", "Line 2 of i.ndjson needs an id"),
    ],
)
def test_broken_items_are_refused_with_their_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, sentence: str
) -> None:
    catalogue = written(tmp_path / "c.ndjson", PRODUCTS)
    (tmp_path / "i.ndjson").write_text(f'{{"id": "0", "name": "x"}}\n{line}\n', encoding="utf-8")
    assert match.main(["--catalog", str(catalogue), str(tmp_path / "i.ndjson"), "--cache", str(tmp_path)]) == 2
    assert sentence in capsys.readouterr().err


def test_a_row_without_a_name_is_matched_by_its_identifier_and_does_not_stop_the_file(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    catalogue = written(tmp_path / "c.ndjson", PRODUCTS)
    rows: list[dict[str, object]] = [{"id": 1}, {"id": 2, "barcode": "04006381333931", "supplier_id": ["odd"]}]
    rows.append({"id": 3, "name": None, "brand": "Makita", "characteristics": "none"})
    items = written(tmp_path / "i.ndjson", rows)
    assert match.main(["--catalog", str(catalogue), str(items), "--cache", str(tmp_path)]) == 0
    nothing, coded, branded = (json.loads(line) for line in capfdbinary.readouterr().out.splitlines())
    assert (nothing["status"], nothing["candidates"]) == ("unmatched", [])
    assert (coded["candidates"][0]["product_id"], coded["candidates"][0]["score"] >= 99) == ("p1", True)
    assert branded["status"] != "auto_matched"


def test_a_missing_catalogue_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    items = written(tmp_path / "i.ndjson", ITEMS)
    assert match.main(["--catalog", str(tmp_path / "no.ndjson"), str(items), "--cache", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "The catalogue no.ndjson cannot be opened: No such file or directory.\n"

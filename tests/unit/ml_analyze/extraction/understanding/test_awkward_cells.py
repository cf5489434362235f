"""Cells and rows that are not what they look like: read for what they say, or said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from handoff.doubts import DoubtCode
from ml_analyze.extraction import read_price_list
from ml_analyze.extraction.understanding.numbers import number_format
from tests.servers.analysis import price_list


@pytest.mark.parametrize(
    ("values", "doubtful"),
    [(["1,323", "2,118"], True), (["1,323", "950"], False), (["1,323", "250,000"], False), (["1,32", "2,118"], False)],
)
def test_three_digits_behind_a_single_mark_are_a_doubt_where_nothing_tells(values: list[str], doubtful: bool) -> None:
    assert (number_format(values).doubt is not None) == doubtful


def read(tmp_path: Path, text: str) -> list[dict[str, Any]]:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    return list(read_price_list(path).lines)


@pytest.mark.parametrize(
    ("row", "kind", "code"),
    [
        (";;9.90", "error", "NO_NAME"),
        ("S-9;;", "error", "NO_NAME"),
        ("S-9;;9.90", "item", "NAME_MISSING"),
        ("S-9;Axe;", "item", "PRICE_MISSING"),
        ("S-9;Axe;n/a", "item", "PRICE_MISSING"),
        ("S-9;Axe;abc", "item", "PRICE_UNREADABLE"),
        ("S-9;Axe;#REF!", "item", "PRICE_ERROR_CELL"),
        ("S-9;Axe;0", "item", "PRICE_ZERO"),
        ("S-9;Axe;-9.90", "item", "PRICE_NEGATIVE"),
    ],
)
def test_each_kind_of_bad_row_is_an_error_or_an_item_with_a_warning(
    tmp_path: Path, row: str, kind: str, code: str
) -> None:
    good = [f"S-{at};Hammer {at};{at + 4}.50" for at in range(8)]
    lines = read(tmp_path, "\n".join(["sku;name;price", *good[:4], row, *good[4:]]) + "\n")
    assert len(lines) == 9
    bad = lines[4]
    assert bad["kind"] == kind
    assert code == (bad["code"] if kind == "error" else bad["warnings"][0]["code"])


def test_of_a_hundred_rows_ten_bad_ones_are_ten_errors(tmp_path: Path) -> None:
    lines = read(tmp_path, price_list(100, bad=10).decode())
    assert [line["kind"] for line in lines] == ["error"] * 10 + ["item"] * 90


def test_names_of_several_columns_are_put_together_and_doubted(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    goods = [("Grey", 30, 4.5), ("Grey", 60, 5.5), ("Red", 30, 6.5), ("Red", 60, 7.5)]
    rows = [f"Tile;{colour};{length};{price}" for colour, length, price in goods]
    path.write_text("\n".join(["Range;Colour;Length;Price EUR", *rows]) + "\n", encoding="utf-8")
    listed = read_price_list(path)
    assert len({line["name"] for line in listed.lines}) == 4
    assert DoubtCode.COLUMN in [doubt.what for doubt in listed.findings.doubts]

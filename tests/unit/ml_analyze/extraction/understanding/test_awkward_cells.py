"""Cells and rows that are not what they look like: read for what they say, or said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from handoff.doubts import DoubtCode
from ml_analyze.extraction import read_price_list
from ml_analyze.extraction.grid import Sheet
from ml_analyze.extraction.understanding.lexicon import lexicon
from ml_analyze.extraction.understanding.matrix import find_matrices
from ml_analyze.extraction.understanding.numbers import decimal_mark, number_format
from ml_analyze.extraction.understanding.price_cells import PriceReader
from ml_analyze.extraction.understanding.scales import HUNDREDTH
from tests.servers.analysis import price_list


@pytest.mark.parametrize(
    ("text", "value", "beside"),
    [
        ("Rs.1250", "1250", {"currency": "INR"}),
        ("kr.99,95", "99.95", {}),
        ("16‘500", "16500", {}),
        ("16′500", "16500", {}),
        ("1.2E+03", "1200", {}),
        ("1,5E+02", "150", {}),
        ("12,50-", "-12.50", {}),
        ("1250/-", "1250", {}),
        ("28.38/sq ft", "28.38", {"unit": "sq ft", "currency": None}),
        ("12.50/pc", "12.50", {"unit": "pc"}),
        ("6.10/100 pcs", "6.10", {"per": "100", "unit": "pcs"}),
        ("28,50 €/t", "28.50", {"unit": "t", "currency": "EUR"}),
        ("Was £20.00 Now £15.00", "15.00", {"old": "20.00", "currency": "GBP"}),
        ("statt 20,00 € nur 15,00 €", "15.00", {"old": "20.00"}),
        ("20,00 €\n15,00 €", "15.00", {"old": "20.00"}),
        ("1:USD0.10;100:USD0.05;1000:USD0.02", "0.10", {"tiers": (("100", "0.05"), ("1000", "0.02"))}),
        ("75,50 EUR,119,00 USD", "75.50", {"others": ("119.00",)}),
        ("\u200e1,50\u200b", "1.50", {}),
        ("۱٬۲۵۰٬۰۰۰", "1250000", {}),
    ],
)
def test_a_price_is_read_with_all_that_stands_beside_it(text: str, value: str, beside: dict[str, Any]) -> None:
    price = PriceReader(lexicon(), decimal_mark([text])).read(text)
    assert price.value == value
    assert {name: getattr(price, name) for name in beside} == beside


def test_cents_are_a_hundredth_of_the_price() -> None:
    assert [PriceReader(lexicon(), None, scale=HUNDREDTH).read(cell).value for cell in ("349", 1299, 5)] == [
        "3.49",
        "12.99",
        "0.05",
    ]


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


def test_a_price_in_every_cell_makes_an_item_of_each() -> None:
    rows: list[list[Any]] = [["Roller blind", None, None, None, None], [None, 40, 50, 60, 70]]
    rows += [[size, *(10.0 + size / 10 + step for step in range(4))] for size in (40, 60, 80)]
    (matrix,) = find_matrices(Sheet("s", rows))
    lines = list(matrix.lines("EUR"))
    assert len(lines) == 12
    assert (lines[1]["name"], lines[1]["price"], lines[1]["source"]["cells"]["price"]) == (
        "Roller blind 50 x 40",
        "15",
        "C3",
    )


def test_names_of_several_columns_are_put_together_and_doubted(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    goods = [("Grey", 30, 4.5), ("Grey", 60, 5.5), ("Red", 30, 6.5), ("Red", 60, 7.5)]
    rows = [f"Tile;{colour};{length};{price}" for colour, length, price in goods]
    path.write_text("\n".join(["Range;Colour;Length;Price EUR", *rows]) + "\n", encoding="utf-8")
    listed = read_price_list(path)
    assert len({line["name"] for line in listed.lines}) == 4
    assert DoubtCode.COLUMN in [doubt.what for doubt in listed.findings.doubts]

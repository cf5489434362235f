"""Small lists that were read wrong without a word: data bases' ids, codes of letters, sheets cut between columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from ml_analyze.extraction import read_price_list


def _read(path: Path, text: str) -> list[tuple[Any, ...]]:
    path.write_text(text, encoding="utf-8")
    lines = [line for line in read_price_list(path).lines if line["kind"] == "item"]
    return [(line.get("sku"), line["name"], line["price"], line["currency"]) for line in lines]


@pytest.mark.parametrize(
    ("name", "text", "first"),
    [
        (
            "ids.csv",
            "ProductID;IdProd;Descripcion;Precio\n101;AB-7;Mesa;120,00\n102;AB-9;Silla;45,50\n105;AC-3;Banco;60,00\n",
            ("AB-7", "Mesa", "120.00", None),
        ),
        (
            "letters.csv",
            "Code,Name,Price\nCHR-RED,Chair red,20.00\nCHR-BLU,Chair blue,22.00\nTBL,Table,60.00\n",
            ("CHR-RED", "Chair red", "20.00", None),
        ),
        (
            "under_codes.json",
            '{"A-1": {"name": "Cup", "price": 2.5}, "A-2": {"name": "Plate", "price": 3.5}}',
            ("A-1", "Cup", "2.5", None),
        ),
        (
            "marked.xml",
            '<list><item><code>P1</code><title>Pump</title><price currency="EUR">9.50</price></item>'
            '<item><code>P2</code><title>Valve</title><price currency="EUR">2.00</price></item></list>',
            ("P1", "Pump", "9.50", "EUR"),
        ),
        (
            "dashed.txt",
            "CODE | DESCRIPTION | PRICE\n-----|-------------|------\nX1 | Lamp | 12.00\nX2 | Shade | 4.50\n",
            ("X1", "Lamp", "12.00", None),
        ),
    ],
)
def test_a_small_list_is_read_as_it_stands(tmp_path: Path, name: str, text: str, first: tuple[Any, ...]) -> None:
    assert _read(tmp_path / name, text)[0] == first


def _book(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    book.close()
    return path


@pytest.mark.parametrize(
    ("sheets", "doubt"),
    [
        (
            {
                "Names": [["Code", "Name"], ["A1", "Cup"], ["A2", "Plate"], ["A3", "Bowl"]],
                "Prices": [["Code", "Price EUR"], ["A1", 2.5], ["A2", 3.5], ["A3", 4.5]],
            },
            "column",
        ),
        (
            {
                "EUR": [["Code", "Name", "Price"], ["A1", "Cup", 2.5], ["A2", "Plate", 3.5], ["A3", "Bowl", 4.5]],
                "GBP": [["Code", "Name", "Price"], ["A1", "Cup", 2.1], ["A2", "Plate", 3.1], ["A3", "Bowl", 4.1]],
            },
            "repeated_items",
        ),
    ],
)
def test_sheets_that_say_one_list_in_two_ways_are_asked_about(
    tmp_path: Path, sheets: dict[str, list[list[Any]]], doubt: str
) -> None:
    listed = read_price_list(_book(tmp_path / "list.xlsx", sheets))
    assert list(listed.lines)
    assert doubt in {each.what for each in listed.findings.doubts}

"""Columns by the header's words, prices by a regular expression."""

from __future__ import annotations

import pytest

from app.legacy.header_words import decimal_mark_of, find_layout, read_price
from handoff.api import Hints, Role


@pytest.mark.parametrize(
    ("text", "mark", "price"),
    [
        ("19.99", ".", "19.99"),
        ("19,99 €", ",", "19.99"),
        ("1.234,50", ",", "1234.50"),
        ("1,234.50", ".", "1234.50"),
        ("$ 1 234.5", ".", "1234.5"),
        ("1'234.00 CHF", ".", "1234.00"),
        ("12 000", ".", "12000"),
        ("007", ".", "7"),
        ("0.50", ".", "0.50"),
        ("on request", ".", None),
        ("-5.00", ".", None),
        ("", ".", None),
    ],
)
def test_prices_keep_the_suppliers_digits(text: str, mark: str, price: str | None) -> None:
    assert read_price(text, mark) == price


def test_one_mark_for_the_whole_column() -> None:
    assert decimal_mark_of(["1.234,50", "12,00", "7"], Hints()) == ","
    assert decimal_mark_of(["1,234.50", "12.00", "7"], Hints()) == "."
    assert decimal_mark_of(["12.00"], Hints(decimal_mark=",")) == ","


@pytest.mark.parametrize(
    "header",
    [
        ["SKU", "Product name", "Price"],
        ["Artikelnummer", "Bezeichnung", "Preis EUR"],
        ["Артикул", "Наименование", "Цена, руб."],
        ["Código", "Descripción", "Precio"],
        ["Ref", "Désignation", "Prix HT"],
    ],
)
def test_headers_in_several_languages_are_found_below_a_letterhead(header: list[str]) -> None:
    layout = find_layout([["Acme Ltd"], ["Price list 2026"], header, ["1", "x", "2"]], Hints())
    assert layout is not None and layout.header == 3
    assert (layout.columns[Role.SKU], layout.columns[Role.NAME], layout.columns[Role.PRICE]) == (0, 1, 2)


def test_a_persons_columns_win_and_an_empty_one_takes_a_role_away() -> None:
    rows = [["Code", "Name", "Price", "Net"], ["1", "x", "2", "3"]]
    layout = find_layout(rows, Hints(columns={"price": "net", "sku": "", "price:retail": 2}))
    assert layout is not None and layout.columns == {Role.NAME: 1, Role.PRICE: 3}


def test_without_a_header_a_person_names_the_columns() -> None:
    layout = find_layout([["1", "Anvil", "9"]], Hints(header_row=0, columns={"name": 1, "price": 2}))
    assert layout is not None and (layout.header, layout.columns) == (0, {Role.NAME: 1, Role.PRICE: 2})
    assert find_layout([["1", "Anvil", "9"]], Hints()) is None

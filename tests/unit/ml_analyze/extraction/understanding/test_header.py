"""Headers are found by words of many languages, by tiers, or by the numbers below words that nobody knows."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.grid import Row, Sheet
from ml_analyze.extraction.understanding.header import (
    find_headers,
    header_at,
    header_by_values,
    is_currency_head,
    looks_like_header,
    said_roles,
)

GOODS: list[Row] = [[f"AB-{at}", f"Steel hinge {at}", 5.5 + at] for at in range(6)]


@pytest.mark.parametrize(
    ("row", "header"),
    [
        (["Code", "Name", "Price"], True),
        (["Артикул", "Наименование", "Цена, руб."], True),
        (["货号", "品名", "单价"], True),
        (["Bezeichnung", "EUR"], True),
        (["Cikkszám", "Megnevezés", "Ár €/100 m"], True),
        (["Cikkszám", "Megnevezés", "12 €/100 m"], False),
        (["AB-1", "Steel hinge", 5.5], False),
        (["Name", "Telephone"], False),
        (["Price list of spring"], False),
        (["Price", "12,50", "7,20", "9,90"], False),
        ([], False),
        ([None, None], False),
    ],
)
def test_a_header_names_a_price_and_what_is_priced(row: Row, header: bool) -> None:
    assert looks_like_header(row) is header


def test_one_header_of_two_rows_is_joined_and_its_items_begin_below() -> None:
    rows: list[Row] = [["Spring prices"], ["Code", "Name", "Price", None], [None, None, "net", "gross"]]
    goods: list[Row] = [[*row, 9.25] for row in GOODS]
    (header,) = find_headers(Sheet("s", rows + goods))
    assert (header.rows, header.next_row) == ([1, 2], 3)
    assert header.texts == ["Code", "Name", "Price net", "gross"]


def test_a_merged_cell_above_speaks_for_all_columns_it_spans() -> None:
    rows: list[Row] = [["Code", "Name", "Price", None], [None, None, "EUR", "USD"]]
    sheet = Sheet("s", rows + [[*row, 9.25] for row in GOODS], merges=[(0, 2, 0, 3)])
    assert find_headers(sheet)[0].texts == ["Code", "Name", "Price EUR", "Price USD"]


def test_headers_that_come_again_are_all_told() -> None:
    head: Row = ["Code", "Name", "Price"]
    found = find_headers(Sheet("s", [head, *GOODS, head, *GOODS]))
    assert [header.rows for header in found] == [[0], [7]]
    assert found[0].signature == found[1].signature == ("code", "name", "price")


def test_growing_quantities_head_prices() -> None:
    (header,) = find_headers(Sheet("s", [["Code", "Name", 1, 10, 100], *([*row, 4.5, 3.5] for row in GOODS)]))
    assert header.texts[2:] == ["1", "10", "100"]


@pytest.mark.parametrize(
    ("row", "header"),
    [
        (["Varenr.", "Varebeskrivelse", "1", "25"], True),
        (["Šifra", "Naziv izdelka", "0", "50", "100"], True),
        (["Šifra", "Naziv izdelka", "1", "2"], False),  # they count columns
        (["Šifra", "Naziv izdelka", "25", "1"], False),
        (["Hose clamp", "Varebeskrivelse", "1", "25"], False),
    ],
)
def test_a_code_a_name_and_two_growing_quantities_are_a_header_in_any_spelling(row: Row, header: bool) -> None:
    assert bool(find_headers(Sheet("s", [row, ["A-1", "Hose", "7.5", "6.5"]]))) is header


def test_words_that_nobody_knows_are_a_header_above_numbers() -> None:
    sheet = Sheet("s", [["Qwx", "Zrk", "Vlp"], *GOODS])
    found = header_by_values(sheet)
    assert found is not None and found.texts == ["Qwx", "Zrk", "Vlp"]
    assert find_headers(sheet) == [found]


def test_items_alone_and_nothing_have_no_header() -> None:
    assert find_headers(Sheet("s", [list(row) for row in GOODS])) == []
    assert find_headers(Sheet("s", [])) == []


def test_a_row_that_a_person_names_is_the_header_whatever_it_says() -> None:
    assert header_at(Sheet("s", [["x"], ["Qwx", None, 5]]), 1).texts == ["Qwx", "", "5"]


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("EUR", True),
        ("(USD)", True),
        ("Price €", True),
        ("€", True),
        ("$ -", False),
        ("€ 5", False),
        ("name", False),
        ("", False),
    ],
)
def test_a_currency_heads_amounts_and_an_amount_heads_none(text: str, head: bool) -> None:
    assert is_currency_head(text) is head


def test_a_text_says_one_role_and_the_one_that_is_still_free() -> None:
    assert said_roles(["Артикул", "Наименование", "Цена"]) == ({"sku", "name", "price"}, 0)
    assert said_roles(["Total", "12,50", "x" * 200]) == (set(), 1)

"""Names of values that leave no doubt are taken at their word; a doubt about the price leaves all to be understood."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.formats.structured.known import is_code, is_priced, known_names, name_key, says_price


def test_names_in_any_case_and_with_any_stroke_are_roles() -> None:
    assert known_names(["Product-Name", "PRICE", "vendor_code", "EAN13", "colour"]) == {
        "Product-Name": "name",
        "PRICE": "price",
        "vendor_code": "sku",
        "EAN13": "barcode",
    }
    assert known_names(["Наименование", "Цена", "Артикул"]) == {
        "Наименование": "name",
        "Цена": "price",
        "Артикул": "sku",
    }


def test_of_two_names_of_a_code_the_plainer_one_is_it() -> None:
    assert known_names(["id", "sku", "name", "price"]) == {"sku": "sku", "name": "name", "price": "price"}


@pytest.mark.parametrize(
    "names",
    [["name", "price", "price_old"], ["name", "price", "cost"], ["name"], ["price"], [], ["name", "цена опт", "цена"]],
)
def test_a_second_price_or_a_missing_one_is_a_doubt(names: list[str]) -> None:
    assert known_names(names) is None


def test_a_model_is_a_name_only_where_nothing_else_is() -> None:
    assert known_names(["model", "price"]) == {"price": "price", "model": "name"}
    assert known_names(["model", "name", "price"]) == {"name": "name", "price": "price"}


@pytest.mark.parametrize(
    ("row", "priced"),
    [
        ({"unit_price": "12.50"}, True),
        ({"Цена": "1 200 руб"}, True),
        ({"price": "€ 5,00"}, True),
        ({"price": "on request"}, False),
        ({"weight": "12.50"}, False),
        ({}, False),
    ],
)
def test_a_row_is_priced_where_a_name_says_price_and_has_an_amount(row: dict[str, str], priced: bool) -> None:
    assert is_priced(row) is priced


def test_names_of_many_languages_say_price_and_parts_of_words_do_not() -> None:
    assert all(says_price([name]) for name in ("net-price", "preis", "prix", "Цена", "单价"))
    assert not says_price(["name", "surprise", "weight"])


def test_a_row_is_called_by_its_name_before_its_title() -> None:
    assert name_key({"title": "b", "Name": "a"}) == "Name"
    assert name_key({"colour": "red"}) is None
    assert is_code("SKU") and not is_code("name")

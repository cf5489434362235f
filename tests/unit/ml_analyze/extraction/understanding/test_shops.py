"""Exports of shop systems are known by their headers, and a variant is called as its article is."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.grid import Row, Sheet
from ml_analyze.extraction.understanding.shops import SHOPS, name_variants, roles_of, shop_of

SHOPIFY = ["Handle", "Title", "Option1 Value", "Variant SKU", "Variant Price"]


@pytest.mark.parametrize("at", range(len(SHOPS)))
def test_each_shop_is_told_by_its_own_headers_in_any_case_and_by_no_fewer(at: int) -> None:
    known = sorted(SHOPS[at].known)
    assert shop_of([f" {header.upper()} " for header in [*known, "something"]]) is SHOPS[at]
    assert shop_of(known[1:]) is not SHOPS[at]
    assert SHOPS[at].roles["price" if "price" in SHOPS[at].roles else "name"]


def test_no_headers_are_those_of_no_shop() -> None:
    assert shop_of([]) is None
    assert shop_of(["", "Name", "Price"]) is None


def test_a_role_is_played_by_the_first_of_its_headers_that_holds_anything() -> None:
    headers = ["sku", "attribute_set_code", "price", "special_price", "name"]
    shop = shop_of(headers)
    assert shop is not None
    assert roles_of(shop, headers, [True] * 5) == {"sku": 0, "name": 4, "price": 3}
    assert roles_of(shop, headers, [True, True, True, False, True]) == {"sku": 0, "name": 4, "price": 2}


def test_of_two_columns_under_one_header_the_first_that_holds_anything_plays_the_role() -> None:
    headers = ["sku", "attribute_set_code", "price", "price"]
    shop = shop_of(headers)
    assert shop is not None
    assert roles_of(shop, headers, [True] * 4)["price"] == 2
    assert roles_of(shop, headers, [True, True, False, True])["price"] == 3


def test_variants_have_their_articles_name_and_options_and_pictures_are_no_rows() -> None:
    rows: list[Row] = [
        ["shirt", "Shirt", "S", "K-1", 5],
        ["shirt", None, "M", "K-2", 6],
        ["shirt", None, None, None, None],
        ["cap", "Cap", "", "K-3", 7],
        ["shirt", None, "L", "K-4", 8],
        ["short"],
    ]
    shop = shop_of(SHOPIFY)
    assert shop is not None
    sheet = Sheet("s", [list(SHOPIFY), *rows])
    name_variants(shop, sheet, SHOPIFY, first=1)
    assert sheet.rows[1:] == [
        ["shirt", "Shirt", "S", "K-1", 5],
        ["shirt", "Shirt M", "M", "K-2", 6],
        [None] * 5,
        ["cap", "Cap", "", "K-3", 7],
        ["shirt", None, "L", "K-4", 8],  # another article stands between
        ["short"],
    ]

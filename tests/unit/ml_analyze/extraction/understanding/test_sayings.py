"""What a header says of its column before its values are asked: its role, or money that is no price."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.understanding.profile import Profile, profile
from ml_analyze.extraction.understanding.sayings import decoy_of, is_maker_number, named_by, no_prices

PRICES = profile([12.5, 7.25, 19.9, 4.15])
NAMES = profile(["Claw hammer", "Hand saw", "Steel rule"])


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("EUR", "price"),
        ("€ per piece", "price"),
        ("Dealer", "price"),
        ("Опт", "price"),
        ("Gross weight kg", "measure"),
        ("Netto kg", "measure"),
        ("MPN", "sku"),
        ("Total EUR", "total"),
    ],
)
def test_currencies_levels_weights_and_makers_numbers_say_what_they_are(header: str, role: str) -> None:
    said = named_by(header)
    assert max(said, key=lambda each: said[each]) == role


def test_a_net_price_by_weight_is_a_price_and_a_net_weight_none() -> None:
    assert "price" in named_by("Net price per kg")
    assert "price" not in named_by("Net weight")


def test_a_price_after_discount_is_a_price_and_no_discount() -> None:
    assert "discount" not in named_by("Price after discount")
    assert "discount" in named_by("Discount")


@pytest.mark.parametrize("header", ["VAT 0% £", "ALV 0 % €", "MwSt 0,00 % €", "TVA 0% €"])
def test_money_without_tax_is_a_price_and_no_rate(header: str) -> None:
    assert named_by(header).keys() == {"price"}


@pytest.mark.parametrize("header", ["VAT 20% £", "ALV 25,5 % €", "VAT %", "VAT 0%"])
def test_a_rate_that_is_taken_may_head_amounts_of_tax(header: str) -> None:
    assert "tax" in named_by(header)


def test_a_header_without_a_word_says_nothing() -> None:
    assert named_by("") == {}
    assert named_by("qwxzv") == {}


def test_a_makers_number_is_one_in_any_spelling() -> None:
    assert is_maker_number("MPN") and is_maker_number("mpn.") and not is_maker_number("SKU")


@pytest.mark.parametrize(
    ("said", "look", "decoy"),
    [
        ({"total": 0.9, "price": 0.5}, PRICES, "total"),
        ({"total": 0.5, "price": 0.9}, PRICES, None),
        ({"total": 0.9, "price": 0.9}, PRICES, "total"),
        ({"origin": 0.9, "name": 0.9}, NAMES, None),
        ({"measure": 1.0}, Profile(money=0.9, count=3), None),
        ({"total": 1.0}, Profile(money=0.9, count=3), "total"),
        ({"price": 1.0}, PRICES, None),
        ({}, PRICES, None),
    ],
)
def test_a_decoy_must_be_surer_than_any_role_and_numbers_decide_a_draw(
    said: dict[str, float], look: Profile, decoy: str | None
) -> None:
    assert decoy_of(said, look) == decoy


def test_a_deposit_is_no_price_beside_one_and_perhaps_one_alone() -> None:
    headers = ["Name", "Deposit EUR", "Price"]
    named = [named_by(header) for header in headers]
    assert no_prices(headers, named, [NAMES, PRICES, PRICES]) == [1]
    assert no_prices(headers[:2], named[:2], [NAMES, PRICES]) == []


def test_a_value_of_ten_kiloohms_is_no_worth_of_a_stock() -> None:
    headers = ["Part", "Stock value"]
    named = [named_by(header) for header in headers]
    assert no_prices(headers, named, [NAMES, profile(["10K", "18pF", "4K7"])]) == [1]

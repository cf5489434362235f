"""How much a column looks like each role: what is plainly one thing looks least like the others."""

from __future__ import annotations

from typing import Any

import pytest

from ml_analyze.extraction.understanding.looks import (
    LOOKS,
    begins_far_on,
    is_denied,
    is_in_order,
    look_price,
    look_sku,
)
from ml_analyze.extraction.understanding.profile import Profile, profile

NAMES = ["Claw hammer 300 g", "Wood chisel 12 mm", "Hand saw fine", "Steel rule 30 cm", "Mallet of rubber"]
PRICES = [12.5, 7.25, 19.9, 4.15, 103.75]
CODES = ["AB-1021", "XC-7001", "AB-1300", "QQ-9911", "ZA-4040"]
EANS = ["4006381333931", "4006381333948", "4006381333955", "4006381333962", "4006381333979"]


@pytest.mark.parametrize(
    ("values", "role"),
    [
        (NAMES, "name"),
        (PRICES, "price"),
        (["12,50 €", "7,25 €", "19,90 €"], "price"),
        (CODES, "sku"),
        (["EUR", "USD", "EUR"], "currency"),
        (["kg", "pcs", "pcs"], "unit"),
    ],
)
def test_what_is_plainly_one_thing_looks_most_like_it(values: list[Any], role: str) -> None:
    look = profile(values)
    assert max(LOOKS, key=lambda each: LOOKS[each](look)) == role


@pytest.mark.parametrize(
    "values", [NAMES, PRICES, CODES, EANS, [], ["x" * 500], [None, 0, "0"], ["http://a.de/b.jpg"] * 3]
)
def test_no_look_is_more_than_whole_or_less_than_nothing(values: list[Any]) -> None:
    look = profile(values)
    assert all(0.0 <= LOOKS[role](look) <= 1.15 for role in LOOKS)


def test_right_check_digits_are_a_barcode_and_no_price() -> None:
    look = profile(EANS)
    assert LOOKS["barcode"](look) > 0.5
    assert look_price(look) < 0.05


def test_numbers_of_rows_per_cents_and_days_are_no_prices() -> None:
    price = look_price(profile([12, 7, 19, 4, 103]))
    for values in ([1, 2, 3, 4, 5], ["5 %", "10 %", "7 %", "5 %"], ["1.5.2026", "2.5.2026", "9.5.2026"]):
        assert look_price(profile(values)) < 0.5 * price


def test_a_price_of_nothing_throughout_is_none() -> None:
    assert look_price(profile([0, 0, 0, 0])) <= 0.1
    assert look_price(Profile()) == 0.0


def test_codes_that_go_on_by_one_are_codes_only_where_they_begin_far_on() -> None:
    rows, codes = profile([1, 2, 3, 4]), profile([4001, 4002, 4003, 4004])
    assert (begins_far_on(rows), begins_far_on(codes)) == (False, True)
    assert look_sku(rows) < 0.5 * look_sku(codes)


def test_numbers_that_only_grow_are_in_order_unless_they_show_money() -> None:
    grown = [11, 13, 17, 19, 23, 29, 31, 37, 41]
    assert is_in_order(profile(grown))
    assert not is_in_order(profile([f"{number} €" for number in grown]))
    assert not is_in_order(profile([*grown[:4], 3, *grown[4:]]))


def test_a_header_is_denied_where_the_values_are_nothing_of_what_it_names() -> None:
    assert is_denied({"price": 1.0}, profile(NAMES))
    assert not is_denied({"price": 1.0, "name": 0.5}, profile(NAMES))
    assert not is_denied({"total": 1.0}, profile(NAMES))
    assert not is_denied({}, profile(NAMES))

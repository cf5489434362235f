"""How sure it is that one column is the price and not its neighbour: what only the supplier knows is a tie."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.understanding.price_kinds import price_header
from ml_analyze.extraction.understanding.rival_prices import (
    SIZE,
    TIE,
    cheaper_beside,
    differ_in_class,
    is_discount,
    rising_together,
    several_currencies,
    sureness,
)


def sure(header: str, rival: str) -> float:
    return sureness(price_header(header), price_header(rival), header, rival)


@pytest.mark.parametrize(
    ("header", "rival"),
    [
        ("Price", "Price"),
        ("Price A", "Price B"),
        ("Price EUR", "Price USD"),
        ("Price", "-20 %"),
        ("Price per kg", "Price per piece"),
        ("Partner 1", "Partner 2"),
        ("Tarif", "Rate"),
        ("Qwertzena price", "Price"),
    ],
)
def test_what_no_list_can_tell_is_a_tie(header: str, rival: str) -> None:
    assert sure(header, rival) == TIE


@pytest.mark.parametrize(("header", "rival"), [("Dealer price", "Old price"), ("Price", "50+"), ("1 kg", "500 g")])
def test_kinds_and_sizes_tell_prices_apart_for_sure(header: str, rival: str) -> None:
    assert sure(header, rival) >= 0.97


def test_a_plain_price_beside_a_list_price_is_less_sure_than_a_net_one() -> None:
    assert TIE < sure("Price", "List price") < sure("Net price", "List price")


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("Price A", "Price B", True),
        ("Опт 1", "Опт 2", True),
        ("Опт1", "Опт2", True),
        ("Price DE", "Price AT", True),
        ("Price", "Price 2", False),
        ("Price", "Price", False),
        ("Price red", "Price blue", False),
        ("Price 250 g", "Price 500 g", False),
    ],
)
def test_a_number_or_letter_stands_for_a_class_of_buyers(one: str, other: str, differ: bool) -> None:
    assert differ_in_class(one, other) is differ
    assert differ_in_class(other, one) is differ


@pytest.mark.parametrize(
    ("text", "found"), [("-20 %", True), ("−5,5%", True), ("- 10%", True), ("20 %", False), ("", False)]
)
def test_a_header_that_is_only_what_is_taken_off(text: str, found: bool) -> None:
    assert is_discount(text) is found


def test_currencies_differ_only_where_both_headers_name_one() -> None:
    assert several_currencies("Price EUR", "Price $")
    assert not several_currencies("Price EUR", "Price")
    assert not several_currencies("Price EUR", "Preis €")


@pytest.mark.parametrize(
    ("text", "size"), [("250 g", True), ("0,5l", True), ("1 кг", True), ("250 grams", False), ("g", False)]
)
def test_amounts_of_goods_are_sizes(text: str, size: bool) -> None:
    assert (SIZE.fullmatch(text) is not None) is size


def test_dearer_wherever_the_price_is_dearer_needs_five_rows_and_no_exception() -> None:
    prices = [10.0, 30.0, 20.0, 50.0, 40.0]
    assert rising_together(0, {0: prices, 1: [1.0, 3.0, 2.0, 90.0, 4.0]}, [1]) == 1
    assert rising_together(0, {0: prices, 1: [1.0, 3.0, 3.0, 90.0, 4.0]}, [1]) is None
    assert rising_together(0, {0: prices[:4], 1: [1.0, 3.0, 2.0, 5.0]}, [1]) is None


def test_beside_a_retail_price_a_column_cheaper_in_every_row_may_be_what_is_paid() -> None:
    assert cheaper_beside(0, {0: [10.0, 20.0, 40.0], 1: [7.0, 15.0, 29.0]}, [1]) == 1
    assert cheaper_beside(0, {0: [10.0, 20.0, 40.0], 1: [7.0, 15.0, 40.0]}, [1]) is None
    assert cheaper_beside(0, {0: [10.0, 20.0], 1: [7.0, 15.0]}, [1]) is None

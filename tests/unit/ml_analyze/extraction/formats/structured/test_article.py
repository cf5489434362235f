"""Amounts and texts of a structured article: taken where they are beyond doubt, kept readable where they are not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.formats.structured.article import (
    Record,
    amount,
    put,
    put_currency,
    put_price,
    put_tiers,
    spelled,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.50", "12.50"),
        ("12,5", "12.5"),
        (" 1 234.50 ", "1234.50"),
        ("1'234.50", "1234.50"),
        ("-3", "-3"),
        ("1e3", "1000"),
        ("0,125", "0.125"),
        ("1,299", None),  # a thousand and more, or one and a bit
        ("1,234.50", None),
        ("12.50 EUR", None),
        ("٥", "5"),
        ("", None),
        (None, None),
        ("1e999", None),
    ],
)
def test_an_amount_is_what_can_be_read_in_one_way(text: str | None, value: str | None) -> None:
    assert amount(text) == (None if value is None else Decimal(value))


@given(st.decimals(-(10**9), 10**9, places=4))
def test_an_amount_that_is_spelled_is_read_again(value: Decimal) -> None:
    assert amount(spelled(value)) == value


def test_decimals_stay_as_they_came_up_to_four() -> None:
    assert [spelled(Decimal(text)) for text in ("12.50", "1.23456", "1E+3", "0.99999")] == [
        "12.50",
        "1.2346",
        "1000",
        "1",
    ]


def test_the_first_text_of_a_key_stays_and_blanks_are_no_text() -> None:
    record: Record = {}
    put(record, "name", "  ")
    put(record, "name", None)
    put(record, "name", " Saw ")
    put(record, "name", "Axe")
    assert record == {"name": "Saw"}


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("12,50", {"price": "12.50"}),
        ("1 200 руб.", {"price": "1200", "currency": "RUB"}),
        ("5 EUR", {"price": "5", "currency": "EUR"}),
        ("7 ₴", {"price": "7", "currency": "UAH"}),
        ("5 kg", {"has:price": "5 kg"}),
        ("on request", {"has:price": "on request"}),
        ("", {}),
        (None, {}),
    ],
)
def test_a_price_keeps_its_currency_and_what_is_none_stays_readable(text: str | None, record: Record) -> None:
    made: Record = {}
    put_price(made, "price", text)
    assert made == record


def test_a_further_price_that_is_none_is_told_under_its_own_name() -> None:
    made: Record = {}
    put_price(made, "price:retail", "ask us")
    assert made == {"has:retail": "ask us"}


def test_old_names_of_currencies_are_todays_codes() -> None:
    codes = []
    for text in ("RUR", " byr ", "грн", "chf"):
        made: Record = {}
        put_currency(made, text)
        codes.append(made["currency"])
    assert codes == ["RUB", "BYN", "UAH", "CHF"]


def test_tiers_rise_however_they_came_and_no_tiers_are_no_line() -> None:
    record: Record = {}
    put_tiers(record, [])
    assert record == {}
    put_tiers(record, [(Decimal(100), Decimal("0.50")), (Decimal(10), Decimal("0.90"))])
    assert record == {"tiers": "10: 0.90\n100: 0.50"}

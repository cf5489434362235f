"""Amounts in thousands: what says so, and what only looks like it."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.understanding.scales import ONE, TEN_THOUSAND, THOUSAND, scale_of


@pytest.mark.parametrize(
    "header",
    ["Preis TEUR", "Preis in T€", "Price k€", "pris, tkr", "USD '000", "Price (USD 000)", "€000", "цена, тыс. руб.",
     "cena tys. zł", "価格 千円"],
)  # fmt: skip
def test_a_header_may_count_in_thousands(header: str) -> None:
    assert scale_of(header, titles=()) == THOUSAND


def test_ten_thousands_are_counted_in_too() -> None:
    assert scale_of("单价 万元", titles=()) == TEN_THOUSAND


@pytest.mark.parametrize(
    "header",
    ["Preis / t EUR", "Preis je t €", "Price ($000.00)", "EUR/1000", "за тыс. шт.", "peste 10 mii lei",
     "Preis je Tsd. EUR", "Preis/Tsd. EUR", "SKU 000", "ton kr", "Kat. Preis"],
)  # fmt: skip
def test_a_tonne_a_thousand_pieces_and_a_pattern_are_no_thousands_of_money(header: str) -> None:
    assert scale_of(header, titles=()) == ONE


@pytest.mark.parametrize(
    "title", ["PRICE LIST PRC000", "Price list no. ABC000 of 2026", "Preisliste Stahl, Preis je t EUR"]
)
def test_a_title_with_a_number_or_a_unit_counts_in_nothing(title: str) -> None:
    assert scale_of("Price", titles=[title]) == ONE

"""What the header of a column of money says: its kind, and what its prices hold for."""

from __future__ import annotations

import pytest

from handoff.conditions import Meaning, PriceKind
from ml_analyze.extraction.understanding.price_kinds import (
    as_meant,
    by_measure,
    condition_of,
    in_short,
    is_money_per_unit,
    price_header,
    says_class,
    sets_apart,
)


@pytest.mark.parametrize(
    ("text", "kind", "field", "value"),
    [
        ("ab 100 Stk", PriceKind.TIER, "quantity", 100),
        ("от 10 шт", PriceKind.TIER, "quantity", 10),
        ("Price per 1000 pcs", PriceKind.PRICE, "per", "1000"),
        ("Preis pro 100", PriceKind.PRICE, "per", "100"),
        ("Preis ab 01.04.2026", PriceKind.PRICE, "date", (2026, 4, 1)),
        ("AVP in Cent", PriceKind.LIST, "minor", True),
        ("Stock value", PriceKind.STOCK_VALUE, "vat", None),
        ("Pfand", PriceKind.DEPOSIT, "vat", None),
        ("Сумма НДС", PriceKind.VAT_AMOUNT, "vat", None),
    ],
)
def test_a_header_says_what_its_prices_hold_for(text: str, kind: PriceKind, field: str, value: object) -> None:
    said = price_header(text)
    assert (said.kind, getattr(said, field)) == (kind, value)


@pytest.mark.parametrize(
    ("text", "name"),
    [("MOQ", "minimum_order"), ("Preiseinheit", "price_unit"), ("Rabattgruppe", "discount_group"), ("Name", None)],
)
def test_columns_of_conditions_are_no_prices(text: str, name: str | None) -> None:
    assert condition_of(text) == name


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", PriceKind.PRICE),
        ("Price", PriceKind.PRICE),
        ("Цена", PriceKind.PRICE),
        ("UVP", PriceKind.LIST),
        ("RRP", PriceKind.LIST),
        ("Old price", PriceKind.OLD),
        ("Старая цена", PriceKind.OLD),
        ("Dealer price", PriceKind.NET),
        ("Оптовая цена", PriceKind.NET),
        ("Preis inkl. MwSt.", PriceKind.GROSS),
        ("Preis zzgl. MwSt.", PriceKind.NET),
        ("Price per box", PriceKind.PACK),
        ("批发价", PriceKind.NET),
        ("零售价", PriceKind.LIST),
    ],
)
def test_the_kind_of_a_price_is_told_in_many_languages(text: str, kind: PriceKind) -> None:
    assert price_header(text).kind is kind


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("1-9", 1),
        ("10 - 49 pcs", 10),
        ("50+", 50),
        (">= 100", 100),
        ("up to 9", 1),
        ("Price 10-49", 10),
        ("Preis ab 100 Stück", 100),
        ("100个起", 100),
        ("2026", None),
        ("M8 x 100", None),
    ],
)
def test_a_quantity_is_the_least_from_which_a_price_holds(text: str, quantity: int | None) -> None:
    assert price_header(text).quantity == quantity


def test_net_and_gross_are_what_is_said_of_the_tax_alone() -> None:
    assert [price_header(text).vat for text in ("Price", "Price ex VAT", "Price inc VAT")] == [None, False, True]
    assert price_header("Price ex VAT").net and not price_header("Price inc VAT").net


def test_what_the_buyer_pays_stands_before_what_he_does_not() -> None:
    texts = ["Old price", "RRP", "Price", "Dealer price", "Price after discount", "50+", "Price inc VAT", "Deposit"]
    ordered = sorted(texts, key=lambda text: price_header(text).rank)
    assert ordered == [
        "Price after discount",
        "Dealer price",
        "Price",
        "Price inc VAT",
        "RRP",
        "50+",
        "Old price",
        "Deposit",
    ]


def test_a_person_is_believed_and_what_he_leaves_open_is_the_headers() -> None:
    said = price_header("Price 100+ (EUR)")
    assert (said.kind, said.quantity, said.vat) == (PriceKind.TIER, 100, None)
    told = as_meant(said, Meaning(kind=PriceKind.LIST, vat_included=False))
    assert (told.kind, told.quantity, told.vat) == (PriceKind.LIST, None, False)
    assert as_meant(said, Meaning()) == said
    assert in_short(told) == Meaning(kind=PriceKind.LIST, vat_included=False)


@pytest.mark.parametrize(
    ("text", "measured"),
    [
        ("Price per kg", True),
        ("€/l", True),
        ("цена за кг", True),
        ("Preis je m²", True),
        ("Price per piece", False),
        ("Weight kg", False),
    ],
)
def test_a_price_by_measure_is_no_price_by_the_piece(text: str, measured: bool) -> None:
    assert by_measure(text) is measured


@pytest.mark.parametrize(
    ("text", "found"), [("€/kg", True), ("EUR / 1 St.", True), ("price/kg", False), ("€", False), ("", False)]
)
def test_a_currency_and_what_it_buys_is_a_header_without_a_word(text: str, found: bool) -> None:
    assert is_money_per_unit(text) is found


def test_classes_of_buyers_and_terms_are_words_of_the_lists() -> None:
    assert says_class("vip") and not says_class("hammer")
    assert sets_apart("Price for members") and not sets_apart("Price")


@pytest.mark.parametrize(
    ("cyrillic", "latin"), [("Велепродајна цена", "Veleprodajna cena"), ("Препоручена цена", "Preporučena cena")]
)
def test_serbian_says_the_same_in_both_scripts(cyrillic: str, latin: str) -> None:
    assert price_header(cyrillic).kind is price_header(latin).kind is not PriceKind.PRICE

"""One cell of a price column: the amount, what stands beside it, and never a zero that nobody wrote."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.understanding.lexicon import lexicon
from ml_analyze.extraction.understanding.numbers import decimal_mark
from ml_analyze.extraction.understanding.price_cells import (
    EMPTY,
    Price,
    PriceReader,
    exponent_value,
    is_phone,
    without_unit,
)
from ml_analyze.extraction.understanding.scales import HUNDREDTH, THOUSAND


@pytest.mark.parametrize(
    ("text", "value", "beside"),
    [
        ("Rs.1250", "1250", {"currency": "INR"}),
        ("kr.99,95", "99.95", {}),
        ("16‘500", "16500", {}),
        ("16′500", "16500", {}),
        ("1.2E+03", "1200", {}),
        ("1,5E+02", "150", {}),
        ("12,50-", "-12.50", {}),
        ("1250/-", "1250", {}),
        ("28.38/sq ft", "28.38", {"unit": "sq ft", "currency": None}),
        ("12.50/pc", "12.50", {"unit": "pc"}),
        ("6.10/100 pcs", "6.10", {"per": "100", "unit": "pcs"}),
        ("28,50 €/t", "28.50", {"unit": "t", "currency": "EUR"}),
        ("Was £20.00 Now £15.00", "15.00", {"old": "20.00", "currency": "GBP"}),
        ("statt 20,00 € nur 15,00 €", "15.00", {"old": "20.00"}),
        ("20,00 €\n15,00 €", "15.00", {"old": "20.00"}),
        ("1:USD0.10;100:USD0.05;1000:USD0.02", "0.10", {"tiers": (("100", "0.05"), ("1000", "0.02"))}),
        ("75,50 EUR,119,00 USD", "75.50", {"others": ("119.00",)}),
        ("\u200e1,50\u200b", "1.50", {}),
        ("۱٬۲۵۰٬۰۰۰", "1250000", {}),
    ],
)
def test_a_price_is_read_with_all_that_stands_beside_it(text: str, value: str, beside: dict[str, Any]) -> None:
    price = PriceReader(lexicon(), decimal_mark([text])).read(text)
    assert price.value == value
    assert {name: getattr(price, name) for name in beside} == beside


def test_cents_are_a_hundredth_of_the_price() -> None:
    assert [PriceReader(lexicon(), None, scale=HUNDREDTH).read(cell).value for cell in ("349", 1299, 5)] == [
        "3.49",
        "12.99",
        "0.05",
    ]


@pytest.mark.parametrize(
    ("text", "mark", "value", "currency"),
    [
        ("1.234,56", ",", "1234.56", None),
        ("1,234.56", ".", "1234.56", None),
        ("1 234,56", ",", "1234.56", None),
        ("1'234.50", ".", "1234.50", None),
        ("14\u00a0227", None, "14227", None),
        ("1,20,000.00", ".", "120000.00", None),
        ("80,-", ",", "80", None),
        ("25.–", ".", "25", None),
        ("$5.00", ".", "5.00", "USD"),
        ("12 грн", None, "12", "UAH"),
        ("26 500,00р.", ",", "26500.00", "RUB"),
        ("0,50e", ",", "0.50", "EUR"),
        ("от 500 руб.", None, "500", "RUB"),
        ("EUR 5,00 / 100 St", ",", "5.00", "EUR"),
        ("12.50 / kg", ".", "12.50", None),
        ("١٢٣٫٥", None, "123.5", None),
        ("１２００円", None, "1200", "JPY"),
        ("-12,5", ",", "-12.5", None),
        ("007.50", ".", "7.50", None),
    ],
)
def test_a_price_keeps_the_suppliers_digits(text: str, mark: str | None, value: str, currency: str | None) -> None:
    price = PriceReader(lexicon(), mark).read(text)
    assert (price.value, price.currency) == (value, currency)


@pytest.mark.parametrize("text", ["on request", "(Null)", "по запиту", "auf Anfrage", "-", "n/a", "询价", "$ -"])
def test_a_missing_price_is_missing_and_never_zero(text: str) -> None:
    price = PriceReader(lexicon(), None).read(text)
    assert price.value is None
    assert price.missing


@pytest.mark.parametrize(
    "text", ["СП-300-8,5", "10/01/18", "1 bis 2 Wechselrichter der neuen Reihe", "", "see page twelve"]
)
def test_what_is_no_price_has_no_value(text: str) -> None:
    assert PriceReader(lexicon(), None).read(text).value is None


def test_a_range_gives_the_lower_price_and_keeps_the_upper() -> None:
    price = PriceReader(lexicon(), None).read("800-1200 руб.")
    assert (price.value, price.others) == ("800", ("1200",))


def test_float_noise_of_binary_cells_is_dropped() -> None:
    read = PriceReader(lexicon(), None).read
    assert read(19948.406000000003).value == "19948.406"
    assert read(60.0).value == "60"
    assert read(0.1 + 0.2).value == "0.3"
    assert read(float("nan")).value is None


def test_one_cell_in_the_other_format_is_read_by_its_own_evidence() -> None:
    read = PriceReader(lexicon(), decimal_mark(["2,50", "12,00", "1.50"])).read
    assert [read(text).value for text in ("2,50", "1.50")] == ["2.50", "1.50"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("3.90 / 100 pcs", ("3.90", "100", "pcs")),
        ("28.38/sq ft", ("28.38", None, "sq ft")),
        ("450.00 each", ("450.00", None, "each")),
        ("5 EUR / 1 kg", ("5 EUR", None, "kg")),
        ("5,00 за шт.", ("5,00", None, "шт.")),
        ("12 / EUR", ("12 / EUR", None, None)),
        ("per kg", ("per kg", None, None)),
        ("12.50", ("12.50", None, None)),
        ("", ("", None, None)),
    ],
)
def test_an_amount_is_parted_from_what_it_buys(text: str, parts: tuple[str, str | None, str | None]) -> None:
    assert without_unit(text) == parts


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.2E+03", "1200"), ("-1,5e-2", "-0.015"), ("1E5", "100000"), ("1.2E+03 x", None), ("E5", None), ("12", None)],
)
def test_a_power_of_ten_is_spelled_out(text: str, value: str | None) -> None:
    assert exponent_value(text) == value


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("+44 20 7946 0018", True),
        ("8 (495) 123-45-67", True),
        ("0722 123 456", True),
        ("1 234 567", False),
        ("0722", False),
    ],
)
def test_a_telephone_number_is_no_price(text: str, phone: bool) -> None:
    assert is_phone(text) is phone
    assert (PriceReader(lexicon(), None).read(text) == EMPTY) is phone


@pytest.mark.parametrize(
    "cell", [None, True, date(2026, 5, 1), time(12, 50), float("inf"), "1 / 4", "12,5 %", "12.май", "x" * 500]
)
def test_what_a_sheet_made_of_a_price_is_not_turned_back(cell: Any) -> None:
    assert PriceReader(lexicon(), ".").read(cell).value is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("260 руб. 97 коп.", "260.97"), ("3 Euro 50 Cent", "3.50"), ("(12.50)", "-12.50"), ("-0", "0"), ("-0.00", "0.00")],
)
def test_small_coins_belong_to_the_amount_and_brackets_are_debts_but_of_nothing(text: str, value: str) -> None:
    assert PriceReader(lexicon(), None).read(text).value == value


def test_tiers_must_rise_or_are_none() -> None:
    read = PriceReader(lexicon(), ".").read
    assert read("1: 0.10; 100: 0.05").tiers == (("100", "0.05"),)
    assert read("100: 0.05; 1: 0.10").tiers == ()


def test_a_thousandfold_amount_is_whole_and_none_stays_none() -> None:
    reader = PriceReader(lexicon(), ".", scale=THOUSAND)
    assert reader.read("12.5") == Price("12500")
    assert reader.read("1.2345").value == "1234.5000"
    assert reader.read("on request") == Price(None, missing=True)


def test_the_sign_of_some_dollar_means_what_the_list_says_it_means() -> None:
    assert PriceReader(lexicon(), ".", dollar=None).read("$5.00") == Price("5.00")
    assert PriceReader(lexicon(), ".", dollar="CAD").read("$5.00").currency == "CAD"
    assert PriceReader(lexicon(), ".", dollar="CAD").read("US$5.00").currency == "USD"


@given(st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30)), max_size=8))
def test_a_column_read_at_once_is_its_cells_read_one_by_one(column: list[Any]) -> None:
    read = PriceReader(lexicon(), None)
    assert read.read_all(column) == [PriceReader(lexicon(), None).read(cell) for cell in column]


@given(st.text(alphabet="0123456789.,-+ €$руб/()'\u00a0\n%:eE=", max_size=30))
def test_a_value_is_a_decimal_string_whatever_the_cell_holds(text: str) -> None:
    price = PriceReader(lexicon(), None).read(text)
    for value in (price.value, price.old, *price.others):
        assert value is None or Decimal(value).is_finite()


@given(st.decimals(0, 10**9, places=2))
def test_an_amount_that_was_written_is_the_amount_that_is_read(amount: Decimal) -> None:
    assert PriceReader(lexicon(), ",").read(f"{amount:f}".replace(".", ",")).value == f"{amount:f}"

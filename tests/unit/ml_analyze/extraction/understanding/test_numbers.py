"""One cell of a price column, and the number format of a whole one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.understanding.lexicon import lexicon
from ml_analyze.extraction.understanding.numbers import decimal_mark
from ml_analyze.extraction.understanding.price_cells import PriceReader
from ml_analyze.extraction.understanding.profile import number_of


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


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        (["1.234,56", "12,00"], ","),
        (["6.362 €", "12.241 €"], ","),  # thousands: nobody prices in thousandths
        (["0.125", "1.250"], "."),
        (["1.250 KWD", "0.750 KWD"], "."),
        (["1.234.567"], ","),
        (["12", "15"], None),
    ],
)
def test_the_decimal_mark_is_decided_for_the_column(values: list[str], mark: str | None) -> None:
    assert decimal_mark(values) == mark


def test_one_cell_in_the_other_format_is_read_by_its_own_evidence() -> None:
    read = PriceReader(lexicon(), decimal_mark(["2,50", "12,00", "1.50"])).read
    assert [read(text).value for text in ("2,50", "1.50")] == ["2.50", "1.50"]


@given(st.from_regex(r"[0-9]{1,20}(\.[0-9]{1,2})?", fullmatch=True))
def test_a_plain_number_is_what_the_long_way_reads(text: str) -> None:
    assert number_of(text) == number_of(f" {text} ")

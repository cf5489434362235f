"""What columns of numbers are to each other: products, discounts, mark-ups, tax on top; by chance hardly ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.understanding.relations import (
    Numbers,
    adds,
    after_discount,
    after_markup,
    multiplies,
    product_of,
    vat_on_top,
)

PRICES: Numbers = [10.5, 22.25, 7.4, 103.0]
COUNTS: Numbers = [3.0, 7.0, 12.0, 2.0]
WORTHS: Numbers = [31.5, 155.75, 88.8, 206.0]


def test_a_product_is_found_whatever_stands_beside_it() -> None:
    numbers = {0: [5.0, 9.0, 2.0, 8.0], 1: PRICES, 2: WORTHS, 4: COUNTS}
    assert product_of(2, numbers) == (1, 4)
    assert product_of(1, numbers) is None


def test_rows_with_nothing_or_with_one_prove_nothing() -> None:
    assert not multiplies({0: [1.0] * 5, 1: [2.0] * 5, 2: [2.0] * 5}, (0, 1), 2)
    assert not multiplies({0: [0.0] * 5, 1: [2.0] * 5, 2: [0.0] * 5}, (0, 1), 2)
    assert not multiplies({0: [3.0, None, 4.0], 1: [2.0, 2.0, 2.0], 2: [6.0, 5.0, 8.0]}, (0, 1), 2)


@pytest.mark.parametrize(("wrong", "right"), [(1, True), (2, False)])
def test_one_row_in_five_may_be_off(wrong: int, right: bool) -> None:
    whole = [7.0] * wrong + [6.0] * (5 - wrong)
    assert multiplies({0: [3.0] * 5, 1: [2.0] * 5, 2: whole}, (0, 1), 2) is right


@pytest.mark.parametrize("percent", [[20.0, 10.0, 25.0], [0.2, 0.1, 0.25]])
def test_a_discount_is_taken_off_as_per_cent_or_as_a_share(percent: Numbers) -> None:
    assert after_discount([10.0, 20.0, 40.0], percent, [8.0, 18.0, 30.0])
    assert not after_discount([10.0, 20.0, 40.0], percent, [12.0, 22.0, 50.0])


def test_a_discount_of_nothing_or_of_all_shows_nothing() -> None:
    assert not after_discount([10.0] * 4, [0.0] * 4, [10.0] * 4)
    assert not after_discount([10.0] * 4, [100.0] * 4, [0.0] * 4)


@pytest.mark.parametrize("percent", [[50.0, 10.0, 125.0], [0.5, 0.1, 1.25]])
def test_a_markup_is_added_as_per_cent_or_as_a_share(percent: Numbers) -> None:
    assert after_markup([10.0, 20.0, 40.0], percent, [15.0, 22.0, 90.0])
    assert not after_markup([15.0, 22.0, 90.0], percent, [10.0, 20.0, 40.0])


@given(st.sampled_from([1.05, 1.07, 1.19, 1.2, 1.21, 1.255, 1.27]), st.lists(st.integers(5, 900), min_size=3))
def test_one_rate_of_tax_on_every_price_is_seen(rate: float, whole: list[int]) -> None:
    net: Numbers = [float(number) for number in whole]
    gross: Numbers = [round(number * rate, 2) for number in whole]
    assert vat_on_top(net, gross)
    assert not vat_on_top(gross, net)


def test_a_margin_that_is_no_rate_of_tax_and_rates_that_differ_are_none() -> None:
    assert not vat_on_top(PRICES, [price * 1.5 for price in PRICES if price])
    assert not vat_on_top([10.0, 20.0, 30.0], [12.0, 21.4, 35.7])
    assert not vat_on_top([10.0, 20.0], [12.0, 24.0])
    assert not vat_on_top([], [])


def test_a_price_and_its_tax_add_up_where_there_is_any() -> None:
    prices, taxes = [410.0, 238.0, 312.0, 286.0], [0.0, 38.08, 49.92, 45.76]
    sums = [410.0, 276.08, 361.92, 331.76]
    assert adds(prices, taxes, sums)
    assert not adds(prices, [0.0] * 4, prices)
    assert not adds(prices[:2], taxes[:2], sums[:2])
    assert not adds(prices, taxes, prices)

"""A column under a word that nobody knows may be the price where its numbers go up and down with the price's."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.understanding.price_kinds import price_header
from ml_analyze.extraction.understanding.silent_rivals import factor_beside, silent_rival, twin_of, unsaid_amounts

PRICES = [10.0, 30.0, 20.0, 50.0, 40.0]
CHEAPER = [8.1, 25.5, 15.2, 41.0, 33.4]
DEARER = [13.5, 38.2, 27.9, 66.0, 51.5]


def asked(header: str, word: str, numbers: list[float | None], *, named: bool = True) -> bool:
    table = {0: PRICES, 1: numbers}
    found = silent_rival(0, [1], headers=[header, word], said=price_header(header), named=named, numbers=table)
    return found == 1


def test_what_is_cheaper_in_every_row_may_be_what_is_paid() -> None:
    assert asked("Price", "Lumizo", [*CHEAPER])


def test_what_is_dearer_beside_a_price_is_a_recommended_one_in_whatever_language() -> None:
    assert not asked("Price", "Lumizo", [*DEARER])
    assert not asked("Net price", "Lumizo", [*DEARER])


@pytest.mark.parametrize("header", ["Old price", "List price", "Price incl. VAT", "Price per carton", "Price 2025"])
def test_beside_a_price_that_nobody_pays_today_both_sides_are_asked_about(header: str) -> None:
    assert asked(header, "Lumizo", [*DEARER])


def test_without_a_word_for_price_either_may_be_it() -> None:
    assert asked("", "", [*DEARER], named=False)
    assert asked("Kelora", "Lumizo", [*DEARER], named=False)


@pytest.mark.parametrize("word", ["Power (kW)", "Rezbo mm", "Deposit", "10", ""])
def test_a_header_that_says_something_else_is_no_rival(word: str) -> None:
    assert not asked("Price", word, [*CHEAPER])


def test_numbers_that_go_their_own_way_few_or_equal_ones_are_no_rival() -> None:
    assert not asked("Price", "Lumizo", [9.0, 2.0, 19.0, 4.0, 30.0])
    assert not asked("Price", "Lumizo", [8.0, None, None, 41.0, None])
    assert not asked("Price", "Lumizo", [*PRICES])


def test_whole_numbers_far_from_the_price_count_or_measure_something() -> None:
    assert not asked("Price", "Lumizo", [1.0, 3.0, 2.0, 5.0, 4.0])
    assert asked("Price", "Lumizo", [8.0, 25.0, 16.0, 41.0, 33.0])


def test_what_is_said_to_count_and_stays_in_one_ratio_to_the_price_is_a_price() -> None:
    assert twin_of(0, [1], {0: PRICES, 1: [9.3, 27.4, 18.8, 46.1, 37.9]}) == 1
    assert twin_of(0, [1], {0: PRICES, 1: [9.0, 27.0, 18.0, 46.0, 37.0]}) is None  # whole numbers count
    assert twin_of(0, [1], {0: PRICES, 1: [4.5, 120.5, 3.1, 9.9, 80.2]}) is None
    assert twin_of(0, [1], {1: PRICES}) is None


def test_a_price_that_seems_to_be_the_quantity_of_another_column_has_that_as_its_rival() -> None:
    pieces, amounts = [4.0, 7.0, 12.0, 3.0], [10.25, 3.5, 8.8, 120.4]
    sums = [one * two for one, two in zip(pieces, amounts, strict=True)]
    table = {0: pieces, 1: amounts, 2: sums}
    assert factor_beside(0, ["Price", "", "Sum"], table) == 1
    assert factor_beside(0, ["Price EUR", "", "Sum"], table) is None
    assert factor_beside(1, ["Pieces", "Price", "Sum"], table) is None
    whole = {0: pieces, 1: [10.0, 3.0, 8.0, 120.0], 2: [40.0, 21.0, 96.0, 360.0]}
    assert factor_beside(0, ["Price", "(JPY)", "Sum"], whole) == 1
    assert factor_beside(0, ["Price", "Stock", "Sum"], whole) is None


def test_where_no_header_says_price_other_decimals_are_rivals_unless_all_move_together() -> None:
    weights: list[float | None] = [4.5, 1.25, 33.1, 9.9, 0.2]
    assert unsaid_amounts(0, [1], {0: PRICES, 1: weights}) == 1
    assert unsaid_amounts(0, [1, 2], {0: PRICES, 1: weights, 2: [*CHEAPER]}) is None
    assert unsaid_amounts(0, [1], {0: PRICES, 1: [1.0, 2.0, 9.0, 4.0, 7.0]}) is None

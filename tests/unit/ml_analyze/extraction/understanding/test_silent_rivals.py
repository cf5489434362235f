"""A column under a word that nobody knows may be the price where its numbers go up and down with the price's."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.understanding.price_kinds import price_header
from ml_analyze.extraction.understanding.silent_rivals import silent_rival

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

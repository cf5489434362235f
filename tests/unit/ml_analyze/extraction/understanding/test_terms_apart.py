"""A price on other terms, elsewhere, for members, from a later day, is a rival that only the reader can decide on."""

from __future__ import annotations

from ml_analyze.extraction.understanding.price_kinds import price_header
from ml_analyze.extraction.understanding.terms_apart import other_terms

PRICES = [10.0, 20.0, 30.0]


def rival(*headers: str, numbers: dict[int, list[float | None]] | None = None) -> int | None:
    said = {at: price_header(header) for at, header in enumerate(headers)}
    columns: dict[int, list[float | None]] = {at: [price * (1 - at / 20) for price in PRICES] for at in said}
    return other_terms(0, list(said)[1:], said=said, headers=headers, numbers=columns | (numbers or {}))


def test_a_price_for_members_stands_beside_that_of_all() -> None:
    assert rival("Price", "Price for members") == 1
    assert rival("Price for members", "Price") == 1


def test_prices_that_nothing_sets_apart_are_no_rivals_here() -> None:
    assert rival("Price", "Price 2") is None


def test_what_is_many_times_as_dear_is_another_thing() -> None:
    assert rival("Price", "Price for members", numbers={1: [price * 4 for price in PRICES]}) is None
    assert rival("Price", "Price for members", numbers={1: [None, None, 28.0]}) is None


def test_a_list_price_for_members_is_not_what_is_paid_beside_a_net_one() -> None:
    assert rival("Net price", "List price for members") is None


def test_a_price_from_a_day_that_is_yet_to_come_has_todays_beside_it() -> None:
    assert rival("Price from 01.01.2049", "Price from 01.01.2020") == 1
    assert rival("Price from 01.01.2020", "Price from 01.01.2049") is None
    assert rival("Price 2049", "Price 2020") is None  # a year is no day
    assert rival("Preis ab 09.05.2049", "Preis bis 08.05.2049") == 1, "what holds until then is no old price yet"
    assert rival("Preis ab 09.05.2020", "Preis bis 08.05.2020") is None


def test_euros_by_the_kilogram_stand_beside_euros_by_the_piece() -> None:
    assert rival("€/kg", "€/St.") == 1
    assert rival("€/kg", "Price") is None

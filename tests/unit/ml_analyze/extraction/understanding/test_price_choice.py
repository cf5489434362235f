"""Of several columns of money one is the price, by words first and by arithmetic where words leave it open."""

from __future__ import annotations

import pytest

from handoff.conditions import PriceKind
from ml_analyze.extraction.grid import Row
from ml_analyze.extraction.understanding.price_choice import (
    PriceChoice,
    choose_price,
    size_columns,
    tier_columns,
    totals,
    year_columns,
)
from ml_analyze.extraction.understanding.profile import profile
from ml_analyze.extraction.understanding.sayings import named_by

NET = [10.5, 22.25, 7.4, 103.0, 15.6]


def columns(*values: list[float]) -> list[Row]:
    return [list(row) for row in zip(*values, strict=True)]


def chosen(headers: list[str], *values: list[float], main: int = 0, fixed: bool = False) -> PriceChoice:
    return choose_price(
        main,
        headers=headers,
        named=[named_by(header) for header in headers],
        profiles=[profile(list(column)) for column in values],
        rows=columns(*values),
        used={main},
        decoys={},
        fixed=fixed,
        meant={},
    )


GROSS = [round(net * 1.19, 2) for net in NET]
OTHER = [round(net * 1.7 + at, 2) for at, net in enumerate(NET)]


@pytest.mark.parametrize("main", [0, 1])
def test_what_the_trade_pays_stands_before_what_a_shop_asks_in_either_order(main: int) -> None:
    assert chosen(["Dealer price", "Retail price"], NET, OTHER, main=main).main == 0
    assert chosen(["Retail price", "Dealer price"], OTHER, NET, main=main).main == 1


def test_tax_on_top_of_one_tells_net_from_gross() -> None:
    found = chosen(["Price A", "Price B"], GROSS, NET)
    assert (found.main, found.others) == (1, [0])
    assert (found.said[0].kind, found.said[1].kind) == (PriceKind.GROSS, PriceKind.NET)


def test_a_person_who_names_the_price_is_believed_for_sure() -> None:
    found = chosen(["Retail price", "Dealer price"], OTHER, NET, main=0, fixed=True)
    assert (found.main, found.sure) == (0, 1.0)


def test_two_prices_that_say_the_same_are_a_tie() -> None:
    found = chosen(["Price", "Price"], NET, OTHER)
    assert (found.main, found.rival) == (0, 1)
    assert found.sure < 0.9


def test_no_price_column_is_no_choice() -> None:
    assert (
        choose_price(None, headers=[], named=[], profiles=[], rows=[], used=set(), decoys={}, fixed=False, meant={})
        == PriceChoice()
    )


def test_sizes_quantities_and_years_head_prices_where_there_are_enough_of_them() -> None:
    look = profile(list(NET))
    assert size_columns(["Name", "1 kg", "500 g", "250 g"], [look] * 4) == [1, 2, 3]
    assert size_columns(["Name", "1 kg", "500 g"], [look] * 3) == []
    assert tier_columns(["Name", "1-9", "10-49", "50+"], [look] * 4) == [1, 2, 3]
    assert tier_columns(["Name", "10+", "10+"], [look] * 3) == []
    assert year_columns(["2025", "2026"], [{}, {}], [look] * 2) == [0, 1]
    assert year_columns(["2025", "2026", "Price"], [{}, {}, {"price": 1.0}], [look] * 3) == []
    assert year_columns(["2025"], [{}], [look]) == []


def test_quantity_times_price_is_a_total_unless_it_alone_says_price() -> None:
    counts = [3.0, 7.0, 12.0, 2.0, 5.0]
    worth = [round(count * net, 2) for count, net in zip(counts, NET, strict=True)]
    rows, looks = columns(counts, NET, worth), [profile(list(each)) for each in (counts, NET, worth)]
    assert totals([{}, {}, {}], looks, rows) == [2]
    assert totals([{}, {}, {"price": 1.0}], looks, rows) == []
    assert totals([{"stock": 1.0}, {"price": 1.0}, {"price": 1.0}], looks, rows) == [2]
    assert totals([{}, {}], looks[:2], columns(counts, NET)) == []

"""Of several columns of money one is the price, by words first and by arithmetic where words leave it open."""

from __future__ import annotations

import pytest

from handoff.conditions import PriceKind
from ml_analyze.extraction.grid import Row
from ml_analyze.extraction.understanding.price_choice import PriceChoice, choose_price
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

"""Of several named prices the buyer's is taken, and where two are as good the list is in doubt."""

from __future__ import annotations

import pytest

from handoff.conditions import PriceKind
from ml_analyze.extraction.formats.structured.article import Record
from ml_analyze.extraction.formats.structured.prices import ORDER, choose, kind_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Оптовая цена", PriceKind.NET),
        ("Розничная", PriceKind.LIST),
        ("price_opt", PriceKind.NET),
        ("wholesale-price", PriceKind.NET),
        ("Dealer", PriceKind.NET),
        ("RRP", PriceKind.LIST),
        ("sale_price", PriceKind.DISCOUNTED),
        ("oldprice", PriceKind.OLD),
        ("Цена до скидки", PriceKind.OLD),
        ("price", PriceKind.PRICE),
        ("", PriceKind.PRICE),
    ],
)
def test_a_price_types_name_says_its_kind(name: str, kind: PriceKind) -> None:
    assert kind_of(name) is kind


@pytest.mark.parametrize(
    ("names", "place", "kind"),
    [
        (["Розничная", "Оптовая"], 1, "net"),
        (["price"], 0, "price"),
        (["RRP", "price", "old price"], 1, "price"),
        (["old price"], 0, "old"),
        (["sale_price", "price"], 0, "discounted"),
    ],
)
def test_the_nearest_to_what_is_paid_is_taken(names: list[str], place: int, kind: str) -> None:
    record: Record = {}
    assert choose(record, names) == place
    assert record == {"price_kind": kind}


def test_two_of_the_best_kind_are_rivals_and_the_first_is_taken() -> None:
    record: Record = {}
    assert choose(record, ["Розничная", "Опт 1", "Опт 2", "Опт 3"]) == 1
    assert record == {"price_kind": "net", "rivals": "Опт 1\nОпт 2"}


def test_the_order_begins_with_what_the_trade_pays_and_lists_no_kind_twice() -> None:
    assert ORDER[0] is PriceKind.NET
    assert len(set(ORDER)) == len(ORDER)
    assert PriceKind.OLD not in ORDER

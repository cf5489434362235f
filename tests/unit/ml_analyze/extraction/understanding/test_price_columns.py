"""Sizes, quantities and years head prices where there are enough of them; a product of two columns is none."""

from __future__ import annotations

from ml_analyze.extraction.grid import Row
from ml_analyze.extraction.understanding.price_columns import size_columns, tier_columns, totals, year_columns
from ml_analyze.extraction.understanding.profile import profile

NET = [10.5, 22.25, 7.4, 103.0, 15.6]


def columns(*values: list[float]) -> list[Row]:
    return [list(row) for row in zip(*values, strict=True)]


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

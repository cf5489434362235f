"""Rows that are one article's prices by quantity become one item; sizes of an article stay items of their own."""

from __future__ import annotations

from typing import Any

from handoff.api import Hints
from ml_analyze.extraction.grid import Row, Sheet
from ml_analyze.extraction.understanding.tables import Table, find_tables
from ml_analyze.extraction.understanding.tier_rows import Tiers, tier_column

HEAD: Row = ["Code", "Name", "From", "Price"]


def table_of(rows: list[Row], head: Row = HEAD) -> Table:
    (table,) = find_tables(Sheet("s", [head, *rows]), Hints())
    return table


def steps(articles: int, quantities: tuple[int, ...] = (1, 10, 100), *, fall: float = 0.1) -> list[Row]:
    return [
        [f"K-{at}", f"Hex bolt of kind {at}", quantity, 5.5 + at - fall * step]
        for at in range(articles)
        for step, quantity in enumerate(quantities)
    ]


def test_quantities_that_rise_while_the_price_falls_are_tiers() -> None:
    assert tier_column(table_of(steps(5))) == 2


def test_prices_that_rise_with_the_quantity_or_do_not_move_are_no_tiers() -> None:
    assert tier_column(table_of(steps(5, fall=-0.1))) is None
    assert tier_column(table_of(steps(5, fall=0.0))) is None


def test_one_row_an_article_has_no_tiers() -> None:
    assert tier_column(table_of(steps(6, (10,)))) is None


def test_numbers_that_go_on_from_article_to_article_count_rows() -> None:
    rows = steps(5)
    for at, row in enumerate(rows):
        row[2] = at + 3
    assert tier_column(table_of(rows)) is None


def test_rows_that_differ_in_a_word_are_sizes() -> None:
    rows: list[Row] = [
        [*row[:2], colour, *row[2:]]
        for row, colour in zip(steps(5), ["red paint", "blue paint", "green paint"] * 5, strict=True)
    ]
    assert tier_column(table_of(rows, ["Code", "Name", "Colour", "From", "Price"])) is None


def line(name: str, price: str | None, sku: str | None = None) -> dict[str, Any]:
    return {"kind": "item", "name": name, "price": price} | ({"sku": sku} if sku else {})


def test_the_next_quantity_goes_to_the_item_and_everything_else_is_one_of_its_own() -> None:
    tiers, first = Tiers(0), line("Bolt", "5.00", "K-1")
    assert not tiers.takes(first, [1])
    assert tiers.takes(line("Bolt", "4.50"), [10])
    assert tiers.takes(line("Bolt", "4.50", "K-1"), ["100"])
    assert first["conditions"] == {
        "tiers": [{"from_quantity": "10", "price": "4.50"}, {"from_quantity": "100", "price": "4.50"}]
    }
    for other, row in (
        (line("Bolt", "4.40", "K-2"), [1000]),  # another code
        (line("Nut", "4.30"), [2000]),
        (line("Nut", "4.90"), [3000]),  # dearer
        (line("Nut", "4.20"), [3000]),  # no greater quantity
        (line("Nut", None), [9000]),
    ):
        assert not tiers.takes(other, row)
    assert len(first["conditions"]["tiers"]) == 2

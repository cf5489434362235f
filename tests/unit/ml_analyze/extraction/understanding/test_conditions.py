"""What a price holds for is told as the list has it, and a day that can be read in two ways is told as neither."""

from __future__ import annotations

from typing import Any

import pytest

from handoff.api import Hints
from handoff.conditions import ConditionColumn, PriceKind
from ml_analyze.extraction.grid import Row, Sheet
from ml_analyze.extraction.understanding.conditions import Terms, meanings_of, terms_of, validity
from ml_analyze.extraction.understanding.lexicon import lexicon
from ml_analyze.extraction.understanding.price_cells import EMPTY, Price, PriceReader
from ml_analyze.extraction.understanding.tables import Table, find_tables


def table_of(*rows: Row) -> Table:
    (table,) = find_tables(Sheet("s", list(rows)), Hints())
    return table


@pytest.mark.parametrize(
    ("titles", "held"),
    [
        (["Price list valid from 01.04.2026"], {"valid_from": "2026-04-01"}),
        (["Gültig ab 1.4.26", "gültig bis: 30.06.2026"], {"valid_from": "2026-04-01", "valid_to": "2026-06-30"}),
        (["valid from 2026-04-01 valid until 2026-09-30"], {"valid_from": "2026-04-01", "valid_to": "2026-09-30"}),
        (["valid from 01.04.2026", "valid from 01.05.2027"], {"valid_from": "2026-04-01"}),
        (["valid from 31.02.2026"], {}),
        (["printed 01.04.2026"], {}),
        (["valid from 01.04.2026 " + "and so on " * 30], {}),
        ([], {}),
    ],
)
def test_a_title_says_from_when_and_until_when_a_list_holds(titles: list[str], held: dict[str, str]) -> None:
    assert validity(titles) == held


def test_where_there_is_nothing_to_say_nothing_is_said() -> None:
    assert Terms().of(["Saw", 1.5], Price("1.5"), {}) is None
    assert not Terms().by_row
    assert not Terms(fixed={"valid_from": "2026-04-01"}).by_row


def test_the_cells_own_word_stands_above_what_holds_for_all_rows() -> None:
    terms = Terms(fixed={"price_unit": "1000"})
    assert terms.of([], EMPTY, {}) == {"price_unit": "1000"}
    assert terms.of([], Price("1", per="100", old="2"), {}) == {"price_unit": "100", "old_price": "2"}


def test_tiers_of_cell_and_columns_come_together_and_empty_ones_are_left_out() -> None:
    reader = PriceReader(lexicon(), ".")
    terms = Terms(tiers=[("10", 1), ("100", 2)])
    assert terms.of(["Bolt", "0.90", None], Price("1.00", tiers=(("5", "0.95"),)), {1: reader, 2: reader}) == {
        "tiers": [{"from_quantity": "5", "price": "0.95"}, {"from_quantity": "10", "price": "0.90"}]
    }


@pytest.mark.parametrize(
    ("field", "cell", "told"),
    [
        ("minimum_order", "from 2,5 m", "2.5"),
        ("minimum_order", "٢٤", "24"),
        ("minimum_order", "none", None),
        ("price_unit", "1", None),
        ("price_unit", "0", None),
        ("price_unit", "1 000", "1000"),
        ("discount", "12,5 %", "12.5"),
        ("discount", "seldom", None),
        ("discount", "150 %", None),
        ("vat_rate", 19, "19"),
        ("discount_group", " R 7 ", "R 7"),
        ("valid_from", "31/12/2026", "2026-12-31"),
        ("valid_from", "12/13/2026", "2026-12-13"),
        ("valid_from", "04/04/2026", "2026-04-04"),
        ("valid_from", "03/04/2026", None),
        ("valid_from", "30/02/2026", None),
    ],
)
def test_each_field_takes_what_it_can_hold(field: str, cell: str | int, told: str | None) -> None:
    assert Terms(columns=[(field, 0)]).of([cell], EMPTY, {}) == ({field: told} if told else None)


@pytest.mark.parametrize(("month_first", "told"), [(True, "2026-03-04"), (False, "2026-04-03")])
def test_what_the_column_shows_settles_day_and_month(month_first: bool, told: str) -> None:
    terms = Terms(columns=[("valid_to", 0)], month_first={0: month_first})
    assert terms.of(["03/04/2026"], EMPTY, {}) == {"valid_to": told}


def test_the_columns_of_a_table_are_its_terms_smallest_quantity_first() -> None:
    head: Row = ["Code", "Name", "Price", "100+", "10+", "List price", "MOQ"]
    goods: list[Row] = [[f"A-{n}", f"Hinge {n} steel", 5.5 + n, 4.5 + n, 5 + n, 9.25 + n, 12] for n in range(6)]
    table = table_of(head, *goods)
    terms = terms_of(table, titles=["valid from 01.04.2026"])
    assert (terms.tiers, terms.listed, terms.old) == ([("10", 4), ("100", 3)], 5, None)
    assert terms.columns == [("minimum_order", 6)]
    assert terms.fixed == {"valid_from": "2026-04-01"}
    told: dict[int, Any] = meanings_of(table, terms)
    assert (told[3].kind, told[3].from_quantity) == (PriceKind.TIER, 100)
    assert (told[5].kind, told[6].condition) == (PriceKind.LIST, ConditionColumn.MINIMUM_ORDER)


def test_the_prices_header_says_what_holds_for_every_row() -> None:
    goods: list[Row] = [[f"A-{n}", f"Hinge {n} steel", 5.5 + n] for n in range(6)]
    terms = terms_of(table_of(["Code", "Name", "Net price per 100 excl. VAT"], *goods), titles=[])
    assert terms.fixed == {"price_kind": "net", "price_unit": "100", "vat_included": False}

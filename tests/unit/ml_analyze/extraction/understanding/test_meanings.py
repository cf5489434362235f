"""What a person says of a column's prices and conditions is obeyed, and the reading tells how each was understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from handoff.api import Hints
from handoff.conditions import ConditionColumn, Meaning, PriceKind
from ml_analyze.extraction import read_price_list
from ml_analyze.extraction.understanding import memory
from tests.unit.ml_analyze.extraction.price_files import write_csv

#: headers that say nothing: only a person knows what stands below them
HEADERS = ["Code", "Item", "P1", "P2", "P3", "X", "Y"]
ROLES: dict[str, str | int] = {"sku": 0, "name": 1, "price": "P1"}


def rows(headers: list[str] = HEADERS, *, moved: bool = False) -> list[list[str]]:
    made = [headers]
    made += [
        [f"A-{n}", f"Steel hinge {n}", f"{10 + n}.50", f"{15 + n}.75", f"{9 + n}.25", str(5 * n), f"{n}.10"]
        for n in range(1, 21)
    ]
    return [[row[0], "EUR" if row is not made[0] else "Cur", *row[1:]] for row in made] if moved else made


def read(tmp_path: Path, hints: Hints, cells: list[list[str]] | None = None) -> tuple[list[dict[str, Any]], Any]:
    listed = read_price_list(write_csv(tmp_path / "list.csv", cells or rows()), hints=hints)
    return list(listed.lines), listed


@pytest.mark.parametrize("kind", PriceKind)
def test_each_kind_is_what_the_person_says(tmp_path: Path, kind: PriceKind) -> None:
    meaning = Meaning(kind=kind, from_quantity=50 if kind is PriceKind.TIER else None)
    items, listed = read(tmp_path, Hints(columns=ROLES, meanings={"P2": meaning}))
    first, told = items[0], items[0].get("conditions") or {}
    assert first["price"] == "11.50"
    assert listed.reading.sheets[0].meanings[3].kind is kind
    assert told.get("list_price") == ("16.75" if kind is PriceKind.LIST else None)
    assert told.get("old_price") == ("16.75" if kind is PriceKind.OLD else None)
    tiers = [{"from_quantity": "50", "price": "16.75"}] if kind is PriceKind.TIER else None
    assert told.get("tiers") == tiers
    no_price = kind in (PriceKind.TOTAL, PriceKind.DEPOSIT, PriceKind.VAT_AMOUNT, PriceKind.STOCK_VALUE)
    assert ("P2" in first["prices"]) is not no_price


@pytest.mark.parametrize(
    ("condition", "cell", "value"),
    [
        ("minimum_order", "12 pcs", "12"),
        ("price_unit", "100", "100"),
        ("discount", "15 %", "15"),
        ("discount_group", "R7", "R7"),
        ("vat_rate", "23%", "23"),
        ("valid_from", "2026-03-01", "2026-03-01"),
        ("valid_from", "31.03.2026", "2026-03-31"),
        ("valid_from", "03/31/2026", "2026-03-31"),
        ("valid_from", "03/04/2026", None),
        ("valid_to", "30.06.26", "2026-06-30"),
    ],
)
def test_each_condition_is_read_row_by_row(tmp_path: Path, condition: str, cell: str, value: str | None) -> None:
    cells = [[*row[:5], "X" if row[0] == "Code" else cell, row[6]] for row in rows()]
    hints = Hints(columns=ROLES, meanings={"X": Meaning(condition=ConditionColumn(condition))})
    items, listed = read(tmp_path, hints, cells)
    assert {(item.get("conditions") or {}).get(condition) for item in items} == {value}
    assert listed.reading.sheets[0].meanings[5].condition == condition


@pytest.mark.parametrize(
    ("beside", "value"), [("03/31/2026", "2026-03-04"), ("31/03/2026", "2026-04-03"), ("03/04/2026", None), ("", None)]
)
def test_a_date_that_can_be_read_two_ways_is_read_as_the_others_of_its_column(
    tmp_path: Path, beside: str, value: str | None
) -> None:
    cells = [[*row[:5], "X" if row[0] == "Code" else beside, row[6]] for row in rows()]
    cells[-1][5] = "03/04/2026"
    hints = Hints(columns=ROLES, meanings={"X": Meaning(condition=ConditionColumn.VALID_FROM)})
    items, _ = read(tmp_path, hints, cells)
    assert (items[-1].get("conditions") or {}).get("valid_from") == value


def test_the_price_itself_may_be_told_its_kind_its_unit_and_its_vat(tmp_path: Path) -> None:
    meaning = Meaning(kind=PriceKind.LIST, price_unit="100", vat_included=True)
    items, _ = read(tmp_path, Hints(columns=ROLES, meanings={"P1": meaning}))
    assert items[0]["conditions"] == {"price_kind": "list", "price_unit": "100", "vat_included": True}


def test_a_column_is_known_by_its_header_when_the_columns_have_moved(tmp_path: Path) -> None:
    meanings = {"P2": Meaning(kind=PriceKind.OLD), "X": Meaning(condition=ConditionColumn.MINIMUM_ORDER)}
    hints = Hints(columns={"sku": "Code", "name": "Item", "price": "P1"}, meanings=meanings)
    for moved in (False, True):
        items, _ = read(tmp_path, hints, rows(moved=moved))
        assert (items[1]["price"], items[1]["conditions"]) == ("12.50", {"old_price": "17.75", "minimum_order": "10"})


def test_without_a_word_about_the_price_no_deposit_is_taken_for_it(tmp_path: Path) -> None:
    headers = ["Code", "Item", "Price A", "Price B", "P3", "X", "Y"]
    for wrong, right in (("Price A", "16.75"), ("Price B", "11.50")):
        items, _ = read(tmp_path, Hints(meanings={wrong: Meaning(kind=PriceKind.DEPOSIT)}), rows(headers))
        assert items[0]["price"] == right


def test_the_layout_keeps_the_kinds(tmp_path: Path) -> None:
    _, listed = read(tmp_path, Hints(columns=ROLES, meanings={"P2": Meaning(kind=PriceKind.OLD)}))
    table = listed.findings.layout["tables"][0]
    assert table["kinds"]["P2"] == "old"
    assert memory.is_as_before(listed.findings.layout, listed.findings.layout)

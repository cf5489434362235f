"""Each way in which a file makes items worse is counted, held, and kept back alone where a supplier is set so."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.apply import commit
from app.apply.difference import Choice
from app.extensions import db
from app.models.catalog import ItemChange
from app.models.phase import Outcome
from app.models.supplier import Supplier
from tests.fixtures.results import Apply, item, items

Line = dict[str, Any]
NAMES = ["Hammer", "Zange", "Bohrer", "Säge", "Feile", "Meißel", "Schraube", "Mutter", "Nagel", "Dübel"]
WORDS = ["rot", "blau", "grün"]


def known(**more: Any) -> list[Line]:
    """Thirty items that a supplier has had before."""
    lines = []
    for n in range(30):
        name = f"{NAMES[n % 10]} {WORDS[n // 10]} {n + 100}"
        lines.append(item(f"A{n}", name, f"{10 + n}.50", unit="Stk", **more))
    return lines


def each(change: Callable[[int, Line], Line | None]) -> list[Line]:
    return [line | (change(n, line) or {}) for n, line in enumerate(known())]


NET = {"conditions": {"vat_included": False, "price_kind": "net"}}
WORSE: dict[str, tuple[list[Line], str]] = {
    "formulas without a value": (each(lambda n, _: {"price": None} if n < 28 else None), "28 of 30 items lost their"),
    "all zeros": (each(lambda n, _: {"price": "0.00"}), "30 of 30 items cost nothing now"),
    "a shifted decimal mark": (each(lambda n, line: {"price": line["price"].replace(".", "")}), "factor of 10"),
    "a header without EUR": (each(lambda n, _: {"currency": None}), "30 of 30 items lost their currency"),
    "another currency": (each(lambda n, _: {"currency": "USD"}), "The currency of 30 of 30 items changed"),
    "names shifted by a row": (
        each(lambda n, _: {"name": known()[(n + 1) % 30]["name"]}),
        "30 of 30 items have another name under the same code",
    ),
    "codes shifted by a row": (each(lambda n, _: {"sku": f"B{n}"}), "30 of 30 items have another code"),
    "another unit": (each(lambda n, _: {"unit": "Karton"}), "The unit or the pack of 30 of 30 items changed"),
    "discounts for prices": (each(lambda n, _: {"price": f"{n % 4 * 5 + 5}.00"}), "prices changed by more than 30 %"),
    "gross instead of net": (
        each(lambda n, _: {"conditions": {"vat_included": True, "price_kind": "net"}}),
        "For 30 of 30 items it changed whether the price includes VAT",
    ),
    "list prices instead of net ones": (
        each(lambda n, _: {"conditions": {"vat_included": False, "price_kind": "list"}}),
        "The price of 30 of 30 items is of another kind",
    ),
    "half of the list": (known()[:14], "16 of 30 items are missing"),
}


@pytest.mark.parametrize("way", WORSE)
def test_a_file_that_makes_items_worse_is_held(send: Apply, way: str) -> None:
    send(*known(**NET))
    lines, reason = WORSE[way]
    lines = [NET | line for line in lines]
    job = send(*lines, replaces_all=way == "half of the list")
    assert (job.outcome, reason in (job.hold_reason or "")) == (Outcome.HELD, True), job.hold_reason
    assert {found.current_price for found in items().values()} == {Decimal(f"{10 + n}.5") for n in range(30)}


def test_a_column_of_another_header_with_other_prices_is_held(send: Apply) -> None:
    def reading(header: str) -> dict[str, Any]:
        sheet = {"name": "Prices", "used": True, "columns": {"price": {"index": 2, "header": header}}}
        return {"reading": {"format": "excel", "sheets": [sheet]}}

    send(*known(), told=reading("Net 11/2026"))
    slightly = each(lambda n, _: {"price": f"{10 + n}.90"})
    assert send(*slightly, told=reading("Net 12/2026")).outcome == Outcome.SUCCESS
    job = send(*each(lambda n, _: {"price": f"{11 + n}.20"}), told=reading("Retail"))
    assert job.hold_reason == "The price is read from the column “retail”; last time it was “net”."


def test_an_ordinary_list_with_a_few_corrections_is_applied(send: Apply) -> None:
    send(*known())
    lines = each(lambda n, line: {"price": "99.00"} if n < 3 else {"name": line["name"] + " neu"} if n < 20 else None)
    lines[29] |= {"price": None}
    assert send(*lines).outcome == Outcome.SUCCESS


def test_a_supplier_may_have_limits_of_its_own(send: Apply, supplier: Supplier) -> None:
    send(*known())
    supplier.meta = supplier.meta | {"guard": {"worse_share": 1}}
    db.session.commit()
    assert send(*WORSE["a header without EUR"][0]).outcome != Outcome.HELD


def test_only_the_odd_rows_are_kept_back_where_a_supplier_is_set_so(send: Apply, supplier: Supplier) -> None:
    supplier.meta = supplier.meta | {"guard": {"quarantine": True}}
    db.session.commit()
    send(*known())
    job = send(*each(lambda n, line: {"price": None} if n < 6 else {"price": f"{11 + n}.00"}))
    assert (job.outcome, job.changed_count) == (Outcome.WARNINGS, 24)
    assert "6 odd changes were kept back: 6 of 30 items lost their price." in job.look_at
    found = items()
    assert found["A0"].current_price == Decimal("10.5")
    assert found["A7"].current_price == 18
    kept = db.session.scalars(select(ItemChange).where(ItemChange.job_id == job.id, ~ItemChange.applied)).all()
    assert {change.supplier_sku for change in kept} == {f"A{n}" for n in range(6)}
    assert {tuple((change.after or {})["odd"]) for change in kept} == {("price_lost",)}


def test_a_misread_decimal_mark_is_taken_back_by_one_division(send: Apply) -> None:
    send(*known())
    lines = each(lambda n, line: {"price": line["price"].replace(".", ""), "prices": {"dealer": "900"}})
    job = send(*lines, item("B1", "New", "500"))
    approved = commit.approve_held(job.id, actor="anna", choice=Choice(factor=Decimal(100)))
    assert (approved.changed_count, approved.new_count) == (0, 1)
    found = items()
    assert found["A0"].current_price == Decimal("10.5")
    assert found["A0"].prices == {"dealer": "9"}
    assert found["B1"].current_price == 5

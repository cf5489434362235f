"""A list that holds from a later day on is kept until then and applied on it, once, by itself."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.apply import commit, due
from app.extensions import db
from app.models.job import Job
from app.models.phase import Outcome
from app.models.supplier import Supplier
from tests.fixtures.results import Apply, item, items

SOON = date.today() + timedelta(days=9)  # noqa: DTZ011  as the courier itself reckons


def _from(day: date, price: str) -> list[dict[str, object]]:
    return [item(f"A{n}", f"Item {n}", price, conditions={"valid_from": day.isoformat()}) for n in range(5)]


def _prices() -> set[Decimal | None]:
    return {each.current_price for each in items().values()}


def test_a_list_of_a_later_day_says_so_and_is_applied_on_that_day(send: Apply) -> None:
    send(*(item(f"A{n}", f"Item {n}", "10.00") for n in range(5)))
    held = send(*_from(SOON, "11.00"))
    assert (held.outcome, held.applies_on) == (Outcome.HELD, SOON)
    assert f"valid from {SOON.isoformat()}" in (held.hold_reason or "")
    assert due.apply_due(SOON - timedelta(days=1)) == 0
    assert _prices() == {Decimal(10)}
    assert due.apply_due(SOON) == 1
    assert _prices() == {Decimal(11)}
    assert due.apply_due(SOON) == 0  # its row is settled
    assert db.session.get_one(Job, held.id).outcome in (Outcome.SUCCESS, Outcome.WARNINGS)


def test_a_person_may_apply_it_before(send: Apply) -> None:
    send(*(item(f"A{n}", f"Item {n}", "10.00") for n in range(5)))
    held = send(*_from(SOON, "11.00"))
    commit.approve_held(held.id, actor="anna")
    assert _prices() == {Decimal(11)}
    assert due.apply_due(SOON) == 0


def test_a_list_that_the_guard_holds_as_well_waits_for_a_person(send: Apply) -> None:
    send(*(item(f"A{n}", f"Item {n}", "10.00") for n in range(20)))
    held = send(
        *(item(f"A{n}", f"Item {n}", "1000.00", conditions={"valid_from": SOON.isoformat()}) for n in range(20))
    )
    assert (held.outcome, held.applies_on) == (Outcome.HELD, None)
    assert due.apply_due(SOON) == 0


def test_a_list_that_holds_already_is_applied_at_once(send: Apply) -> None:
    send(*_from(SOON - timedelta(days=30), "11.00"))
    assert _prices() == {Decimal(11)}


def test_a_list_that_cannot_be_applied_waits_for_a_person_and_keeps_no_other_from_its_day(
    send: Apply, supplier: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Supplier(name="Other", source_type="csv", meta={})
    db.session.add(other)
    db.session.commit()
    odd, good = send(*_from(SOON, "11.00")), send(*_from(SOON, "12.00"), supplier=other)
    approve = commit.approve_due

    def approve_due(job_id: UUID, **facts: Any) -> Job:
        if job_id == odd.id:
            raise ZeroDivisionError
        return approve(job_id, **facts)

    monkeypatch.setattr(commit, "approve_due", approve_due)
    due.apply_due(SOON)
    waits = db.session.get_one(Job, odd.id, populate_existing=True)
    assert (waits.outcome, waits.applies_on) == (Outcome.HELD, None)
    assert waits.hold_reason == "Internal error (ZeroDivisionError). The log has the details."
    assert db.session.get_one(Job, good.id, populate_existing=True).applied_at is not None

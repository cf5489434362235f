"""A row that gave no item becomes the item that a person says it is, now and in the supplier's next lists."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.access import accounts
from app.apply import commit, mend, undo
from app.corrections.corrected_rows import correct_rows
from app.errors import Conflict
from app.extensions import db
from app.jobs import contents, lifecycle
from app.models.catalog import SaidItems
from app.models.job import Job
from app.models.phase import Outcome
from app.models.user import AuditEntry, User, UserRole
from tests.fixtures.results import Apply, count, error, item, items

SAID = {"sku": "B2", "name": "Maul", "price": "12,50", "currency": "eur"}


@pytest.fixture
def anna(send: Apply) -> User:
    return accounts.create_user("anna", "a-password-of-the-tests", UserRole.PROCUREMENT, "tests")


def corrected(job: Job, by: User, **said: str) -> set[str]:
    """The fields of the first row that are refused."""
    row = contents.errors(job.id, "left")[0]
    return {name for error in correct_rows(job, [(row, said or SAID)], by=by).values() for name in error.details}


def test_a_corrected_row_is_applied_without_a_new_file(send: Apply, anna: User) -> None:
    job = send(item("A1", "Hamer"), error(8), error(9) | {"row": ["c"]})
    corrected(job, anna)
    assert corrected(job, anna) == set()
    assert count(AuditEntry) == 2  # the user was added, and one row corrected
    assert "B2" not in items()
    after = mend.apply_mended(job.id, actor="anna")
    made = items()["B2"]
    assert (made.name, made.current_price, made.currency, made.source_row) == ("Maul", Decimal("12.50"), "EUR", 8)
    assert (after.items_total, after.error_count, after.new_count) == (2, 1, 2)
    assert len(db.session.scalar(select(SaidItems.keys).where(SaidItems.job_id == job.id)) or []) == 2
    with pytest.raises(Conflict, match="Nothing is left"):
        mend.apply_mended(job.id, actor="anna")
    undo.undo(job.id, actor="anna")
    assert items() == {}


def test_it_is_remembered_while_the_row_says_the_same(send: Apply, anna: User) -> None:
    corrected(send(item("A1", "Hamer"), error(8)), anna)
    again = send(item("A1", "Hamer"), error(80))
    assert (again.error_count, again.items_total, items()["B2"].source_row) == (0, 2, 80)
    other = send(item("A1", "Hamer"), error(8) | {"row": ["a", "another price"]}, replaces_all=True)
    assert other.error_count == 1
    assert not items()["B2"].is_available


def test_emptied_it_is_taken_back(send: Apply, anna: User) -> None:
    job = send(item("A1", "Hamer"), error(8))
    corrected(job, anna)
    corrected(job, anna, sku="", name="")
    assert send(error(8), item("A1", "Hamer")).error_count == 1


def test_a_held_file_takes_it_when_it_is_approved(send: Apply, anna: User) -> None:
    send(*(item(f"A{n}", "Hamer", "10.00") for n in range(20)))
    held = send(*(item(f"A{n}", "Hamer", "1000.00") for n in range(20)), error(30))
    assert held.outcome == Outcome.HELD
    corrected(held, anna)
    with pytest.raises(Conflict, match="not applied yet"):
        mend.apply_mended(held.id, actor="anna")
    db.session.rollback()
    commit.approve_held(held.id, actor="anna")
    assert items()["B2"].name == "Maul"
    assert lifecycle.get(held.id).error_count == 0


def test_a_newer_list_is_not_overwritten(send: Apply, anna: User) -> None:
    old = send(item("A1", "Hamer"), error(8))
    send(item("B2", "Maul", "9.00"))
    corrected(old, anna)
    with pytest.raises(Conflict, match="newer list"):
        mend.apply_mended(old.id, actor="anna")
    db.session.rollback()
    assert items()["B2"].current_price == Decimal("9.00")


@pytest.mark.parametrize(("field", "text"), [("name", ""), ("price", "call"), ("currency", "Euro"), ("sku", "a\nb")])
def test_what_cannot_be_is_refused_by_its_field(send: Apply, anna: User, field: str, text: str) -> None:
    job = send(item("A1", "Hamer"), error(8))
    assert corrected(job, anna, **SAID | {field: text}) == {field}

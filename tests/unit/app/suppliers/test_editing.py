"""Suppliers in one place: names, flags that survive, secrets that stay sealed, a deletion that ends what runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.courier.secret_headers import unseal
from app.errors import Conflict, Invalid, NotFound
from app.extensions import db
from app.jobs import lifecycle
from app.models.job import Job
from app.models.phase import Outcome, Step
from app.models.supplier import Supplier
from app.models.user import AuditEntry
from app.suppliers import editing
from app.suppliers.fields import SupplierChanges, SupplierFields
from handoff.api import Hints


def make(name: str = "Acme", **fields: object) -> Supplier:
    return editing.create(SupplierFields.model_validate({"name": name, "source_type": "csv", **fields}), "tests")


def test_a_blank_form_field_is_no_value(ctx: Flask) -> None:
    made = make("  Acme  ", source_url=" ", contact_email="", notes=None)
    assert (made.name, made.source_url, made.contact_email) == ("Acme", None, None)
    assert made.meta["origin"] == "hand" and made.meta["use_ml_processing"] is True


def test_the_same_name_twice_at_once_makes_one_supplier(app: Flask) -> None:
    def create(number: int) -> bool:
        with app.app_context():
            try:
                make("acme" if number % 2 else "ACME")
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(6) as people:
        assert sum(people.map(create, range(6))) == 1


def test_changes_of_different_fields_at_once_lose_nothing(app: Flask, ctx: Flask) -> None:
    supplier_id = make().id

    def change(number: int) -> None:
        with app.app_context():
            if number % 2:
                editing.set_hints(supplier_id, Hints(encoding="cp1251"), "tests")
            else:
                editing.set_ml(supplier_id, False, "tests", "because")

    with ThreadPoolExecutor(4) as people:
        list(people.map(change, range(8)))
    found = editing.get(supplier_id)
    assert found.hints == {"encoding": "cp1251"} and not found.wants_ml


def test_turning_ml_on_and_off_is_told_with_reason_and_time(ctx: Flask) -> None:
    made = make()
    off = editing.set_ml(made.id, False, "boss", "odd prices")
    assert off.meta["ml_processing_by"] == "boss" and off.meta["ml_processing_reason"] == "odd prices"
    before = off.meta["ml_processing_enabled_at"]
    assert editing.set_ml(made.id, True, "boss").meta["ml_processing_enabled_at"] > before
    assert editing.set_ml_many([made.id, uuid4()], False, "boss") == 1
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert actions.count("supplier.ml_switched") == 3


def test_update_leaves_what_was_not_sent(ctx: Flask) -> None:
    made = make(notes="kept", source_url="https://example.com/a.csv", cadence_days=3)
    changed = editing.update(made.id, SupplierChanges(is_active=False), "tests")
    assert (changed.meta["notes"], changed.source_url, changed.meta["cadence_days"]) == (
        "kept",
        "https://example.com/a.csv",
        3,
    )
    assert "notes" not in editing.update(made.id, SupplierChanges(notes=None), "tests").meta


def test_secret_headers_are_sealed_and_never_in_the_audit(ctx: Flask) -> None:
    made = make()
    editing.set_secret_headers(made.id, {"Authorization": "Bearer s3cret"}, "tests")
    found = editing.get(made.id)
    assert b"s3cret" not in (found.secret_headers or b"")
    assert unseal(found.secret_headers) == {"Authorization": "Bearer s3cret"}
    assert "s3cret" not in str([each.facts for each in db.session.scalars(select(AuditEntry))])
    for bad in ({"Host": "x"}, {"X": "a\nb"}, {"": "x"}, {f"X-{n}": "y" for n in range(11)}):
        with pytest.raises(Invalid):
            editing.set_secret_headers(made.id, bad, "tests")


def test_deleting_a_supplier_ends_its_jobs_and_keeps_their_history(ctx: Flask) -> None:
    made = make()
    job = lifecycle.open_job(made, trigger="manual", task_id="t", step=Step.DELIVER)
    done = editing.delete(made.id, "tests")
    kept = db.session.get_one(Job, job.id, populate_existing=True)
    assert (kept.supplier_id, kept.supplier_name, kept.outcome) == (None, "Acme", Outcome.CANCELLED)
    assert done.message.startswith("Supplier Acme was deleted with 0 items")
    with pytest.raises(NotFound):
        editing.delete(made.id, "tests")
    with pytest.raises(NotFound):
        editing.get(UUID(int=3))

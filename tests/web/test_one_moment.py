"""What belongs to one truth is swapped together: regions that poll, the menu, alerts, workers and held files."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask

from app.extensions import db
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.models.supplier import Supplier
from app.models.sync import Alert
from app.models.user import UserRole
from tests.fixtures.web import Visitor


@pytest.fixture
def running(app: Flask) -> UUID:
    with app.app_context():
        brandt = Supplier(name="Brandt", source_type="csv", meta={})
        db.session.add(brandt)
        db.session.flush()
        job = Job(supplier_id=brandt.id, supplier_name=brandt.name, trigger="upload", task_id="t", source_type="csv")
        job.phase = Phase.ANALYZING
        db.session.add(job)
        db.session.commit()
        return job.id


def end_held(app: Flask, job_id: UUID) -> None:
    with app.app_context():
        job = db.session.get_one(Job, job_id)
        job.phase, job.outcome, job.hold_reason = Phase.COMPLETE, Outcome.HELD, "Prices moved by a factor of 10."
        db.session.commit()


@pytest.mark.parametrize("address", ["/jobs/{}/head", "/jobs/pulse?ids={}", "/jobs/pulse?ids={}&as=chips"])
def test_the_menu_learns_of_a_jobs_end_with_the_answer_that_tells_it(
    app: Flask, admin: Visitor, running: UUID, address: str
) -> None:
    asked = {"HX_Request": "true"}
    assert menu(admin, address.format(running), **asked) == {"needs": 0, "pending": 0}
    end_held(app, running)
    assert menu(admin, address.format(running), **asked) == {"needs": 1, "pending": 0}


def test_nobody_is_told_numbers_that_are_not_his(visitor: Callable[[UserRole], Visitor], running: UUID) -> None:
    sales = visitor(UserRole.SALES)
    assert "d-needs" not in sales.get("/dashboard")


def test_health_shows_a_new_alert_with_the_next_look(app: Flask, admin: Visitor) -> None:
    assert "No open alert" in admin.get("/system/checks", HX_Request="true")
    with app.app_context():
        db.session.add(Alert(fingerprint=str(uuid4()), kind="disk", message="The volume is full.", link="/", facts={}))
        db.session.commit()
    assert "The volume is full." in admin.get("/system/checks", HX_Request="true")
    assert admin.get("/system").count("The volume is full.") == 1


def test_workers_are_counted_beside_held_files(app: Flask, admin: Visitor, running: UUID) -> None:
    end_held(app, running)
    page = admin.get("/ingestion")
    assert "1 held for approval" in page
    assert "workers" in page


def menu(who: Visitor, address: str, **headers: str) -> dict[str, int]:
    told: dict[str, int] = json.loads(who.ask(address, **headers).headers["X-Menu"])
    return told

"""Each matter becomes one alert, and is resolved when it is gone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.alerts import outgoing, watch
from app.errors import NotFound
from app.extensions import db
from app.jobs import lifecycle
from app.models.job import Job
from app.models.phase import Step
from app.models.supplier import Supplier
from app.models.sync import Alert
from app.suppliers import editing
from app.volume import volume


def alerts() -> dict[str, Alert]:
    found = db.session.scalars(select(Alert).execution_options(populate_existing=True))
    return {each.kind: each for each in found}


def failed_job(supplier: Supplier) -> Job:
    job = lifecycle.open_job(supplier, trigger="manual", task_id="t", step=Step.DELIVER)
    failed = {"phase": "failed", "outcome": "failed", "step": None, "due_at": None, "error_message": "404.",
              "completed_at": func.now()}  # fmt: skip
    db.session.execute(update(Job).where(Job.id == job.id).values(**failed))
    db.session.commit()
    return job


def test_a_failed_job_is_told_once_and_its_retry_resolves_it(supplier: Supplier) -> None:
    job = failed_job(supplier)
    assert watch.watch() == 1 and watch.watch() == 0
    alert = alerts()["job_failed"]
    assert (alert.severity, alert.link) == ("error", f"/jobs/{job.id}") and "404" in alert.message
    lifecycle.retry(job.id)
    watch.watch()
    assert alerts()["job_failed"].resolved_at is not None


@pytest.mark.parametrize("how", ["the next file succeeded", "the supplier was deleted"])
def test_an_alert_closes_when_its_cause_is_gone(supplier: Supplier, how: str) -> None:
    failed_job(supplier)
    watch.watch()
    if how == "the supplier was deleted":
        editing.delete(supplier.id, "anna")
    else:
        later = lifecycle.open_job(supplier, trigger="upload", task_id="t2", step=Step.DELIVER)
        ended = {"phase": "complete", "outcome": "success", "step": None, "due_at": None, "completed_at": func.now()}
        db.session.execute(update(Job).where(Job.id == later.id).values(**ended))
        db.session.commit()
    watch.watch()
    assert alerts()["job_failed"].resolved_at is not None


def test_an_acknowledged_alert_says_who_takes_care_until_its_cause_is_gone(supplier: Supplier) -> None:
    job = failed_job(supplier)
    watch.watch()
    alert = alerts()["job_failed"]
    outgoing.acknowledge(alert.id, actor="anna")
    assert watch.watch() == 0
    assert (alerts()["job_failed"].facts["acknowledged_by"], alerts()["job_failed"].resolved_at) == ("anna", None)
    lifecycle.retry(job.id)
    watch.watch()
    with pytest.raises(NotFound):
        outgoing.acknowledge(alert.id, actor="anna")


def test_a_job_that_fails_again_is_told_again(supplier: Supplier) -> None:
    job = failed_job(supplier)
    watch.watch()
    again = {"attempt": 2, "completed_at": func.now()}
    db.session.execute(update(Job).where(Job.id == job.id).values(**again))
    db.session.commit()
    assert watch.watch() == 1


def test_an_address_that_fails_at_every_sync_is_one_matter_until_it_answers(supplier: Supplier) -> None:
    def fetched(**facts: Any) -> None:
        job = failed_job(supplier)
        db.session.execute(update(Job).where(Job.id == job.id).values(source_url="https://example.org/a.csv", **facts))
        db.session.commit()

    told = []
    for facts in ({}, {}, {"phase": "complete", "outcome": "unchanged"}, {}, {"error_code": "EMPTY_FILE"}):
        fetched(**facts)
        told.append(watch.watch())
    assert told == [1, 0, 0, 1, 1]
    still_open = select(func.count()).where(Alert.kind == "job_failed", Alert.resolved_at.is_(None))
    assert db.session.scalar(still_open) == 1


def test_held_files_and_silent_suppliers(supplier: Supplier) -> None:
    job = failed_job(supplier)
    db.session.execute(update(Job).values(phase="complete", outcome="held", hold_reason="Prices jumped."))
    db.session.execute(update(Supplier).values(created_at=datetime.now(UTC) - timedelta(days=8)))
    db.session.commit()
    assert watch.watch() == 2
    assert "Prices jumped" in alerts()["held"].message and alerts()["held"].link == f"/jobs/{job.id}"
    assert "7 days" in alerts()["supplier_silent"].message


def test_a_full_volume_is_told_until_there_is_room_again(make_app: Callable[..., Flask]) -> None:
    with make_app(shared_max_bytes=2**20).app_context():
        big = volume().root / "raw" / "big.bin"
        big.write_bytes(b"x" * 1_000_000)
        volume().recount()
        assert watch.watch() == 1 and "% full" in alerts()["disk"].message
        big.unlink()
        volume().recount()
        watch.watch()
        assert alerts()["disk"].resolved_at is not None


def test_several_watchers_at_once_tell_once(app: Flask, supplier: Supplier) -> None:
    failed_job(supplier)

    def look(_: int) -> int:
        with app.app_context():
            return watch.watch()

    with ThreadPoolExecutor(4) as watchers:
        assert sum(watchers.map(look, range(8))) == 1


def test_an_odd_supplier_and_a_look_that_goes_wrong_hide_no_other_matter(
    supplier: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = {"cadence_days": "weekly", "is_active": "perhaps", "use_ml_processing": "who knows"}
    supplier.meta = supplier.meta | odd
    db.session.commit()
    failed_job(supplier)
    assert watch.watch() == 1
    monkeypatch.setattr(watch, "_jobs", lambda: iter(db.session.execute(select(Job).where(Job.id == "no id"))))
    watch.watch()
    assert alerts()["job_failed"].resolved_at is None

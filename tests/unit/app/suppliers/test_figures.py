"""Counts that are kept must not outlive what they counted."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.extensions import db
from app.jobs import lifecycle
from app.models.catalog import ParsingLog, SupplierItem
from app.models.job import JobEvent
from app.models.phase import Outcome, Phase, Step
from app.models.supplier import Supplier
from app.models.user import AuditEntry
from app.suppliers.figures import KEY, figures


def test_an_apply_that_commits_after_a_later_event_is_still_seen(ctx: Flask, supplier: Supplier) -> None:
    job = lifecycle.open_job(supplier, trigger="upload", task_id=f"upload-{uuid4()}", step=Step.APPLY)
    late = db.session.scalar(text("SELECT nextval(pg_get_serial_sequence('job_events', 'id'))"))
    db.session.add(JobEvent(job_id=job.id, kind="noted", phase=Phase.DOWNLOADING, message=""))
    db.session.commit()
    assert supplier.id not in figures().items
    db.session.add(JobEvent(id=late, job_id=job.id, kind="success", phase=Phase.COMPLETE, message=""))
    db.session.add(SupplierItem(supplier_id=supplier.id, supplier_sku="A", name="Hammer", current_price=1))
    job.phase, job.outcome = Phase.COMPLETE, Outcome.SUCCESS
    db.session.commit()
    assert figures().items[supplier.id] == 1


def test_while_jobs_run_a_moment_old_answer_will_do_but_not_for_a_sync_that_ended_since(
    ctx: Flask, supplier: Supplier
) -> None:
    lifecycle.open_job(supplier, trigger="upload", task_id=f"upload-{uuid4()}", step=Step.APPLY)
    before = figures()
    db.session.add(SupplierItem(supplier_id=supplier.id, supplier_sku="A", name="Hammer", current_price=1))
    db.session.commit()
    assert figures() is before
    ended = db.session.scalar(select(func.clock_timestamp()))
    assert figures(not_before=ended).items[supplier.id] == 1


def test_while_jobs_run_nobody_waits_for_a_new_count(
    ctx: Flask, supplier: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.suppliers.figures.FRESH_SECONDS", 0.0)
    lifecycle.open_job(supplier, trigger="upload", task_id=f"upload-{uuid4()}", step=Step.APPLY)
    before = figures()
    db.session.add(SupplierItem(supplier_id=supplier.id, supplier_sku="A", name="Hammer", current_price=1))
    db.session.add(AuditEntry(actor="somebody", action="changed", subject="supplier"))
    db.session.commit()
    assert figures() is before
    deadline = time.monotonic() + 10
    while figures().items.get(supplier.id) != 1:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_nothing_is_counted_again_while_nothing_happens(ctx: Flask, supplier: Supplier) -> None:
    assert figures() is figures()


def log_session(supplier: Supplier, task_id: str, *kinds: str) -> None:
    db.session.add_all(
        ParsingLog(task_id=task_id, supplier_id=supplier.id, error_type=kind, error_message=kind) for kind in kinds
    )
    db.session.commit()


def test_a_supplier_whose_last_session_in_the_log_met_an_error_is_in_error(ctx: Flask, supplier: Supplier) -> None:
    log_session(supplier, "parse-old-1", "ERROR")
    log_session(supplier, "parse-old-2", "INFO", "ValidationError", "SUCCESS")
    assert figures().status(supplier.id, active=True) == "pending"
    log_session(supplier, "parse-old-3", "INFO", "ERROR", "WARNING")
    ctx.extensions.pop(KEY)
    assert figures().status(supplier.id, active=True) == "error"
    assert figures().status(supplier.id, active=False) == "inactive"


def test_since_there_are_jobs_the_last_ended_one_says_it(ctx: Flask, supplier: Supplier) -> None:
    log_session(supplier, "parse-old-1", "ERROR")
    job = lifecycle.open_job(supplier, trigger="upload", task_id=f"upload-{uuid4()}", step=Step.APPLY)
    assert figures().status(supplier.id, active=True) == "pending"
    job.phase, job.outcome, job.step = Phase.FAILED, Outcome.FAILED, None
    db.session.commit()
    ctx.extensions.pop(KEY)
    assert figures().status(supplier.id, active=True) == "error"
    again = lifecycle.open_job(supplier, trigger="upload", task_id=f"upload-{uuid4()}", step=Step.APPLY)
    again.phase, again.outcome, again.step = Phase.COMPLETE, Outcome.SUCCESS, None
    db.session.add(SupplierItem(supplier_id=supplier.id, supplier_sku="A", name="Hammer", current_price=1))
    db.session.commit()
    ctx.extensions.pop(KEY)
    assert figures().status(supplier.id, active=True) == "success"

"""What the database does to a connection that stood still."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.jobs import lifecycle
from app.models.phase import Step
from app.models.supplier import Supplier


def test_a_transaction_that_was_ended_as_idle_is_a_connection_that_was_lost(ctx: Flask) -> None:
    stand_still()
    with pytest.raises(OperationalError):
        db.session.scalar(select(1))
    db.session.rollback()
    assert db.session.scalar(select(1)) == 1


def test_a_worker_that_stood_still_in_a_step_goes_on_with_the_job(
    make_app: Callable[..., Flask],
) -> None:
    """A machine that was suspended for a minute: the file is not to blame, and the job does not fail as a bug."""
    with make_app().app_context():
        supplier = Supplier(name="Frozen", source_type="csv", meta={})
        db.session.add(supplier)
        db.session.commit()
        job = lifecycle.open_job(supplier, trigger="manual", task_id="frozen", step=Step.DELIVER)
        with lifecycle.working(job.id, Step.DELIVER):
            stand_still()
            db.session.scalar(select(1))
        waits = lifecycle.get(job.id)
        assert (waits.is_active, waits.step, waits.waiting_for) == (
            True,
            Step.DELIVER,
            "The database was away for a moment.",
        )


def stand_still() -> None:
    """Until the database has ended the transaction."""
    db.session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 50"))
    pid = db.session.scalar(text("SELECT pg_backend_pid()"))
    with db.engine.connect() as other:
        while other.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid"), {"pid": pid}):
            other.rollback()

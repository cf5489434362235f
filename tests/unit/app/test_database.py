"""What the database does to a connection, and what is asked of it in one round trip."""

from __future__ import annotations

import json
from collections.abc import Callable
from unittest.mock import Mock

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, select, text
from sqlalchemy.exc import DataError, OperationalError

from app import database
from app.extensions import db
from app.jobs import lifecycle
from app.models.phase import Step
from app.models.supplier import Supplier
from app.models.sync import AppSetting


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


def test_a_connection_that_the_server_ended_is_replaced_before_it_is_used(ctx: Flask) -> None:
    pid = db.session.scalar(text("SELECT pg_backend_pid()"))
    db.session.commit()
    with create_engine(db.engine.url, poolclass=NullPool).connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})
    assert db.session.scalar(text("SELECT pg_backend_pid()")) != pid


def test_a_pooled_connection_is_asked_whether_it_lives_only_where_that_is_in_doubt(
    ctx: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Mock(wraps=db.engine.dialect.do_ping)
    monkeypatch.setattr(db.engine.dialect, "do_ping", asked)
    for _ in range(3):
        db.session.scalar(select(1))
        db.session.commit()
    assert asked.call_count == 0
    monkeypatch.setattr(database, "LAIN", 0.0)
    db.session.scalar(select(1))
    assert asked.call_count == 1


def test_statements_of_one_round_trip_are_all_done_or_none(ctx: Flask) -> None:
    kept = "INSERT INTO app_settings (key, value) VALUES (%(key)s, '{}')"
    with pytest.raises(DataError):
        database.at_once(db.engine, kept, "SELECT 1 / %(zero)s", facts={"key": "half", "zero": 0})
    assert db.session.get(AppSetting, "half") is None
    db.session.rollback()
    assert database.at_once(db.engine, kept, "SELECT count(*) FROM app_settings", facts={"key": "whole"}) == (1,)
    db.session.add(AppSetting(key="undone", value={}))  # the connection is the pool's again, with transactions
    db.session.flush()
    db.session.rollback()
    assert db.session.get(AppSetting, "undone") is None


def test_a_connection_that_was_lost_within_a_round_trip_is_told_as_such_and_replaced(ctx: Flask) -> None:
    with pytest.raises(OperationalError) as told:
        database.at_once(db.engine, "SELECT pg_terminate_backend(pg_backend_pid())", facts={})
    assert told.value.connection_invalidated
    assert database.at_once(db.engine, "SELECT 1", facts={}) == (1,)


def stand_still() -> None:
    """Until the database has ended the transaction."""
    db.session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 50"))
    pid = db.session.scalar(text("SELECT pg_backend_pid()"))
    with db.engine.connect() as other:
        while other.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid"), {"pid": pid}):
            other.rollback()


@pytest.mark.parametrize(
    "written",
    [
        "123456789012345678901234567890",
        "-0.0",
        "1e400",
        "1.10",
        '{"a": {"b": [1, null, "\\u00e9"]}}',
        '{"a": 1, "a": 2}',
        "[" * 500 + "]" * 500,
    ],
)
def test_json_of_a_column_is_what_the_standard_library_reads(written: str) -> None:
    assert repr(database.json_of(written.encode())) == repr(json.loads(written))

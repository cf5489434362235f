"""The application's clock and the database's may differ: nothing waits for the difference."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

import app as courier
from app.analysis import follow
from app.courier import upload
from app.extensions import db
from app.jobs import lifecycle, steps
from app.models.job import Job
from app.models.phase import Outcome, Step
from app.models.supplier import Supplier
from app.tasks import STEPS
from tests.servers.analysis import AnalysisServer, price_list

#: seconds; a job of three rows takes one or two
PATIENCE = 30.0


@pytest.fixture(params=[-90, 90])
def shifted(request: pytest.FixtureRequest, database_url: str) -> Iterator[int]:
    """A schema before PostgreSQL's own, whose clock differs by so many seconds from the application's."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA shifted"))
        for name, kind in (("now", "STABLE"), ("clock_timestamp", "VOLATILE")):
            body = f"SELECT pg_catalog.{name}() + interval '{request.param} seconds'"
            head = f"CREATE FUNCTION shifted.{name}() RETURNS timestamptz LANGUAGE sql {kind}"
            connection.execute(text(f"{head} AS $$ {body} $$"))
    yield request.param
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA shifted CASCADE"))
    engine.dispose()


def test_a_job_goes_through_at_once_whatever_the_database_says_the_time_is(
    shifted: int, make_app: Callable[..., Flask], analysis: AnalysisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "search_path=shifted,pg_catalog,public"
    monkeypatch.setattr(courier, "PATIENCE", (*courier.PATIENCE, path))
    with make_app(ml_analyze_url=analysis.url).app_context():
        apart = db.session.scalar(text("SELECT extract(epoch FROM now() - pg_catalog.now())::int"))
        assert apart == shifted, "the clocks differ, or this shows nothing"
        supplier = Supplier(name="Acme", source_type="csv", meta={})
        db.session.add(supplier)
        db.session.commit()
        job = upload.receive_file(supplier, BytesIO(price_list(3)), "a.csv", actor="anna")
        ended = _followed(job)
        assert ended.outcome == Outcome.SUCCESS, (ended.phase, ended.step, ended.waiting_for)


def _followed(job: Job) -> Job:
    """As workers and clock do: only what the database says is due is done."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        steps.start_due()
        follow.sweep()
        now = lifecycle.get(job.id)
        if not now.is_active:
            return now
        if now.step in (Step.DELIVER, Step.SUBMIT, Step.APPLY) and now.hinted_at is not None:
            STEPS[Step(now.step)](job.id)
        time.sleep(0.1)
    return lifecycle.get(job.id)

"""Keyset paging, counts and reasons over jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.errors import Invalid
from app.extensions import db
from app.jobs import progress, queries
from app.jobs.job_filter import JobFilter
from app.models.phase import Outcome, Phase, Step
from app.models.supplier import Supplier
from tests.fixtures.job_rows import put

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def within(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def test_pages_go_on_where_they_ended_in_both_directions_even_among_equal_times() -> None:
    for _ in range(7):
        put(created_at=NOW)
    everyone = queries.page(JobFilter(), limit=10)
    assert (everyone.older, everyone.newer) == ("", "")
    first = queries.page(JobFilter(), limit=3)
    second = queries.page(JobFilter(), cursor=first.older, limit=3)
    third = queries.page(JobFilter(), cursor=second.older, limit=3)
    assert [*first.jobs, *second.jobs, *third.jobs] == list(everyone.jobs)
    assert third.older == ""
    back = queries.page(JobFilter(), cursor=third.newer, limit=3)
    assert list(back.jobs) == list(second.jobs)
    assert queries.page(JobFilter(), cursor=back.newer, limit=3).newer == ""


@pytest.mark.parametrize("cursor", ["<x", "<1.x", "<99999999999999999999999.00000000-0000-0000-0000-000000000000"])
def test_a_broken_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        queries.page(JobFilter(), cursor=cursor)


def test_counting_stops_where_nobody_reads_on() -> None:
    for _ in range(5):
        put()
    assert queries.count(JobFilter()) == 5
    assert queries.count(JobFilter(), at_most=3) == 4


def test_what_runs_comes_before_what_ended() -> None:
    running = put(phase=Phase.DOWNLOADING, outcome=None, created_at=NOW - timedelta(days=1))
    ended = put()
    assert list(queries.latest()) == [running, ended]
    assert queries.active_by_phase() == {Phase.DOWNLOADING: 1, Phase.ANALYZING: 0, Phase.MATCHING: 0}
    assert queries.outcomes_since(NOW - timedelta(hours=1)) == {Outcome.SUCCESS: 1}


def test_reasons_to_wait_are_told_once_with_their_number() -> None:
    due = NOW + timedelta(hours=3)  # this module was read long before its tests run
    for _ in range(2):
        put(phase=Phase.ANALYZING, outcome=None, waiting_for="ML service unavailable.", due_at=due)
    assert queries.waiting_reasons() == [("ML service unavailable.", 2, due)]
    put(phase=Phase.DOWNLOADING, outcome=None, step=Step.DELIVER, due_at=NOW - timedelta(minutes=2))
    assert queries.overdue(timedelta(minutes=1)) == (1, NOW - timedelta(minutes=2))


def test_the_newest_job_of_each_supplier() -> None:
    suppliers = [Supplier(name=name, source_type="csv") for name in ("A", "B")]
    db.session.add_all(suppliers)
    db.session.commit()
    for supplier in suppliers:
        put(supplier_id=supplier.id, created_at=NOW - timedelta(days=1))
    newest = put(supplier_id=suppliers[0].id)
    latest = queries.latest_of_suppliers([each.id for each in suppliers])
    assert latest[suppliers[0].id] == newest
    assert len(latest) == 2


def test_a_job_that_was_never_taken_says_what_it_waits_for() -> None:
    job = put(phase=Phase.DOWNLOADING, outcome=None, step=Step.DELIVER, due_at=NOW - timedelta(seconds=1))
    seen = progress.picture(job)
    assert (seen.state, seen.waits, seen.percent, seen.elapsed) == ("downloading", "queue", None, None)
    ended = progress.picture(put(outcome=Outcome.WARNINGS))
    assert (ended.state, ended.percent) == ("warnings", 100)

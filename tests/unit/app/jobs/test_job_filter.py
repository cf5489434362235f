"""app.jobs.job_filter: words, times, suppliers, selections and what was typed, as the list is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.errors import Invalid
from app.extensions import db
from app.jobs import queries
from app.jobs.job_filter import JobFilter
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.models.supplier import Supplier
from tests.fixtures.job_rows import put

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def within(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def found(**args: str) -> list[Job]:
    return list(queries.page(JobFilter.from_args(args)).jobs)


def test_a_state_is_phase_and_outcome_in_one_word() -> None:
    running = put(phase=Phase.ANALYZING, outcome=None, waiting_for="ML service unavailable.")
    failed = put(phase=Phase.FAILED, outcome=Outcome.FAILED, error_code="EMPTY_FILE")
    held = put(outcome=Outcome.HELD)
    assert found(state="active") == found(state="waiting") == [running]
    assert found(state="failed") == found(cause="EMPTY_FILE") == [failed]
    assert found(state="held") == [held]
    assert found(state="complete") == []


def test_a_search_takes_its_signs_as_they_stand() -> None:
    odd = put(original_filename="100%_off.csv")
    put(original_filename="1000 off.csv")
    assert found(q="100%_") == [odd]
    assert found(q=str(odd.id)) == [odd]
    assert found(q="\\") == []


def test_a_filter_of_time_and_supplier() -> None:
    supplier = Supplier(name="S", source_type="csv")
    db.session.add(supplier)
    db.session.commit()
    old = put(created_at=NOW - timedelta(days=3), supplier_id=supplier.id)
    put()
    assert found(supplier=str(supplier.id)) == [old]
    assert old not in found(span="24h")
    assert found(until=(NOW - timedelta(days=1)).isoformat()) == [old]


@pytest.mark.parametrize("args", [{"state": "x"}, {"span": "x"}, {"supplier": "x"}, {"since": "x"}])
def test_an_unknown_word_is_refused(args: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        JobFilter.from_args(args)


def test_a_filter_survives_its_way_through_a_link() -> None:
    which = JobFilter.from_args({"state": "failed", "q": "a b", "since": "2026-01-31", "cause": "EMPTY_FILE"})
    assert JobFilter.from_args(which.as_args()) == which
    assert JobFilter().is_empty

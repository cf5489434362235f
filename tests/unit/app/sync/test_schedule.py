"""Slots of the clock: where they lie, that each runs once, and that the time shown is the time run."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.extensions import db
from app.models.sync import ScheduleSlot, SyncRun
from app.sync import run, schedule


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "now", "last", "following"),
    [
        (8, "2026-03-04T07:59:59", "2026-03-04T00:00", "2026-03-04T08:00"),
        (8, "2026-03-04T08:00:00", "2026-03-04T08:00", "2026-03-04T16:00"),
        (8, "2026-03-04T23:30:00", "2026-03-04T16:00", "2026-03-05T00:00"),
        (5, "2026-03-04T21:10:00", "2026-03-04T20:00", "2026-03-05T00:00"),
        (1, "2026-03-04T21:10:00", "2026-03-04T21:00", "2026-03-04T22:00"),
        (24, "2026-03-04T21:10:00", "2026-03-04T00:00", "2026-03-05T00:00"),
        (7, "2026-12-31T22:00:00", "2026-12-31T21:00", "2027-01-01T00:00"),
        (168, "2026-03-04T21:10:00", "2026-03-02T00:00", "2026-03-09T00:00"),
        (48, "2026-03-04T21:10:00", "2026-03-04T00:00", "2026-03-06T00:00"),
    ],
)
def test_slots_lie_at_hours_divisible_by_the_interval_counted_from_midnight(
    hours: int, now: str, last: str, following: str
) -> None:
    assert schedule.last_slot(at(now), hours) == at(last)
    assert schedule.next_slot(at(now), hours) == at(following)


@pytest.mark.parametrize("hours", [1, 5, 8, 24, 25, 36, 168])
def test_the_next_slot_is_the_last_one_once_its_time_has_come(hours: int) -> None:
    now = at("2026-03-04T21:10:00")
    for _ in range(20):
        following = schedule.next_slot(now, hours)
        assert following > now and schedule.last_slot(following, hours) == following
        assert schedule.last_slot(following - timedelta(seconds=1), hours) <= now
        now = following


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    zone = datetime.fromisoformat("2026-03-04T10:30:00+05:00")
    assert schedule.next_slot(zone, 8) == at("2026-03-04T08:00")


def finish() -> None:
    db.session.execute(update(SyncRun).values(completed_at=func.now(), state="complete"))
    db.session.commit()


def test_a_fresh_installation_waits_for_its_first_slot(ctx: Flask) -> None:
    assert run.run_due_slot(at("2026-03-04T10:00")) is None
    assert schedule.next_run(at("2026-03-04T10:00")) == at("2026-03-04T16:00")
    begun = run.run_due_slot(at("2026-03-04T16:00:01"))
    assert begun is not None and begun.triggered_by == "scheduled"
    assert begun.task_id == f"sync-scheduled-{int(at('2026-03-04T16:00').timestamp())}"


def test_missed_slots_do_not_pile_up(ctx: Flask) -> None:
    run.run_due_slot(at("2026-03-04T10:00"))
    first = run.run_due_slot(at("2026-03-06T17:00"))
    finish()
    assert first is not None and run.run_due_slot(at("2026-03-06T17:00:01")) is None
    assert [slot.slot_at for slot in db.session.scalars(select(ScheduleSlot).order_by(ScheduleSlot.slot_at))] == [
        at("2026-03-04T08:00"),
        at("2026-03-06T16:00"),
    ]


def test_a_slot_waits_for_the_running_sync_and_is_then_run_and_shown_so(ctx: Flask) -> None:
    run.run_due_slot(at("2026-03-04T10:00"))
    run.request_sync("somebody")
    assert run.run_due_slot(at("2026-03-04T16:00")) is None
    assert schedule.next_run(at("2026-03-04T16:05")) == at("2026-03-04T16:00")
    finish()
    assert run.run_due_slot(at("2026-03-04T16:10")) is not None
    assert schedule.next_run(at("2026-03-04T16:10")) == at("2026-03-05T00:00")


def test_a_shorter_interval_does_not_run_a_slot_of_the_past(make_app: Callable[..., Flask]) -> None:
    with make_app(sync_interval_hours=8).app_context():
        run.run_due_slot(at("2026-03-04T07:00"))
        assert run.run_due_slot(at("2026-03-04T08:00")) is not None
        finish()
    with make_app(sync_interval_hours=6).app_context():
        assert run.run_due_slot(at("2026-03-04T10:00")) is None
        assert run.run_due_slot(at("2026-03-04T12:00")) is not None


def test_many_schedulers_at_once_run_a_slot_once(make_app: Callable[..., Flask]) -> None:
    app = make_app()

    def scheduler(_: int) -> bool:
        with app.app_context():
            return run.run_due_slot(at("2026-03-04T16:00")) is not None

    with app.app_context():
        run.run_due_slot(at("2026-03-04T10:00"))
    with ThreadPoolExecutor(8) as schedulers:
        begun = list(schedulers.map(scheduler, range(16)))
    with app.app_context():
        assert sum(begun) == 1
        assert db.session.scalar(select(func.count()).select_from(SyncRun)) == 1

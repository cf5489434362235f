"""What is promised within a time comes round within it."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text

from app import clock, errands, upkeep, vitals
from app.extensions import db
from app.jobs import board
from app.sync import run as sync_run

EVERY = {entry.verb: entry for entry in clock.PERIODIC}


def test_nothing_that_was_left_by_a_death_stays_for_more_than_a_minute() -> None:
    assert EVERY[upkeep.adopt_orphans].seconds + upkeep.ORPHAN_AGE.total_seconds() <= 60
    assert EVERY[errands.tell_lost].seconds + max(errands.SILENT_SECONDS, errands.UNBEGUN_SECONDS) <= 60
    assert EVERY[upkeep.recount].seconds <= 60, "the ledger is what lies there"
    assert max(vitals.WORKER_SILENT, vitals.SCHEDULER_SILENT) <= 60


def test_a_record_in_redis_is_at_most_five_seconds_behind_its_row() -> None:
    assert EVERY[board.catch_up].seconds <= 5


def test_workers_are_told_of_due_work_whatever_else_the_clock_waits_for() -> None:
    lane = EVERY[upkeep.reap].lane
    assert [entry.verb for entry in clock.PERIODIC if entry.lane == lane] == [upkeep.reap]
    assert EVERY[sync_run.advance].lane != lane


def test_nobody_waits_longer_than_ten_seconds_for_a_lock_and_who_stops_loses_his(ctx: Flask) -> None:
    assert db.session.scalar(text("SHOW lock_timeout")) == "10s"
    assert db.session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "1min"

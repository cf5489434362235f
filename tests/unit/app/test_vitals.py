"""Who is alive, as the screen says it."""

from __future__ import annotations

import time

import pytest
from flask import Flask

from app import clock, vitals
from app.extensions import redis


def test_a_worker_that_fell_silent_is_no_longer_counted(ctx: Flask) -> None:
    redis().sadd(vitals.WORKERS, "host:1", "host:2")
    redis().set("worker:beat:host:1", "1")
    redis().set("worker:beat:host:2", "1")
    assert vitals.vitals().workers == 2
    redis().delete("worker:beat:host:2")  # ten seconds without a word
    assert vitals.vitals().workers == 1
    assert redis().smembers(vitals.WORKERS) == {"host:1"}


def test_a_scheduler_that_fell_silent_is_missed_within_seconds_whatever_clocks_say(
    ctx: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.beat(ctx)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert vitals.vitals().scheduler_alive
    redis().expire(vitals.BEAT, vitals.BEAT_TTL - int(vitals.SCHEDULER_SILENT))
    assert not vitals.vitals().scheduler_alive


def test_a_worker_says_that_it_lives_for_ten_seconds_at_a_time(ctx: Flask) -> None:
    vitals.say_alive("host:1")
    assert vitals.vitals().workers == 1
    assert 0 < redis().ttl("worker:beat:host:1") <= vitals.WORKER_SILENT  # type: ignore[operator]  # a number here

"""Who is silent for too long is told by one clock, whatever time a machine believes it is."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from redis import Redis

from ml_analyze.redis_time import ClockOf
from ml_analyze.runs import Runs


def test_machines_whose_clocks_differ_agree_on_the_time(redis_url: str) -> None:
    right = ClockOf(Redis.from_url(redis_url))()
    with time_machine.travel(timedelta(minutes=10)):
        ahead = ClockOf(Redis.from_url(redis_url))()
    assert abs(ahead - right) < 60


def test_a_worker_of_a_machine_whose_clock_is_ahead_counts_as_any_other(redis_url: str) -> None:
    def runs() -> Runs:
        return Runs(Redis.from_url(redis_url), queue_name="ml-analyze", job_seconds=60, lost_seconds=15)

    with time_machine.travel(timedelta(minutes=-10)):
        runs().worker_alive("behind")
    assert runs().workers_alive() == 1

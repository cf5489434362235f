"""A worker of hints: each costs a few commands, leaves nothing behind, and may be lost without a trace for ever."""

from __future__ import annotations

import signal
from typing import Any, cast

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from handoff.declared import Tasks, Worker, worker_of
from handoff.hints import FORGOTTEN_AFTER
from tests.fixtures.traces import work_off

TASKS = Tasks()
seen: list[Any] = []


@TASKS.declare
def look(lane: str) -> None:
    """What Redis says of the entry and its worker while it runs."""
    connection = seen[0]
    (entry,) = connection.keys("rq:job:*")
    (worker,) = connection.smembers(f"rq:workers:{lane}")
    seen.append((connection.ttl(entry), connection.hget(worker, "state"), connection.ttl(worker)))


@TASKS.declare
def forget_everything() -> None:
    seen[0].flushall()


@TASKS.declare
def note(word: str) -> None:
    seen.append(word)


@TASKS.declare
def break_down() -> None:
    raise ValueError("of the work itself")


@pytest.fixture
def queue(redis_url: str) -> Queue:
    connection = Redis.from_url(redis_url)
    seen[:] = [connection]
    return Queue("hints", connection=connection, serializer=JSONSerializer)


def put(queue: Queue, task: str, *args: str) -> None:
    queue.enqueue(f"{__name__}.{task}", *args, result_ttl=0, job_timeout=30, failure_ttl=60)


def work(queue: Queue) -> None:
    work_off(worker_of(queue, TASKS, Worker))


def commands(queue: Queue) -> int:
    return cast(int, queue.connection.info("stats")["total_commands_processed"])


def test_a_hint_costs_a_few_commands(queue: Queue) -> None:
    work(queue)  # what a worker says of itself at its begin
    costs = []
    for number in (0, 20):
        for _ in range(number):
            put(queue, "note", "done")
        before = commands(queue)
        work(queue)
        costs.append(commands(queue) - before)
    assert seen[1:] == ["done"] * 20
    assert (costs[1] - costs[0]) / 20 <= 10


def test_nothing_of_it_is_left_in_redis(queue: Queue) -> None:
    put(queue, "note", "done")
    work(queue)
    assert not queue.connection.keys("rq:job:*") and not queue.connection.keys("*hints*")


def test_while_it_runs_its_worker_is_busy_and_should_that_die_both_are_forgotten(queue: Queue) -> None:
    put(queue, "look", queue.name)
    work(queue)
    ((entry_left, state, worker_left),) = seen[1:]
    assert 0 < entry_left <= FORGOTTEN_AFTER
    assert state == b"busy" and 30 <= worker_left <= 90


def test_a_redis_that_loses_everything_meanwhile_costs_neither_worker_nor_the_next_hint(queue: Queue) -> None:
    put(queue, "forget_everything")
    worker = worker_of(queue, TASKS, Worker)
    work_off(worker)
    put(queue, "note", "after it")
    work_off(worker)
    assert seen[1:] == ["after it"]


def test_a_worker_rests_when_nothing_came_and_not_between_two_hints(queue: Queue) -> None:
    class Resting(Worker):
        dequeue_timeout = 1

        def rest(self) -> None:
            seen.append("rest")
            self._stop_requested = True

    for _ in range(2):
        put(queue, "note", "done")
    worker = worker_of(queue, TASKS, Resting)
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    worker.work(logging_level="CRITICAL")
    for number, handler in kept.items():
        signal.signal(number, handler)
    assert seen[1:] == ["done", "done", "rest"]


def test_one_that_fails_is_kept_among_the_failed_ones_for_its_time(queue: Queue) -> None:
    put(queue, "break_down")
    put(queue, "note", "after it")
    work(queue)
    (failed,) = queue.failed_job_registry.get_job_ids()
    assert 0 < queue.connection.ttl(f"rq:job:{failed}") <= 60
    assert seen[1:] == ["after it"] and not queue.started_job_registry.get_job_ids()

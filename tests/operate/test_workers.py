"""A container's workers: several of them, and silent servers never hold the last one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from flask import Flask
from rq import Worker

from app.extensions import db, fetches, queue
from app.jobs import lifecycle, steps
from app.models.job import Job
from app.models.phase import Step
from app.models.supplier import Supplier
from embedded.environment import PROJECT, environment
from tests.fixtures.servers import SECRET
from tests.servers.files import FileServer, Served
from worker import FETCHING, SPARE, kinds


@pytest.fixture
def container(ctx: Flask, database_url: str, redis_url: str, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`python worker.py` with two workers, as docker-compose.yml starts it."""
    variables = environment(
        database_url=database_url,
        redis_url=redis_url,
        shared=tmp_path / "shared",
        secret_key=SECRET,
        ml_analyze_url="http://127.0.0.1:9",
    )
    variables |= {"MAX_WORKERS": "2", "FETCH_ALLOWED_HOSTS": "127.0.0.1", "FETCH_READ_TIMEOUT_SECONDS": "20"}
    running = subprocess.Popen([sys.executable, "worker.py"], cwd=PROJECT, env=variables, start_new_session=True)
    yield running
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


@pytest.fixture
def silent() -> Iterator[FileServer]:
    with FileServer() as server:
        yield server


def wait_for(what: Callable[[], bool], said: str, *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"{said} did not come within {seconds:.0f} s"
        time.sleep(0.1)


def opened(step: Step, *, url: str | None = None, number: int = 0) -> Job:
    supplier = Supplier(name=f"S{number}-{step}", source_type="csv", meta={"source_url": url} if url else {})
    db.session.add(supplier)
    db.session.commit()
    return lifecycle.open_job(supplier, trigger="manual", task_id=f"t-{number}-{step}", step=step, source_url=url)


def test_one_worker_of_several_is_kept_free_of_fetches() -> None:
    assert kinds(1) == [FETCHING]
    assert kinds(2) == [FETCHING, SPARE]
    assert kinds(5) == [FETCHING] * 4 + [SPARE]


def test_fetches_have_a_lane_of_their_own_also_when_they_are_told_again(ctx: Flask) -> None:
    opened(Step.DELIVER, url="http://127.0.0.1:9/a.csv")
    opened(Step.APPLY)
    assert (queue().count, fetches().count) == (1, 1)
    for lane in (queue(), fetches()):
        lane.empty()
    steps.forget_hints()
    assert steps.start_due() == 2
    assert (queue().count, fetches().count) == (1, 1)


def test_a_lane_full_of_fetches_keeps_nothing_else_back(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "QUEUE_ENOUGH", 1)
    opened(Step.DELIVER, url="http://127.0.0.1:9/a.csv", number=1)
    opened(Step.DELIVER, url="http://127.0.0.1:9/b.csv", number=2)
    opened(Step.APPLY)
    assert (queue().count, fetches().count) == (1, 1)
    queue().empty()
    steps.forget_hints()
    assert steps.start_due() == 1
    assert (queue().count, fetches().count) == (1, 1)


def test_a_worker_that_dies_comes_again_and_all_end_with_the_container(
    ctx: Flask, container: subprocess.Popen[bytes]
) -> None:
    def workers() -> set[int]:
        return {int(each.pid) for each in Worker.all(queue=queue()) if each.pid and psutil.pid_exists(int(each.pid))}

    wait_for(lambda: len(workers()) == 2, "two workers")
    one = min(workers())
    os.kill(one, signal.SIGKILL)
    wait_for(lambda: len(workers() - {one}) == 2, "another one in its place")
    container.send_signal(signal.SIGTERM)
    assert container.wait(30) == 0
    assert not workers()


def test_silent_servers_never_hold_the_last_free_worker(
    ctx: Flask, silent: FileServer, container: subprocess.Popen[bytes]
) -> None:
    """Two sources fall silent; a file that is on the volume already is worked on at once."""
    for number in range(2):
        url = silent.put(f"{number}.csv", Served(b"sku;name;price\n", drip=60, drip_bytes=4))
        opened(Step.DELIVER, url=url, number=number)
    wait_for(lambda: bool(silent.asked), "the first fetch")
    job = opened(Step.LEGACY)
    wait_for(lambda: not lifecycle.get(job.id).is_active, "a step that needs no server")

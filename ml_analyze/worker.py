"""DOOR of the machine: ``python -m ml_analyze.worker`` starts ML_WORKERS workers and restarts what exits.

The modules of extraction and matching are loaded once, before the workers are forked, so that neither a worker
nor an analysis waits for them and all share their memory.
"""

from __future__ import annotations

import gc
import os
import random
import signal
import socket
import sys
import time
from types import FrameType
from uuid import uuid4

import redis
import structlog

from handoff import declared, logs, tracing
from handoff.confined import die_with_parent
from handoff.environment import settings_from_environment
from handoff.errors import VolumeError
from ml_analyze import __version__, learner, tasks
from ml_analyze.service import kitchen_of, runs_of
from ml_analyze.settings import Settings
from ml_analyze.tasks import Workplace
from ml_analyze.warmup import warm_up

IDLE_SECONDS = 3
TIDY_SECONDS = 60.0
RESTART_SECONDS = 1.0
#: the member of the crew that learns from decisions beside the work
LEARNER = -1

log = structlog.get_logger()


class Worker(declared.Worker):
    """Takes entries off the queue; the task forks a child for each, so this process stays small and safe."""

    workplace: Workplace
    max_connection_wait_time = 5.0
    _swept = _tidied = float("-inf")

    @property
    def dequeue_timeout(self) -> int:
        return IDLE_SECONDS

    @property
    def should_run_maintenance_tasks(self) -> bool:
        return time.monotonic() - self._swept > IDLE_SECONDS

    def run_maintenance_tasks(self) -> None:
        """Our own sweep each time; the queue's registries, which nothing waits for, once a minute."""
        self.workplace.runs.worker_alive(self.workplace.name)
        self.workplace.runs.sweep()
        if time.monotonic() - self._tidied > TIDY_SECONDS:
            self._tidied = time.monotonic()
            super().run_maintenance_tasks()  # type: ignore[no-untyped-call]
        self._swept = time.monotonic()

    def rest(self) -> None:
        """Nothing came for a while: no memory is held for a child that has nothing to do."""
        self.workplace.children.rest()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """End when idle; give a running analysis a few seconds, then put it back."""
        self.workplace.leaving = time.monotonic()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def work(settings: Settings, number: int) -> int:
    """One worker, until it is asked to stop (0) or something it needs is gone (1)."""
    random.seed()
    name = f"ml-analyze-{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:6]}"
    runs = runs_of(settings)
    workplace = Workplace(settings, runs, kitchen_of(settings), name)
    tasks.work_at(workplace)
    worker = declared.worker_of(runs.queue, tasks.TASKS, Worker, name=name)
    worker.workplace = workplace
    worker.log_result_lifespan = False
    tracing.configure(settings.otel_exporter_otlp_endpoint, service="ml-analyze", version=__version__)
    log.info("worker_started", worker=name, number=number)
    try:
        worker.work(logging_level=None)
        tracing.flush()
        runs.worker_gone(name)
    except redis.RedisError as error:
        log.error("worker_without_redis", error=str(error))
    return 0 if workplace.leaving else 1


class Crew:
    """Keeps ``size`` workers alive; ends when asked to, and takes all of them with it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._members: dict[int, int] = {}
        self._leaving = False

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self._leave)
        signal.signal(signal.SIGINT, self._leave)
        for number in range(self._settings.ml_workers):
            self._start(number)
        self._start(LEARNER)
        while self._members:
            member, status = os.wait()
            number = self._members.pop(member)
            if self._leaving:
                continue
            log.warning("worker_ended", number=number, code=os.waitstatus_to_exitcode(status))
            time.sleep(RESTART_SECONDS)
            if not self._leaving:
                self._start(number)

    def _start(self, number: int) -> None:
        parent = os.getpid()
        member = os.fork()
        if member == 0:
            code = 1
            try:
                die_with_parent(parent)
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                code = learner.work(self._settings.ml_cache_dir) if number == LEARNER else work(self._settings, number)
            finally:
                os._exit(code)
        self._members[member] = number
        if self._leaving:
            os.kill(member, signal.SIGTERM)

    def _leave(self, _signum: int, _frame: FrameType | None) -> None:
        self._leaving = True
        for member in list(self._members):
            os.kill(member, signal.SIGTERM)


def main() -> int:
    settings = settings_from_environment(Settings)
    logs.configure(settings.log_level, settings.log_format)
    try:
        kitchen_of(settings)
    except VolumeError as error:
        sys.stderr.write(f"ml-analyze cannot start: {error}\n")
        return 2
    warm_up()
    gc.collect()
    gc.freeze()  # what is loaded now stays: collecting it in a child would copy pages for nothing
    Crew(settings).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Start RQ workers on the queues that Settings names; no job code.

python worker.py            MAX_WORKERS of them, each started again when it ends
python worker.py fetching   one that takes every step
python worker.py spare      one that never waits for a supplier's server
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time
from multiprocessing.process import BaseProcess

from app.extensions import fetches, queue
from app.settings import Settings
from app.tasks import TASKS, courier
from app.vitals import beat_as_worker
from handoff import tracing
from handoff.declared import Worker, worker_of
from handoff.environment import settings_from_environment

FETCHING, SPARE = "fetching", "spare"
#: seconds before a worker that ended is started again
PAUSE = 1.0
#: children by fork share what was imported; nothing is connected before
children = multiprocessing.get_context("fork")


def work(kind: str) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # not the parent's; RQ sets its own
    app = courier()
    beat_as_worker(app)
    with app.app_context():
        # In-process: a step waits for networks and the database, a fork a step would cost more than the step.
        # Steps are safe to lose at any moment, so a worker that dies is simply started again.
        then = [fetches()] if kind == FETCHING else []
        worker_of(queue(), TASKS, Worker, ttl=90, then=then).work(logging_level="WARNING")
        tracing.flush()


def kinds(number: int) -> list[str]:
    """The last one is kept free of fetches, so that silent servers hold up nobody's analysis. One alone does all."""
    return [FETCHING] * max(1, number - 1) + [SPARE] * (number > 1)


def run(number: int) -> None:
    """Until a signal comes: it is passed on, and the workers end after the step at hand."""
    running = [(kind, _start(kind)) for kind in kinds(number)]
    ending: list[int] = []
    for number_of_signal in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number_of_signal, lambda received, _frame: ending.append(received))
    while not ending:
        time.sleep(PAUSE)
        running = [(kind, child if child.is_alive() else _start(kind)) for kind, child in running]
    for _, child in running:
        child.terminate()
    for _, child in running:
        child.join()


def _start(kind: str) -> BaseProcess:
    child = children.Process(target=work, args=(kind,), name=f"worker-{kind}", daemon=True)
    child.start()
    return child


if __name__ == "__main__":
    if len(sys.argv) > 1:
        work(sys.argv[1])
    else:
        run(settings_from_environment(Settings).max_workers)

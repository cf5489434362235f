"""DOOR of the queue: an id in, nothing out. Watches the child that does the work and writes what it says.

One room: a door, and the watch over the child behind it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import redis
import structlog

from handoff import tracing
from handoff.confined import Bounds, Cause, Ending, Send
from handoff.declared import Tasks
from handoff.errors import NotOnVolume, VolumeError
from ml_analyze import metrics, pipeline
from ml_analyze.extraction import Unreadable
from ml_analyze.matching import CatalogUnreadable
from ml_analyze.order import Failed, Failure, Message, Order, Outcome, Progress
from ml_analyze.pipeline import Kitchen
from ml_analyze.runs import Claim, LostClaim, Runs
from ml_analyze.settings import Settings
from ml_analyze.side_by_side import HelperEnded
from ml_analyze.warm import Children

REPORT_SECONDS = 0.5
BEAT_SECONDS = 2.0
GOODBYE_SECONDS = 3.0
REDIS_PATIENCE_SECONDS = 60.0

log = structlog.get_logger()

TASKS = Tasks()


@dataclass
class Workplace:
    """What a worker process keeps between analyses. ``leaving`` tells when it was asked to stop (monotonic)."""

    settings: Settings
    runs: Runs
    kitchen: Kitchen
    name: str
    leaving: float | None = None
    children: Children = field(init=False)

    def __post_init__(self) -> None:
        self.children = Children(replace(self.kitchen, volume=self.kitchen.volume.here), _as_child)

    @property
    def bounds(self) -> Bounds:
        return Bounds(seconds=self.settings.job_timeout, memory_bytes=self.settings.memory_bytes)


_here: list[Workplace] = []


def work_at(workplace: Workplace) -> None:
    """Say once, before the first task, where this process works."""
    _here[:] = [workplace]


@TASKS.declare
def analyze(analysis_id: UUID) -> None:
    """One queue entry. Entries are hints: what the record does not give us, we leave alone."""
    workplace = _here[0]
    claim = workplace.runs.claim(analysis_id, worker=workplace.name)
    if claim is None:
        log.info("analysis_left_alone", analysis_id=str(analysis_id))
        return
    order = claim.order
    ids = {"analysis_id": str(analysis_id), "job_id": str(order.courier_job_id), "request_id": order.request_id}
    spanned = tracing.span("analysis", parent=order.traceparent, about=ids)
    with structlog.contextvars.bound_contextvars(**ids), spanned:
        try:
            Watch(workplace, claim).run()
        except LostClaim:
            log.warning("analysis_lost_to_another_worker")


class Watch:
    """Follows one child: keeps the record alive, passes progress on, settles it at the end."""

    def __init__(self, workplace: Workplace, claim: Claim) -> None:
        self._workplace, self._claim = workplace, claim
        self._progress = Progress()
        self._news = False
        self._written = time.monotonic()
        self._ended: Outcome | Failure | None = None

    def run(self) -> None:
        order = self._claim.order
        try:
            with self._alive():
                self._bring(order)
        except VolumeError as error:
            told = Failure(code=error.code, message=str(error))
            self._settle(told, Ending(Cause.DONE, peak_memory=0, seconds=0.0))
            return
        ending = self._workplace.children.run(
            order,
            self._claim.analysis_id,
            bounds=self._workplace.bounds,
            on_message=self._hear,
            go_on=self._go_on,
        )
        if ending.said.strip():
            log.warning("analysis_said", text=ending.said.strip())
        if ending.cause is not Cause.DONE:
            with suppress(VolumeError):  # a volume that is away forgets them at its next counting
                self._workplace.kitchen.volume.forget_dead()
        if ending.cause is Cause.STOPPED:
            _persistently(self._claim.put_back)
            log.info("analysis_put_back")
            return
        if ending.cause is Cause.KILLED and self._ended is None and self._claim.put_back_once():
            log.warning("analysis_killed_from_outside")
            return
        if isinstance(self._ended, Outcome):
            self._ended = self._published(self._ended)
        self._settle(self._ended or _unexpected(ending, self._workplace.bounds), ending)
        self._keep_catalogue(order)

    @contextmanager
    def _alive(self) -> Iterator[None]:
        """Signs of life in the background: a store may answer slowly, and who is silent counts as dead."""
        done = threading.Event()
        beat = threading.Thread(target=self._beat, args=(done,), daemon=True, name="analysis-beat")
        beat.start()
        try:
            yield
        finally:
            done.set()
            beat.join()

    def _beat(self, done: threading.Event) -> None:
        while not done.wait(BEAT_SECONDS):
            try:
                self._claim.report(self._progress)
                self._workplace.runs.worker_alive(self._workplace.name)
            except redis.ConnectionError as error:
                log.warning("redis_away", error=str(error))
            except LostClaim:  # the next write of the worker itself says so
                return

    def _bring(self, order: Order) -> None:
        """What the child reads lies here when it begins: it has no way to an object store. Raises VolumeError."""
        volume = self._workplace.kitchen.volume
        volume.inside(order.path)
        if order.catalog_path:
            volume.inside(order.catalog_path)
        with suppress(NotOnVolume):  # an earlier run of the same analysis, on whatever machine
            volume.inside(volume.results_target(self._claim.analysis_id))

    def _published(self, outcome: Outcome) -> Outcome | Failure:
        volume, path = self._workplace.kitchen.volume, Path(outcome.path)
        try:
            with self._alive():
                volume.publish(path)
        except VolumeError as error:
            return Failure(code=error.code, message=str(error))
        return outcome.model_copy(update={"path": volume.told(path)})

    def _keep_catalogue(self, order: Order) -> None:
        kitchen = self._workplace.kitchen
        if order.catalog_path and isinstance(self._ended, Outcome):
            try:
                kitchen.keep_at_hand(kitchen.volume.inside(order.catalog_path))
            except (CatalogUnreadable, VolumeError, OSError) as error:  # gone meanwhile: the next analysis will tell
                log.info("catalogue_not_kept", reason=str(error))

    def _hear(self, text: bytes) -> None:
        message = Message.model_validate_json(text)
        if message.progress:
            self._progress, self._news = message.progress, True
        self._ended = message.outcome or message.failure or self._ended

    def _go_on(self) -> bool:
        now, leaving = time.monotonic(), self._workplace.leaving
        due = REPORT_SECONDS if self._news else BEAT_SECONDS
        if now - self._written >= due:
            self._written, self._news = now, False
            try:
                self._claim.report(self._progress)
                self._workplace.runs.worker_alive(self._workplace.name)
                self._workplace.runs.sweep()
            except redis.ConnectionError as error:
                log.warning("redis_away", error=str(error))  # the analysis itself needs none
        return leaving is None or now - leaving < GOODBYE_SECONDS

    def _settle(self, end: Outcome | Failure, ending: Ending) -> None:
        seconds = round(ending.seconds, 3)
        if isinstance(end, Outcome):
            _persistently(lambda: self._claim.complete(end, peak_memory=ending.peak_memory))
            log.info("analysis_completed", items=end.totals.items, errors=end.totals.errors, seconds=seconds)
        else:
            _persistently(lambda: self._claim.fail(end))
            log.warning("analysis_failed", code=end.code, reason=end.message, seconds=seconds)
        metrics.count(self._workplace.runs.redis, end, ending)


def _as_child(order: Order, analysis_id: UUID, kitchen: Kitchen, send: Send) -> Outcome | None:
    """What came of it; a failure that has a name is told, and None."""

    def say(message: Message) -> None:
        send(message.model_dump_json(exclude_none=True).encode())

    try:
        outcome = pipeline.perform(
            order, analysis_id=analysis_id, kitchen=kitchen, report=lambda progress: say(Message(progress=progress))
        )
    except HelperEnded as error:
        if error.signal is None:
            raise
        os.kill(os.getpid(), error.signal)  # whoever kills a helper has killed the analysis: the watcher tells why
    except Unreadable as error:
        say(Message(failure=Failure(code=error.code, message=error.message, reading=error.reading)))
    except Failed as error:
        say(Message(failure=Failure(code=error.code, message=error.message)))
    except CatalogUnreadable as error:
        say(Message(failure=Failure(code="CATALOG_UNREADABLE", message=str(error))))
    except VolumeError as error:
        say(Message(failure=Failure(code=error.code, message=str(error))))
    else:
        say(Message(outcome=outcome))
        return outcome
    return None


def _unexpected(ending: Ending, bounds: Bounds) -> Failure:
    """What to tell of a child that ended without a word of its own."""
    if ending.cause is Cause.TIMEOUT:
        message = f"The analysis took longer than {bounds.seconds:.0f} seconds and was ended; raise JOB_TIMEOUT."
    elif ending.cause is Cause.OUT_OF_MEMORY:
        limit = bounds.memory_bytes // 2**20
        message = f"The analysis needed more than {limit} MB of memory and was ended; raise ML_MEMORY_LIMIT_MB."
    elif ending.cause is Cause.KILLED:
        message = "The analysis was killed from outside twice; see who kills processes on this machine, then try again."
    else:
        last = ending.said.strip().rpartition("\n")[2] or "no message"
        message = f"The analysis crashed on this file ({last}); the log of ml-analyze has the details."
    code = ending.cause.value if ending.cause is not Cause.DONE else Cause.CRASHED.value
    return Failure(code=code, message=message)


def _persistently(write: Callable[[], None]) -> None:
    """Write through a short absence of Redis; after a minute the error ends the worker."""
    deadline = time.monotonic() + REDIS_PATIENCE_SECONDS
    while True:
        try:
            write()
        except redis.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
        else:
            return

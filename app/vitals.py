"""Whether everything that a job needs is alive: workers, scheduler, Redis, ml-analyze, the volume.

Asked often, so every answer is cheap: ml-analyze is asked in the background and its last answer told.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import structlog
from flask import Flask, current_app
from redis import RedisError
from rq import Worker
from sqlalchemy import func, select

from app.analysis import client
from app.errors import IngestError
from app.extensions import db, fetches, queue, redis
from app.volume import volume
from handoff.volume import Usage, VolumeError

log = structlog.get_logger()

#: set by the scheduler each second, to live so many: what is left of them says when, whatever anybody's clock says
BEAT, BEAT_TTL = "scheduler:beat", 60
ASK_EVERY = 4.0
#: seconds: each worker says this often that it lives, and counts as lost after so much silence
WORKER_BEAT, WORKER_SILENT = 2.0, 10
WORKERS = "workers:names"
SCHEDULER_SILENT = 15.0
#: since when ml-analyze has not answered, shared by all web processes
ML_DOWN_SINCE = "health:ml_down_since"


@dataclass
class Analysis:
    """The last answer of ml-analyze. ``status`` is healthy, degraded, unhealthy, unreachable or unknown."""

    status: str = "unknown"
    message: str = ""
    version: str = ""
    checks: dict[str, Any] = field(default_factory=dict)
    asked_at: float = 0.0
    down_since: datetime | None = None

    @property
    def is_down(self) -> bool:
        return self.status in ("unreachable", "unhealthy")


@dataclass(frozen=True)
class Vitals:
    """``queue_length`` and ``workers`` are None while Redis is away; ``volume`` is None while it cannot be read."""

    redis: bool
    workers: int | None
    busy: int
    queue_length: int | None
    scheduler_age: float | None
    analysis: Analysis
    volume: Usage | None

    @property
    def scheduler_alive(self) -> bool:
        return self.scheduler_age is not None and self.scheduler_age < SCHEDULER_SILENT

    @property
    def volume_share(self) -> float | None:
        """Used part of the quota, or of the disk where there is none."""
        if self.volume is None:
            return None
        whole = self.volume.limit or (self.volume.used + self.volume.free)
        return self.volume.used / whole if whole else None


def vitals() -> Vitals:
    workers: int | None = None
    busy, length, beat, up = 0, None, None, True
    try:
        workers, busy = _workers()
        length = queue().count + fetches().count
        left = redis().pttl(BEAT)
        beat = BEAT_TTL - left / 1000 if left >= 0 else None
    except RedisError:
        up = False
    return Vitals(up, workers, busy, length, beat, analysis(), _usage())


def analysis() -> Analysis:
    """What ml-analyze last said; asks again in the background when that is some seconds old."""
    known = cast(Analysis, current_app.extensions.setdefault("last_analysis_health", Analysis()))
    if time.monotonic() - known.asked_at > ASK_EVERY:
        known.asked_at = time.monotonic()
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        threading.Thread(target=_ask, args=(app, known), daemon=True, name="ask-ml-analyze").start()
    return known


def ask_now() -> Analysis:
    """The health page waits for the answer, at most a few seconds."""
    known = cast(Analysis, current_app.extensions.setdefault("last_analysis_health", Analysis()))
    known.asked_at = time.monotonic()
    _ask(current_app._get_current_object(), known)  # type: ignore[attr-defined]
    return known


def beat_as_worker(app: Flask) -> None:
    """Say in the background that this worker lives, until its process ends; one that is stopped falls silent too."""
    name = f"{socket.gethostname()}:{os.getpid()}"

    def beat() -> None:
        while True:
            with app.app_context():
                try:
                    say_alive(name)
                except RedisError as error:
                    log.debug("worker_beat_not_published", error=str(error))
            time.sleep(WORKER_BEAT)

    threading.Thread(target=beat, daemon=True, name="worker-beat").start()


def say_alive(name: str) -> None:
    """Count worker ``name`` as alive for the next :data:`WORKER_SILENT` seconds. Raises RedisError."""
    pipe = redis().pipeline(transaction=False)
    pipe.sadd(WORKERS, name)
    pipe.set(_beat_of(name), "1", ex=WORKER_SILENT)
    pipe.execute()


def database_time() -> float:
    """Seconds that one round trip takes. Raises SQLAlchemyError."""
    began = time.perf_counter()
    db.session.execute(select(func.now())).one()
    return time.perf_counter() - began


def _ask(app: Flask, known: Analysis) -> None:
    with app.app_context():
        try:
            told = client.health()
            known.status, known.version, known.checks, known.message = told.status, told.version, told.checks, ""
        except IngestError as error:
            known.status, known.message = "unreachable", str(error)
        try:
            if known.is_down:
                redis().set(ML_DOWN_SINCE, datetime.now(UTC).isoformat(), nx=True)
                since = cast("str | None", redis().get(ML_DOWN_SINCE))
                known.down_since = datetime.fromisoformat(since) if since else None
            else:
                redis().delete(ML_DOWN_SINCE)
                known.down_since = None
        except RedisError as error:
            log.debug("ml_health_not_shared", error=str(error))


def _workers() -> tuple[int, int]:
    """Workers that spoke lately, and how many of them work."""
    names = sorted(cast("set[str]", redis().smembers(WORKERS)))
    pipe = redis().pipeline(transaction=False)
    for name in names:
        pipe.exists(_beat_of(name))
    told = dict(zip(names, pipe.execute(), strict=True))
    if silent := [name for name, lives in told.items() if not lives]:
        redis().srem(WORKERS, *silent)  # one that comes back says its name again
    alive = len(names) - len(silent)
    busy = sum(worker.get_state() == "busy" for worker in Worker.all(queue=queue())) if alive else 0
    return alive, min(alive, busy)


def _beat_of(name: str) -> str:
    return f"worker:beat:{name}"


def _usage() -> Usage | None:
    try:
        return volume().usage()
    except (IngestError, VolumeError, OSError):
        return None

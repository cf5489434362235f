"""How the sync stands: read from the table, projected to Redis for programs of the existing system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import orjson
import structlog
from redis import RedisError
from sqlalchemy import func, select

from app.extensions import db, redis, settings
from app.models.job import Job
from app.models.phase import SETTLED, Phase
from app.models.sync import SyncRun
from app.sync import schedule

log = structlog.get_logger()

STATUS_KEY, LOCK_KEY, LAST_RUN_KEY, TRIGGER_KEY = "sync:status", "sync:lock", "sync:last_run", "sync:trigger"
LOCK_SECONDS = 3600

SYNCING_MASTER = "syncing_master"
DOWNLOADING = "downloading_suppliers"
ANALYZING = "analyzing"
COMPLETE = "complete"
FAILED = "failed"
HELD = "held"
STOPPED = "stopped"
#: our states -> the three that clients of the existing system know
KNOWN_STATES = {
    SYNCING_MASTER: "syncing_master",
    DOWNLOADING: "processing_suppliers",
    ANALYZING: "processing_suppliers",
}


@dataclass(frozen=True)
class Progress:
    """Jobs of a run: all of them, those that have ended, failed ones among these, those still downloading."""

    total: int
    settled: int
    failed: int
    downloading: int


@dataclass(frozen=True)
class SyncStatus:
    """``run`` is the one that runs now, else the latest; ``state`` is ``idle`` when there never was one."""

    run: SyncRun | None
    progress: Progress
    last_sync_at: datetime | None
    next_scheduled_at: datetime

    @property
    def state(self) -> str:
        return self.run.state if self.run else "idle"

    @property
    def is_running(self) -> bool:
        return self.run is not None and self.run.completed_at is None

    @property
    def sync_state(self) -> str:
        """``idle``, ``syncing_master`` or ``processing_suppliers``: the last until every job has ended."""
        return known_state(self.run)

    @property
    def is_overdue(self) -> bool:
        """It runs for longer than fetching, analysing and a worker's death take together."""
        if self.run is None or self.run.completed_at is not None:
            return False
        config = settings()
        longest = config.fetch_total_timeout_seconds + 60 * config.ml_stalled_after_minutes
        return (datetime.now(UTC) - self.run.created_at).total_seconds() > longest

    @property
    def is_held(self) -> bool:
        """The Master Sheet's changes wait for a person's word."""
        return self.state == HELD


def current(now: datetime | None = None) -> SyncStatus:
    run = latest()
    return SyncStatus(run, progress_of(run), last_sync_at(), schedule.next_run(now))


def latest() -> SyncRun | None:
    """The running sync, else the one that began last."""
    query = select(SyncRun).order_by(SyncRun.completed_at.is_not(None), SyncRun.created_at.desc()).limit(1)
    return db.session.scalar(query.execution_options(populate_existing=True))


def last_sync_at() -> datetime | None:
    """When the last sync that went through ended."""
    return db.session.scalar(select(func.max(SyncRun.completed_at)).where(SyncRun.state.in_((COMPLETE, HELD))))


def progress_of(run: SyncRun | None) -> Progress:
    if run is None:
        return Progress(0, 0, 0, 0)
    settled = func.count().filter(Job.phase.in_(SETTLED))
    failed = func.count().filter(Job.phase == Phase.FAILED)
    downloading = func.count().filter(Job.phase == Phase.DOWNLOADING)
    query = select(func.count(), settled, failed, downloading).where(Job.sync_run_id == run.id)
    found = db.session.execute(query).one()
    # While a worker opens jobs one by one, the run knows better how many there will be; afterwards they tell.
    opening = run.completed_at is None and run.claim_token is not None
    return Progress(max(found[0], run.total) if opening else found[0], found[1], found[2], found[3])


def known_state(run: SyncRun | None) -> str:
    return KNOWN_STATES.get(run.state, "idle") if run and run.completed_at is None else "idle"


def project(run: SyncRun | None, progress: Progress) -> None:
    """Write ``sync:status``, ``sync:lock``, ``sync:last_run``. Redis may be away: the clock writes them again.

    ``state`` has the three words that readers of the existing system know, ``stage`` the finer one.
    """
    status = {
        "state": known_state(run),
        "stage": run.state if run else "idle",
        "task_id": run.task_id if run else None,
        "started_at": run.created_at.isoformat() if run else None,
        "progress_current": progress.settled,
        "progress_total": progress.total,
    }
    ended = last_sync_at()
    try:
        pipe = redis().pipeline(transaction=False)
        pipe.set(STATUS_KEY, orjson.dumps(status).decode())
        if ended:
            pipe.set(LAST_RUN_KEY, ended.isoformat())
        pipe.get(LOCK_KEY)
        holder = pipe.execute()[-1]
        if run is not None and run.completed_at is None:
            redis().set(LOCK_KEY, run.task_id, ex=LOCK_SECONDS)
        elif run is not None and holder == run.task_id:
            redis().delete(LOCK_KEY)
    except RedisError as error:
        log.warning("sync_status_not_projected", error=str(error))


def running_id() -> UUID | None:
    return db.session.scalar(select(SyncRun.id).where(SyncRun.completed_at.is_(None)))


def waiting_trigger() -> str | None:
    """The task id of a sync that a program of the existing system asked for and the clock has not picked up yet."""
    try:
        kept = redis().get(TRIGGER_KEY)
        found = orjson.loads(str(kept)) if kept else {}
    except (RedisError, orjson.JSONDecodeError):
        return None
    return str(found["task_id"]) if isinstance(found, dict) and found.get("task_id") else None

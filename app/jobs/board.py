"""The Redis picture of a job: published after the commit, rebuilt from the table.

``job:{id}`` and ``jobs:active`` are the existing system's contract and what programs poll. Nothing here is
the truth; Redis may be flushed at any time.

One room: one picture: how it is written, read, owed and written again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import orjson
import structlog
from redis import RedisError, ResponseError
from sqlalchemy import select, text

from app.extensions import db, redis, settings
from app.models.job import Job, status_of
from app.models.phase import SETTLED, Outcome
from handoff.addresses import without_secrets

log = structlog.get_logger()

TTL = 7 * 86_400
ACTIVE = "jobs:active"
#: lives as long as Redis remembers: its absence says that the board must be rebuilt
MARK = "board:mark"
AT_ONCE = 500
# The row must be as it was shown; one that is locked is being written and will owe its record again.
SHOWN = text("""
    UPDATE ingestion_jobs SET unshown = false WHERE id IN (
        SELECT job.id FROM ingestion_jobs AS job
        JOIN unnest(CAST(:ids AS uuid[]), CAST(:stamps AS timestamptz[])) AS seen(id, stamp)
            ON seen.id = job.id AND seen.stamp = job.updated_at
        WHERE job.unshown FOR UPDATE OF job SKIP LOCKED)
""")
OWE = text("""
    UPDATE ingestion_jobs SET unshown = true WHERE id IN (
        SELECT id FROM ingestion_jobs WHERE completed_at > now() - :life AND NOT unshown FOR UPDATE SKIP LOCKED)
""")
#: fields of ``job:{id}`` that move while a step works; the table learns the final figures with the step's end
LIVE_FIELDS = (
    "download_bytes",
    "download_total",
    "items_processed",
    "items_total",
    "matches_found",
    "review_queue_count",
    "error_count",
    "live_at",
)


def key(job_id: UUID | str) -> str:
    return f"job:{job_id}"


def publish(*job_ids: UUID) -> None:
    """Read these jobs and show them."""
    show(*db.session.scalars(select(Job).where(Job.id.in_(job_ids)).execution_options(populate_existing=True)).all())


def show(*jobs: Job) -> None:
    """Write the records of jobs that were just read. A Redis that is away is no error: ``rebuild`` comes by."""
    try:
        _write(jobs)
    except RedisError as error:
        log.warning("board_not_reached", error=str(error))


def progress(job_id: UUID, **fields: int) -> None:
    """Bytes or items so far. Lives in Redis only and may be lost."""
    progress_many({job_id: fields})


def progress_many(live: Mapping[UUID, Mapping[str, int]]) -> None:
    now = int(datetime.now().astimezone().timestamp())
    try:
        pipe = redis().pipeline(transaction=False)
        for job_id, fields in live.items():
            pipe.hset(
                key(job_id), mapping={**{name: str(value) for name, value in fields.items()}, "live_at": str(now)}
            )
        pipe.execute()
    except RedisError as error:
        log.debug("progress_not_published", error=str(error))


def live(job_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """Live progress of these jobs by LIVE_FIELDS; ``live_at`` is in seconds since the epoch. Empty without Redis."""
    if not job_ids:
        return {}
    try:
        pipe = redis().pipeline(transaction=False)
        for job_id in job_ids:
            pipe.hmget(key(job_id), LIVE_FIELDS)
        found = pipe.execute()
    except RedisError:
        return {}
    return {
        job_id: {name: int(value) for name, value in zip(LIVE_FIELDS, values, strict=True) if _is_count(value)}
        for job_id, values in zip(job_ids, found, strict=True)
    }


def catch_up() -> int:
    """Show every job whose row was written since it was last shown, whoever died between the two; returns how many.

    A row that moves meanwhile still owes its record and is met again.
    """
    shown = 0
    while True:
        jobs = db.session.scalars(
            select(Job).where(Job.unshown).order_by(Job.id).limit(AT_ONCE).execution_options(populate_existing=True)
        ).all()
        db.session.commit()
        if jobs:
            seen = {"ids": [job.id for job in jobs], "stamps": [job.updated_at for job in jobs]}
            _write(jobs)
            db.session.execute(SHOWN, seen)
            db.session.commit()
        shown += len(jobs)
        if len(jobs) < AT_ONCE:
            return shown


def owe_all() -> None:
    """Redis lost its memory: the records that would still be there are owed again, those of ended jobs as well."""
    db.session.execute(OWE, {"life": timedelta(seconds=TTL)})
    db.session.commit()


def forget() -> None:
    """Another database stands behind the board now: what Redis remembers is not true any more. Raises RedisError."""
    names = [*redis().scan_iter("job:*", count=1000), ACTIVE, MARK]
    redis().delete(*names)


def forgotten() -> bool:
    """Redis lost its memory since the last rebuild."""
    return not redis().exists(MARK)


def rebuild() -> int:
    """Write every active job and forget what is no longer active. Returns how many are active."""
    jobs = db.session.scalars(select(Job).where(Job.phase.not_in(SETTLED))).all()
    active = {str(job.id) for job in jobs}
    stale = cast("set[str]", redis().smembers(ACTIVE)) - active
    if stale:
        known = [UUID(each) for each in stale if _is_uuid(each)]
        publish(*known)
        redis().srem(ACTIVE, *stale)
    for first in range(0, len(jobs), 1000):
        _write(jobs[first : first + 1000])
    redis().set(MARK, datetime.now().astimezone().isoformat())
    return len(jobs)


def record(job: Job) -> dict[str, str]:
    """The fields of ``job:{id}`` as the contract names them, all texts."""
    return {
        "job_id": str(job.id),
        "task_id": job.task_id,
        "supplier_id": str(job.supplier_id or ""),
        "supplier_name": job.supplier_name,
        "phase": job.phase,
        "status": status_of(job),
        "outcome": job.outcome or "",
        "file_type": job.file_type or "",
        "source_url": without_secrets(job.source_url or ""),
        "file_path": job.file_path or "",
        "file_size_bytes": str(job.file_size or 0),
        "checksum": job.sha256 or "",
        "error": job.error_message or "",
        "error_details": orjson.dumps(job.error_details or []).decode(),
        "can_retry": "true" if job.can_retry or job.is_active else "false",
        "retry_count": str(job.retry_count),
        "max_retries": str(job.max_retries),
        "ml_job_id": str(job.ml_job_id or ""),
        "waits_for": job.away or "",
        "waits_since": _iso(job.away_since),
        "created_at": _iso(job.created_at),
        "started_at": _iso(job.started_at),
        "completed_at": _iso(job.completed_at),
        "updated_at": _iso(job.updated_at),
    }


def _final_figures(job: Job) -> dict[str, str]:
    return {
        "download_bytes": str(job.file_size or 0),
        "download_total": str(job.file_size or 0),
        "items_processed": str(job.items_processed),
        "items_total": str(job.items_total),
        "matches_found": str(job.matches_found),
        "review_queue_count": str(job.review_count),
        "error_count": str(job.error_count),
    }


def _write(jobs: Sequence[Job]) -> None:
    """Raises RedisError. A key that somebody made another kind of value is made ours: it would keep all others back."""
    try:
        _write_all(jobs)
    except ResponseError as error:
        if "WRONGTYPE" not in str(error):
            raise
        kinds = dict.fromkeys((key(job.id) for job in jobs), "hash") | {ACTIVE: "set", _given_up(): "set"}
        odd = [name for name, kind in kinds.items() if redis().type(name) not in (kind, "none")]
        log.warning("board_keys_of_another_kind", keys=odd[:20])
        redis().delete(*odd)
        _write_all(jobs)


def _given_up() -> str:
    return f"arq:dlq:{settings().dlq_name}"


def _write_all(jobs: Sequence[Job]) -> None:
    pipe = redis().pipeline(transaction=False)
    for job in jobs:
        fields = record(job)
        if not job.is_active:
            fields |= _final_figures(job)
        elif job.started_at is None:
            fields |= dict.fromkeys(LIVE_FIELDS, "0")
        pipe.hset(key(job.id), mapping=cast("dict[Any, Any]", fields))
        pipe.expire(key(job.id), TTL)
        if job.outcome == Outcome.FAILED:
            pipe.sadd(_given_up(), str(job.id))
            pipe.expire(_given_up(), TTL)
        else:
            pipe.srem(_given_up(), str(job.id))
        if job.is_active:
            pipe.sadd(ACTIVE, str(job.id))
        else:
            pipe.srem(ACTIVE, str(job.id))
    pipe.execute()


def _is_count(value: str | None) -> bool:
    """A figure that we wrote; anybody may write there."""
    return value is not None and value.isascii() and value.isdigit() and len(value) < 19


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True

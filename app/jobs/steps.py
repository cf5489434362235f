"""Names of the queue's steps, and how one is started. A queue entry is a hint: the row says what is true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog
from redis import RedisError
from rq import Queue
from sqlalchemy import TextClause, select, text, update

from app.extensions import db, fetches, queue, settings
from app.models.job import Job
from app.models.phase import ACTIVE, Step
from handoff import tracing

log = structlog.get_logger()

RUN_STEP = "app.tasks.run_step"
#: entries in the queue above which only the reaper adds more, so that lost hints and a long queue do not pile up
QUEUE_ENOUGH = 300
#: seconds after which a hint that led to no claim counts as lost
HINT_SECONDS = 30

DUE = text("""
    UPDATE ingestion_jobs SET hinted_at = now()
    WHERE id IN (
        SELECT id FROM ingestion_jobs WHERE id IN (
        SELECT id FROM (
        SELECT DISTINCT ON (job.supplier_id, job.step) job.id, job.due_at
        FROM ingestion_jobs AS job
        WHERE job.phase NOT IN ('complete', 'failed') AND job.step IN ('deliver', 'submit', 'apply', 'legacy')
          AND job.due_at <= now() AND (job.claimed_until IS NULL OR job.claimed_until < now())
          AND (job.hinted_at IS NULL OR job.hinted_at < now() - make_interval(secs => :hint_seconds))
          AND (CAST(:supplier_id AS uuid) IS NULL OR job.supplier_id = :supplier_id)
          AND (:may_fetch OR job.step <> 'deliver' OR job.file_path IS NOT NULL)
          AND NOT EXISTS (
            SELECT 1 FROM ingestion_jobs AS other
            WHERE other.supplier_id = job.supplier_id AND other.step = job.step AND other.id <> job.id
              AND other.phase NOT IN ('complete', 'failed')
              AND (other.claimed_until > now() OR other.hinted_at > now() - make_interval(secs => :hint_seconds)))
        ORDER BY job.supplier_id, job.step, job.due_at, job.created_at) AS first_of_supplier
        ORDER BY due_at LIMIT :limit) FOR UPDATE SKIP LOCKED)
    RETURNING id, step, due_at, step = 'deliver' AND file_path IS NULL AS fetching
""")
# Work that a worker or a whole machine took with it when it died: it was begun, so it waits behind nobody, however long
# the queue is.
LOST = text("""
    UPDATE ingestion_jobs SET hinted_at = now()
    WHERE id IN (
        SELECT id FROM ingestion_jobs
        WHERE phase NOT IN ('complete', 'failed') AND step IN ('deliver', 'submit', 'apply', 'legacy')
          AND claim_token IS NOT NULL AND claimed_until < now() AND due_at <= now()
          AND (hinted_at IS NULL OR hinted_at < now() - make_interval(secs => :hint_seconds))
        ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING id, step, due_at, step = 'deliver' AND file_path IS NULL AS fetching
""")


def start(step: Step, job_id: UUID, *, fetching: bool = False) -> None:
    """Tell the workers that the row may be due. Called after the commit; a failure costs half a minute, not the job.

    ``fetching``: the step will wait for a supplier's server.
    """
    try:
        lane = fetches() if fetching else queue()
        if lane.count < QUEUE_ENOUGH:
            _enqueue(lane, [(job_id, step)])
            return
    except RedisError as error:
        log.warning("queue_unreachable", job_id=str(job_id), error=str(error))
    db.session.execute(update(Job).where(Job.id == job_id).values(hinted_at=None))
    db.session.commit()


def start_fetches(job_ids: Sequence[UUID]) -> None:
    """As ``start`` for many rows that were opened together, each of which waits for a server."""
    told: Sequence[UUID] = ()
    try:
        told = job_ids[: max(0, QUEUE_ENOUGH - fetches().count)]
        _enqueue(fetches(), [(job_id, Step.DELIVER) for job_id in told])
    except RedisError as error:
        log.warning("queue_unreachable", jobs=len(job_ids), error=str(error))
        told = ()
    if left := job_ids[len(told) :]:
        db.session.execute(update(Job).where(Job.id.in_(left)).values(hinted_at=None))
        db.session.commit()


def start_due(supplier_id: UUID | None = None) -> int:
    """Tell the workers of every row that is due and that no one holds, one a supplier, the longest overdue first.

    Returns how many were told. Heals lost queue entries, dead workers and a flushed Redis.
    """
    lost = 0 if supplier_id else _tell(LOST, {"limit": QUEUE_ENOUGH, "hint_seconds": HINT_SECONDS}, at_front=True)
    room = QUEUE_ENOUGH - queue().count
    if room <= 0:
        return lost
    facts = {"limit": room, "supplier_id": supplier_id, "hint_seconds": HINT_SECONDS}
    may_fetch = fetches().count < QUEUE_ENOUGH  # silent servers fill their own lane, and nobody else's
    return lost + _tell(DUE, facts | {"may_fetch": may_fetch})


def _tell(statement: TextClause, facts: Mapping[str, Any], *, at_front: bool = False) -> int:
    due = db.session.execute(statement, facts).all()
    db.session.commit()
    for lane, fetching in ((queue(), False), (fetches(), True)):
        rows = sorted((row for row in due if row.fetching is fetching), key=lambda row: row.due_at, reverse=at_front)
        _enqueue(lane, [(row.id, Step(row.step)) for row in rows], at_front=at_front)
    return len(due)


def forget_hints() -> None:
    """The queue was lost: nobody has been told of anything."""
    told = select(Job.id).where(Job.hinted_at.is_not(None), Job.phase.in_(ACTIVE)).with_for_update(skip_locked=True)
    db.session.execute(update(Job).where(Job.id.in_(told)).values(hinted_at=None))
    db.session.commit()


def _enqueue(target: Queue, jobs: list[tuple[UUID, Step]], *, at_front: bool = False) -> None:
    if not jobs:
        return
    timeout = settings().job_timeout + int(settings().fetch_total_timeout_seconds)
    target.enqueue_many(
        [
            # No id of ours: each entry is its own, the row decides which one counts.
            target.prepare_data(
                RUN_STEP,
                args=(str(job_id), step.value),
                timeout=timeout,
                result_ttl=0,
                failure_ttl=3600,
                meta=tracing.headers(),
                at_front=at_front,
            )
            for job_id, step in jobs
        ]
    )

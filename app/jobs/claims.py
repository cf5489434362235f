"""Who may work on a row, and until when.

A claim is a fresh token with a lease; a heartbeat renews the lease while the step works. Whoever moves
the row must hold the token, so a worker that was thought dead loses, and nothing it did counts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from flask import Flask, current_app
from psycopg.errors import LockNotAvailable
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from app.errors import LostClaim
from app.extensions import db, settings
from app.jobs import plain_rows
from app.models.job import Job
from app.models.phase import Step

log = structlog.get_logger()

# A claim forgotten by a crash of the database costs a step done twice under the same key: no waiting for the disk.
IN_LINE = """
    SELECT pg_advisory_xact_lock(hashtextextended(supplier_id::text || %(step)s::text, 0)),
        set_config('synchronous_commit', 'off', true)
    FROM ingestion_jobs WHERE id = %(id)s
"""
# One running step of a kind per supplier: a flood of one never starves another.
_CLAIM = """
    WITH taken AS (
        UPDATE ingestion_jobs AS job
        SET claim_token = %(token)s, claimed_until = now() + %(lease)s, hinted_at = NULL, waiting_for = NULL,
            started_at = coalesce(started_at, now()), updated_at = now(),
            workers_lost = job.workers_lost + (before.claim_token IS NOT NULL)::int
        FROM (SELECT id, claim_token FROM ingestion_jobs WHERE id = %(id)s) AS before
        WHERE job.id = before.id AND step = %(step)s AND due_at <= now() AND phase NOT IN ('complete', 'failed')
          AND (claimed_until IS NULL OR claimed_until < now())
          AND NOT EXISTS (
            SELECT 1 FROM ingestion_jobs AS other
            WHERE other.supplier_id = job.supplier_id AND other.step = job.step AND other.id <> job.id
              AND other.phase NOT IN ('complete', 'failed') AND other.claimed_until > now())
        RETURNING job.*, before.claim_token IS NOT NULL AS taken_over),
    event AS (
        INSERT INTO job_events (job_id, kind, phase, message)
        SELECT id, 'worker_lost', phase, 'The worker that was at it was lost; another goes on.'
        FROM taken WHERE taken_over)
    SELECT {row}, taken_over FROM taken
"""
CLAIM = _CLAIM.format(row=plain_rows.names("taken"))


@dataclass
class Claim:
    """The right to move one row. ``lost`` is set when the heartbeat finds the token gone.

    ``facts`` are columns that the step has learnt; they are written with the row's next move, whatever that is.
    """

    job_id: UUID
    token: UUID
    lost: threading.Event = field(default_factory=threading.Event)
    facts: dict[str, Any] = field(default_factory=dict)
    #: ends what the step waits for, from the thread that finds out that the claim is lost
    on_lost: Callable[[], None] | None = None

    def lose(self) -> None:
        self.lost.set()
        if self.on_lost is not None:
            self.on_lost()

    def check(self) -> None:
        """Raises LostClaim; long loops ask now and then, so that a cancelled download ends soon."""
        if self.lost.is_set():
            raise LostClaim(f"Job {self.job_id} was taken over or cancelled.")


@dataclass
class Held(Claim):
    """A claim on a row that was read with it: ``job`` as it was claimed, a plain record that no session follows."""

    job: Job = field(kw_only=True)


def claim(job_id: UUID, step: Step) -> Held:
    """Take the row for ``step``. Raises LostClaim when it is not due, not at this step, or another's."""
    if db.session().in_transaction():
        db.session.commit()  # nothing is held open while a step works
    token = uuid4()
    which = {"id": job_id, "step": step, "token": token, "lease": settings().claim_lease}
    try:
        # Two workers asking for the same supplier are put in line, or both would see no other claim.
        row = plain_rows.at_once(IN_LINE, CLAIM, facts=which)
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        # Somebody stands still in the middle of a transaction; it will be ended for him.
        raise LostClaim(f"Job {job_id} is being written by somebody else.") from error
    if row is None:
        # The reaper may hint at it again as soon as the supplier is free.
        db.session.execute(update(Job).where(Job.id == job_id, Job.step == step).values(hinted_at=None))
        db.session.commit()
        raise LostClaim(f"Job {job_id} is not free for {step}.")
    *columns, taken_over = row
    job = plain_rows.job_of(columns)
    if taken_over:  # its lease ran out without a word
        log.warning("worker_lost", job_id=str(job_id), step=step, lost=job.workers_lost)
    if job in db.session:
        db.session.expunge(job)
    structlog.contextvars.bind_contextvars(job_id=str(job_id), supplier_id=str(job.supplier_id))
    return Held(job_id, token, job=job)


def still_ours(held: Claim) -> None:
    """Ask the table, so that a cancelled job's work ends within a moment. Raises LostClaim."""
    token = db.session.scalar(select(Job.claim_token).where(Job.id == held.job_id))
    db.session.commit()
    if token != held.token:
        held.lose()
    held.check()


@contextmanager
def claimed(job_id: UUID, step: Step) -> Iterator[Held]:
    """Hold the row while the body works; the lease is renewed at a third of its life."""
    held = claim(job_id, step)
    done = threading.Event()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    lease = settings().claim_lease
    beat = threading.Thread(target=_beat, args=(app, held, lease, done), daemon=True, name="heartbeat")
    beat.start()
    try:
        yield held
    finally:
        done.set()


def _beat(app: Flask, held: Claim, lease: timedelta, done: threading.Event) -> None:
    while not done.wait(lease.total_seconds() / 3):
        with app.app_context():
            try:
                with db.engine.begin() as connection:
                    renewed = connection.execute(
                        update(Job)
                        .where(Job.id == held.job_id, Job.claim_token == held.token)
                        .values(claimed_until=func.now() + lease)
                    )
                if renewed.rowcount != 1:
                    held.lose()
                    return
            except SQLAlchemyError as error:
                log.warning("heartbeat_missed", job_id=str(held.job_id), error=str(error))

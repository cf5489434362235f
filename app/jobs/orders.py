"""What a person orders, for one job or for thousands: start again, or end. One statement, one event a job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from redis import RedisError
from sqlalchemy import ColumnElement, Row, and_, case, func, insert, select, update
from sqlalchemy.exc import OperationalError

from app.alone import is_locked
from app.errors import BrokenResult
from app.extensions import db
from app.jobs import board, steps
from app.models.catalog import ParsingLog
from app.models.job import Job, JobEvent
from app.models.phase import ACTIVE, Outcome, Phase, Step, sources_of

log = structlog.get_logger()

AT_ONCE = 1000
#: a result that is still to be applied need not be asked for again; everything else begins with the raw file,
#: which is fetched only where it is gone
TO_BE_APPLIED = and_(Job.failed_step == Step.APPLY, Job.result_path.is_not(None), Job.error_code != BrokenResult.code)


def restart(conditions: Sequence[ColumnElement[bool]], *, actor: str | None, force: bool = False) -> int:
    """Start failed jobs again from the step that failed; returns how many. The doors of one and of many lead here."""
    allowed = [*conditions, Job.phase.in_(sources_of(Phase.DOWNLOADING)), Job.supplier_id.is_not(None)]
    values: dict[str, Any] = {
        "phase": Phase.DOWNLOADING,
        "phase_since": func.now(),
        "outcome": None,
        "step": case((TO_BE_APPLIED, Step.APPLY.value), else_=Step.DELIVER.value),
        "due_at": func.now(),
        "hinted_at": None,
        "claim_token": None,
        "claimed_until": None,
        "retry_count": 0,
        "attempt": Job.attempt + 1,
        "ml_job_id": case((TO_BE_APPLIED, Job.ml_job_id)),
        "result_path": case((TO_BE_APPLIED, Job.result_path)),
        "result_sha256": case((TO_BE_APPLIED, Job.result_sha256)),
        "poll_failures": 0,
        "failed_step": None,
        "error_code": None,
        "error_message": None,
        "error_details": [],
        "started_at": None,
        "completed_at": None,
        "waiting_for": None,
        "away": None,
        "away_since": None,
        "workers_lost": 0,
        "unshown": True,
        "force": True if force else Job.force,
    }
    return _each_portion(allowed, values, kind="retried", phase=Phase.DOWNLOADING, message="Retried by hand.", by=actor)


def end(conditions: Sequence[ColumnElement[bool]], *, actor: str | None) -> int:
    """Cancel active jobs in whatever phase; returns how many. Workers find their claims gone, late results no row."""
    message = f"Cancelled by {actor or 'an operator'}."
    values: dict[str, Any] = {
        "phase": Phase.FAILED,
        "phase_since": func.now(),
        "outcome": Outcome.CANCELLED,
        "failed_step": Job.step,
        "step": None,
        "due_at": None,
        "hinted_at": None,
        "claim_token": None,
        "claimed_until": None,
        "waiting_for": None,
        "away": None,
        "away_since": None,
        "workers_lost": 0,
        "unshown": True,
        "error_code": "CANCELLED",
        "error_message": message,
        "completed_at": func.now(),
    }
    return _each_portion(
        [*conditions, Job.phase.in_(ACTIVE)], values, kind="cancelled", phase=Phase.FAILED, message=message, by=actor
    )


def _each_portion(
    conditions: Sequence[ColumnElement[bool]],
    values: dict[str, Any],
    *,
    kind: str,
    phase: Phase,
    message: str,
    by: str | None,
) -> int:
    """Commit a thousand at a time, so that neither a lock nor a memory grows with the number.

    A job that is being written is waited for; one whose writer stands still is left out, or the order is refused
    where nothing else was asked for (OperationalError).
    """
    changed, last = 0, UUID(int=0)
    blocked: OperationalError | None = None
    while True:  # by id, so that a job that fails again meanwhile is not met twice
        try:
            rows = _portion([*conditions, Job.id > last], values, skip_locked=blocked is not None)
        except OperationalError as error:
            if blocked is not None or not is_locked(error):
                raise
            db.session.rollback()
            blocked = error
            continue
        if rows:
            facts: dict[str, Any] = {"kind": kind, "phase": phase, "message": message, "actor": by, "facts": {}}
            db.session.execute(insert(JobEvent), [{"job_id": row.id, **facts} for row in rows])
            line = {"error_type": "WARNING" if kind == "cancelled" else "INFO", "error_message": message}
            level = {"level": "warning" if kind == "cancelled" else "info"}
            names = [{"job_id": row.id, "task_id": row.task_id, "supplier_id": row.supplier_id} for row in rows]
            db.session.execute(insert(ParsingLog), [line | level | name for name in names])
        db.session.commit()
        _tell([row.id for row in rows], kind=kind, by=by)
        changed += len(rows)
        last = max((row.id for row in rows), default=last)
        if len(rows) < AT_ONCE:
            if blocked is not None and not changed:
                raise blocked
            return changed


def _portion(
    conditions: Sequence[ColumnElement[bool]], values: dict[str, Any], *, skip_locked: bool
) -> Sequence[Row[UUID, str, UUID | None]]:
    some = select(Job.id).where(*conditions).order_by(Job.id).limit(AT_ONCE).with_for_update(skip_locked=skip_locked)
    return db.session.execute(
        update(Job)
        .where(Job.id.in_(some.scalar_subquery()), *conditions)
        .values(**values, updated_at=func.now())
        .returning(Job.id, Job.task_id, Job.supplier_id)
        .execution_options(synchronize_session=False)
    ).all()


def _tell(job_ids: list[UUID], *, kind: str, by: str | None) -> None:
    if not job_ids:
        return
    log.info(f"jobs_{kind}", jobs=len(job_ids), actor=by)
    board.publish(*job_ids)
    try:
        steps.start_due()
    except RedisError as error:  # the reaper does it within a second of Redis' return
        log.warning("due_jobs_not_started", error=str(error))

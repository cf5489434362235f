"""What happened to a job, written down inside the caller's transaction: its events, and the lines people read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, false, func, or_, select

from app import foreign
from app.extensions import db
from app.models.catalog import ParsingLog
from app.models.job import Job, JobEvent
from app.models.phase import SETTLED, Phase

#: who is meant by a line of ``parsing_logs``
COURIER, ANALYSIS = "courier", "ml-analyze"
LEVELS = {"ERROR": "error", "WARNING": "warning"}


def event(
    job_id: UUID,
    kind: str,
    phase: Phase,
    message: str,
    *,
    actor: str | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Append to the job's timeline."""
    told, kept = foreign.text(message), foreign.fit(facts or {})
    db.session.add(JobEvent(job_id=job_id, kind=kind, phase=phase, message=told, actor=actor, facts=kept))


@dataclass(frozen=True)
class Passed:
    """A phase that a job has been in; ``seconds`` is None for the one that it is in."""

    phase: Phase
    seconds: float | None


def phases_passed(jobs: Sequence[Job]) -> dict[UUID, list[Passed]]:
    """Each job's phases in their order, also those that were over before anybody could look.

    Only of the present run, and from when a worker took it: what waited in the queue or for a person's retry is no
    part of the time that the job is said to have taken, and their sum never exceeds it.
    """
    of_run = [(JobEvent.job_id == job.id) & (JobEvent.id >= _run_began(job.id)) for job in jobs]
    query = select(JobEvent.job_id, JobEvent.phase, JobEvent.at).where(or_(false(), *of_run))
    taken = {job.id: job.started_at for job in jobs}
    found: dict[UUID, list[Passed]] = {}
    for job_id, events in groupby(db.session.execute(query.order_by(JobEvent.job_id, JobEvent.id)), itemgetter(0)):
        begun = [(Phase(phase), next(same).at) for phase, same in groupby(events, itemgetter(1))]
        found[job_id] = [
            Passed(phase, _within(at, end, taken[job_id]) if end and phase not in SETTLED else None)
            for (phase, at), end in zip_longest(begun, [at for _, at in begun[1:]])
        ]
    return found


def _within(at: datetime, end: datetime, taken: datetime | None) -> float:
    return max(0.0, (end - max(at, taken or at)).total_seconds())


def _run_began(job_id: UUID) -> ScalarSelect[int]:
    """The event with which the job was last started by a person; 0 where it is at its first run."""
    again = select(func.coalesce(func.max(JobEvent.id), 0))
    return again.where(JobEvent.job_id == job_id, JobEvent.kind == "retried").scalar_subquery()


def log_lines(
    job_id: UUID,
    error_type: str,
    messages: Sequence[str],
    *,
    error_code: str | None = None,
    service: str = COURIER,
) -> None:
    """Add lines to ``parsing_logs``, where people read what happened."""
    job = db.session.execute(select(Job.task_id, Job.supplier_id).where(Job.id == job_id)).one()
    db.session.add_all(
        ParsingLog(
            task_id=job.task_id,
            supplier_id=job.supplier_id,
            job_id=job_id,
            error_type=error_type,
            error_message=foreign.text(message),
            row_data={"code": error_code} if error_code else None,
            level=LEVELS.get(error_type, "info"),
            service=service,
        )
        for message in messages
    )


def waits_for(job_id: UUID, code: str) -> int:
    """How often the job has waited because of this error since a person last started it."""
    return int(
        db.session.scalar(
            select(func.count())
            .select_from(JobEvent)
            .where(
                JobEvent.job_id == job_id,
                JobEvent.kind == "waiting",
                JobEvent.id > _run_began(job_id),
                JobEvent.facts["code"].astext == code,
            )
        )
        or 0
    )

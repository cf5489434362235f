"""The read-only questions that pages and routes ask about jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, or_, select, true, tuple_
from sqlalchemy.orm import defer

from app.errors import Invalid
from app.extensions import db
from app.jobs.job_filter import JobFilter
from app.models.job import Job, JobEvent
from app.models.phase import ACTIVE, Outcome, Phase

PAGE_SIZE = 50
#: counting stops here: nobody reads the difference between 10 000 and 100 000, and the page must stay quick
COUNT_LIMIT = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    """A window of jobs, newest first. ``older`` and ``newer`` are cursors, empty at the ends."""

    jobs: Sequence[Job]
    older: str
    newer: str


def page(which: JobFilter, *, cursor: str = "", limit: int = PAGE_SIZE) -> Page:
    """Keyset paging: as quick on the last page as on the first. A cursor is ``<`` or ``>`` and a job's place."""
    place = tuple_(Job.created_at, Job.id)
    query = _listed().where(*which.conditions())
    backwards = cursor.startswith(">")
    if cursor:
        at = _place(cursor[1:])
        query = query.where(place > at if backwards else place < at)
    order = (Job.created_at.asc(), Job.id.asc()) if backwards else (Job.created_at.desc(), Job.id.desc())
    found = list(db.session.scalars(query.order_by(*order).limit(limit + 1)))
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    older = "<" + _name_place(found[-1]) if found and (more or backwards) else ""
    newer = ">" + _name_place(found[0]) if found and (more if backwards else bool(cursor)) else ""
    return Page(found, older=older, newer=newer)


def listed(which: JobFilter) -> Select[Job]:
    """These jobs in no order, without what only their own page shows."""
    return _listed().where(*which.conditions())


def latest(limit: int = 20) -> Sequence[Job]:
    """What runs, then what ended last: the rows of the Ingestion page."""
    newest = (Job.created_at.desc(), Job.id.desc())
    active = db.session.scalars(_listed().where(Job.phase.in_(ACTIVE)).order_by(*newest).limit(limit)).all()
    ended = _listed().where(Job.phase.not_in(ACTIVE)).order_by(*newest).limit(max(5, limit - len(active)))
    return [*active, *db.session.scalars(ended)]


def by_ids(ids: Sequence[UUID]) -> Sequence[Job]:
    """These jobs in the order of ``ids``; unknown ones are left out."""
    found = {job.id: job for job in db.session.scalars(_listed().where(Job.id.in_(ids)))} if ids else {}
    return [found[each] for each in ids if each in found]


def count(which: JobFilter, *, at_most: int = COUNT_LIMIT) -> int:
    """How many jobs are meant; ``at_most + 1`` says more than that."""
    inner = select(Job.id).where(*which.conditions()).limit(at_most + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(inner)) or 0


def active_by_phase() -> dict[Phase, int]:
    """Counts of jobs that run or wait; only active rows are read."""
    rows = db.session.execute(select(Job.phase, func.count()).where(Job.phase.in_(ACTIVE)).group_by(Job.phase))
    found = {Phase(phase): number for phase, number in rows}
    return {phase: found.get(phase, 0) for phase in (Phase.DOWNLOADING, Phase.ANALYZING, Phase.MATCHING)}


def outcomes_since(since: datetime) -> dict[Outcome, int]:
    rows = db.session.execute(
        select(Job.outcome, func.count()).where(Job.created_at >= since, Job.outcome.is_not(None)).group_by(Job.outcome)
    )
    return {Outcome(outcome): number for outcome, number in rows if outcome}


def held_count() -> int:
    return db.session.scalar(select(func.count()).where(Job.outcome == Outcome.HELD)) or 0


def causes() -> list[tuple[str, int]]:
    """Error codes of failed jobs and how many of each, most frequent first."""
    rows = db.session.execute(
        select(Job.error_code, func.count())
        .where(Job.phase == Phase.FAILED, Job.error_code.is_not(None))
        .group_by(Job.error_code)
        .order_by(func.count().desc())
    )
    return [(code, number) for code, number in rows if code]


def waiting_reasons(limit: int = 5) -> list[tuple[str, int, datetime | None]]:
    """Why active jobs wait: the sentence, how many wait for it, and when the first is due."""
    rows = db.session.execute(
        select(Job.waiting_for, func.count(), func.min(Job.due_at))
        .where(Job.phase.in_(ACTIVE), Job.waiting_for.is_not(None))
        .group_by(Job.waiting_for)
        .order_by(func.count().desc())
        .limit(limit)
    )
    return [(sentence, number, due) for sentence, number, due in rows if sentence]


def overdue(longer_than: timedelta) -> tuple[int, datetime | None]:
    """Jobs that are due, that nobody holds, and since when the first of them is."""
    now = datetime.now(UTC)
    row = db.session.execute(
        select(func.count(), func.min(Job.due_at)).where(
            Job.phase.in_(ACTIVE),
            Job.due_at < now - longer_than,
            or_(Job.claimed_until.is_(None), Job.claimed_until < now),
        )
    ).one()
    return int(row[0]), row[1]


def events(job_id: UUID, *, limit: int = 500) -> Sequence[JobEvent]:
    """The timeline, oldest first."""
    newest = select(JobEvent).where(JobEvent.job_id == job_id).order_by(JobEvent.id.desc()).limit(limit)
    return list(reversed(db.session.scalars(newest).all()))


def latest_of_suppliers(supplier_ids: Sequence[UUID]) -> dict[UUID, Job]:
    """The newest job of each of these suppliers, one index probe each."""
    if not supplier_ids:
        return {}
    wanted = select(func.unnest(list(supplier_ids)).label("supplier_id")).subquery()
    newest = (
        select(Job.id).where(Job.supplier_id == wanted.c.supplier_id).order_by(Job.created_at.desc()).limit(1).lateral()
    )
    rows = db.session.scalars(_listed().where(Job.id.in_(select(newest.c.id).select_from(wanted.join(newest, true())))))
    return {job.supplier_id: job for job in rows if job.supplier_id}


def _listed() -> Select[Job]:
    """Jobs without what only their own page shows."""
    heavy = (Job.reading, Job.metrics, Job.response_headers, Job.error_details)
    return select(Job).options(*(defer(column, raiseload=True) for column in heavy))


def _name_place(job: Job) -> str:
    return f"{(job.created_at - EPOCH) // timedelta(microseconds=1)}.{job.id}"


def _place(name: str) -> tuple[datetime, UUID]:
    micros, _, job_id = name.partition(".")
    try:
        return EPOCH + timedelta(microseconds=int(micros)), UUID(job_id)
    except (ValueError, OverflowError) as error:
        raise Invalid("The link to this page of the list is not valid. Start from the first page.") from error


def with_reading(job_ids: Sequence[UUID]) -> set[UUID]:
    """Those of which it is known how they were read."""
    query = select(Job.id).where(Job.id.in_(job_ids), func.jsonb_typeof(Job.reading) == "object")
    return set(db.session.scalars(query))

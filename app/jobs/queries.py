"""The read-only questions that pages and routes ask about jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, tuple_
from sqlalchemy.orm import defer

from app.errors import Invalid
from app.extensions import db
from app.models.job import Job, JobEvent
from app.models.phase import ACTIVE, Outcome, Phase

PAGE_SIZE = 50
#: counting stops here: nobody reads the difference between 10 000 and 100 000, and the page must stay quick
COUNT_LIMIT = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: what the filter "state" offers: one word for phase and outcome together
STATES: dict[str, ColumnElement[bool]] = {
    "active": Job.phase.in_(ACTIVE),
    "downloading": Job.phase == Phase.DOWNLOADING,
    "analyzing": Job.phase == Phase.ANALYZING,
    "matching": Job.phase == Phase.MATCHING,
    "waiting": and_(Job.phase.in_(ACTIVE), Job.waiting_for.is_not(None)),
    "complete": and_(Job.phase == Phase.COMPLETE, Job.outcome.in_((Outcome.SUCCESS, Outcome.WARNINGS))),
    "warnings": Job.outcome == Outcome.WARNINGS,
    "unchanged": Job.outcome == Outcome.UNCHANGED,
    "held": Job.outcome == Outcome.HELD,
    "rejected": Job.outcome == Outcome.REJECTED,
    "undone": Job.outcome == Outcome.UNDONE,
    "failed": and_(Job.phase == Phase.FAILED, Job.outcome == Outcome.FAILED),
    "cancelled": Job.outcome == Outcome.CANCELLED,
}
SPANS = {"1h": timedelta(hours=1), "24h": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}


@dataclass(frozen=True)
class JobFilter:
    """Which jobs are meant. An empty filter means all. ``ids`` narrows to a selection made by hand."""

    supplier_id: UUID | None = None
    state: str = ""
    cause: str = ""
    trigger: str = ""
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""
    ids: frozenset[UUID] = field(default_factory=frozenset)
    span: str = ""

    @classmethod
    def from_args(cls, args: Mapping[str, str], *, ids: Sequence[str] = ()) -> JobFilter:
        """Read a query string. Raises Invalid for an unknown word, a bad id or a bad date."""
        state, span = args.get("state", ""), args.get("span", "")
        if state and state not in STATES:
            raise Invalid(f"There is no state named {state}.", details={"state": f"One of {', '.join(STATES)}."})
        if span and span not in SPANS:
            raise Invalid(f"There is no span named {span}.", details={"span": f"One of {', '.join(SPANS)}."})
        return cls(
            supplier_id=_uuid(args.get("supplier", ""), "supplier"),
            state=state,
            cause=args.get("cause", "")[:50],
            trigger=args.get("trigger", "")[:30],
            since=_moment(args.get("since", ""), "since"),
            until=_moment(args.get("until", ""), "until"),
            search=args.get("q", "").strip()[:200],
            ids=frozenset(found for each in ids if (found := _uuid(each, "job"))),
            span=span,
        )

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.ids:
            found.append(Job.id.in_(self.ids))
        if self.supplier_id:
            found.append(Job.supplier_id == self.supplier_id)
        if self.state:
            found.append(STATES[self.state])
        if self.cause:
            # The phase is named so that the partial index on causes serves.
            found.append(and_(Job.phase == Phase.FAILED, Job.error_code == self.cause))
        if self.trigger:
            found.append(Job.trigger == self.trigger)
        since = self.since or (datetime.now(UTC) - SPANS[self.span] if self.span else None)
        if since:
            found.append(Job.created_at >= since)
        if self.until:
            found.append(Job.created_at < self.until)
        if self.search:
            found.append(_matches(self.search))
        return found

    def as_args(self) -> dict[str, Any]:
        """The query string again, for links to the next page and for forms."""
        named = {
            "supplier": str(self.supplier_id or ""),
            "state": self.state,
            "cause": self.cause,
            "trigger": self.trigger,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "q": self.search,
            "span": self.span,
        }
        return {name: value for name, value in named.items() if value}

    @property
    def narrows(self) -> bool:
        """An index leaves few jobs for a search to read."""
        return bool(self.ids or self.supplier_id or self.cause or self.state not in ("", "complete"))

    @property
    def is_empty(self) -> bool:
        return not self.as_args() and not self.ids


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


def _matches(words: str) -> ColumnElement[bool]:
    try:
        return Job.id == UUID(words)
    except ValueError:
        # Not lower(…) LIKE, which is quicker a row: PostgreSQL knows how rare it is of ILIKE only, and reads by age.
        like = "%" + _escaped(words) + "%"
        return or_(
            Job.supplier_name.ilike(like, escape="\\"),
            Job.original_filename.ilike(like, escape="\\"),
            Job.task_id == words,
        )


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _name_place(job: Job) -> str:
    return f"{(job.created_at - EPOCH) // timedelta(microseconds=1)}.{job.id}"


def _place(name: str) -> tuple[datetime, UUID]:
    micros, _, job_id = name.partition(".")
    try:
        return EPOCH + timedelta(microseconds=int(micros)), UUID(job_id)
    except (ValueError, OverflowError) as error:
        raise Invalid("The link to this page of the list is not valid. Start from the first page.") from error


def _uuid(value: str, name: str) -> UUID | None:
    if not value:
        return None
    try:
        return UUID(value)
    except ValueError as error:
        raise Invalid(f"{value} is not the id of a {name}.", details={name: "Not a valid id."}) from error


def _moment(value: str, name: str) -> datetime | None:
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise Invalid(f"{value} is not a date.", details={name: "Write it as 2026-01-31."}) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def with_reading(job_ids: Sequence[UUID]) -> set[UUID]:
    """Those of which it is known how they were read."""
    query = select(Job.id).where(Job.id.in_(job_ids), func.jsonb_typeof(Job.reading) == "object")
    return set(db.session.scalars(query))

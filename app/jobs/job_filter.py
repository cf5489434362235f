"""Which jobs a person means: one of the words of the list, a supplier, a cause, a time, what was typed, a selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_

from app.errors import Invalid
from app.models.job import Job
from app.models.phase import ACTIVE, Outcome, Phase

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

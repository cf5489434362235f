"""Everything that happened to a supplier, newest first: files, layouts, decisions, corrections, settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, func, or_, select

from app.extensions import db
from app.jobs import layouts
from app.models.job import Job
from app.models.review import MatchDecision
from app.models.user import AuditEntry
from app.review import take_back

PAGE_SIZE = 50


class Kind(StrEnum):
    FILES = "files"
    LAYOUT = "layout"
    DECISIONS = "decisions"
    CORRECTIONS = "corrections"
    SETTINGS = "settings"


@dataclass(frozen=True)
class LayoutChange:
    """What a file's layout has that its list's last one had not, and the other way round."""

    job: Job
    changes: Sequence[layouts.Change]


@dataclass(frozen=True)
class Happening:
    """``what`` is the thing itself; a page says it in words."""

    at: datetime
    kind: Kind
    what: Job | LayoutChange | take_back.Act | AuditEntry


def of_supplier(
    supplier_id: UUID, *, kind: Kind | None = None, before: datetime | None = None, limit: int = PAGE_SIZE
) -> tuple[list[Happening], datetime | None]:
    """The last ``limit`` before a moment, and the moment to go on before; None at the end."""
    sources = [SOURCES[kind]] if kind else list(SOURCES.values())
    found = [each for source in sources for each in source(supplier_id, before, limit + 1)]
    found.sort(key=lambda each: each.at, reverse=True)
    return found[:limit], found[limit - 1].at if len(found) > limit else None


def _files(supplier_id: UUID, before: datetime | None, limit: int) -> list[Happening]:
    query = select(Job).where(Job.supplier_id == supplier_id, *_until(Job.created_at, before))
    jobs = db.session.scalars(query.order_by(Job.created_at.desc()).limit(limit))
    return [Happening(each.created_at, Kind.FILES, each) for each in jobs]


def _layouts(supplier_id: UUID, before: datetime | None, limit: int) -> list[Happening]:
    earlier = func.lag(Job.layout).over(partition_by=Job.list_name, order_by=Job.came_at)
    read = (
        select(Job.id, earlier.label("earlier"))
        .where(Job.supplier_id == supplier_id, Job.applied_at.is_not(None), func.jsonb_typeof(Job.layout) == "object")
        .subquery()
    )
    rows = db.session.execute(
        select(Job, read.c.earlier)
        .join(read, read.c.id == Job.id)
        .where(read.c.earlier != Job.layout, *_until(Job.created_at, before))
        .order_by(Job.created_at.desc())
        .limit(limit)
    )
    changed = [(job, layouts.between(last, job.layout or {})) for job, last in rows]
    return [Happening(job.created_at, Kind.LAYOUT, LayoutChange(job, told)) for job, told in changed if told]


def _decisions(supplier_id: UUID, before: datetime | None, limit: int) -> list[Happening]:
    latest = func.max(MatchDecision.decided_at)
    acts = db.session.execute(
        take_back.every_act()
        .where(MatchDecision.supplier_id == supplier_id, *_until(MatchDecision.decided_at, before))
        .order_by(latest.desc(), MatchDecision.act_id)
        .limit(limit)
    )
    told = [Happening(act.at, Kind.DECISIONS, act) for act in (take_back.Act(*row) for row in acts)]
    return told + _audited(Kind.DECISIONS)(supplier_id, before, limit)


def _audited(kind: Kind) -> Callable[[UUID, datetime | None, int], list[Happening]]:
    def entries(supplier_id: UUID, before: datetime | None, limit: int) -> list[Happening]:
        about = AuditEntry.facts["supplier_id"].astext == str(supplier_id)
        query = select(AuditEntry).where(about, ACTIONS[kind], *_until(AuditEntry.at, before))
        rows = db.session.scalars(query.order_by(AuditEntry.at.desc()).limit(limit))
        return [Happening(each.at, kind, each) for each in rows]

    return entries


def _until(column: SQLColumnExpression[datetime], before: datetime | None) -> list[ColumnElement[bool]]:
    return [column < before] if before else []


def _areas(*names: str) -> ColumnElement[bool]:
    return or_(*(AuditEntry.action.startswith(f"{name}.") for name in names))


#: what the audit keeps with a ``supplier_id``, by kind; links and refusals are told as they stand, by their acts
ACTIONS: dict[Kind, ColumnElement[bool]] = {
    Kind.DECISIONS: or_(_areas("job"), AuditEntry.action == "match.taken_back"),
    Kind.CORRECTIONS: _areas("item", "row", "rows"),
    Kind.SETTINGS: _areas("supplier", "price_rule", "shadow"),
}
SOURCES: dict[Kind, Callable[[UUID, datetime | None, int], list[Happening]]] = {
    Kind.FILES: _files,
    Kind.LAYOUT: _layouts,
    Kind.DECISIONS: _decisions,
    Kind.CORRECTIONS: _audited(Kind.CORRECTIONS),
    Kind.SETTINGS: _audited(Kind.SETTINGS),
}

"""What changed in the layout of a supplier's list since the last one that was applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.models.job import Job

#: of a table, what is compared besides its columns
FACTS = ("currency", "decimal_mark")


@dataclass(frozen=True)
class Change:
    """``what``: gone, new, a role of a column, one of ``FACTS``, or kind: of the prices in ``column``.

    ``before`` and ``now`` are the list's own words; of a kind its name (``handoff.conditions.PriceKind``).
    """

    sheet: str
    what: str
    before: str
    now: str
    column: str = ""


def since_last(job: Job) -> list[Change]:
    """Empty for a first list, and for one that looks as the last one did."""
    last = _last(job)
    return between(last, job.layout) if last and job.layout else []


def between(last: Mapping[str, Any], layout: Mapping[str, Any]) -> list[Change]:
    """The same of two layouts as jobs keep them."""
    before, now = last.get("tables", []), layout.get("tables", [])
    known = {table.get("sheet"): table for table in before}
    alone = before[0] if len(before) == len(now) == 1 else None  # a sheet is often called by its month
    pairs = [(alone or known.get(table.get("sheet")), table) for table in now]
    return [change for old, new in pairs if old is not None for change in _changes(old, new)]


def _last(job: Job) -> Mapping[str, Any] | None:
    return db.session.scalar(
        select(Job.layout)
        .where(
            Job.supplier_id == job.supplier_id,
            Job.list_name == job.list_name,
            Job.came_at < job.came_at,
            Job.applied_at.is_not(None),
            func.jsonb_typeof(Job.layout) == "object",
        )
        .order_by(Job.came_at.desc())
        .limit(1)
    )


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    sheet, then, now = new.get("sheet") or "", old.get("headers", []), new.get("headers", [])
    roles, roles_now = old.get("roles", {}), new.get("roles", {})
    if gone := [each for each in then if each not in now]:
        yield Change(sheet, "gone", ", ".join(gone), "")
    if fresh := [each for each in now if each not in then]:
        yield Change(sheet, "new", "", ", ".join(fresh))
    for role in dict.fromkeys([*roles, *roles_now]):
        if roles.get(role) != roles_now.get(role):
            yield Change(sheet, role, roles.get(role) or "", roles_now.get(role) or "")
    kinds, kinds_now = old.get("kinds", {}), new.get("kinds", {})
    for column in kinds:
        if kinds_now.get(column, kinds[column]) != kinds[column]:
            yield Change(sheet, "kind", kinds[column], kinds_now[column], column)
    for name in FACTS:
        if (old.get(name) or "") != (new.get(name) or ""):
            yield Change(sheet, name, old.get(name) or "", new.get(name) or "")

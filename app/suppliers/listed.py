"""Suppliers as lists show them: with their items, their newest file, and whether they have gone silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    SQLColumnExpression,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from app.errors import Invalid
from app.extensions import db, settings
from app.jobs import queries
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.models.supplier import MOST_CADENCE_DAYS, Supplier
from app.suppliers.editing import item_counts

PAGE_SIZE = 50
STATES = ("active", "inactive")
PIPELINES = ("ml", "legacy")
#: a number of days that may be promised; whatever else stands there was not said
_DAYS: ColumnElement[Any] = literal_column(f"'strict $ ? (@ > 0 && @ <= {MOST_CADENCE_DAYS})'::jsonpath")

# As texts: one supplier's odd value, which a cast would refuse, must not hide all others.
is_active: ColumnElement[bool] = Supplier.meta["is_active"].as_string().is_distinct_from("false")
wants_ml: ColumnElement[bool] = Supplier.meta["use_ml_processing"].as_string().is_distinct_from("false")
_lower_name = func.lower(Supplier.name)


@dataclass(frozen=True)
class SupplierFilter:
    search: str = ""
    state: str = ""
    pipeline: str = ""
    silent: bool = False

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> SupplierFilter:
        """Read a query string. Raises Invalid for an unknown word."""
        state, pipeline = args.get("state", ""), args.get("pipeline", "")
        if (state and state not in STATES) or (pipeline and pipeline not in PIPELINES):
            raise Invalid("There is no such filter.")
        return cls(args.get("q", "").strip()[:200], state, pipeline, args.get("silent") == "1")

    def as_args(self) -> dict[str, Any]:
        named = {"q": self.search, "state": self.state, "pipeline": self.pipeline, "silent": "1" if self.silent else ""}
        return {name: value for name, value in named.items() if value}

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.search:
            plain = self.search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            found.append(Supplier.name.ilike(f"%{plain}%", escape="\\"))
        if self.state:
            found.append(is_active if self.state == "active" else ~is_active)
        if self.pipeline:
            found.append(wants_ml if self.pipeline == "ml" else ~wants_ml)
        if self.silent:
            found.append(Supplier.id.in_(silent_ids()))
        return found


@dataclass(frozen=True)
class Freshness:
    """``last_change``: the last file that brought something new. ``expected_days``: the supplier's or the settings'."""

    last_change: datetime | None
    expected_days: int
    since: datetime

    @property
    def days(self) -> float:
        return (datetime.now(UTC) - (self.last_change or self.since)).total_seconds() / 86400

    @property
    def is_silent(self) -> bool:
        return self.days > self.expected_days


@dataclass(frozen=True)
class Row:
    supplier: Supplier
    items: int
    job: Job | None
    freshness: Freshness


@dataclass(frozen=True)
class Page:
    rows: Sequence[Row]
    older: str
    newer: str
    total: int


def page(which: SupplierFilter, *, cursor: str = "", limit: int = PAGE_SIZE) -> Page:
    """By name; a cursor is ``<`` or ``>`` and the id of the supplier it starts beside."""
    query = select(Supplier).where(*which.conditions())
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    backwards = cursor.startswith(">")
    if cursor:
        beside = _beside(cursor[1:])
        place = tuple_(_lower_name, Supplier.id)
        query = query.where(place < beside if backwards else place > beside)
    order = (_lower_name.desc(), Supplier.id.desc()) if backwards else (_lower_name, Supplier.id)
    found = list(db.session.scalars(query.order_by(*order).limit(limit + 1)))
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    older = beyond(found[-1].id) if found and (more or backwards) else ""
    newer = f">{found[0].id}" if found and (more if backwards else bool(cursor)) else ""
    return Page(rows(found), older, newer, total)


def beyond(supplier_id: UUID) -> str:
    """The cursor of the page that begins after this supplier."""
    return f"<{supplier_id}"


def newest(limit: int) -> Page:
    """The suppliers added last, as a page of its own: whoever adds one sees it."""
    total = db.session.scalar(select(func.count()).select_from(Supplier)) or 0
    query = select(Supplier).order_by(Supplier.created_at.desc(), Supplier.id).limit(limit)
    return Page(rows(db.session.scalars(query).all()), older="", newer="", total=total)


def name_is_taken(name: str) -> bool:
    return bool(db.session.scalar(select(func.count()).where(_lower_name == name.lower())))


def rows(suppliers: Sequence[Supplier]) -> list[Row]:
    ids = [each.id for each in suppliers]
    counts = item_counts(ids)
    jobs = queries.latest_of_suppliers(ids)
    fresh = freshness(suppliers)
    return [Row(each, counts.get(each.id, 0), jobs.get(each.id), fresh[each.id]) for each in suppliers]


def freshness(suppliers: Sequence[Supplier]) -> dict[UUID, Freshness]:
    """One index probe a supplier for its last file that was applied."""
    if not suppliers:
        return {}
    wanted = select(func.unnest([each.id for each in suppliers]).label("supplier_id")).subquery()
    newest = last_change(wanted.c.supplier_id).lateral()
    last = dict(db.session.execute(select(wanted.c.supplier_id, newest.c.at).join(newest, true())).all())
    return {each.id: Freshness(last.get(each.id), cadence_days(each), each.created_at) for each in suppliers}


def cadence_days(supplier: Supplier) -> int:
    """Days between two lists: the supplier's, or as the settings say."""
    return supplier.cadence_days or settings().supplier_silent_days


def silent_ids() -> list[UUID]:
    """Active suppliers whose last new file is older than they promised, longest silence first."""
    newest = last_change(Supplier.id).lateral()
    told = Supplier.meta["cadence_days"]
    days = func.coalesce(cast(func.jsonb_path_query_first(told, _DAYS), Float), settings().supplier_silent_days)
    last = func.coalesce(newest.c.at, Supplier.created_at)
    query = (
        select(Supplier.id)
        .outerjoin(newest, true())
        .where(is_active, last < func.now() - days * timedelta(days=1))
        .order_by(last)
    )
    return list(db.session.scalars(query))


def last_change(supplier_id: SQLColumnExpression[UUID]) -> Select[datetime]:
    """When the supplier's last file came that brought something new."""
    return (
        select(Job.created_at.label("at"))
        .where(
            Job.supplier_id == supplier_id,
            and_(Job.phase == Phase.COMPLETE, or_(Job.outcome == Outcome.SUCCESS, Job.outcome == Outcome.WARNINGS)),
        )
        .order_by(Job.created_at.desc())
        .limit(1)
    )


def _beside(supplier_id: str) -> tuple[str, UUID]:
    try:
        found = db.session.get(Supplier, UUID(supplier_id))
    except ValueError:
        found = None
    if found is None:
        raise Invalid("The link to this page of the list is not valid. Start from the first page.")
    return found.name.lower(), found.id

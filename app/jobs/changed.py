"""What one file changes: its kept changes by kind and by what is odd about them, searched, in a chosen order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select, text

from app.errors import Invalid
from app.extensions import db
from app.models.catalog import ItemChange, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome

PAGE_SIZE = 50
KINDS = ("changed", "new", "vanished", "left_out")
#: the words of app.apply.odd, the gravest first; and what has none of them
GROUPS = (
    "jump",
    "price_lost",
    "price_zero",
    "large",
    "currency_changed",
    "currency_lost",
    "vat_changed",
    "kind_changed",
    "unit_changed",
    "name_replaced",
    "code_changed",
)
ORDINARY = "ordinary"
ORDERS: dict[str, SQLColumnExpression[Any]] = {
    "change": func.abs(ItemChange.change_percent),
    "name": func.lower(ItemChange.name),
    "sku": ItemChange.supplier_sku,
    "before": ItemChange.old_price,
    "after": ItemChange.new_price,
}
SHIFT = text("""
    SELECT round(log(new_price / old_price))::int AS power, count(*) AS items FROM item_changes
    WHERE job_id = :job_id AND NOT applied AND after->'odd' ? 'jump' GROUP BY power ORDER BY items DESC, power LIMIT 1
""")


@dataclass(frozen=True)
class Wanted:
    """``kind`` of KINDS; ``group`` of GROUPS or ORDINARY, or "" for all; ``words`` of a name or an article number."""

    kind: str
    group: str = ""
    words: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str], kind: str) -> Wanted:
        """As it is asked for; ``kind`` where none is named. Raises Invalid."""
        found = cls(args.get("kind") or kind, args.get("group", ""), args.get("q", "").strip()[:200])
        if found.kind not in KINDS or found.group not in ("", ORDINARY, *GROUPS):
            raise Invalid("There is no such filter.")
        return found

    def as_args(self) -> dict[str, str]:
        named = {"kind": self.kind, "group": self.group, "q": self.words}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class Sorted:
    """``by`` of ORDERS; the largest change comes first unless another way is asked for."""

    by: str = "change"
    down: bool = True

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Sorted:
        by = args.get("sort") or "change"
        if by not in ORDERS:
            raise Invalid("There is no such filter.")
        return cls(by, {"up": False, "down": True}.get(args.get("dir", ""), by == "change"))


def counts(job: Job) -> dict[str, int]:
    """Kept changes by kind; new items of an applied file are those that it brought first."""
    rows = db.session.execute(
        select(ItemChange.kind, func.count())
        .where(ItemChange.job_id == job.id, ItemChange.applied | _is_proposed(job))
        .group_by(ItemChange.kind)
    )
    found = dict(rows.all())
    return {
        "new": found.get("new", job.new_count),
        "changed": found.get("changed", job.changed_count),
        "vanished": found.get("vanished", job.vanished_count),
        "unchanged": job.unchanged_count,
        "left_out": left_out(job),
    }


def left_out(job: Job) -> int:
    """How many changes of an applied file were not made, and can still be."""
    if job.outcome not in (Outcome.SUCCESS, Outcome.WARNINGS):
        return 0
    count = select(func.count()).select_from(ItemChange).where(ItemChange.job_id == job.id, ~ItemChange.applied)
    return db.session.scalar(count) or 0


def groups(job: Job, wanted: Wanted) -> list[tuple[str, int]]:
    """Of the kind and the words that are wanted: each group that has a change, with how many."""
    narrowed = _conditions(job, Wanted(wanted.kind, words=wanted.words))
    asked = [func.count().filter(_of_group(each)).label(each) for each in (*GROUPS, ORDINARY)]
    row = db.session.execute(select(*asked).where(*narrowed)).one()
    return [(name, number) for name, number in row._mapping.items() if number]


def count(job: Job, wanted: Wanted) -> int:
    return db.session.scalar(select(func.count()).select_from(ItemChange).where(*_conditions(job, wanted))) or 0


def page(job: Job, wanted: Wanted, order: Sorted, *, after: int, limit: int = PAGE_SIZE) -> Sequence[ItemChange]:
    """The rows behind the first ``after``."""
    return db.session.scalars(query(job, wanted, order).offset(after).limit(limit)).all()


def query(job: Job, wanted: Wanted, order: Sorted) -> Select[ItemChange]:
    column = ORDERS[order.by]
    way = (column.desc() if order.down else column.asc()).nulls_last()
    return select(ItemChange).where(*_conditions(job, wanted)).order_by(way, ItemChange.id)


def skus(job: Job, wanted: Wanted) -> list[str]:
    """The items of all that are found, on whatever page."""
    return list(db.session.scalars(select(ItemChange.supplier_sku).where(*_conditions(job, wanted))))


def brought(job: Job, *, after: int = 0, limit: int = PAGE_SIZE) -> Sequence[SupplierItem]:
    """Items that an applied file brought first."""
    return db.session.scalars(
        select(SupplierItem)
        .where(SupplierItem.first_job_id == job.id)
        .order_by(SupplierItem.source_row, SupplierItem.id)
        .offset(after)
        .limit(limit)
    ).all()


@dataclass(frozen=True)
class Shift:
    """``items`` prices of a held file are ``factor`` times what they were: 10, 100, 1000, or 0.1, 0.01, 0.001."""

    factor: Decimal
    items: int


def shift(job: Job) -> Shift | None:
    """The power of ten that most prices of a held file moved by, if they did."""
    if job.outcome != Outcome.HELD:
        return None
    row = db.session.execute(SHIFT, {"job_id": job.id}).first()
    return Shift(Decimal(10) ** row.power, row.items) if row else None


def _is_proposed(job: Job) -> bool:
    """Nothing of the file was applied: all of it is what it would change."""
    return job.outcome in (Outcome.HELD, Outcome.REJECTED)


def _conditions(job: Job, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [ItemChange.job_id == job.id]
    if wanted.kind == "left_out":
        found.append(~ItemChange.applied)
    else:
        found += [ItemChange.kind == wanted.kind, ItemChange.applied | (job.applied_at is None)]
    if wanted.group:
        found.append(_of_group(wanted.group))
    if wanted.words:
        places = (ItemChange.name, ItemChange.supplier_sku)
        found.append(or_(*(each.icontains(wanted.words, autoescape=True) for each in places)))
    return found


def _of_group(group: str) -> ColumnElement[bool]:
    """A price that moved by a power of ten is told as that, and not as a large change once more."""
    odd = ItemChange.after["odd"]
    if group == ORDINARY:
        return func.coalesce(odd, text("'[]'::jsonb")) == text("'[]'::jsonb")
    has: ColumnElement[bool] = odd.has_key(group)
    return has & ~odd.has_key("jump") if group == "large" else has

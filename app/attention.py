"""What waits for a person's word or hand at this moment, by kind, the most pressing of each first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select

from app.extensions import db
from app.models.catalog import ComparedPrice, SupplierItem
from app.models.job import Job
from app.models.phase import SETTLED, Outcome, Phase
from app.models.review import Review, ReviewStatus
from app.models.supplier import Supplier
from app.models.sync import Alert
from app.suppliers import listed

SHOWN = 5
#: beyond it the number is told as "more than": counting a million is work for nobody
MOST_COUNTED = 10_000
#: alerts that are an end which somebody must mend; held files and silent suppliers have a part of their own
FILE_FAILURES = ("job_failed",)
SYSTEM_FAILURES = ("sync_failed", "receiver_off", "export_failed", "guard_tripped", "disk")

_held = Job.outcome == Outcome.HELD
_without_currency = and_(
    SupplierItem.current_price.is_not(None), SupplierItem.currency.is_(None), SupplierItem.is_available
)
_worth_matching = and_(
    SupplierItem.product_id.is_(None), ComparedPrice.comparable_price.is_not(None), SupplierItem.is_available
)
_pending = Review.status == ReviewStatus.PENDING


@dataclass(frozen=True)
class Part:
    """Some of what waits, and how much there is altogether (MOST_COUNTED + 1 stands for more)."""

    count: int
    rows: Sequence[Any]


@dataclass(frozen=True)
class NoCurrency:
    """A supplier whose list names no currency, and how many of its offers cannot be compared for that."""

    supplier_id: UUID
    supplier: str
    items: int


@dataclass(frozen=True)
class Unmatched:
    """An offer without a product; ``value`` is its comparable price."""

    id: UUID
    name: str
    supplier: str
    value: Decimal


def held() -> Part:
    """Files that a guard keeps back, the oldest first."""
    return _jobs(and_(_held, Job.question.is_(None)))


def questions() -> Part:
    """Files whose reading asks something, the oldest first."""
    return _jobs(and_(_held, Job.question.is_not(None)))


def failures(*, of_system: bool) -> Part:
    """What failed and is not mended, as alerts tell it, the newest first; files, and the system where it is asked."""
    kinds = FILE_FAILURES + (SYSTEM_FAILURES if of_system else ())
    query = select(Alert).where(Alert.resolved_at.is_(None), Alert.kind.in_(kinds))
    rows = db.session.scalars(query.order_by(Alert.created_at.desc()).limit(SHOWN)).all()
    return Part(_count(query), rows)


def silent() -> Part:
    """Active suppliers that sent nothing new in time, the longest silence first."""
    ids = listed.silent_ids()
    known = {each.id: each for each in db.session.scalars(select(Supplier).where(Supplier.id.in_(ids[:SHOWN])))}
    return Part(len(ids), [known[each] for each in ids[:SHOWN] if each in known])


def without_currency() -> Part:
    """Suppliers of offers that have a price and no currency, the most offers first."""
    number = func.count()
    query = (
        select(Supplier.id, Supplier.name, number)
        .join(SupplierItem, SupplierItem.supplier_id == Supplier.id)
        .where(_without_currency, Supplier.meta["default_currency"].as_string().is_(None))
        .group_by(Supplier.id)
        .order_by(number.desc(), Supplier.name)
    )
    rows = [NoCurrency(*row) for row in db.session.execute(query)]
    return Part(len(rows), rows[:SHOWN])


def unmatched() -> Part:
    """Offers without a product, those of the greatest value first."""
    query = (
        select(SupplierItem.id, SupplierItem.name, Supplier.name, ComparedPrice.comparable_price)
        .join(Supplier, Supplier.id == SupplierItem.supplier_id)
        .join(ComparedPrice, ComparedPrice.item_id == SupplierItem.id)
        .where(_worth_matching)
        .order_by(ComparedPrice.comparable_price.desc())
        .limit(SHOWN)
    )
    rows = [
        Unmatched(each, name, supplier, value or Decimal(0))
        for each, name, supplier, value in db.session.execute(query)
    ]
    every = select(SupplierItem.id).join(ComparedPrice, ComparedPrice.item_id == SupplierItem.id)
    return Part(_count(every.where(_worth_matching)), rows)


@dataclass(frozen=True)
class OfSupplier:
    """What is open of one supplier: ``failed`` is his last file where it failed, the numbers are of matches and items.

    ``silent_days`` is None while he is in time, or not active.
    """

    held: Sequence[Job]
    failed: Job | None
    reviews: int
    without_currency: int
    silent_days: int | None

    @property
    def is_empty(self) -> bool:
        return not (self.held or self.failed or self.reviews or self.without_currency or self.silent_days is not None)


def of_supplier(supplier: Supplier) -> OfSupplier:
    whose, fresh = SupplierItem.supplier_id == supplier.id, listed.freshness([supplier])[supplier.id]
    held = select(Job).where(_held, Job.supplier_id == supplier.id).order_by(Job.completed_at)
    last = select(Job).where(Job.supplier_id == supplier.id, Job.phase.in_(SETTLED)).order_by(Job.created_at.desc())
    ended = db.session.scalar(last.limit(1))
    asked = select(Review.id).join(SupplierItem, SupplierItem.id == Review.supplier_item_id).where(_pending, whose)
    named = supplier.default_currency is not None
    return OfSupplier(
        held=db.session.scalars(held).all(),
        failed=ended if ended is not None and ended.phase == Phase.FAILED else None,
        reviews=_count(asked),
        without_currency=0 if named else _count(select(SupplierItem.id).where(whose, _without_currency)),
        silent_days=int(fresh.days) if fresh.is_silent and supplier.is_active else None,
    )


def reviews() -> int:
    """Matches that somebody is asked about."""
    return _count(select(Review.id).where(_pending))


def urgent(*, of_system: bool) -> int:
    """What the menu counts: matters that hold something up, not the work that never ends."""
    held_files = _count(select(Job.id).where(_held))
    return held_files + without_currency().count + failures(of_system=of_system).count + silent().count


def _jobs(which: ColumnElement[bool]) -> Part:
    query = select(Job).where(which, Job.supplier_id.is_not(None))
    return Part(_count(query), db.session.scalars(query.order_by(Job.completed_at).limit(SHOWN)).all())


def _count(query: Select[*tuple[Any, ...]]) -> int:
    some = query.order_by(None).limit(MOST_COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0

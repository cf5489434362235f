"""How many items every supplier has and when its last file ended, remembered until something happens.

Status pages ask every few seconds and a thousand suppliers have a million items; so the answer is kept while
neither a job nor a person did anything. While jobs are under way it is counted anew every ``FRESH_SECONDS``, by a
thread beside the one that answers. It is never older than ``OLDEST_SECONDS``: a number that is taken before the
commit says nothing about what commits after it.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import CompoundSelect, exists, func, select, true, union_all
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.models.catalog import ParsingLog, SupplierItem
from app.models.job import Job, JobEvent
from app.models.phase import ACTIVE, SETTLED, Phase
from app.models.supplier import Supplier
from app.models.user import AuditEntry

FRESH_SECONDS = 3.0
RENEWED_SECONDS = 6.0
OLDEST_SECONDS = 8.0
KEY = "supplier_figures"
Status = Literal["success", "error", "pending", "inactive"]


@dataclass(frozen=True)
class Figures:
    """By supplier; one without items or without an ended job is missing. ``failing``: the last file met an error."""

    items: Mapping[UUID, int]
    last_sync: Mapping[UUID, datetime]
    failing: frozenset[UUID]

    def status(self, supplier_id: UUID, *, active: bool) -> Status:
        """The contract's word for how a supplier stands."""
        if not active:
            return "inactive"
        if supplier_id in self.failing:
            return "error"
        return "success" if supplier_id in self.items else "pending"


@dataclass(frozen=True)
class _Token:
    """``seen`` changes with everything that a job or a person does; ``at`` is the database's clock."""

    seen: tuple[int, ...]
    jobs_run: bool
    at: datetime


@dataclass(frozen=True)
class _Counted:
    figures: Figures
    token: _Token
    at: float

    @property
    def age(self) -> float:
        return time.monotonic() - self.at


@dataclass
class _Kept:
    counting: threading.Lock
    last: _Counted | None = None


def figures(*, not_before: datetime | None = None) -> Figures:
    """``not_before``: an end that the answer has to know of, however fresh the kept one is."""
    kept: _Kept = current_app.extensions.setdefault(KEY, _Kept(threading.Lock()))
    now, last = _token(), kept.last
    if last is None or _is_too_old(last, now, not_before):
        with kept.counting:  # one thread counts, the others wait for its answer instead of counting too
            last = kept.last
            if last is None or _is_too_old(last, now, not_before):
                last = kept.last = _counted(now)
    elif _is_due(last, now) and kept.counting.acquire(blocking=False):
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy ends with the request
        threading.Thread(target=_count_behind, args=(app, kept), daemon=True).start()
    return last.figures


def _is_too_old(last: _Counted, now: _Token, not_before: datetime | None) -> bool:
    ended = last.token.seen != now.seen and not now.jobs_run
    return ended or last.age > OLDEST_SECONDS or (not_before is not None and last.token.at < not_before)


def _is_due(last: _Counted, now: _Token) -> bool:
    return last.age > (FRESH_SECONDS if last.token.seen != now.seen else RENEWED_SECONDS)


def _counted(token: _Token) -> _Counted:
    at = time.monotonic()
    return _Counted(_count(), token, at)


def _count_behind(app: Flask, kept: _Kept) -> None:
    try:
        with app.app_context(), contextlib.suppress(SQLAlchemyError):  # whoever asks next meets the same, and says so
            kept.last = _counted(_token())
    finally:
        kept.counting.release()


def _token() -> _Token:
    """Each part of it is one look at an index.

    The number of active jobs is part of it, since ids are given out before the commit: an apply that commits
    late leaves the highest event as it was, but is one active job less.
    """
    row = db.session.execute(
        select(
            select(func.coalesce(func.max(JobEvent.id), 0)).scalar_subquery(),
            select(func.coalesce(func.max(AuditEntry.id), 0)).scalar_subquery(),
            select(func.count()).select_from(Supplier).scalar_subquery(),
            select(func.count()).select_from(Job).where(Job.phase.in_(ACTIVE)).scalar_subquery(),
            func.clock_timestamp(),
        )
    ).one()
    return _Token(tuple(int(each) for each in row[:4]), jobs_run=bool(row[3]), at=row[4])


def _count() -> Figures:
    items = db.session.execute(select(SupplierItem.supplier_id, func.count()).group_by(SupplierItem.supplier_id))
    ended = (
        select(Job.completed_at)
        .where(Job.supplier_id == Supplier.id, Job.phase == Phase.COMPLETE)
        .order_by(Job.created_at.desc())
        .limit(1)
        .lateral()
    )
    last = db.session.execute(select(Supplier.id, ended.c.completed_at).join(ended, true()))
    return Figures(
        dict(items.all()),
        {supplier_id: at for supplier_id, at in last if at is not None},
        frozenset(db.session.scalars(_failing())),
    )


def _failing() -> CompoundSelect[UUID]:
    """Suppliers whose last ended job failed; of those without a job, whose last session in the log has an ERROR."""
    job = (
        select(Job.phase)
        .where(Job.supplier_id == Supplier.id, Job.phase.in_(SETTLED))
        .order_by(Job.created_at.desc())
        .limit(1)
        .lateral()
    )
    session = (
        select(ParsingLog.task_id)
        .where(ParsingLog.supplier_id == Supplier.id)
        .order_by(ParsingLog.created_at.desc())
        .limit(1)
        .lateral()
    )
    failed = exists().where(
        ParsingLog.task_id == session.c.task_id,
        ParsingLog.supplier_id == Supplier.id,
        ParsingLog.error_type == "ERROR",
    )
    without_job = ~exists().where(Job.supplier_id == Supplier.id)
    return union_all(
        select(Supplier.id).join(job, true()).where(job.c.phase == Phase.FAILED),
        select(Supplier.id).join(session, true()).where(without_job, failed),
    )

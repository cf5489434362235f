"""How many items every supplier has and when its last file ended, remembered until something happens.

Status pages ask every few seconds and a thousand suppliers have a million items; so the answer is kept while
neither a job nor a person did anything, and for three seconds while jobs are under way. It is never older than
``OLDEST_SECONDS``: a number that is taken before the commit says nothing about what commits after it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select, true

from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.job import Job, JobEvent
from app.models.phase import ACTIVE, Phase
from app.models.supplier import Supplier
from app.models.user import AuditEntry

FRESH_SECONDS = 3.0
OLDEST_SECONDS = 8.0
KEY = "supplier_figures"


@dataclass(frozen=True)
class Figures:
    """Both by supplier; one without items or without an ended job is missing."""

    items: Mapping[UUID, int]
    last_sync: Mapping[UUID, datetime]


@dataclass(frozen=True)
class _Token:
    """``seen`` changes with everything that a job or a person does; ``at`` is the database's clock."""

    seen: tuple[int, ...]
    jobs_run: bool
    at: datetime


@dataclass
class _Kept:
    lock: threading.Lock
    token: _Token | None = None
    at: float = 0.0
    figures: Figures | None = None


def figures(*, not_before: datetime | None = None) -> Figures:
    """``not_before``: an end that the answer has to know of, however fresh the kept one is."""
    kept: _Kept = current_app.extensions.setdefault(KEY, _Kept(threading.Lock()))
    token = _token()
    with kept.lock:  # one thread counts, the others wait for its answer instead of counting too
        if kept.figures is None or kept.token is None or _is_old(kept.token, token, kept.at, not_before):
            kept.figures, kept.token, kept.at = _count(), token, time.monotonic()
        return kept.figures


def _is_old(then: _Token, now: _Token, counted: float, not_before: datetime | None) -> bool:
    age = time.monotonic() - counted
    changed = then.seen != now.seen and (not now.jobs_run or age > FRESH_SECONDS)
    return changed or age > OLDEST_SECONDS or (not_before is not None and then.at < not_before)


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
    return Figures(dict(items.all()), {supplier_id: at for supplier_id, at in last if at is not None})

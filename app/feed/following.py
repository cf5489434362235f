"""What happened since a cursor. A cursor is the number of the last change that its reader has taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.errors import CursorExpired
from app.extensions import db
from app.feed import numbering
from app.models.feed import Change, ChangeKind, FeedHead


@dataclass(frozen=True)
class Part:
    """``following`` is the cursor to go on with, ``more`` says that there is something behind it at this moment."""

    changes: Sequence[Change]
    following: int
    more: bool


def newest() -> int:
    """The cursor of whoever wants only what happens from now on."""
    numbering.give()
    return _head()[0]


def after(
    cursor: int,
    *,
    limit: int,
    supplier_id: UUID | None = None,
    kind: ChangeKind | None = None,
    since: datetime | None = None,
) -> Part:
    """Up to ``limit`` changes behind the cursor; 0 is the beginning of what is kept.

    Raises CursorExpired for a cursor whose next changes are forgotten, or that this feed never gave.
    """
    numbering.give()
    last, forgotten = _head()
    if cursor and not forgotten <= cursor <= last:
        raise CursorExpired(
            f"Changes {cursor + 1} and later are not all kept (the feed holds {forgotten + 1} to {last}). "
            "Take an export of the items, and go on from the cursor that `newest` names."
        )
    query = select(Change).where(Change.number > cursor, Change.number <= last).order_by(Change.number)
    if supplier_id:
        query = query.where(Change.supplier_id == supplier_id)
    if kind:
        query = query.where(Change.kind == kind)
    if since:
        query = query.where(Change.at >= since)
    found = db.session.scalars(query.limit(limit + 1).execution_options(populate_existing=True)).all()
    more = len(found) > limit
    following = found[limit - 1].number if more else last
    return Part(found[:limit], following or 0, more)


def _head() -> tuple[int, int]:
    """The last number given, and the last one forgotten."""
    found = db.session.execute(select(FeedHead.last, FeedHead.forgotten)).first()
    return (found.last, found.forgotten) if found else (0, 0)

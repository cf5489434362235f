"""When the sync runs by itself. One function says when: the screen shows it and the clock obeys it.

Slots lie at minute 0 of every hour divisible by SYNC_INTERVAL_HOURS, counted from midnight UTC, as the existing
system's timer has it: with 5, that is 0, 5, 10, 15, 20 and again 0 o'clock. An interval above 24 hours does not fit
into a day; its slots are counted from Monday 1970-01-05, so that 168 means every Monday at midnight.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.extensions import db, settings
from app.models.sync import ScheduleSlot

SYNC = "sync"
FIRST_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)


def last_slot(now: datetime, interval_hours: int) -> datetime:
    """The latest slot at or before ``now``."""
    now = now.astimezone(UTC)
    if interval_hours > 24:
        hours = int((now - FIRST_MONDAY).total_seconds() // 3600)
        return FIRST_MONDAY + timedelta(hours=hours - hours % interval_hours)
    return now.replace(hour=now.hour - now.hour % interval_hours, minute=0, second=0, microsecond=0)


def next_slot(now: datetime, interval_hours: int) -> datetime:
    """The first slot after ``now``."""
    slot = last_slot(now, interval_hours) + timedelta(hours=interval_hours)
    if interval_hours > 24:
        return slot
    midnight = (now.astimezone(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return min(slot, midnight)


def next_run(now: datetime | None = None) -> datetime:
    """When the next scheduled sync runs. A time in the past says that it is due and waits to be started."""
    now = now or datetime.now(UTC)
    return due_slot(now) or next_slot(now, settings().sync_interval_hours)


def due_slot(now: datetime) -> datetime | None:
    """The slot to be run at ``now``: the latest one, if neither it nor a later one was taken.

    Slots missed while nothing ran do not pile up, because only the latest counts. An installation that never
    took a slot begins with the next one.
    """
    taken = db.session.scalar(select(func.max(ScheduleSlot.slot_at)).where(ScheduleSlot.name == SYNC))
    slot = last_slot(now, settings().sync_interval_hours)
    return slot if taken is not None and slot > taken else None


def begin(now: datetime) -> None:
    """Remember the slots before the first start as not ours to run."""
    known = select(ScheduleSlot.name).where(ScheduleSlot.name == SYNC).limit(1)
    if db.session.scalar(known) is None:
        take(last_slot(now, settings().sync_interval_hours))
        db.session.commit()


def take(slot: datetime, *, name: str = SYNC) -> bool:
    """Take the slot of ``name`` inside the caller's transaction; False when another scheduler was faster."""
    row = insert(ScheduleSlot).values(name=name, slot_at=slot).on_conflict_do_nothing()
    return db.session.execute(row.returning(ScheduleSlot.name)).first() is not None

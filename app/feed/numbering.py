"""Changes are given their numbers after they were committed, by one process at a time.

So no number is given that a reader might pass by: what commits late is numbered late. Of one item the ids are in the
order of its changes, because each is drawn while the item's lock is held; numbers follow the ids of what is there.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import delete, func, select, text, update

from app.extensions import db, settings
from app.models.feed import Change, FeedHead

log = structlog.get_logger()

AT_ONCE, FORGET_AT_ONCE = 10_000, 20_000
# Whoever does not get it goes on: somebody else is giving numbers at this moment.
ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(724002)")
HEAD = text("INSERT INTO feed_head DEFAULT VALUES ON CONFLICT DO NOTHING")
# A statement after the lock: its snapshot holds all that was numbered before.
GIVE = text("""
    WITH waiting AS (SELECT id FROM changes WHERE number IS NULL ORDER BY id LIMIT :most),
    placed AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM waiting),
    given AS (
        UPDATE changes AS c SET number = h.last + placed.place FROM placed, feed_head AS h WHERE c.id = placed.id
        RETURNING c.number)
    UPDATE feed_head SET last = last + found.given
    FROM (SELECT count(*) AS given FROM given) AS found RETURNING found.given
""")


def give(*, most: int = AT_ONCE) -> int:
    """Number what was committed, the oldest first; commits. Returns how many: 0 too while another process does it."""
    given = 0
    if db.session.scalar(ONE_AT_A_TIME):
        db.session.execute(HEAD)
        given = db.session.scalar(GIVE, {"most": most}) or 0
    db.session.commit()
    return given


def give_all() -> None:
    """The clock's: nobody has to read for the feed to be in order."""
    while give() == AT_ONCE:
        pass


def forget() -> int:
    """Remove changes after JOB_HISTORY_DAYS; a reader that is behind them is told. Returns how many."""
    edge = datetime.now(UTC) - timedelta(days=settings().job_history_days)
    upto = db.session.scalar(select(func.max(Change.number)).where(Change.at < edge))
    forgotten = 0
    if upto is None:
        return forgotten
    db.session.execute(update(FeedHead).values(forgotten=func.greatest(FeedHead.forgotten, upto)))
    db.session.commit()
    while True:
        some = select(Change.id).where(Change.number <= upto).limit(FORGET_AT_ONCE)
        gone = len(db.session.scalars(delete(Change).where(Change.id.in_(some)).returning(Change.id)).all())
        db.session.commit()
        forgotten += gone
        if gone < FORGET_AT_ONCE:
            log.info("changes_forgotten", changes=forgotten)
            return forgotten

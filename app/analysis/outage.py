"""While ml-analyze is away files wait for it, and nobody's worker waits with them: one look for all of them.

Meanwhile they are held back; when it answers again they go on at once. Without a clock each still tries by itself.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import select, text

from app.analysis import client
from app.errors import AnalysisUnreachable, IngestError
from app.extensions import db
from app.jobs.retry import ML_ANALYZE
from app.models.job import Job

log = structlog.get_logger()

#: how far ahead a job is held back: longer than the pause between two looks
HELD_BACK = timedelta(seconds=30)

HOLD_BACK = text("""
    UPDATE ingestion_jobs SET due_at = now() + :pause WHERE id IN (
        SELECT id FROM ingestion_jobs WHERE away = :away AND step <> 'follow' AND due_at < now() + :pause / 2
            AND (claimed_until IS NULL OR claimed_until < now()) FOR UPDATE SKIP LOCKED)
""")
GO_ON = text("""
    UPDATE ingestion_jobs SET due_at = now(), hinted_at = NULL WHERE id IN (
        SELECT id FROM ingestion_jobs WHERE away = :away AND due_at > now()
            AND (claimed_until IS NULL OR claimed_until < now()) FOR UPDATE SKIP LOCKED)
""")


def look() -> bool:
    """True when ml-analyze answers, or nobody waits for it."""
    waits = db.session.scalar(select(Job.id).where(Job.away == ML_ANALYZE).limit(1))
    db.session.commit()  # nothing is held open while the other service is asked
    if waits is None:
        return True
    try:
        client.health()
    except AnalysisUnreachable:
        db.session.execute(HOLD_BACK, {"away": ML_ANALYZE, "pause": HELD_BACK})
        db.session.commit()
        return False
    except IngestError as error:  # it answers, if only that it is not well: whatever it says to a file counts
        log.info("analysis_answers_again", reason=str(error))
    freed = db.session.execute(GO_ON, {"away": ML_ANALYZE})
    db.session.commit()
    log.info("files_go_on", jobs=freed.rowcount)  # type: ignore[attr-defined]  # every UPDATE has one
    return True

"""Lists that hold from a later day on: kept until then, applied on it by the clock."""

from __future__ import annotations

from datetime import date

import structlog
from sqlalchemy import select

from app.apply import commit
from app.errors import Conflict
from app.extensions import db
from app.models.job import Job
from app.models.phase import Outcome

log = structlog.get_logger()

BY_ITSELF = "the calendar"


def apply_due(today: date | None = None) -> int:
    """Apply the lists whose day has come, the oldest first. A row that is not settled here is found again next time."""
    now = today or date.today()  # noqa: DTZ011  as in app.apply.later
    due = db.session.scalars(
        select(Job.id)
        .where(Job.outcome == Outcome.HELD, Job.applies_on <= now)
        .order_by(Job.applies_on, Job.created_at)
    ).all()
    db.session.commit()
    for job_id in due:
        try:
            commit.approve_due(job_id, actor=BY_ITSELF, today=now)
        except Conflict as reason:  # a newer list was applied meanwhile, or a person was quicker
            db.session.rollback()
            log.info("due_list_left", job_id=str(job_id), reason=str(reason))
            commit.wait_for_a_person(job_id, str(reason))
    return len(due)

"""Lists that hold from a later day on: kept until then, applied on it by the clock."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError

from app.alone import alone
from app.apply import commit
from app.errors import CourierError
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
        with alone("due_list_waits", job_id=str(job_id)):
            _apply(job_id, today=now)
    return len(due)


def _apply(job_id: UUID, *, today: date) -> None:
    """Where it cannot be applied by itself it waits for a person, and keeps no other list from its day."""
    try:
        commit.approve_due(job_id, actor=BY_ITSELF, today=today)
    except CourierError as reason:  # a newer list was applied meanwhile, or a person was quicker
        db.session.rollback()
        log.info("due_list_left", job_id=str(job_id), reason=str(reason))
        commit.wait_for_a_person(job_id, str(reason))
    except (OperationalError, InterfaceError):
        raise
    except Exception as bug:
        db.session.rollback()
        log.exception("due_list_not_applied", job_id=str(job_id))
        commit.wait_for_a_person(job_id, f"Internal error ({type(bug).__name__}). The log has the details.")

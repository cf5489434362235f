"""Numbers beside entries of the menu: what waits for a person."""

from __future__ import annotations

from sqlalchemy import func, select

from app import attention
from app.access.policy import may_use
from app.extensions import db
from app.models.review import Review, ReviewStatus
from app.web.remembered import forget, remembered

#: seconds for which the numbers are not counted again
PENDING, NEEDS = 2, 5


def counts(*, anew: bool = False) -> dict[str, int]:
    """By entry: ``needs`` (matters that hold something up) and ``pending`` (matches); only what this person may see.

    ``anew``: as they are now, for whoever will not ask again.
    """
    if not may_use("needs.index"):
        return {}
    of_system = may_use("system.index")
    key = f"needs_you:{of_system}"
    if anew:
        forget(key, "pending_reviews")
    needs, _ = remembered(key, lambda: attention.urgent(of_system=of_system), seconds=NEEDS)
    pending, _ = remembered("pending_reviews", _pending, seconds=PENDING)
    return {"needs": needs, "pending": pending}


def _pending() -> int:
    query = select(func.count()).select_from(Review).where(Review.status == ReviewStatus.PENDING)
    return db.session.scalar(query) or 0

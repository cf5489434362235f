"""Matches that colleagues divide among themselves: who looks at which, and what they say to each other about one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select, update

from app import audit
from app.errors import Invalid, NotFound
from app.extensions import db
from app.models.review import Review, ReviewStatus
from app.models.user import User, UserRole
from app.review import queue

LONGEST, MOST = 1000, 50


def colleagues() -> Sequence[User]:
    """Those who may decide about a match."""
    may = User.role.in_((UserRole.ADMIN, UserRole.PROCUREMENT))
    return db.session.scalars(select(User).where(may, User.is_enabled).order_by(User.username)).all()


def assign(review_id: UUID, to: UUID | None, *, by: User) -> Review:
    """To a colleague, or to nobody. Raises NotFound, Invalid."""
    name = _name(to)
    review = _get(review_id)
    review.assigned_to = to
    audit.record(by.username, "match.assigned", "1 match", to=name)
    db.session.commit()
    return review


def assign_all(which: queue.QueueFilter, to: UUID | None, *, by: User) -> int:
    """The same of every match that the filter finds; returns how many those are. Raises Invalid."""
    name = _name(to)
    moved = db.session.scalars(
        update(Review)
        .where(Review.id.in_(queue.ids(which)), Review.assigned_to.is_distinct_from(to))
        .values(assigned_to=to)
        .returning(Review.id)
        .execution_options(synchronize_session=False)
    ).all()
    if moved:
        audit.record(by.username, "match.assigned", f"{len(moved)} matches", to=name)
    db.session.commit()
    return len(moved)


def comment(review_id: UUID, text: str, *, by: User) -> Review:
    """Say something about a match, for whoever looks at it next. Raises NotFound, Invalid."""
    text = text.strip()
    if not 0 < len(text) <= LONGEST:
        raise Invalid(f"A comment has 1 to {LONGEST} characters.", details={"text": f"1 to {LONGEST} characters."})
    review = _get(review_id)
    said = {"by": by.username, "at": datetime.now(UTC).isoformat(timespec="seconds"), "text": text}
    review.comments = [*(review.comments or []), said][-MOST:]
    audit.record(by.username, "match.commented", str(review.supplier_item_id), text=text)
    db.session.commit()
    return review


def take_comment_back(review_id: UUID, at: str, *, by: User) -> Review:
    """Only what one has said oneself; what was taken back stands in the audit. Raises NotFound."""
    review = _get(review_id)
    left = [each for each in review.comments or [] if (each["at"], each["by"]) != (at, by.username)]
    if len(left) == len(review.comments or []):
        raise NotFound("There is no such comment of yours.")
    review.comments = left
    audit.record(by.username, "match.comment_removed", str(review.supplier_item_id))
    db.session.commit()
    return review


def assigned_to(user: User) -> int:
    """How many undecided matches wait for this person."""
    query = select(func.count()).where(Review.assigned_to == user.id, Review.status == ReviewStatus.PENDING)
    return db.session.scalar(query) or 0


def names(reviews: Sequence[Review]) -> dict[UUID, str]:
    """Who those are that these are assigned to."""
    ids = {each.assigned_to for each in reviews if each.assigned_to}
    return dict(db.session.execute(select(User.id, User.username).where(User.id.in_(ids))).all()) if ids else {}


def _name(to: UUID | None) -> str:
    if to is None:
        return ""
    found = {each.id: each.username for each in colleagues()}
    if to not in found:
        raise Invalid("Choose a colleague who may decide about matches.")
    return found[to]


def _get(review_id: UUID) -> Review:
    review = db.session.get(Review, review_id, with_for_update=True)
    if review is None:
        raise NotFound("This match is no longer in the queue.")
    return review

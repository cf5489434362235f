"""Changes by mail: what moved in a day or a week, to each buyer who asked for it, until he says no."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import ColumnElement, func, select, update

from app import audit, mail
from app.access.accounts import ADDRESS
from app.errors import Invalid, NotFound
from app.extensions import db, queue, settings
from app.feed import moves
from app.mail import Letter, NotSent
from app.models.user import Digest, User, UserRole

log = structlog.get_logger()

SEND_DIGESTS = "app.tasks.send_digests"
#: UTC, before the office begins
HOUR, MONDAY = 5, 0
#: one that was not sent, or whose sender died, is tried again after this
TRY_AGAIN = timedelta(minutes=10)
READERS = (UserRole.PROCUREMENT, UserRole.ADMIN)


def choose(user: User, *, email: str, digest: str) -> None:
    """Keep where a user's mail goes and how often he is told; commits. Raises Invalid."""
    email = email.strip()
    if email and not ADDRESS.fullmatch(email):
        raise Invalid("This is no e-mail address.", details={"email": "This is no e-mail address."})
    if digest and digest not in set(Digest):
        raise Invalid("A digest comes daily or weekly.", details={"digest": "A digest comes daily or weekly."})
    if digest and not email:
        raise Invalid("Say where the digest goes.", details={"email": "Say where the digest goes."})
    kept = db.session.get_one(User, user.id)
    kept.email, kept.digest = email or None, Digest(digest) if digest else None
    kept.digest_due_at = next_time(kept.digest) if kept.digest else None
    audit.record(user.username, "digest.chosen", user.username, digest=digest or "none")
    db.session.commit()


def stop(token: str) -> User:
    """The one click in a letter: no more of them. Raises NotFound for a link that we did not write."""
    user = reader(token)
    user.digest, user.digest_due_at = None, None
    audit.record(user.username, "digest.chosen", user.username, digest="none")
    db.session.commit()
    return user


def reader(token: str) -> User:
    """Whose letter the link stood in. Raises NotFound."""
    try:
        user = db.session.get(User, UUID(_links().loads(token)), populate_existing=True)
    except (BadData, ValueError) as error:
        raise NotFound("This link is not one of ours.") from error
    if user is None:
        raise NotFound("This user is no more.")
    return user


def next_time(digest: Digest, *, now: datetime | None = None) -> datetime:
    now = now or datetime.now(UTC)
    at = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if digest is Digest.WEEKLY:
        at += timedelta(days=(MONDAY - at.weekday()) % 7)
    return at if at > now else at + timedelta(days=7 if digest is Digest.WEEKLY else 1)


def dispatch() -> bool:
    """Tell a worker that digests are due. The clock's work: it waits for no mail server itself."""
    if not settings().smtp_url or db.session.scalar(select(User.id).where(*_due()).limit(1)) is None:
        return False
    queue().enqueue(SEND_DIGESTS, job_timeout=300, result_ttl=0, failure_ttl=3600)
    return True


def send_due() -> int:
    """Send each digest that is due, one user after the other; returns how many went out."""
    sent = 0
    while (user := _take()) is not None:
        sent += _send(user)
    return sent


def letter(user: User) -> Letter | None:
    """In the user's language; None when nothing moved: nobody reads that."""
    days = 7 if user.digest is Digest.WEEKLY else 1
    found = moves.within(moves.Span(days))
    if not found.suppliers:
        return None
    links = {
        "changes": _address("changes.index", days=days),
        "stop": _stop_address(user),
        "account": _address("access.account"),
    }
    with force_locale(user.locale or "en"):
        text = render_template("changes/digest.txt", found=found, days=days, links=links)
        subject = _("Courier: what moved on suppliers' lists")
    stop = {"List-Unsubscribe": f"<{links['stop']}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Letter(user.email or "", subject, text, stop)


def _send(user: User) -> bool:
    """False when there was nothing to tell, or the mail server did not take it; then it is tried again."""
    written = letter(user)
    assert user.digest and user.email
    done = update(User).where(User.id == user.id, User.digest == user.digest)
    done = done.values(digest_due_at=next_time(user.digest))
    if written is not None:
        db.session.commit()  # nothing is held while the mail server is asked
        try:
            mail.send(written)
        except NotSent as error:
            log.warning("digest_not_sent", reason=str(error))
            return False
    db.session.execute(done)
    db.session.commit()
    return written is not None


def _take() -> User | None:
    """Under a lease: two workers never send the same, and one that dies leaves it to be sent later."""
    due = select(User.id).where(*_due()).limit(1).with_for_update(skip_locked=True)
    taken = db.session.scalar(
        update(User)
        .where(User.id == due.scalar_subquery())
        .values(digest_due_at=func.now() + TRY_AGAIN)
        .returning(User.id)
    )
    db.session.commit()
    return db.session.get(User, taken, populate_existing=True) if taken else None


def _due() -> tuple[ColumnElement[bool], ...]:
    return (
        User.digest.is_not(None),
        User.email.is_not(None),
        User.digest_due_at <= func.now(),
        User.is_enabled.is_(True),
        User.role.in_(READERS),
    )


def _stop_address(user: User) -> str:
    return _address("access.digest_stop", token=_links().dumps(str(user.id)))


def _address(endpoint: str, **values: object) -> str:
    """Of a page, for somebody outside: there is no request whose host it could be taken from."""
    return settings().public_url.rstrip("/") + current_app.url_map.bind("").build(endpoint, values)


def _links() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="digest")

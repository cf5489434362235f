"""Signing in with a password, locked out after too many tries, and the sessions that begin and end with it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from redis import RedisError
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm.attributes import set_committed_value

from app import audit
from app.access import hashes, second_factor
from app.errors import RateLimited, Unauthorized
from app.extensions import db, redis, settings
from app.models.user import EndedSession, User

log = structlog.get_logger()

LOCK_SECONDS = 15 * 60
SEEN_AGAIN = timedelta(minutes=5)


def authenticate(username: str, password: str, *, code: str = "") -> User:
    """The user with this name, this password and, where he has a second factor, this code of it.

    Raises Unauthorized.
    """
    user = check_password(username, password)
    if second_factor.is_on(user):
        enter_code(user, code)
    return signed_in(user)


def check_password(username: str, password: str) -> User:
    """Who has this name and password; he is not signed in by it. Commits.

    Raises Unauthorized with a sentence that fits every reason but a lock.
    """
    _refuse_locked(username)
    user = db.session.scalar(select(User).where(User.username == username))
    known = user.password_hash if user else hashes.nobodys()
    if not hashes.fits(known, password) or user is None or not user.is_enabled:
        _count_failure(username)
        raise Unauthorized("The user name or the password is wrong.")
    if hashes.is_outdated(user.password_hash):
        with suppress(RateLimited):  # the old one will do until the next time
            user.password_hash = hashes.make(password)
    db.session.commit()
    return user


def enter_code(user: User, code: str) -> None:
    """A wrong code counts as a wrong password does. Raises Unauthorized."""
    _refuse_locked(user.username)
    if not second_factor.accepts(user, code):
        _count_failure(user.username)
        raise Unauthorized("The code of the second factor is missing, wrong, or was used already.")


def vouched_for(email: object, *, verified: bool) -> User:
    """Whom a provider means that has seen him sign in there: the one enabled user with this address.

    Raises Unauthorized.
    """
    wanted = email.strip().lower() if isinstance(email, str) else ""
    query = select(User).where(func.lower(User.email) == wanted, User.is_enabled).limit(2)
    found = db.session.scalars(query).all() if verified and wanted else []
    if len(found) != 1:
        raise Unauthorized("No user here has the address that you signed in with. Ask an administrator.")
    return found[0]


def signed_in(user: User) -> User:
    """He has shown all that is asked of him."""
    user.last_seen_at = datetime.now(UTC)
    audit.record(user.username, "user.signed_in", user.username)
    db.session.commit()
    _forget_failures(user.username)
    return user


def session_user(session_id: str, mark: str | None = None) -> User | None:
    """The user of a session cookie (see ``User.get_id``); None when disabled or signed out, here or everywhere.

    ``mark`` is what tells one session of the user from the others.
    """
    user_id, _, epoch = session_id.partition(":")
    try:
        user = db.session.get(User, UUID(user_id))
        if mark and db.session.get(EndedSession, mark[:32]):
            return None
    except ValueError:
        return None
    return user if user and user.is_enabled and str(user.session_epoch) == epoch else None


def saw(user: User) -> None:
    """Write down that the user is there, once in ``SEEN_AGAIN``; a row that somebody else holds is passed over."""
    now = datetime.now(UTC)
    if user.last_seen_at is not None and now - user.last_seen_at < SEEN_AGAIN:
        return
    free = select(User.id).where(User.id == user.id).with_for_update(skip_locked=True)
    db.session.execute(
        update(User)
        .where(User.id.in_(free.scalar_subquery()))
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    set_committed_value(user, "last_seen_at", now)


def end_session(mark: str, *, lifetime: timedelta) -> None:
    """A copy of the cookie is worth nothing from now on; what has expired by itself is forgotten."""
    now = datetime.now(UTC)
    db.session.execute(delete(EndedSession).where(EndedSession.forget_at < now))
    db.session.merge(EndedSession(id=mark[:32], forget_at=now + lifetime))
    db.session.commit()


def _failures_key(username: str) -> str:
    return f"login:failed:{hashlib.sha256(username.lower().encode()).hexdigest()}"


def _refuse_locked(username: str) -> None:
    try:
        key = _failures_key(username)
        failed = int(str(redis().get(key) or 0))
        left = int(str(redis().ttl(key))) if failed >= settings().login_attempts else 0
    except RedisError as error:  # the lock waits for Redis; signing in does not
        log.warning("login_lock_not_checked", error=str(error))
        return
    if left > 0:
        minutes = -(-left // 60)
        raise Unauthorized(
            f"Too many failed sign-ins with this name. Try again in {minutes} min.", details={"retry_after": left}
        )


def _count_failure(username: str) -> None:
    log.warning("login_failed", username=username[:255])
    try:
        pipe = redis().pipeline(transaction=True)
        pipe.incr(_failures_key(username))
        pipe.expire(_failures_key(username), LOCK_SECONDS)
        pipe.execute()
    except RedisError as error:
        log.warning("login_failure_not_counted", error=str(error))


def _forget_failures(username: str) -> None:
    try:
        redis().delete(_failures_key(username))
    except RedisError as error:
        log.warning("login_failures_not_forgotten", error=str(error))

"""Users and their passwords: sign-in with a lock-out, new users, changes that sign out everywhere."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from redis import RedisError
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from app import audit
from app.access import hashes, second_factor, tokens
from app.errors import InUse, Invalid, LastAdministrator, NotFound, RateLimited, Unauthorized
from app.extensions import db, redis, settings
from app.models.user import EndedSession, User, UserRole

log = structlog.get_logger()

LOCK_SECONDS = 15 * 60
SEEN_AGAIN = timedelta(minutes=5)
SHORTEST, LONGEST = 8, 255
#: of one person; what a letter's head would take for something else is none
ADDRESS = re.compile(r"[^\s@,;<>\"]{1,200}@[^\s@,;<>\"]{1,250}")


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


def create_user(username: str, password: str, role: UserRole, actor: str) -> User:
    """Raises Invalid for a bad name or password, Conflict for a taken name."""
    username = username.strip()
    if not 3 <= len(username) <= 255:
        raise Invalid("A user name has 3 to 255 characters.", details={"username": "3 to 255 characters."})
    user = User(username=username, password_hash=_hash(password), role=role)
    db.session.add(user)
    audit.record(actor, "user.created", username, role=role.value)
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise InUse(f"There is already a user named {username}.") from error
    return user


def change_password(user_id: UUID, password: str, actor: str) -> User:
    """Set a new password; every session, bearer token and API token of the user ends."""
    user = get_user(user_id)
    tokens.revoke_all(user.id)
    user.password_hash = _hash(password)
    user.session_epoch += 1
    audit.record(actor, "user.password_changed", user.username)
    db.session.commit()
    return user


def change_user(user_id: UUID, actor: str, *, role: UserRole | None = None, enabled: bool | None = None) -> User:
    """Set the role or switch the user off or on; a user who may do less is signed out. Keeps one enabled admin."""
    user = get_user(user_id)
    stays_admin = (role or user.role) is UserRole.ADMIN and (user.is_enabled if enabled is None else enabled)
    if not stays_admin and is_the_last_admin(user):
        raise LastAdministrator("This is the last enabled administrator. Make another one first.")
    user.role = role or user.role
    user.is_enabled = user.is_enabled if enabled is None else enabled
    user.session_epoch += 1
    audit.record(actor, "user.changed", user.username, role=user.role.value, enabled=user.is_enabled)
    db.session.commit()
    return user


def change_email(user_id: UUID, email: str, actor: str) -> User:
    """Where letters to the user go; empty for nowhere. Raises Invalid."""
    user, email = get_user(user_id), email.strip()
    if email and not ADDRESS.fullmatch(email):
        raise Invalid("This is no e-mail address.", details={"email": "This is no e-mail address."})
    if not email and user.digest:
        raise Invalid("A digest goes to this address.", details={"email": "A digest goes to this address."})
    user.email = email or None
    audit.record(actor, "user.email_set", user.username)
    db.session.commit()
    return user


def sign_out_everywhere(user_id: UUID, actor: str) -> User:
    """End every session and bearer token of the user. API tokens stay: they are revoked one by one."""
    user = get_user(user_id)
    user.session_epoch += 1
    audit.record(actor, "user.signed_out_everywhere", user.username)
    db.session.commit()
    return user


def named(username: str) -> User:
    """Raises NotFound."""
    user = db.session.scalar(select(User).where(User.username == username))
    if user is None:
        raise NotFound(f"There is no user named {username}.")
    return user


def get_user(user_id: UUID) -> User:
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    return user


def is_the_last_admin(user: User) -> bool:
    """Whether nobody would be left who may set users, were this one to go."""
    return user.role is UserRole.ADMIN and user.is_enabled and not _other_admins(user)


def _other_admins(user: User) -> int:
    query = select(func.count()).select_from(User)
    return db.session.scalar(query.where(User.role == UserRole.ADMIN, User.is_enabled, User.id != user.id)) or 0


def _hash(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            f"A password has {SHORTEST} to {LONGEST} characters.",
            details={"password": f"{SHORTEST} to {LONGEST} characters."},
        )
    return hashes.make(password)


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

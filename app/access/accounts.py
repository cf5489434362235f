"""Users: made, found, given a role, a password, an address; what takes a right away signs out everywhere."""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app import audit
from app.access import hashes, tokens
from app.errors import InUse, Invalid, LastAdministrator, NotFound
from app.extensions import db
from app.models.user import User, UserRole

SHORTEST, LONGEST = 8, 255
#: of one person; what a letter's head would take for something else is none
ADDRESS = re.compile(r"[^\s@,;<>\"]{1,200}@[^\s@,;<>\"]{1,250}")


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

"""A new password by mail: whoever reads the user's mail may set one, once, within an hour."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

import structlog
from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import func, or_, select

from app import audit, mail
from app.access import accounts, rate_limits
from app.errors import NotFound
from app.extensions import db, queue, settings
from app.mail import Letter, NotSent
from app.models.user import User

log = structlog.get_logger()

SEND_LINK = "app.tasks.send_reset_link"
LASTS_SECONDS = 3600
#: letters that one name asks for in ``LASTS_SECONDS``; more are not sent, and nobody is told
MOST = 3


def is_offered() -> bool:
    """Whether there is a mail server that could take a letter."""
    return bool(settings().smtp_url)


def ask(name: str) -> None:
    """Have a worker write to the user with this name or address, if there is one.

    Who asks is told nothing, and waits as long for a name that nobody has.
    """
    name = name.strip()[:200]
    subject = hashlib.sha256(name.lower().encode()).hexdigest()
    allowed = rate_limits.count("password_reset", subject, limit=MOST, window_seconds=LASTS_SECONDS)
    if is_offered() and name and not allowed.exceeded:
        queue().enqueue(SEND_LINK, name, job_timeout=60, result_ttl=0, failure_ttl=3600)


def send_link(name: str) -> int:
    """The worker's part; returns how many letters went out."""
    return sum(_send(user) for user in _meant(name))


def holder(token: str) -> User:
    """Whose password the link sets. Raises NotFound for one that is used, too old, or not ours."""
    try:
        user_id, epoch = _links().loads(token, max_age=LASTS_SECONDS)
        user = db.session.get(User, UUID(user_id), populate_existing=True)
    except (BadData, ValueError, TypeError) as error:
        raise NotFound("This link is too old, or not one of ours. Ask for another one.") from error
    if user is None or not user.is_enabled or user.session_epoch != epoch:
        raise NotFound("This link was used already, or something of the user changed since. Ask for another one.")
    return user


def set_password(token: str, password: str) -> User:
    """Every session and token of the user ends, and with them this link. Raises NotFound, Invalid."""
    user = holder(token)
    return accounts.change_password(user.id, password, user.username)


def _meant(name: str) -> Sequence[User]:
    named = or_(User.username == name, func.lower(User.email) == name.lower())
    return db.session.scalars(select(User).where(named, User.email.is_not(None), User.is_enabled)).all()


def _send(user: User) -> bool:
    with force_locale(user.locale or "en"):
        link = _address(_links().dumps([str(user.id), user.session_epoch]))
        text = render_template("access/reset.txt", user=user, link=link, minutes=LASTS_SECONDS // 60)
        letter = Letter(user.email or "", _("Courier: a new password"), text)
    audit.record(user.username, "user.reset_sent", user.username)
    db.session.commit()  # nothing is held while the mail server is asked
    try:
        mail.send(letter)
    except NotSent as error:
        log.warning("reset_link_not_sent", reason=str(error))
        return False
    return True


def _address(token: str) -> str:
    path = current_app.url_map.bind("").build("password.new", {"token": token})
    return settings().public_url.rstrip("/") + path


def _links() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="password reset")

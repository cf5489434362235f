"""The session of who signs in: between the password and the code of a second factor, and from then on."""

from __future__ import annotations

import secrets
import time

from flask import redirect, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response as BaseResponse

from app.access import passwords
from app.models.user import User
from app.web.security import MARK

#: after so many seconds without the code the password is asked for again
LASTS = 300
_WAITS, _SINCE, _BACK = "waits_for_code", "waits_since", "waits_back"


def let_in(user: User, *, back: str) -> BaseResponse:
    """A session of his own begins, and the page that he came for."""
    chosen = {key: session.get(key) for key in ("locale", "theme", "density")}
    session.clear()  # an id from before signing in is worth nothing after it
    session.update({key: value for key, value in chosen.items() if value})
    session.permanent = True
    session[MARK] = secrets.token_hex(16)
    login_user(user)
    return redirect(back or url_for("access.home"), code=303)


def ask_for_code(user: User, *, back: str) -> BaseResponse:
    """The password was right: the page that asks for the code."""
    session[_WAITS], session[_SINCE], session[_BACK] = user.get_id(), int(time.time()), back
    return redirect(url_for("second_factor.code"), code=303)


def waiting() -> User | None:
    """Who has given his password in the last minutes, and whose sessions were not ended since."""
    if int(time.time()) - int(session.get(_SINCE) or 0) > LASTS:
        return None
    return passwords.session_user(str(session.get(_WAITS) or ""))


def wanted_page() -> str:
    """Where he wanted to go when he was asked to sign in; a path of ours, or empty."""
    return str(session.get(_BACK) or "")

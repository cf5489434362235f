"""What every answer carries, who a session belongs to, and pages for what went wrong."""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, Flask, Response, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.wrappers import Response as BaseResponse

from app.access import passwords
from app.access.given import came_with_the_request
from app.errors import CourierError, Unauthorized
from app.extensions import db, login
from app.models.user import User
from app.web import causes, permits
from app.web.fragments import refused, say, wants_piece
from app.web.sessions import Sessions

# No inline script, no inline style, nothing from elsewhere. Images in the stylesheet are data: addresses.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
#: seconds for which a page that polls is believed about its user: signing out elsewhere takes this long to be noticed
REMEMBER_USER = 2.0
#: in the session: tells one sign-in of a user from the others
MARK = "mark"
_users: dict[str, tuple[float, User]] = {}


def load_user(session_id: str) -> User | None:
    """The user of a session. Polled fragments, which only read, may remember him for two seconds."""
    polls = request.method == "GET" and "HX-Request" in request.headers
    mark = session.get(MARK)
    key = f"{session_id} {mark}"
    known = _users.get(key) if polls else None
    if known and time.monotonic() - known[0] < REMEMBER_USER:
        return known[1]
    user = passwords.session_user(session_id, mark)
    if user is None:
        _users.pop(key, None)
        return None
    passwords.saw(user)
    if polls:
        if len(_users) > 1000:
            _users.clear()
        db.session.expunge(user)
        _users[key] = (time.monotonic(), user)
    return user


def forget_user() -> None:
    """After a change of the user: the next request reads him anew."""
    if current_user.is_authenticated:
        _users.pop(f"{current_user.get_id()} {session.get(MARK)}", None)
    permits.forget()


def send_to_login() -> BaseResponse:
    """htmx goes to the sign-in as a whole page; a swapped-in sign-in form would be lost in a table cell.

    Signed in again, the person is back on the page where the form or the piece was asked from.
    """
    looks = request.method == "GET" and not wants_piece()
    back = request.full_path.rstrip("?") if looks else causes.page_of_asker()
    target = url_for("access.login", next=back or None)
    if wants_piece():
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, code=303)


def register(app: Flask) -> None:
    app.session_interface = Sessions(app)
    login.user_loader(load_user)
    login.unauthorized_handler(send_to_login)
    login.login_view = "access.login"
    app.after_request(_add_headers)
    app.register_error_handler(CSRFError, _csrf)


def handle_errors(bp: Blueprint) -> None:
    """Errors of one page area, as pages or as notices."""
    bp.register_error_handler(CourierError, _courier_error)


def _courier_error(error: CourierError) -> Any:
    db.session.rollback()
    if isinstance(error, Unauthorized):
        return send_to_login()
    if wants_piece():
        return refused(error)
    return error_page(causes.of_courier(error))


def error_page(cause: causes.Cause) -> tuple[str, int]:
    return _drawn(cause), cause.status


def _drawn(cause: causes.Cause, *, part: str = "") -> str:
    again = sent() if cause.status >= 500 else []
    back = causes.way_back()
    return render_template(
        "error.html", part=part, title=cause.headline, sentence=cause.sentence, back=back, again=again
    )


def sent() -> list[tuple[str, str]]:
    """What a form held that met a fault of ours, to be sent again with one click; no files and no passwords."""
    form = request.form
    if request.method != "POST" or request.files or any("password" in name for name in form):
        return []
    return [(name, value) for name, value in form.items(multi=True) if name != "csrf_token"]


def page_error(error: Exception) -> Any:
    """An error outside of any verb, on a page."""
    db.session.rollback()
    return _answer(_heard(error))


def late_error(error: Exception) -> tuple[str, int]:
    """The content of a page whose frame is sent already, and the status that it should have had."""
    db.session.rollback()
    cause = causes.of_courier(error) if isinstance(error, CourierError) else _heard(error)
    return _drawn(cause, part="content"), cause.status


def _heard(error: Exception) -> causes.Cause:
    """The cause of an error outside of any verb, with its line in the log."""
    cause = causes.of_anything(error)
    ours = isinstance(error, DataError | UnicodeError) and not came_with_the_request(error)
    if cause is None or ours:
        current_app.logger.exception("page_failed")
        return causes.bug()
    if cause.status >= 500:
        current_app.logger.error("page_refused: %s: %s", cause.headline, error)
    return cause


def _answer(cause: causes.Cause) -> Any:
    if wants_piece():
        sentence = f"{cause.headline}. {cause.sentence}"
        return say(Response(sentence, status=cause.status, mimetype="text/plain"), sentence, tone="bad")
    return error_page(cause)


def _csrf(_error: CSRFError) -> Any:
    """A form without its token: the session has ended, or never came about over plain HTTP, or the form is old."""
    cookie = request.cookies.get(current_app.config["SESSION_COOKIE_NAME"])
    if current_app.config["SESSION_COOKIE_SECURE"] and not request.is_secure and cookie is None:
        return _answer(causes.https_needed())
    if not current_user.is_authenticated and request.blueprint != "access":
        flash(_("Your session has ended. Sign in to go on where you were."), "warn")
        return send_to_login()
    return _answer(causes.old_form())


def _add_headers(response: Response) -> Response:
    response.headers.extend(HEADERS)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response

"""What every answer carries, who a session belongs to, and pages for what went wrong."""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from app.access import passwords
from app.access.given import came_with_the_request
from app.errors import CourierError, Unauthorized
from app.extensions import db, login
from app.models.user import User
from app.web import permits
from app.web.fragments import refused, say, wants_piece
from app.web.sentences import told
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
    """htmx goes to the sign-in as a whole page; a swapped-in sign-in form would be lost in a table cell."""
    back = request.full_path.rstrip("?") if request.method == "GET" and not wants_piece() else None
    target = url_for("access.login", next=back)
    if wants_piece():
        return Response(status=204, headers={"HX-Redirect": url_for("access.login")})
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
    return error_page(error.status, told(str(error)))


def error_page(status: int, sentence: str) -> tuple[str, int]:
    titles = {403: _("Not allowed"), 404: _("Not found"), 409: _("Somebody was faster"), 413: _("Too large")}
    came_from = request.referrer or ""
    return render_template(
        "error.html",
        title=titles.get(status, _("That did not work")),
        sentence=sentence,
        back=came_from if came_from.startswith(request.host_url) and came_from != request.url else "",
    ), status


def page_error(error: Exception) -> Any:
    """An error outside of any verb, on a page."""
    if isinstance(error, HTTPException):
        code = error.code or 500
        sentences = {
            404: _("There is no such page. The link may be old."),
            405: _("This address does not answer that way."),
            413: _("The file is larger than what is taken here."),
        }
        return _answer(code, sentences.get(code, error.description or ""))
    if isinstance(error, OperationalError):
        current_app.logger.error("database_unreachable: %s", error)
        return _answer(503, _("The database does not answer. Try again in a moment; the Health page says more."))
    if isinstance(error, DataError | UnicodeError) and came_with_the_request(error):
        db.session.rollback()
        current_app.logger.warning("value_refused: %s", error.__class__.__name__)
        return _answer(400, _("A value holds characters that cannot be kept (such as NUL), or a number too large."))
    current_app.logger.exception("page_failed")
    return _answer(500, _("Something broke on our side. It is in the log; try again."))


def _answer(status: int, sentence: str) -> Any:
    if wants_piece():
        return say(Response(sentence, status=status, mimetype="text/plain"), sentence, tone="bad")
    return error_page(status, sentence)


def _csrf(_error: CSRFError) -> Any:
    return _answer(400, _("This form is too old. Reload the page and send it again."))


def _add_headers(response: Response) -> Response:
    response.headers.extend(HEADERS)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response

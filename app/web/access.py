"""Signing in and out, and what a person may set for himself."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response as BaseResponse

from app import digest
from app.access import accounts, passwords, policy, reset, second_factor, tokens
from app.errors import Invalid, Unauthorized
from app.extensions import csrf, db
from app.models.user import User, UserRole
from app.web import openid, signing_in
from app.web.fragments import done
from app.web.language import DENSITIES, LANGUAGES, THEMES
from app.web.security import MARK, forget_user, handle_errors

bp = Blueprint("access", __name__)
handle_errors(bp)


@bp.get("/")
@policy.require()
def home() -> BaseResponse:
    """Each role begins where its work is."""
    start = {UserRole.ADMIN: "needs.index", UserRole.PROCUREMENT: "needs.index"}
    return redirect(url_for(start.get(UserRole(current_user.role), "dashboard.index")))


@bp.get("/login")
@policy.public
def login() -> BaseResponse | str:
    if current_user.is_authenticated:
        return redirect(url_for("access.home"))
    return _login(back=_safe(request.args.get("next")))


@bp.post("/login")
@policy.public
def sign_in() -> BaseResponse:
    username, back = request.form.get("username", "").strip(), _safe(request.form.get("next"))
    try:
        user = passwords.check_password(username, request.form.get("password", ""))
    except Unauthorized as error:
        return make_response(_login(back=back, problem=str(error), username=username), 401)
    if second_factor.is_on(user):
        return signing_in.ask_for_code(user, back=back)
    return signing_in.let_in(passwords.signed_in(user), back=back)


def _login(*, back: str, problem: str = "", username: str = "") -> str:
    page = {"back": back, "problem": problem, "username": username}
    return render_template("access/login.html", **page, mail_is_set=reset.is_offered(), openid=openid.label())


@bp.post("/logout")
@policy.public
def logout() -> BaseResponse:
    forget_user()
    if current_user.is_authenticated and (mark := session.get(MARK)):
        passwords.end_session(mark, lifetime=current_app.permanent_session_lifetime)
    elif current_user.is_authenticated:  # signed in before sessions had a mark
        accounts.sign_out_everywhere(current_user.id, current_user.username)
    logout_user()
    session.clear()
    return redirect(url_for("access.login"), code=303)


@bp.get("/account")
@policy.require()
def account() -> str:
    return _account()


@bp.post("/account/password")
@policy.require()
def change_password() -> Response:
    user = policy.actor()
    try:
        if request.form.get("password", "") != request.form.get("again", ""):
            raise Invalid(_("The two passwords differ."), details={"again": _("The two passwords differ.")})
        try:
            passwords.check_password(user.username, request.form.get("current", ""))
        except Unauthorized as error:
            raise Invalid(str(error), details={"current": str(error)}) from error
        changed = accounts.change_password(user.id, request.form["password"], user.username)
    except Invalid as error:
        return make_response(_account(problems=error.details or {"password": str(error)}), 422)
    forget_user()
    login_user(changed)
    return done(_("Your password was changed; every other session was signed out."), url_for("access.account"))


@bp.post("/account/preferences")
@policy.public
def set_preferences() -> BaseResponse:
    """Language, theme and density: kept for the user, or for the session before signing in."""
    _set("locale", request.form.get("locale", ""), tuple(LANGUAGES))
    _set("theme", request.form.get("theme", ""), THEMES)
    _set("density", request.form.get("density", ""), DENSITIES)
    return redirect(_safe(request.form.get("next")) or _safe_referrer() or url_for("access.home"), code=303)


@bp.post("/account/digest")
@policy.require("admin", "procurement")
def set_digest() -> Response:
    try:
        digest.choose(policy.actor(), email=request.form.get("email", ""), digest=request.form.get("digest", ""))
    except Invalid as error:
        db.session.rollback()
        return make_response(_account(problems={name: str(text) for name, text in error.details.items()}), 422)
    forget_user()
    return done(_("Saved."), url_for("access.account"))


@bp.get("/digest/stop/<token>")
@policy.public
def digest_stop(token: str) -> str:
    """Where the link of a letter leads; what looks at links before a person does changes nothing by it."""
    return render_template("access/digest_stop.html", email=digest.reader(token).email, stopped=False)


@bp.post("/digest/stop/<token>")
@policy.public
def stop_digest(token: str) -> str:
    """By the button, or by a mail program's own: it has no form token, and the link says whose letters end."""
    return render_template("access/digest_stop.html", email=digest.stop(token).email, stopped=True)


csrf.exempt(stop_digest)


@bp.post("/account/theme")
@policy.public
def set_theme() -> BaseResponse:
    _set("theme", request.form.get("theme", ""), THEMES)
    return redirect(_safe_referrer() or url_for("access.home"), code=303)


@bp.post("/account/tokens")
@policy.require()
def create_token() -> Response:
    user = policy.actor()
    try:
        days = request.form.get("expires_in_days", str(tokens.DAYS))
        _row, plain = tokens.create_api_token(
            user,
            request.form.get("name", ""),
            user.username,
            days=int(days) if days.isdecimal() and len(days) < 6 else 0,
            read_only="read_only" in request.form,
        )
    except Invalid as error:
        return make_response(_account(problems=error.details), 422)
    return make_response(_account(plain=plain))


@bp.post("/account/tokens/<uuid:token_id>/revoke")
@policy.require()
def revoke_token(token_id: UUID) -> Response:
    user = policy.actor()
    tokens.revoke_api_token(token_id, user, user.username)
    return done(_("The token was revoked."), url_for("access.account"))


@bp.post("/account/sessions/end")
@policy.require()
def end_sessions() -> BaseResponse:
    user = policy.actor()
    accounts.sign_out_everywhere(user.id, user.username)
    forget_user()
    logout_user()
    return redirect(url_for("access.login"), code=303)


def _account(*, problems: dict[str, str] | None = None, plain: str = "") -> str:
    user = policy.actor()
    return render_template("access/account.html", tokens=tokens.api_tokens(user), problems=problems or {}, plain=plain)


def _set(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        return
    session[name] = value
    if current_user.is_authenticated:
        user = db.session.get(User, current_user.id)
        if user is not None:
            setattr(user, name, value)
            db.session.commit()
        forget_user()


def _safe(address: str | None) -> str:
    """Only paths of ours: a link must not send a person who has just signed in somewhere else."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or "\\" in address:
        return ""
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else ""


def _safe_referrer() -> str:
    """The page that the form stood on."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host or not parts.path:
        return ""
    return _safe(parts.path + (f"?{parts.query}" if parts.query else ""))

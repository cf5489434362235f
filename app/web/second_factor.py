"""The second factor: asked for behind the password, switched on and off on the account's page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from app.access import accounts, passwords, policy, second_factor
from app.errors import Invalid, Unauthorized
from app.web import signing_in
from app.web.fragments import done
from app.web.security import forget_user, handle_errors

bp = Blueprint("second_factor", __name__, url_prefix="/second-factor")
handle_errors(bp)


@bp.get("/code")
@policy.public
def code() -> str:
    return _code_page(waits=signing_in.waiting() is not None)


@bp.post("/code")
@policy.public
def enter() -> BaseResponse:
    user = signing_in.waiting()
    if user is None:
        return make_response(_code_page(waits=False), 422)
    try:
        passwords.enter_code(user, request.form.get("code", ""))
    except Unauthorized as error:
        return make_response(_code_page(waits=True, problem=str(error)), 422)
    return signing_in.let_in(passwords.signed_in(user), back=signing_in.wanted_page())


@bp.get("")
@policy.require()
def index() -> str:
    return _page()


@bp.post("/begin")
@policy.require()
def begin() -> Response:
    second_factor.begin(policy.actor())
    forget_user()
    return make_response(redirect(url_for("second_factor.index"), code=303))


@bp.post("/confirm")
@policy.require()
def confirm() -> Response:
    """The codes for paper are shown this once."""
    try:
        paper = second_factor.confirm(policy.actor(), request.form.get("code", "").strip().replace(" ", ""))
    except Invalid as error:
        return make_response(_page(problems={name: str(each) for name, each in error.details.items()}), 422)
    forget_user()
    return make_response(_page(paper=paper))


@bp.post("/off")
@policy.require()
def off() -> Response:
    """With the password: who finds an open window must not take it off."""
    user = policy.actor()
    try:
        passwords.check_password(user.username, request.form.get("password", ""))
    except Unauthorized as error:
        return make_response(_page(problems={"password": str(error)}), 422)
    second_factor.remove(user, actor=user.username)
    forget_user()
    return done(_("The second factor is off."), url_for("second_factor.index"))


def _code_page(*, waits: bool, problem: str = "") -> str:
    """Without somebody who waits for it: the way back to the password."""
    return render_template("second_factor/code.html", waits=waits, problem=problem)


def _page(*, problems: dict[str, str] | None = None, paper: list[str] | None = None) -> str:
    user = accounts.get_user(policy.actor().id)
    secret = second_factor.pending(user)
    return render_template(
        "second_factor/index.html",
        user=user,
        is_on=second_factor.is_on(user),
        left=len(user.recovery_hashes or []),
        secret=secret,
        # made by segno of our own address: nothing of it comes from a person but the name, which is drawn
        picture=Markup(second_factor.picture(user, secret)) if secret else "",  # noqa: S704 # nosec B704
        paper=paper or [],
        problems=problems or {},
    )

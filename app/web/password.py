"""A new password for who forgot his: asked for by name, set behind the link of a letter."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.access import policy, reset
from app.errors import Invalid, NotFound
from app.web.fragments import done
from app.web.security import handle_errors

bp = Blueprint("password", __name__, url_prefix="/password")
handle_errors(bp)


@bp.get("/forgotten")
@policy.public
def forgotten() -> str:
    return render_template("access/forgotten.html", asked=False)


@bp.post("/forgotten")
@policy.public
def ask() -> str:
    """The same answer for every name."""
    _offered()
    reset.ask(request.form.get("name", ""))
    return render_template("access/forgotten.html", asked=True)


@bp.get("/new/<token>")
@policy.public
def new(token: str) -> str:
    return _page(token)


@bp.post("/new/<token>")
@policy.public
def keep(token: str) -> Response:
    password = request.form.get("password", "")
    try:
        if password != request.form.get("again", ""):
            raise Invalid(_("The two passwords differ."), details={"again": _("The two passwords differ.")})
        reset.set_password(token, password)
    except Invalid as error:
        return make_response(_page(token, problems={name: str(each) for name, each in error.details.items()}), 422)
    return done(_("The new password is set. Sign in with it."), url_for("access.login"))


def _page(token: str, problems: dict[str, str] | None = None) -> str:
    return render_template("access/new_password.html", user=reset.holder(token), problems=problems or {})


def _offered() -> None:
    if not reset.is_offered():
        raise NotFound(_("No mail server is set up here. Ask an administrator for a new password."))

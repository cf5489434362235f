"""Users and their roles."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from app.access import passwords, policy
from app.errors import Conflict, Invalid
from app.extensions import db
from app.models.user import User, UserRole
from app.web import permits
from app.web.fragments import done
from app.web.security import handle_errors

bp = Blueprint("users", __name__, url_prefix="/users")
handle_errors(bp)


@bp.get("")
@policy.require("admin")
def index() -> str:
    return _page()


@bp.post("")
@policy.require("admin")
def create() -> Response:
    form = request.form
    try:
        passwords.create_user(form.get("username", ""), form.get("password", ""), _role(), current_user.username)
    except (Invalid, Conflict) as error:
        problems = error.details or {"username": str(error)}
        return make_response(_page(problems=problems, values=dict(form)), 422)
    return done(_("%(name)s can sign in now.", name=form["username"].strip()), url_for("users.index"))


@bp.post("/<uuid:user_id>")
@policy.require("admin")
def change(user_id: UUID) -> Response:
    form = request.form
    if form.get("password"):
        user = passwords.change_password(user_id, form["password"], current_user.username)
        permits.forget()
        return done(_("%(name)s has a new password.", name=user.username), url_for("users.index"))
    enabled = {"on": True, "off": False}.get(form.get("enabled", ""))
    role = _role() if form.get("role") else None
    user = passwords.change_user(user_id, current_user.username, role=role, enabled=enabled)
    permits.forget()
    return done(_("%(name)s was changed and has to sign in again.", name=user.username), url_for("users.index"))


def _role() -> UserRole:
    try:
        return UserRole(request.form.get("role", ""))
    except ValueError as error:
        raise Invalid(_("Choose a role."), details={"role": _("Choose a role.")}) from error


def _page(*, problems: dict[str, str] | None = None, values: dict[str, str] | None = None) -> str:
    users = db.session.scalars(select(User).order_by(User.username)).all()
    return render_template("users/index.html", users=users, problems=problems or {}, values=values or {})

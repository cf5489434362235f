"""Users and their roles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from app.access import accounts, policy, second_factor
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
        accounts.create_user(form.get("username", ""), form.get("password", ""), _role(), current_user.username)
    except (Invalid, Conflict) as error:
        problems = error.details or {"username": str(error)}
        return make_response(_page(problems=problems, values=dict(form)), 422)
    return done(_("%(name)s can sign in now.", name=form["username"].strip()), url_for("users.index"))


@bp.post("/<uuid:user_id>")
@policy.require("admin")
def change(user_id: UUID) -> Response:
    """One form a row: role, e-mail and a new password, whichever differ; or whether the user is let in."""
    form, actor = request.form, current_user.username
    user = accounts.get_user(user_id)
    enabled = {"on": True, "off": False}.get(form.get("enabled", ""))
    role = _role() if form.get("role") else user.role
    if _steps_down(user, role) and form.get("sure") != "1":
        return make_response(_page(stepping_down=role), 422)
    said = []
    if "email" in form and form["email"].strip() != (user.email or ""):
        try:
            accounts.change_email(user_id, form["email"], actor)
        except Invalid as error:
            return make_response(_page(refused={"id": user_id, "email": form["email"], "problem": str(error)}), 422)
        said.append(_("%(name)s has another e-mail address.", name=user.username))
    if form.get("password"):
        accounts.change_password(user_id, form["password"], actor)
        said.append(_("%(name)s has a new password.", name=user.username))
    if role != user.role or enabled is not None:
        accounts.change_user(user_id, actor, role=role, enabled=enabled)
        said.append(_("%(name)s was changed and has to sign in again.", name=user.username))
    permits.forget()
    return done(" ".join(said) or _("Nothing was changed."), url_for("users.index"), tone="good" if said else "warn")


@bp.post("/<uuid:user_id>/second-factor/off")
@policy.require("admin")
def second_factor_off(user_id: UUID) -> Response:
    """For who lost his telephone and the codes on paper; he may switch it on again."""
    user = accounts.get_user(user_id)
    second_factor.remove(user, actor=current_user.username)
    permits.forget()
    return done(_("%(name)s signs in with the password alone now.", name=user.username), url_for("users.index"))


def _steps_down(user: User, role: UserRole) -> bool:
    """An administrator takes away his own role: he is asked first, for he could not take it back."""
    own = user.id == current_user.id and user.role is UserRole.ADMIN and role is not UserRole.ADMIN
    return own and not accounts.is_the_last_admin(user)


def _role() -> UserRole:
    try:
        return UserRole(request.form.get("role", ""))
    except ValueError as error:
        raise Invalid(_("Choose a role."), details={"role": _("Choose a role.")}) from error


def _page(
    *,
    problems: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    stepping_down: UserRole | None = None,
    refused: dict[str, Any] | None = None,
) -> str:
    users = db.session.scalars(select(User).order_by(User.username)).all()
    return render_template(
        "users/index.html",
        users=users,
        problems=problems or {},
        values=values or {},
        stepping_down=stepping_down,
        refused=refused or {},
    )

"""Exports on a schedule: made, looked at, renewed, removed; and fetched by a program with a token."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.access import policy
from app.errors import Invalid
from app.export import scheduled
from app.export.write import MIME_TYPES, Format
from app.models.exports import ScheduledExport
from app.web import table_filters
from app.web.fragments import done
from app.web.security import handle_errors

bp = Blueprint("exports", __name__, url_prefix="/exports")
handle_errors(bp)

TABLES = {
    "items": _l("Items"),
    "comparison": _l("Products with their best offers"),
    "products": _l("Price book"),
    "suppliers": _l("Suppliers"),
    "jobs": _l("Jobs"),
}
HOURS = {
    1: _l("every hour"),
    6: _l("every 6 hours"),
    12: _l("every 12 hours"),
    24: _l("every day"),
    168: _l("every week"),
}
RETRY_SECONDS = "60"


@bp.get("")
@policy.require("admin", "procurement")
def index() -> str:
    return _page(told=dict(request.args))


@bp.post("")
@policy.require("admin", "procurement")
def add() -> Response:
    form = request.form
    try:
        made, token = scheduled.add(
            form.get("name", ""),
            form.get("table", ""),
            query=table_filters.query_of(form.get("table", ""), form),
            form=form.get("form", ""),
            hours=form.get("hours", 0, type=int),
            actor=current_user.username,
        )
    except Invalid as error:
        return make_response(_page(told=dict(form), problem=str(error)), 422)
    return make_response(_page(made=made, token=token))


@bp.post("/<uuid:export_id>/token")
@policy.require("admin", "procurement")
def renew(export_id: UUID) -> Response:
    made, token = scheduled.renew_token(export_id, actor=current_user.username)
    return make_response(_page(made=made, token=token))


@bp.post("/<uuid:export_id>/now")
@policy.require("admin", "procurement")
def write_now(export_id: UUID) -> Response:
    scheduled.write_soon(export_id, actor=current_user.username)
    return done(_("It is written within a minute."), url_for("exports.index"))


@bp.post("/<uuid:export_id>/remove")
@policy.require("admin", "procurement")
def remove(export_id: UUID) -> Response:
    scheduled.remove(export_id, actor=current_user.username)
    return done(_("The export was removed; its address answers nobody any more."), url_for("exports.index"))


@bp.get("/<uuid:export_id>/file")
@policy.public
def fetch(export_id: UUID) -> Response:
    """For a program: the token stands in the Authorization header, or as ``token`` in the address."""
    _scheme, _space, bearer = request.headers.get("Authorization", "").partition(" ")
    found, path = scheduled.fetched(export_id, bearer.strip() or request.args.get("token", ""))
    if path is None:
        return Response(_("It was not written yet."), status=503, headers={"Retry-After": RETRY_SECONDS})
    name = f"{found.table_name}.{found.form}"
    response = send_file(
        path, mimetype=MIME_TYPES[Format(found.form)], as_attachment=True, download_name=name, conditional=True
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _page(
    *,
    told: dict[str, str] | None = None,
    problem: str = "",
    made: ScheduledExport | None = None,
    token: str = "",
) -> str:
    told = told or {}
    return render_template(
        "exports/index.html",
        fields=table_filters.FIELDS,
        filtered=table_filters.values(told.get("query", "")) | told,
        filter_told=table_filters.told,
        exports=scheduled.every(),
        tables=TABLES,
        hours=HOURS,
        told=told,
        problem=problem,
        made=made,
        token=token,
    )

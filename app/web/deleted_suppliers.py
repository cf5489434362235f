"""A supplier is deleted with all that is his, named before it goes, and brought back within the days of the bin."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.access import policy
from app.extensions import settings
from app.suppliers import editing, wastebin
from app.web import remembered
from app.web.fragments import done, page_or_fragment
from app.web.suppliers import bp


@bp.get("/<uuid:supplier_id>/delete")
@policy.require("admin")
def ask_delete(supplier_id: UUID) -> Response:
    """What would go, by number and name, before it goes."""
    context = {"supplier": editing.get(supplier_id), "goes": wastebin.contents(supplier_id)}
    days = settings().supplier_bin_days
    return page_or_fragment("suppliers/delete.html", "suppliers/_delete.html", days=days, **context)


@bp.post("/<uuid:supplier_id>/delete")
@policy.require("admin")
def delete(supplier_id: UUID) -> Response:
    drafts = request.form.get("drafts") == "on"
    deleted = editing.delete(supplier_id, current_user.username, with_drafts=drafts)
    remembered.forget()
    return done(deleted.message, url_for("suppliers.binned"))


@bp.get("/deleted")
@policy.require("admin")
def binned() -> str:
    return render_template("suppliers/deleted.html", binned=wastebin.binned(), days=settings().supplier_bin_days)


@bp.post("/deleted/<uuid:supplier_id>/restore")
@policy.require("admin")
def restore(supplier_id: UUID) -> Response:
    name = wastebin.restore(supplier_id, current_user.username)
    remembered.forget()
    return done(_("%(name)s is back with everything.", name=name), url_for("supplier.show", supplier_id=supplier_id))

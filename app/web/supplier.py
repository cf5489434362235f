"""One supplier: his page, and what is set on it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.access import policy
from app.apply.thresholds import OwnLimits
from app.errors import InUse, Invalid
from app.shadow import trial as shadows
from app.suppliers import credentials, editing, exclusions
from app.suppliers.fields import PriceListFields
from app.web import supplier_page
from app.web.fragments import done, polled, wants_piece
from app.web.security import handle_errors
from handoff.api import Hints

SHARES = ("changed_share", "jump_share", "worse_share", "vanished_share", "look_share")

bp = Blueprint("supplier", __name__, url_prefix="/suppliers")
handle_errors(bp)


@bp.get("/<uuid:supplier_id>")
@policy.require("admin", "procurement")
def show(supplier_id: UUID) -> str:
    return supplier_page.page(supplier_id)


@bp.get("/<uuid:supplier_id>/timeline")
@policy.require("admin", "procurement")
def whole_timeline(supplier_id: UUID) -> str:
    """Everything that happened to the supplier, a page at a time."""
    return supplier_page.whole_timeline(supplier_id)


@bp.get("/<uuid:supplier_id>/shadow")
@policy.require("admin")
def shadow(supplier_id: UUID) -> Response:
    """The region that polls; an address that was opened as a page leads to the page."""
    editing.get(supplier_id)
    if not wants_piece():
        return make_response(redirect(url_for("supplier.show", supplier_id=supplier_id), code=303))
    return polled(supplier_page.shadow_html(supplier_id))


@bp.post("/<uuid:supplier_id>/shadow")
@policy.require("admin")
def start_shadow(supplier_id: UUID) -> Response:
    """Both pipelines on the last file; nothing is applied."""
    shadows.request_shadow(supplier_id, current_user.username)
    return done(_("Both pipelines are reading the last file."), url_for("supplier.show", supplier_id=supplier_id))


@bp.post("/<uuid:supplier_id>/headers")
@policy.require("admin")
def set_headers(supplier_id: UUID) -> Response:
    """Credentials that are sent to the source; what is stored is never shown again."""
    form = request.form
    try:
        headers = credentials.of_form(
            editing.get(supplier_id),
            user=form.get("user", ""),
            password=form.get("password", ""),
            pairs=zip(form.getlist("header"), form.getlist("value"), strict=False),
        )
        editing.set_secret_headers(supplier_id, headers, current_user.username)
    except Invalid as error:
        return make_response(supplier_page.page(supplier_id, wrong="headers", problem=str(error)), 422)
    message = _("The credentials are kept, encrypted.") if headers else _("The credentials were removed.")
    return done(message, url_for("supplier.show", supplier_id=supplier_id))


@bp.post("/<uuid:supplier_id>/lists")
@policy.require("admin")
def add_list(supplier_id: UUID) -> Response:
    """A further price list: an address of its own, a tab of a workbook, or a name to upload under."""
    form = request.form
    try:
        added = PriceListFields.model_validate(
            {name: form.get(name, "").strip() or None for name in ("name", "source_url", "sheet_name")}
            | {"replaces_all": form.get("replaces_all") == "on"}
        )
        editing.add_list(supplier_id, added, current_user.username)
    except ValueError:
        sentence = _("A list needs a name, and an address that begins with http:// or https://.")
        return make_response(supplier_page.page(supplier_id, wrong="lists", problem=sentence), 422)
    except InUse as error:
        return make_response(supplier_page.page(supplier_id, wrong="lists", problem=str(error)), 422)
    return done(_("The list was added."), url_for("supplier.show", supplier_id=supplier_id))


@bp.post("/<uuid:supplier_id>/lists/remove")
@policy.require("admin")
def remove_list(supplier_id: UUID) -> Response:
    """It is no longer fetched; its items stay as they are."""
    editing.remove_list(supplier_id, request.form.get("name", ""), current_user.username)
    return done(_("The list was removed."), url_for("supplier.show", supplier_id=supplier_id))


@bp.post("/<uuid:supplier_id>/exclusions")
@policy.require("admin", "procurement")
def exclude(supplier_id: UUID) -> Response:
    """What is not wanted leaves at once, and from every list before it is matched."""
    form = request.form
    try:
        left = exclusions.add(supplier_id, form.get("field", ""), form.get("pattern", ""), actor=current_user.username)
    except Invalid as error:
        return make_response(supplier_page.page(supplier_id, wrong="exclusions", problem=str(error)), 422)
    message = ngettext("Excluded: %(num)s item left.", "Excluded: %(num)s items left.", left)
    return done(message, url_for("supplier.show", supplier_id=supplier_id))


@bp.post("/<uuid:supplier_id>/exclusions/<uuid:exclusion_id>/back")
@policy.require("admin", "procurement")
def include(supplier_id: UUID, exclusion_id: UUID) -> Response:
    exclusions.take_back(supplier_id, str(exclusion_id), actor=current_user.username)
    return done(_("Taken back: it comes again with the next list."), url_for("supplier.show", supplier_id=supplier_id))


@bp.post("/<uuid:supplier_id>/guard")
@policy.require("admin")
def set_guard(supplier_id: UUID) -> Response:
    """From where on a file of this supplier waits for a person; empty fields follow the installation."""
    try:
        limits = _limits_of_form()
    except Invalid as error:
        return make_response(supplier_page.page(supplier_id, wrong="guard", problem=str(error)), 422)
    editing.set_guard(supplier_id, limits, current_user.username)
    return done(_("The limits are kept."), url_for("supplier.show", supplier_id=supplier_id))


def _limits_of_form() -> OwnLimits:
    form = request.form
    numbers = {name: form.get(name, "").replace(",", ".").strip() for name in ("min_items", "change_percent")}
    shares = {name: form.get(name, "").replace(",", ".").strip() for name in SHARES}
    words = {name: form.get(name) for name in ("enabled", "quarantine")}
    try:
        return OwnLimits.model_validate(
            {name: text for name, text in numbers.items() if text}
            | {name: float(text) / 100 for name, text in shares.items() if text}
            | {name: text == "on" for name, text in words.items() if text in ("on", "off")}
        )
    except ValueError as error:
        raise Invalid(_("Write the limits as numbers; a share lies above 0 and up to 100.")) from error


@bp.post("/<uuid:supplier_id>/hints/forget")
@policy.require("admin", "procurement")
def forget_hints(supplier_id: UUID) -> Response:
    editing.set_hints(supplier_id, Hints(), current_user.username)
    return done(_("The corrections were forgotten."), url_for("supplier.show", supplier_id=supplier_id))

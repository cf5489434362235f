"""Comparable money: the base currency and its rates for the administrator, each supplier's rules."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app import ecb
from app.access import policy
from app.errors import Invalid
from app.extensions import db
from app.money import rates, rules
from app.money.office_currency import base_currency
from app.suppliers import editing
from app.web.fragments import done
from app.web.security import handle_errors

bp = Blueprint("money", __name__, url_prefix="/money")
handle_errors(bp)

MOST_BYTES = 5 * 2**20


@bp.get("")
@policy.require("admin", "procurement")
def index() -> str:
    return _page()


@bp.post("/base")
@policy.require("admin")
def set_base() -> Response:
    try:
        rates.set_base(request.form.get("base", ""), actor=current_user.username)
    except Invalid as error:
        return make_response(_page({"base": str(error)}), 422)
    return done(_("Offers are compared in %(base)s.", base=base_currency()), url_for("money.index"))


@bp.post("/rates")
@policy.require("admin", "procurement")
def tell() -> Response:
    """One rate by hand, or a file of them."""
    form, file = request.form, request.files.get("file")
    try:
        if file is not None and file.filename:
            told, source = rates.from_csv(file.stream.read(MOST_BYTES)), "csv"
        else:
            told = [
                rates.by_hand(form.get("one", ""), form.get("other", ""), form.get("rate", ""), form.get("day", ""))
            ]
            source = "hand"
        count = rates.tell(told, source=source, actor=current_user.username)
    except Invalid as error:
        return make_response(_page({"rate": str(error)}), 422)
    return done(ngettext("%(num)s rate was kept.", "%(num)s rates were kept.", count), url_for("money.index"))


@bp.post("/ecb")
@policy.require("admin")
def fetch_ecb() -> Response:
    """Fetch now; ``daily`` says whether to go on by itself."""
    wanted = request.form.get("daily") == "1"
    ecb.daily(on=wanted, actor=current_user.username)
    db.session.commit()
    if not wanted:
        return done(_("Rates are no longer fetched by themselves."), url_for("money.index"))
    try:
        count = ecb.fetch(actor=current_user.username)
    except Invalid as error:
        return make_response(_page({"ecb": str(error)}), 422)
    return done(ngettext("%(num)s rate was kept.", "%(num)s rates were kept.", count), url_for("money.index"))


@bp.get("/suppliers/<uuid:supplier_id>")
@policy.require("admin", "procurement")
def of_supplier(supplier_id: UUID) -> str:
    return _supplier_page(supplier_id)


@bp.post("/suppliers/<uuid:supplier_id>/rules")
@policy.require("admin", "procurement")
def add_rule(supplier_id: UUID) -> Response:
    names = ("kind", "percent", "category", "valid_from", "valid_to")
    told = {name: request.form.get(name, "") for name in names}
    try:
        rules.add(editing.get(supplier_id), **told, actor=current_user.username)
    except Invalid as error:
        return make_response(_supplier_page(supplier_id, {"percent": str(error)}, told), 422)
    return done(
        _("The rule was kept; prices are compared with it."), url_for("money.of_supplier", supplier_id=supplier_id)
    )


@bp.post("/suppliers/<uuid:supplier_id>/rules/<uuid:rule_id>/remove")
@policy.require("admin", "procurement")
def remove_rule(supplier_id: UUID, rule_id: UUID) -> Response:
    rules.remove(editing.get(supplier_id), rule_id, actor=current_user.username)
    return done(_("The rule was removed."), url_for("money.of_supplier", supplier_id=supplier_id))


@bp.post("/suppliers/<uuid:supplier_id>/vat")
@policy.require("admin", "procurement")
def set_vat(supplier_id: UUID) -> Response:
    form = request.form
    try:
        rules.set_vat(
            editing.get(supplier_id),
            included=form.get("included") == "1",
            rate=form.get("rate", ""),
            actor=current_user.username,
        )
    except Invalid as error:
        told = {name: form.get(name, "") for name in ("included", "rate")}
        return make_response(_supplier_page(supplier_id, {"rate": str(error)}, told), 422)
    return done(_("Saved."), url_for("money.of_supplier", supplier_id=supplier_id))


@bp.post("/suppliers/<uuid:supplier_id>/currency")
@policy.require("admin", "procurement")
def set_currency(supplier_id: UUID) -> Response:
    """From where somebody is asked for it: who answers goes on with the next question."""
    supplier = editing.get(supplier_id)
    rules.set_currency(supplier, request.form.get("currency", ""), actor=current_user.username)
    message = _("The prices of %(name)s count as %(currency)s.", name=supplier.name, currency=supplier.default_currency)
    if request.form.get("back") == "supplier":
        return done(message, url_for("supplier.show", supplier_id=supplier_id))
    return done(message, url_for("needs.index"))


def _page(problems: dict[str, str] | None = None) -> str:
    told = {name: request.form.get(name, "") for name in ("base", "one", "other", "rate", "day")}
    return render_template(
        "money/index.html",
        base=base_currency(),
        rates=rates.newest(),
        daily=ecb.is_daily(),
        problems=problems or {},
        told=told,
    )


def _supplier_page(
    supplier_id: UUID, problems: dict[str, str] | None = None, told: dict[str, str] | None = None
) -> str:
    return render_template(
        "money/supplier.html",
        supplier=editing.get(supplier_id),
        rules=rules.of_supplier(supplier_id),
        base=base_currency(),
        problems=problems or {},
        told=told or {},
    )

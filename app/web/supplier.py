"""One supplier: settings, corrections, history, freshness, plots."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.access import policy
from app.charts import queries as numbers
from app.charts import svg
from app.jobs import progress, queries
from app.shadow import run as shadows
from app.suppliers import listing, manage
from app.web.dashboard import day_name, outcome_series
from app.web.fragments import done, polled, wants_piece, with_version
from app.web.security import handle_errors
from handoff.api import Hints

bp = Blueprint("supplier", __name__, url_prefix="/suppliers")
handle_errors(bp)


@bp.get("/<uuid:supplier_id>")
@policy.require("admin")
def show(supplier_id: UUID) -> str:
    supplier = manage.get(supplier_id)
    days = numbers.files_a_day(30, supplier_id=supplier_id)
    labels = [day_name(each.day) for each in days]
    series = outcome_series(days)
    items, index = numbers.items_over_time(supplier_id), numbers.price_index(supplier_id)
    jobs = queries.page(queries.JobFilter(supplier_id=supplier_id), limit=8).jobs
    return render_template(
        "suppliers/show.html",
        supplier=supplier,
        row=listing.rows([supplier])[0],
        jobs=progress.pictures(jobs),
        days=days,
        series=series,
        files_plot=svg.stacked_bars(labels, series, title=_("Files a day by outcome")),
        items=items,
        items_plot=svg.line(
            [day_name(each.day) for each in items],
            [each.value for each in items],
            title=_("Items in each file"),
            width=svg.HALF,
        ),
        index=index,
        index_plot=svg.line(
            labels, [each.value for each in index], title=_("Price index"), bottom=None, width=svg.HALF
        ),
        success=numbers.success_rate(supplier_id),
        cadence=numbers.cadence(supplier_id),
        has_secrets=supplier.secret_headers is not None,
        shadow_region=with_version(_shadow_html(supplier_id)),
    )


@bp.get("/<uuid:supplier_id>/shadow")
@policy.require("admin")
def shadow(supplier_id: UUID) -> Response:
    """The region that polls; an address that was opened as a page leads to the page."""
    manage.get(supplier_id)
    if not wants_piece():
        return make_response(redirect(url_for("supplier.show", supplier_id=supplier_id), code=303))
    return polled(_shadow_html(supplier_id))


@bp.post("/<uuid:supplier_id>/shadow")
@policy.require("admin")
def start_shadow(supplier_id: UUID) -> Response:
    """Both pipelines on the last file; nothing is applied."""
    shadows.request_shadow(supplier_id, current_user.username)
    return done(_("Both pipelines are reading the last file."), url_for("supplier.show", supplier_id=supplier_id))


def _shadow_html(supplier_id: UUID) -> str:
    return render_template("suppliers/_shadow.html", supplier_id=supplier_id, shadow=shadows.latest(supplier_id))


@bp.post("/<uuid:supplier_id>/headers")
@policy.require("admin")
def set_headers(supplier_id: UUID) -> Response:
    """Credentials that are sent to the source; what is stored is never shown again."""
    name, value = request.form.get("header", "").strip(), request.form.get("value", "")
    manage.set_secret_headers(supplier_id, {name: value} if name else {}, current_user.username)
    message = _("The credentials are kept, encrypted.") if name else _("The credentials were removed.")
    return done(message, url_for("supplier.show", supplier_id=supplier_id))


@bp.post("/<uuid:supplier_id>/hints/forget")
@policy.require("admin")
def forget_hints(supplier_id: UUID) -> Response:
    manage.set_hints(supplier_id, Hints(), current_user.username)
    return done(_("The corrections were forgotten."), url_for("supplier.show", supplier_id=supplier_id))

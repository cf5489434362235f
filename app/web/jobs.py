"""Jobs: the list with its filters, many at once, and what changes one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.access import policy
from app.errors import Invalid
from app.export import overviews
from app.extensions import db
from app.jobs import bulk, lifecycle, progress, queries
from app.jobs.job_filter import JobFilter
from app.models.supplier import Supplier
from app.web import early, remembered
from app.web.fragments import done, polled, say, wants_piece
from app.web.items import as_file
from app.web.security import handle_errors

bp = Blueprint("jobs", __name__, url_prefix="/jobs")
handle_errors(bp)

#: rows that one look may ask about
MOST_ROWS = 100


@bp.get("")
@policy.require("admin", "procurement")
def index() -> Response:
    return early.page("jobs/index.html", _listed, fragment="jobs/_list.html")


def _listed() -> dict[str, Any]:
    which = JobFilter.from_args(request.args)
    page = queries.page(which, cursor=request.args.get("at", ""))
    causes = remembered.remembered("causes", queries.causes, seconds=5)[0]
    supplier = db.session.get(Supplier, which.supplier_id) if which.supplier_id else None
    return {
        "which": which,
        "page": page,
        "jobs": progress.pictures(page.jobs),
        "total": _total(which, page),
        "count_limit": queries.COUNT_LIMIT,
        "causes": causes,
        "supplier": supplier,
    }


@bp.get("/export.<form>")
@policy.require("admin", "procurement")
def take_out(form: str) -> Response:
    """The table as it is filtered."""
    return as_file(overviews.jobs_table(JobFilter.from_args(request.args)), form)


@bp.get("/total")
@policy.require("admin", "procurement")
def total() -> str:
    """How many jobs a search finds in all: the list does not wait for it."""
    which = JobFilter.from_args(request.args)
    return render_template("jobs/_total.html", which=which, total=queries.count(which), count_limit=queries.COUNT_LIMIT)


@bp.get("/pulse")
@policy.require("admin", "procurement")
def pulse() -> Response:
    """The rows of a list that still run, each to be put in its place; the list itself and what is ticked stay.

    With ``as=chips`` their states alone, for lists of something else than jobs.
    """
    ids = [UUID(each) for each in request.args.get("ids", "").split(",")[:MOST_ROWS] if _is_uuid(each)]
    pictures = progress.pictures(queries.by_ids(ids))
    piece = "jobs/_chips.html" if request.args.get("as") == "chips" else "jobs/_pulse.html"
    return polled(render_template(piece, pictures=pictures), last=not any(each.is_active for each in pictures))


@bp.post("/<uuid:job_id>/retry")
@policy.require("admin", "procurement")
def retry(job_id: UUID) -> Response:
    lifecycle.retry(job_id, actor=current_user.username, force=request.form.get("force") == "1")
    return _changed(job_id, _("The job starts again."))


@bp.post("/<uuid:job_id>/cancel")
@policy.require("admin", "procurement")
def cancel(job_id: UUID) -> Response:
    lifecycle.cancel(job_id, actor=current_user.username)
    return _changed(job_id, _("The job was cancelled."))


@bp.post("/bulk")
@policy.require("admin")
def many() -> Response:
    """Retry or cancel what is ticked, or everything the filter finds."""
    form = request.form
    everything = form.get("all") == "1"
    which = JobFilter.from_args(form, ids=[] if everything else form.getlist("id"))
    if not everything and not which.ids:
        raise Invalid(_("Nothing is selected."))
    if form.get("act") == "retry":
        changed = bulk.retry_all(which, current_user.username)
        message = ngettext("%(num)s job starts again.", "%(num)s jobs start again.", changed)
        nothing = _("Nothing started again: only failed and cancelled jobs can.")
    elif form.get("act") == "cancel":
        changed = bulk.cancel_all(which, current_user.username)
        message = ngettext("%(num)s job was cancelled.", "%(num)s jobs were cancelled.", changed)
        nothing = _("Nothing was cancelled: none of these jobs runs or waits.")
    else:
        raise Invalid(_("Choose what to do with the jobs."))
    remembered.forget()
    back = url_for("jobs.index", **JobFilter.from_args(form).as_args())
    return done(message, back) if changed else done(nothing, back, tone="warn")


def _total(which: JobFilter, page: queries.Page) -> int | None:
    """None where only reading every job could tell. A first page that is not full says the number itself."""
    if not page.older and not page.newer:
        return len(page.jobs)
    return None if which.search and not which.narrows else queries.count(which)


def _changed(job_id: UUID, message: str) -> Response:
    remembered.forget()
    if not wants_piece():
        return done(message, url_for("jobs.show", job_id=job_id))
    job = lifecycle.get(job_id)
    target = request.headers.get("HX-Target", "")
    if target == "job-head":
        return done(message, url_for("jobs.show", job_id=job_id))
    pick = "/jobs" in request.headers.get("HX-Current-URL", "")
    return say(make_response(render_template("jobs/_row.html", picture=progress.picture(job), pick=pick)), message)


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True

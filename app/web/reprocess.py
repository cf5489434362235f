"""Batch re-processing: choose suppliers, count first, watch it go, pause it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.access import policy
from app.errors import Invalid
from app.suppliers import listed
from app.sync import reprocess
from app.web.fragments import done, page_or_fragment, polled, with_version
from app.web.security import handle_errors

bp = Blueprint("reprocess", __name__, url_prefix="/reprocess")
handle_errors(bp)


@bp.get("")
@policy.require("admin")
def index() -> Response:
    which = listed.SupplierFilter.from_args({"pipeline": "legacy", **request.args})
    page = listed.page(which, cursor=request.args.get("at", ""))
    return page_or_fragment(
        "reprocess/index.html",
        "reprocess/_choose.html",
        which=which,
        page=page,
        legacy=len(reprocess.candidates(None)),
        live=with_version(_progress()),
        at=request.args.get("at", ""),
        args=which.as_args() | {"pipeline": which.pipeline},  # an empty one says all, and is not the default here
        most=reprocess.MOST_AT_ONCE,
    )


@bp.get("/progress")
@policy.require("admin")
def progress() -> Response:
    """Polled; when it moved on, the list below is asked for again: pipelines and last files changed with it."""
    response = polled(_progress())
    if response.status_code == 200:
        response.headers["HX-Trigger"] = "reprocess-moved"
    return response


@bp.post("/count")
@policy.require("admin")
def count() -> Response:
    """The dry count; nothing is changed."""
    return _counted(_chosen())


def _counted(chosen: list[UUID] | None, *, problem: str = "") -> Response:
    """The question before the order. With a ``problem`` it is shown as it was sent."""
    response = page_or_fragment(
        "reprocess/count.html",
        "reprocess/_count.html",
        count=reprocess.dry_count(chosen),
        chosen=None if chosen is None else [str(each) for each in chosen],
        at_once=request.form.get("at_once", "3"),
        most=reprocess.MOST_AT_ONCE,
        problem=problem,
    )
    response.status_code = 422 if problem else 200
    return response


@bp.post("")
@policy.require("admin")
def begin() -> Response:
    chosen, at_once = _chosen(), request.form.get("at_once", "3")
    try:
        if not (at_once.isascii() and at_once.isdigit() and len(at_once) < 9):
            raise Invalid(_("Write a number."))
        order = reprocess.begin(chosen, at_once=int(at_once), actor=current_user.username)
    except Invalid as error:
        return _counted(chosen, problem=str(error))
    return done(_("%(n)s suppliers are being processed via ML.", n=order.total), url_for("reprocess.index"))


@bp.post("/<any(pause, resume, stop):word>")
@policy.require("admin")
def steer(word: str) -> Response:
    reprocess.steer(word, actor=current_user.username)
    said = {
        "pause": _("Paused; files under way go on."),
        "resume": _("It goes on."),
        "stop": _("Stopped; files under way go on."),
    }
    return done(said[word], url_for("reprocess.index"))


def _progress() -> str:
    return render_template("reprocess/_progress.html", progress=reprocess.current())


def _chosen() -> list[UUID] | None:
    """The ticked suppliers; None for all on the old pipeline."""
    if request.form.get("all") == "1":
        return None
    try:
        chosen = [UUID(each) for each in request.form.getlist("id")]
    except ValueError as error:
        raise Invalid(_("Nothing is selected.")) from error
    if not chosen:
        raise Invalid(_("Nothing is selected."))
    return chosen

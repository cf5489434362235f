"""The live log: filters, follow, pause, search, download."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy import select

from app.access import policy
from app.extensions import db
from app.jobs import loglines
from app.models.job import Job
from app.models.supplier import Supplier
from app.web.fragments import page_or_fragment
from app.web.security import handle_errors

bp = Blueprint("livelog", __name__, url_prefix="/log")
handle_errors(bp)

#: suppliers offered by the filter; with more, a supplier's page links here
MOST_SUPPLIERS = 300


@bp.get("")
@policy.require("admin")
def index() -> Response:
    which = loglines.LogFilter.from_args(request.args)
    look = loglines.newest(which, before=request.args.get("before", ""))
    suppliers = db.session.execute(
        select(Supplier.id, Supplier.name).order_by(Supplier.name).limit(MOST_SUPPLIERS)
    ).all()
    return page_or_fragment(
        "log/index.html",
        "log/_log.html",
        which=which,
        lines=look.lines,
        place=look.seen,
        first=loglines.first_place(look.lines) if len(look.lines) == loglines.PAGE_SIZE else "",
        past=bool(request.args.get("before")),
        suppliers=suppliers,
        job=db.session.get(Job, which.job_id) if which.job_id else None,
    )


@bp.get("/tail")
@policy.require("admin")
def tail() -> Response:
    """What was committed since; 204 when nothing was."""
    which = loglines.LogFilter.from_args(request.args)
    look = loglines.followed(which, request.args.get("after", ""))
    if look.lines:
        response = make_response(render_template("log/_tail.html", which=which, lines=look.lines, place=look.seen))
    else:
        response = Response(status=204)
    response.headers["X-Age-Ms"] = "0"
    return response


@bp.get("/download")
@policy.require("admin")
def download() -> Response:
    which = loglines.LogFilter.from_args(request.args)
    response = make_response("".join(loglines.as_text(which)))
    response.mimetype = "text/plain"
    response.headers.set("Content-Disposition", "attachment", filename="courier.log")
    return response

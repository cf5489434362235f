"""The items of a job, and one of them where it stands in the file."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from app.access import policy
from app.errors import Invalid, NotFound
from app.jobs import contents, lifecycle
from app.web import words
from app.web.fragments import page_or_fragment
from app.web.job import shared
from app.web.job_preview import preview_of
from app.web.jobs import bp

CONTEXT_ROWS = 4


@bp.get("/<uuid:job_id>/items")
@policy.require("admin", "procurement")
def items(job_id: UUID) -> Response:
    job = lifecycle.get(job_id)
    match, search = request.args.get("match", ""), request.args.get("q", "").strip()[:200]
    if match and match not in contents.MATCHES:
        raise Invalid(_("There is no such filter."))
    page = contents.items(job, at=request.args.get("at", ""), match=match, search=search)
    return page_or_fragment(
        "jobs/items.html", "jobs/_items.html", **shared(job, "items"), page=page, match=match, q=search
    )


@bp.get("/<uuid:job_id>/items/<place>")
@policy.require("admin", "procurement")
def item(job_id: UUID, place: str) -> Response:
    """One item's row where it stands in the file, with the rows around it."""
    job = lifecycle.get(job_id)
    row = contents.item(job, place)
    if row is None:
        raise NotFound(_("This item is no longer known."))
    preview = None
    if contents.raw_file(job) is not None and row.source.row:
        preview = preview_of(
            job, sheet=row.source.sheet, first_row=max(1, row.source.row - CONTEXT_ROWS), rows=2 * CONTEXT_ROWS + 1
        )
    return page_or_fragment(
        "jobs/item.html",
        "jobs/_item.html",
        **shared(job, "items"),
        row=row,
        preview=preview,
        written=words.written(row.source, preview),
    )

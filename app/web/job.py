"""The page of one job: what happened, what to do next, its file."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, render_template, request, send_file
from flask_babel import gettext as _

from app.access import policy
from app.errors import NotFound
from app.jobs import changed, contents, lifecycle, progress, queries
from app.models.catalog import ItemChange
from app.models.job import Job
from app.models.phase import Outcome
from app.suppliers import editing
from app.web.fragments import polled, with_version
from app.web.job_preview import assigned, preview_of
from app.web.jobs import bp
from handoff.api import Hints

QUESTION_ROWS = 12
#: changes that the overview shows
LARGEST = 5


@bp.get("/<uuid:job_id>")
@policy.require("admin", "procurement")
def show(job_id: UUID) -> str:
    job = lifecycle.get(job_id)
    return render_template(
        "jobs/show.html",
        **shared(job, "show"),
        head=with_version(_head(job)),
        **_question(job),
        raw=contents.raw_file(job) is not None,
        sync_run=job.sync_run_id,
    )


@bp.get("/<uuid:job_id>/head")
@policy.require("admin", "procurement")
def head(job_id: UUID) -> Response:
    """State and timeline, and what beside them is true of the same moment; polled while the job runs.

    Another view of the job asks for what is beside it, and is loaded anew when the job has ended.
    """
    job = lifecycle.get(job_id)
    tab = request.args.get("tab", "show")
    if tab == "show":
        return polled(_head(job) + _beside(job, tab), last=not job.is_active)
    response = Response(status=204)
    if not job.is_active:
        response.headers["HX-Refresh"] = "true"
    return response


@bp.get("/<uuid:job_id>/file")
@policy.require("admin", "procurement")
def raw(job_id: UUID) -> Response:
    """The supplier's file, byte for byte."""
    job = lifecycle.get(job_id)
    path = contents.raw_file(job)
    if path is None:
        raise NotFound(_("The raw file is no longer on the volume."))
    name = job.original_filename or path.name
    # Never shown inside our pages: a supplier's file might be a web page.
    return send_file(
        path,
        as_attachment=True,
        download_name=name,
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
    )


def shared(job: Job, tab: str) -> dict[str, Any]:
    """What every view of a job shows: its state, and what may be done with it."""
    before = contents.read_before(job) if job.outcome == Outcome.UNCHANGED else None
    return {
        "job": job,
        "tab": tab,
        "picture": progress.picture(job),
        "read_before": before,
        "shift": changed.shift(job),
        "left_out": changed.left_out(job),
    }


def _largest(job: Job) -> Sequence[ItemChange]:
    """The changes that a person looks at first: the largest price changes."""
    return changed.page(job, changed.Wanted("changed"), changed.Sorted(), after=0, limit=LARGEST)


def _question(job: Job) -> dict[str, Any]:
    """The first rows with their columns marked, where it is asked whether one is the price."""
    if job.question != "price" or job.outcome != Outcome.HELD or job.supplier_id is None:
        return {}
    hints = Hints.model_validate(editing.get(job.supplier_id).hints)
    sheet = next((each["name"] for each in (job.reading or {}).get("sheets", []) if each.get("used")), None)
    preview = preview_of(job, sheet=sheet, hints=hints, rows=QUESTION_ROWS)
    return {"preview": preview, "assigned": assigned(preview)}


def _beside(job: Job, tab: str) -> str:
    """What can be done with the job and its views, to be put in their places."""
    context = shared(job, tab) | {"beside": True}
    return render_template("jobs/_acts.html", **context) + render_template("jobs/_tabs.html", **context)


def _head(job: Job) -> str:
    return render_template(
        "jobs/_head.html",
        p=progress.picture(job),
        job=job,
        events=queries.events(job.id),
        largest=[] if job.is_active else _largest(job),
    )

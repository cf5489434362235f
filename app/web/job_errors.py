"""The rows of a job's file that gave no item, or one without something."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _

from app.access import policy
from app.errors import Invalid
from app.jobs import contents, lifecycle
from app.models.catalog import ParsingLog
from app.web.job import shared
from app.web.jobs import bp


@bp.get("/<uuid:job_id>/errors")
@policy.require("admin", "procurement")
def errors(job_id: UUID) -> str:
    """Rows that were not taken, items taken without something, and what was passed over, by kind."""
    job = lifecycle.get(job_id)
    passed = sum(int(each["count"]) for each in job.passed_over)
    group = _group(job.error_count, job.warned_count, passed)
    after = request.args.get("at", 0, type=int)
    rows: Sequence[ParsingLog] = []
    if group != "passed":
        rows = contents.errors(job.id, group, after=after, limit=contents.PAGE_SIZE + 1)
    return render_template(
        "jobs/errors.html",
        **shared(job, "errors"),
        group=group,
        passed=passed,
        all_taken=job.layout is not None and not passed and not job.doubts,
        rows=rows[: contents.PAGE_SIZE],
        following=after + contents.PAGE_SIZE if len(rows) > contents.PAGE_SIZE else None,
        after=after,
    )


def _group(left: int, taken: int, passed: int) -> str:
    """The group that is asked for, or the first that has a row."""
    asked = request.args.get("group", "")
    if asked and asked not in (*contents.ROW_KINDS, "passed"):
        raise Invalid(_("There is no such filter."))
    return asked or ("taken" if taken and not left else "passed" if passed and not left else "left")


@bp.get("/<uuid:job_id>/errors.csv")
@policy.require("admin", "procurement")
def error_file(job_id: UUID) -> Response:
    """The supplier's own rows and the reason, ready to be sent back."""
    job = lifecycle.get(job_id)
    group = request.args.get("group", "left")
    if group not in contents.ROW_KINDS:
        raise Invalid(_("There is no such filter."))
    response = make_response("".join(contents.error_file(job, group)))
    response.mimetype = "text/csv"
    stem = (job.original_filename or "rows").rsplit(".", 1)[0]
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{stem.encode('ascii', 'ignore').decode() or 'rows'}-errors.csv"
    )
    return response

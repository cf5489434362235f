"""What one file changes: the page on which a held file is decided on, and the same rows as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from app.access import policy
from app.errors import Invalid
from app.export import exportable
from app.extensions import settings
from app.jobs import changed, lifecycle
from app.models.job import Job
from app.web.fragments import page_or_fragment
from app.web.items import as_file
from app.web.job import shared
from app.web.jobs import bp


@bp.get("/<uuid:job_id>/changes")
@policy.require("admin", "procurement")
def changes(job_id: UUID) -> Response:
    return changes_page(lifecycle.get(job_id))


@bp.get("/<uuid:job_id>/changes.<form>")
@policy.require("admin", "procurement")
def changes_file(job_id: UUID, form: str) -> Response:
    """The changes as they are filtered."""
    job = lifecycle.get(job_id)
    return as_file(exportable.changes_table(job, wanted(job), changed.Sorted.of(request.args)), form)


def changes_page(job: Job, *, problem: str = "", percent: str = "") -> Response:
    """What the file changes. With a ``problem`` the form that decides on it is shown as it was sent."""
    counts, asked, order = changed.counts(job), wanted(job), changed.Sorted.of(request.args)
    after = request.args.get("at", 0, type=int)
    rows: Any = changed.page(job, asked, order, after=after, limit=changed.PAGE_SIZE + 1)
    brought = not rows and asked == changed.Wanted("new")
    if brought:
        rows = changed.brought(job, after=after, limit=changed.PAGE_SIZE + 1)
    return page_or_fragment(
        "jobs/changes.html",
        "jobs/_change_list.html",
        **shared(job, "changes"),
        counts=counts,
        guard_percent=percent if problem else f"{settings().price_guard_change_percent:g}",
        problem=problem,
        wanted=asked,
        order=order,
        args=asked.as_args() | {name: request.args[name] for name in ("sort", "dir") if request.args.get(name)},
        groups=[] if brought else changed.groups(job, asked),
        total=changed.count(job, asked),
        rows=rows[: changed.PAGE_SIZE],
        brought=brought,
        following=after + changed.PAGE_SIZE if len(rows) > changed.PAGE_SIZE else None,
        after=after,
    )


def wanted(job: Job) -> changed.Wanted:
    """The filter that was asked for, else the first kind of which the file has changes. Raises Invalid."""
    counts = changed.counts(job)
    first = next((each for each in ("changed", "vanished", "new", "left_out") if counts[each]), "changed")
    try:
        return changed.Wanted.of(request.values, first)
    except Invalid as error:
        raise Invalid(_("There is no such filter.")) from error

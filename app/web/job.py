"""The pages of one job: what happened, how it was read, its items, its errors."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.access import policy
from app.analysis import client
from app.courier import upload
from app.errors import Conflict, IngestError, Invalid, NotFound
from app.extensions import db
from app.jobs import changed, contents, layouts, lifecycle, progress, queries
from app.models.catalog import ItemChange, ParsingLog
from app.models.job import Job
from app.models.phase import Outcome
from app.models.supplier import Supplier
from app.suppliers import manage
from app.volume import volume
from app.web import remembered, words
from app.web.fragments import done, page_or_fragment, polled, with_version
from app.web.jobs import bp
from handoff.api import Hints, Preview, PreviewRequest, Role
from handoff.containers import member_of

#: rows of the file that the correction shows
PREVIEW_ROWS = 25
CONTEXT_ROWS = 4
QUESTION_ROWS = 12
#: changes that the overview shows
LARGEST = 5
ROLE_NAMES = tuple(role.value for role in Role)


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
        preview = _preview(
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


@bp.get("/<uuid:job_id>/reading")
@policy.require("admin", "procurement")
def reading(job_id: UUID) -> Response:
    """How the file was understood, and the form that corrects it."""
    return page_or_fragment("jobs/reading.html", "jobs/_reading.html", **_reading(lifecycle.get(job_id)))


def _reading(job: Job, *, problem: str = "") -> dict[str, Any]:
    """With a ``problem`` the form is shown as it was sent."""
    supplier = db.session.get(Supplier, job.supplier_id) if job.supplier_id else None
    hints = Hints.model_validate(supplier.hints if supplier else {})
    sheet = request.values.get("sheet") or None
    header = request.values.get("header_row", type=int)
    encoding = request.values.get("encoding")
    trial = hints.model_copy(
        update={
            **({"header_row": header} if header is not None else {}),
            **({"encoding": encoding or None} if encoding is not None else {}),
            **({"sheets": [sheet]} if sheet else {}),
        }
    )
    preview = _preview(job, sheet=sheet, hints=trial) if contents.raw_file(job) is not None else None
    typed = request.form if problem else None
    read = (job.reading or {}).get("sheets", [])
    return shared(job, "reading") | {
        "layout_changes": layouts.since_last(job),
        "several": len({each["name"] for each in read}) > 1,
        "reading": preview.reading.model_dump() if preview and preview.reading else job.reading,
        "preview": preview,
        "hints": trial,
        "supplier": supplier,
        "role_names": ROLE_NAMES,
        "assigned": _columns_of_form() if problem else _assigned(preview),
        "typed": typed,
        "problem": problem,
    }


@bp.post("/<uuid:job_id>/reading")
@policy.require("admin", "procurement")
def correct(job_id: UUID) -> Response:
    """Keep the correction for the supplier and read the file again at once."""
    job = lifecycle.get(job_id)
    if job.supplier_id is None:
        raise Invalid(_("The supplier of this job was deleted; its reading cannot be corrected."))
    if request.form.get("act") == "forget":
        manage.set_hints(job.supplier_id, Hints(), current_user.username)
        return done(
            _("The corrections were forgotten; the next file is read as the service thinks best."),
            url_for("jobs.reading", job_id=job_id),
        )
    try:
        hints = _hints_of_form()
    except Invalid as error:
        return make_response(render_template("jobs/reading.html", **_reading(job, problem=str(error))), 422)
    manage.set_hints(job.supplier_id, hints, current_user.username)
    again = read_again(job)
    remembered.forget()
    return done(
        _("The correction is kept for %(name)s, and the file is read again.", name=job.supplier_name),
        url_for("jobs.show", job_id=again.id),
    )


def read_again(job: Job) -> Job:
    """A failed job starts again; of one that ended otherwise a new job is opened on the same bytes."""
    if job.can_retry:
        return lifecycle.retry(job.id, actor=current_user.username)
    path = contents.raw_file(job)
    if path is None or job.supplier_id is None:
        raise Conflict(
            _("The correction is kept, but the raw file is no longer on the volume: fetch or upload it again.")
        )
    supplier = manage.get(job.supplier_id)
    name = job.original_filename or path.name
    return upload.receive_file(
        supplier,
        path,
        name,
        actor=current_user.username,
        replaces_all=job.replaces_all,
        list_name=job.list_name,
        came_at=job.came_at,
    )


def _columns_of_form() -> dict[int, str]:
    """Column -> role, as it was chosen."""
    return {
        int(name[7:]): role
        for name, role in request.form.items()
        if name.startswith("column-") and role and name[7:].isdigit()
    }


def _hints_of_form() -> Hints:
    form = request.form
    columns: dict[str, str | int] = {role: index for index, role in _columns_of_form().items()}
    header = form.get("header_row", "").strip()
    try:
        return Hints(
            encoding=form.get("encoding") or None,
            delimiter={"tab": "\t"}.get(form.get("delimiter", ""), form.get("delimiter")) or None,
            sheets=[form["sheet"]] if form.get("sheet") and form.get("only_sheet") == "on" else None,
            header_row=int(header) if header else None,
            columns=columns,
            currency=form.get("currency", "").strip().upper() or None,
            decimal_mark=form.get("decimal_mark") or None,
        )
    except ValueError as error:
        raise Invalid(
            _("The correction cannot be kept: the header's row is a number, the currency three letters.")
        ) from error


def _preview(
    job: Job, *, sheet: str | None, hints: Hints | None = None, first_row: int = 1, rows: int = PREVIEW_ROWS
) -> Preview | None:
    path = contents.raw_file(job)
    if path is None:
        return None
    wanted = PreviewRequest(
        file_path=volume().told(path),
        member=member_of(job.original_filename),
        sheet=sheet,
        first_row=first_row,
        rows=rows,
        hints=hints or Hints(),
    )
    db.session.commit()  # nothing is held open while the other service is asked
    try:
        return client.preview(wanted)
    except IngestError:
        return None


def _assigned(preview: Preview | None) -> dict[int, str]:
    """Column -> role, as the file is read now."""
    if preview is None or preview.reading is None:
        return {}
    for sheet in preview.reading.sheets:
        if sheet.name == preview.sheet or len(preview.reading.sheets) == 1:
            return {column.index: role for role, column in sheet.columns.items()}
    return {}


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
    hints = Hints.model_validate(manage.get(job.supplier_id).hints)
    sheet = next((each["name"] for each in (job.reading or {}).get("sheets", []) if each.get("used")), None)
    preview = _preview(job, sheet=sheet, hints=hints, rows=QUESTION_ROWS)
    return {"preview": preview, "assigned": _assigned(preview)}


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

"""How a job's file was understood, and the form that corrects it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.access import policy
from app.courier import upload
from app.errors import Conflict, Invalid
from app.extensions import db
from app.jobs import contents, layouts, lifecycle
from app.models.job import Job
from app.models.phase import Outcome
from app.models.supplier import Supplier
from app.suppliers import editing
from app.web import job_columns, remembered
from app.web.fragments import done, page_or_fragment
from app.web.job import shared
from app.web.job_preview import preview_of, shown_sheet
from app.web.jobs import bp
from handoff.api import Hints


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
    preview = preview_of(job, sheet=sheet, hints=trial) if contents.raw_file(job) is not None else None
    typed = request.form if problem else None
    read = (job.reading or {}).get("sheets", [])
    return shared(job, "reading") | {
        "layout_changes": layouts.since_last(job),
        "several": len({each["name"] for each in read}) > 1,
        "reading": preview.reading.model_dump(mode="json") if preview and preview.reading else job.reading,
        "preview": preview,
        "hints": trial,
        "supplier": supplier,
        "asks_price": job.question == "price" and job.outcome == Outcome.HELD,
        "column_names": job_columns,
        "chosen": job_columns.of_form(request.form) if problem else job_columns.of_reading(shown_sheet(preview), trial),
        "kept_headers": job_columns.keys_of(shown_sheet(preview), preview),
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
        editing.set_hints(job.supplier_id, Hints(), current_user.username)
        return done(
            _("The corrections were forgotten; the next file is read as the service thinks best."),
            url_for("jobs.reading", job_id=job_id),
        )
    try:
        hints = _hints_of_form()
    except Invalid as error:
        return make_response(render_template("jobs/reading.html", **_reading(job, problem=str(error))), 422)
    editing.set_hints(job.supplier_id, hints, current_user.username)
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
    supplier = editing.get(job.supplier_id)
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


def _hints_of_form() -> Hints:
    form = request.form
    header = form.get("header_row", "").strip()
    try:
        return Hints(
            encoding=form.get("encoding") or None,
            delimiter={"tab": "\t"}.get(form.get("delimiter", ""), form.get("delimiter")) or None,
            sheets=[form["sheet"]] if form.get("sheet") and form.get("only_sheet") == "on" else None,
            header_row=int(header) if header else None,
            **job_columns.told(form),
            currency=form.get("currency", "").strip().upper() or None,
            decimal_mark=form.get("decimal_mark") or None,
        )
    except ValueError as error:
        raise Invalid(
            _("The correction cannot be kept: the header's row is a number, the currency three letters.")
        ) from error

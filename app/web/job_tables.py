"""Which tables of a file are read: one more, or one less."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _

from app.access import policy
from app.errors import Invalid
from app.jobs import lifecycle
from app.models.job import Job
from app.suppliers import editing
from app.web import remembered
from app.web.fragments import done
from app.web.job_reading import read_again
from app.web.jobs import bp
from handoff.api import Hints


@bp.post("/<uuid:job_id>/tables")
@policy.require("admin", "procurement")
def choose_table(job_id: UUID) -> Response:
    """Keep the choice for the supplier and read the file again at once."""
    job = lifecycle.get(job_id)
    if job.supplier_id is None:
        raise Invalid(_("The supplier of this job was deleted; its reading cannot be corrected."))
    try:
        tables = _tables(job, request.form.get("sheet", ""), use=request.form.get("use") == "1")
    except Invalid as error:
        return done(str(error), url_for("jobs.reading", job_id=job_id), tone="bad")
    hints = Hints.model_validate(editing.get(job.supplier_id).hints).model_copy(update={"sheets": tables})
    editing.set_hints(job.supplier_id, hints, policy.actor().username)
    again = read_again(job)
    remembered.forget()
    return done(
        _("The correction is kept for %(name)s, and the file is read again.", name=job.supplier_name),
        url_for("jobs.show", job_id=again.id),
    )


def _tables(job: Job, sheet: str, *, use: bool) -> list[str]:
    """The sheets that are read now, with this one or without it. Raises Invalid when none would be left."""
    read = (job.reading or {}).get("sheets", [])
    if sheet not in {each["name"] for each in read}:
        raise Invalid(_("The file has no such sheet."))
    wanted = list(dict.fromkeys(each["name"] for each in read if each.get("used") and each["name"] != sheet))
    if use:
        wanted.append(sheet)
    if not wanted:
        raise Invalid(_("This is the only table that is read. Use another one first."))
    return wanted

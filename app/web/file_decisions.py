"""A person's word about a file: applied, applied in part, answered, rejected, taken back."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.access import policy
from app.apply import commit, undo
from app.apply.difference import Choice
from app.apply.verdict import price_header
from app.errors import Decided, Invalid
from app.jobs import changed, lifecycle
from app.models.job import Job
from app.suppliers import editing
from app.web import remembered
from app.web.fragments import done
from app.web.job_changes import changes_page, wanted
from app.web.job_reading import read_again
from app.web.jobs import bp
from handoff.api import Hints

#: what the prices of a held file may be divided by
FACTORS = ("10", "100", "1000", "0.1", "0.01", "0.001")


@bp.post("/<uuid:job_id>/approve")
@policy.require("admin", "procurement")
def approve(job_id: UUID) -> Response:
    """A person's yes to a held file: to all of it, to what is ticked, to all but that, or to the small changes."""
    held = lifecycle.get(job_id)
    try:
        choice = _choice(held)
    except Invalid as error:
        refused = changes_page(held, problem=str(error), percent=request.form.get("percent", ""))
        refused.status_code = 422
        return refused
    offered = held.new_count + held.changed_count + held.vanished_count
    job = commit.approve_held(job_id, actor=current_user.username, choice=choice)
    applied = job.new_count + job.changed_count + job.vanished_count
    remembered.forget()
    if choice is None:
        message = _("%(name)s: the file was applied.", name=job.supplier_name)
    else:
        message = _("%(n)s of %(all)s changes were applied, the rest was left out.", n=applied, all=offered)
    return done(message, url_for("jobs.show", job_id=job_id))


def _choice(job: Job) -> Choice | None:
    act = request.form.get("act", "all")
    if act == "all":
        return None
    if act == "small":
        return Choice(up_to_percent=_percent(request.form.get("percent", "")))
    if act == "divide":
        return Choice(factor=_factor(request.form.get("factor", "")))
    if act not in ("only", "but"):
        raise Invalid(_("Choose what to do with the file."))
    return Choice(_ticked(job), without=act == "but")


def _ticked(job: Job) -> list[str]:
    """The items that are ticked, or all that the filter finds, on whatever page."""
    found = changed.skus(job, wanted(job)) if request.form.get("all") == "1" else request.form.getlist("sku")
    if not found:
        raise Invalid(_("Nothing is selected."))
    return found


def _percent(text: str) -> float:
    try:
        percent = float(text.replace(",", ".").strip() or "nan")
    except ValueError:
        percent = float("nan")
    if not 0 <= percent <= 1000:
        raise Invalid(_("Write the percentage as a number from 0 to 1000."))
    return percent


def _factor(text: str) -> Decimal:
    if text not in FACTORS:
        raise Invalid(_("Prices can be divided by 10, 100 or 1000, or multiplied by them."))
    return Decimal(text)


@bp.post("/<uuid:job_id>/rest")
@policy.require("admin", "procurement")
def apply_rest(job_id: UUID) -> Response:
    """A person's yes to what was left out before: to all of it, or to what is ticked."""
    skus = _ticked(lifecycle.get(job_id)) if request.form.get("act") == "only" else None
    commit.apply_rest(job_id, actor=current_user.username, skus=skus)
    remembered.forget()
    message = _("What was left out was applied.") if skus is None else _("What you chose was applied.")
    return done(message, url_for("jobs.changes", job_id=job_id))


@bp.post("/<uuid:job_id>/price")
@policy.require("admin", "procurement")
def answer_price(job_id: UUID) -> Response:
    """Is this the price? Yes applies the list; another column is kept for the supplier, and the file is read again."""
    job, actor = lifecycle.get(job_id), current_user.username
    column = request.form.get("column", "")
    if job.supplier_id is None or job.question != "price":
        raise Decided(_("This question was answered already."))
    if not column:
        commit.approve_held(job_id, actor=actor)
        editing.keep_price_column(job.supplier_id, price_header(job), actor)
        remembered.forget()
        return done(_("The list was applied; the answer is kept."), url_for("jobs.show", job_id=job_id))
    if not column.isdigit():
        raise Invalid(_("Choose the column of the price."))
    hints = Hints.model_validate(editing.get(job.supplier_id).hints)
    columns = {role: where for role, where in hints.columns.items() if role != "price"} | {"price": int(column)}
    editing.set_hints(job.supplier_id, hints.model_copy(update={"columns": columns}), actor)
    again = read_again(job)
    commit.reject_held(job_id, actor=actor)
    remembered.forget()
    return done(
        _("The column is kept as the price, and the file is read again."), url_for("jobs.show", job_id=again.id)
    )


@bp.post("/<uuid:job_id>/reject")
@policy.require("admin", "procurement")
def reject(job_id: UUID) -> Response:
    commit.reject_held(job_id, actor=current_user.username)
    remembered.forget()
    return done(_("The file was rejected; nothing was changed."), url_for("jobs.show", job_id=job_id))


@bp.post("/<uuid:job_id>/undo")
@policy.require("admin", "procurement")
def take_back(job_id: UUID) -> Response:
    undone = undo.undo(job_id, actor=current_user.username)
    remembered.forget()
    return done(undone.sentence, url_for("jobs.show", job_id=job_id))

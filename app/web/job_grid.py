"""Rows of a file corrected cell by cell: those that gave no item, and items that were taken without something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from app.access import policy
from app.apply import mend
from app.corrections import corrected_rows
from app.corrections.form_texts import texts
from app.corrections.items import correct_item
from app.errors import CourierError, Invalid
from app.extensions import db
from app.jobs import contents, lifecycle
from app.models.catalog import ParsingLog, SupplierItem
from app.models.corrections import ROW_FIELDS
from app.models.job import Job
from app.web import remembered
from app.web.fragments import done, wants_piece
from app.web.job import shared
from app.web.jobs import bp

#: rows of one page of the grid, and of one request
GRID_ROWS = 200


@dataclass(frozen=True)
class GridRow:
    """``fields`` as the form shows them, none where nothing can be corrected; ``item`` where the row was taken."""

    row: ParsingLog
    fields: Mapping[str, str] = field(default_factory=dict)
    item: SupplierItem | None = None
    kept: bool = False

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.row.row_data or {}


@bp.get("/<uuid:job_id>/grid")
@policy.require("admin", "procurement")
def grid(job_id: UUID) -> str:
    job, group = lifecycle.get(job_id), _group()
    after = request.args.get("at", 0, type=int)
    found = contents.errors(job.id, group, after=after, limit=GRID_ROWS + 1)
    return render_template(
        "jobs/grid.html",
        **shared(job, "errors"),
        group=group,
        names=ROW_FIELDS,
        correcting=True,
        rows=_rows(job, group, found[:GRID_ROWS]),
        following=after + GRID_ROWS if len(found) > GRID_ROWS else None,
        after=after,
    )


@bp.post("/<uuid:job_id>/grid")
@policy.require("admin", "procurement")
def keep_rows(job_id: UUID) -> Response:
    """Keep the rows that were sent, each by itself; htmx is answered with what became of each."""
    job, group = lifecycle.get(job_id), _group()
    written = _written()
    wanted = db.session.scalars(select(ParsingLog).where(ParsingLog.job_id == job.id, ParsingLog.id.in_(written))).all()
    problems = _keep(job, _rows(job, group, wanted), written)
    if wants_piece():
        fresh = _rows(job, group, wanted)
        return make_response(render_template("jobs/_grid_states.html", rows=fresh, problems=problems))
    back = url_for("jobs.grid", job_id=job_id, group=group)
    for failed in problems.values():
        return done(next(iter(failed.values())), back, tone="bad")
    return done(_("The corrections are kept."), back)


@bp.post("/<uuid:job_id>/grid/apply")
@policy.require("admin", "procurement")
def apply_grid(job_id: UUID) -> Response:
    """The corrected rows become items."""
    before = lifecycle.get(job_id).error_count
    job = mend.apply_mended(job_id, actor=policy.actor().username)
    remembered.forget()
    applied = before - job.error_count
    message = ngettext("%(num)s corrected row was applied.", "%(num)s corrected rows were applied.", applied)
    return done(message, url_for("jobs.show", job_id=job_id))


def _group() -> str:
    group = request.values.get("group", "left")
    if group not in contents.ROW_KINDS:
        raise Invalid(_("There is no such filter."))
    return group


def _written() -> dict[UUID, dict[str, str]]:
    """Row -> field -> text, of fields named ``<row>.<field>``; ``was-<field>`` is what the field showed before."""
    written: dict[UUID, dict[str, str]] = {}
    try:
        for name, text in request.form.items():
            row, dot, of = name.partition(".")
            if dot and of.removeprefix("was-") in ROW_FIELDS:
                written.setdefault(UUID(row), {})[of] = text
    except ValueError as error:
        raise Invalid(_("There is no such row.")) from error
    if len(written) > GRID_ROWS:
        raise Invalid(_("At most %(n)s rows at once.", n=GRID_ROWS))
    return written


def _keep(job: Job, shown: Sequence[GridRow], written: Mapping[UUID, Mapping[str, str]]) -> dict[UUID, dict[str, str]]:
    """Keep the rows that differ from what is shown; what is wrong with the fields of those that cannot be."""
    refused: dict[UUID, CourierError] = {}
    left: list[tuple[ParsingLog, Mapping[str, str]]] = []
    for each in shown:
        sent = written[each.row.id]
        said = {name: text for name, text in sent.items() if name in each.fields}
        if all(text.strip() == each.fields[name] for name, text in said.items()):
            continue
        if each.item is None:
            left.append((each.row, {**each.fields, **said}))
            continue
        seen = {name: sent.get(f"was-{name}", each.fields[name]) for name in said}
        try:
            correct_item(each.item.id, said, seen=seen, by=policy.actor())
        except CourierError as error:
            db.session.rollback()
            refused[each.row.id] = error
    if left:
        refused |= corrected_rows.correct_rows(job, left, by=policy.actor())
    return {row: _problems(error) for row, error in refused.items()}


def _problems(error: CourierError) -> dict[str, str]:
    return {name: str(each) for name, each in (error.details or {}).items()} or {"": str(error)}


def _rows(job: Job, group: str, found: Sequence[ParsingLog]) -> list[GridRow]:
    return _taken(job, found) if group == "taken" else _left(job, found)


def _left(job: Job, found: Sequence[ParsingLog]) -> list[GridRow]:
    """What was said of the row before, else what its cells say under the columns that were found."""
    kept = corrected_rows.kept(job.supplier_id, (corrected_rows.key_of(each) for each in found))
    columns = _columns(job)
    blank = dict.fromkeys(ROW_FIELDS, "")
    return [
        GridRow(each)
        if not (key := corrected_rows.key_of(each))
        else GridRow(each, blank | kept[key], kept=True)
        if key in kept
        else GridRow(each, blank | corrected_rows.readable(_cells(each, columns)))
        for each in found
    ]


def _cells(row: ParsingLog, columns: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    facts = row.row_data or {}
    cells, sheet = facts.get("cells") or [], facts.get("sheet") or ""
    places = columns.get(sheet) or next(iter(columns.values()), {})
    return {name: cells[at] for name, at in places.items() if at < len(cells) and cells[at]}


def _columns(job: Job) -> dict[str, dict[str, int]]:
    """Sheet -> field -> column, of the sheets that were used."""
    return {
        sheet["name"]: {name: column["index"] for name, column in sheet["columns"].items() if name in ROW_FIELDS}
        for sheet in (job.reading or {}).get("sheets", [])
        if sheet.get("used") and sheet.get("columns")
    }


def _taken(job: Job, found: Sequence[ParsingLog]) -> list[GridRow]:
    """The items as they stand; a row whose item is gone, or is not applied yet, cannot be corrected."""
    skus = {str(each.row_data["sku"]) for each in found if each.row_data and each.row_data.get("sku")}
    query = select(SupplierItem).where(SupplierItem.supplier_id == job.supplier_id, SupplierItem.supplier_sku.in_(skus))
    items = {each.supplier_sku: each for each in db.session.scalars(query.execution_options(populate_existing=True))}
    made = []
    for each in found:
        item = items.get((each.row_data or {}).get("sku") or "")
        shown = {name: text for name, text in texts(item).items() if name in ROW_FIELDS} if item else {}
        made.append(GridRow(each, shown, item, bool(item and item.corrected)))
    return made

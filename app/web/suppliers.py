"""Suppliers: the list, the form, uploads, and what a person switches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import validate_csrf
from pydantic import BaseModel, ValidationError
from wtforms import ValidationError as BadToken

from app.access import policy
from app.courier import upload
from app.errors import Conflict, CourierError, Invalid
from app.export import overviews
from app.extensions import csrf, settings
from app.jobs import history, progress, queries
from app.models.job import Job
from app.suppliers import editing, listed, wastebin
from app.suppliers.fields import SupplierChanges, SupplierFields
from app.sync import run as sync_run
from app.web import remembered
from app.web.fragments import done, page_or_fragment, polled, say, wants_piece, with_version
from app.web.items import as_file
from app.web.security import handle_errors
from app.web.sentences import told

bp = Blueprint("suppliers", __name__, url_prefix="/suppliers")
handle_errors(bp)


@bp.get("")
@policy.require("admin", "procurement")
def index() -> Response:
    which = listed.SupplierFilter.from_args(request.args)
    page = listed.page(which, cursor=request.args.get("at", ""))
    return page_or_fragment("suppliers/index.html", "suppliers/_table.html", which=which, page=page)


@bp.get("/export.<form>")
@policy.require("admin", "procurement")
def take_out(form: str) -> Response:
    """The table as it is filtered."""
    return as_file(overviews.suppliers_table(listed.SupplierFilter.from_args(request.args)), form)


@bp.get("/new")
@policy.require("admin")
def new() -> Response:
    return page_or_fragment("suppliers/new.html", "suppliers/_form.html", **_form(None, {}, {}))


@bp.post("")
@policy.require("admin")
def create() -> Response:
    """The supplier first; the page's script then sends each file by itself, without script the files come along."""
    # Several files may come in one form; each is held against the limit of one file by the courier.
    request.max_content_length = 20 * settings().max_file_bytes
    values = dict(request.form)
    try:
        boxes = ("use_ml_processing", "replaces_all")
        fields = cast(SupplierFields, _read(SupplierFields, _values(values, boxes=boxes)))
        supplier = editing.create(fields, current_user.username)
    except (Invalid, Conflict) as error:
        return _again(None, values, error)
    job = sync_run.sync_new_supplier(supplier, current_user.username)
    jobs = [job] if job else []
    refused: list[str] = []
    for file in request.files.getlist("file"):
        if not file.filename:
            continue
        try:
            jobs.append(upload.receive_file(supplier, file.stream, file.filename, actor=current_user.username))  # type: ignore[arg-type]
        except CourierError as error:
            refused.append(told(str(error)))
    remembered.forget()
    if wants_piece():
        response = make_response(_progress_piece(jobs, supplier_id=supplier.id))
        response.headers["X-Upload-To"] = url_for("suppliers.receive", supplier_id=supplier.id)
        response.headers["X-Watch"] = url_for("suppliers.watch", supplier_id=supplier.id)
        return response
    message = " ".join([_("%(name)s was added.", name=supplier.name), *refused])
    return done(message, url_for("supplier.show", supplier_id=supplier.id), tone="warn" if refused else "good")


@bp.get("/check-name")
@policy.require("admin")
def check_name() -> str:
    """Whether the name is free, while the form is being filled in."""
    name = request.args.get("name", "").strip()
    taken = bool(name) and listed.name_is_taken(name)
    return _("There is already a supplier with this name.") if taken else ""


@bp.get("/<uuid:supplier_id>/edit")
@policy.require("admin")
def edit(supplier_id: UUID) -> Response:
    supplier = editing.get(supplier_id)
    values = supplier.meta | {
        "name": supplier.name,
        "source_type": supplier.source_type,
        "contact_email": supplier.contact_email,
        "use_ml_processing": supplier.wants_ml,
        "replaces_all": supplier.replaces_all,
    }
    return page_or_fragment("suppliers/new.html", "suppliers/_form.html", **_form(supplier, values, {}))


@bp.post("/<uuid:supplier_id>/edit")
@policy.require("admin")
def change(supplier_id: UUID) -> Response:
    values = dict(request.form)
    boxes = ("use_ml_processing", "is_active", "replaces_all")
    try:
        editing.update(
            supplier_id,
            cast(SupplierChanges, _read(SupplierChanges, _values(values, boxes=boxes))),
            current_user.username,
        )
    except (Invalid, Conflict) as error:
        return _again(supplier_id, values, error)
    return done(_("Saved."), url_for("supplier.show", supplier_id=supplier_id))


@bp.post("/<uuid:supplier_id>/files")
@csrf.exempt  # type: ignore[untyped-decorator]  # the form token is read from the stream below
@policy.require("admin", "procurement")
def receive(supplier_id: UUID) -> Response:
    """Take files straight onto the volume. The answer shows their jobs at once."""
    supplier = editing.get(supplier_id)
    request.max_content_length = 20 * settings().max_file_bytes
    header = request.headers.get("X-CSRFToken", "")

    def admit(fields: dict[str, str]) -> None:
        try:
            validate_csrf(header or fields.get("csrf_token", ""))
        except BadToken as error:
            raise Invalid(_("This form is too old. Reload the page and send it again.")) from error

    try:
        jobs = upload.receive(
            supplier, request.stream, request.content_type or "", actor=current_user.username, admit=admit
        )
    except CourierError as error:
        if wants_piece():
            raise
        return done(str(error), url_for("supplier.show", supplier_id=supplier_id), tone="bad")
    remembered.forget()
    if wants_piece():
        return make_response(_progress_piece(jobs, supplier_id=supplier_id))
    return done(_("%(n)s files were taken.", n=len(jobs)), url_for("supplier.show", supplier_id=supplier_id))


@bp.get("/<uuid:supplier_id>/upload")
@policy.require("admin", "procurement")
def upload_form(supplier_id: UUID) -> Response:
    supplier = editing.get(supplier_id)
    return page_or_fragment(
        "suppliers/upload.html", "suppliers/_upload.html", supplier=supplier, limit=settings().max_file_size_mb
    )


@bp.get("/<uuid:supplier_id>/watch")
@policy.require("admin", "procurement")
def watch(supplier_id: UUID) -> Response:
    """The supplier's newest jobs, for the dialog that follows an upload."""
    jobs = queries.page(queries.JobFilter(supplier_id=supplier_id), limit=int(request.args.get("n", "3")[:2] or 3)).jobs
    return polled(_progress_html(list(jobs), supplier_id))


@bp.post("/<uuid:supplier_id>/ml")
@policy.require("admin")
def set_ml(supplier_id: UUID) -> Response:
    on = request.form.get("use_ml_processing") == "on"
    supplier = editing.set_ml(supplier_id, on, current_user.username, request.form.get("reason", "")[:200])
    message = (
        _("%(name)s: files now go through ML.", name=supplier.name)
        if on
        else _("%(name)s: files now take the simple reader.", name=supplier.name)
    )
    if not wants_piece():
        return done(message, url_for("suppliers.index"))
    return say(make_response(render_template("suppliers/_switch.html", supplier=supplier)), message)


@bp.post("/<uuid:supplier_id>/sync")
@policy.require("admin")
def sync(supplier_id: UUID) -> Response:
    job = sync_run.sync_supplier(supplier_id, current_user.username, force=request.form.get("force") == "1")
    remembered.forget()
    message = _("%(name)s is being fetched.", name=job.supplier_name)
    if not wants_piece():
        return done(message, url_for("jobs.show", job_id=job.id))
    return say(Response(status=204), message)


@bp.get("/<uuid:supplier_id>/delete")
@policy.require("admin")
def ask_delete(supplier_id: UUID) -> Response:
    """What would go, by number and name, before it goes."""
    context = {"supplier": editing.get(supplier_id), "goes": wastebin.contents(supplier_id)}
    days = settings().supplier_bin_days
    return page_or_fragment("suppliers/delete.html", "suppliers/_delete.html", days=days, **context)


@bp.post("/<uuid:supplier_id>/delete")
@policy.require("admin")
def delete(supplier_id: UUID) -> Response:
    drafts = request.form.get("drafts") == "on"
    deleted = editing.delete(supplier_id, current_user.username, with_drafts=drafts)
    remembered.forget()
    return done(deleted.message, url_for("suppliers.binned"))


@bp.get("/deleted")
@policy.require("admin")
def binned() -> str:
    return render_template("suppliers/deleted.html", binned=wastebin.binned(), days=settings().supplier_bin_days)


@bp.post("/deleted/<uuid:supplier_id>/restore")
@policy.require("admin")
def restore(supplier_id: UUID) -> Response:
    name = wastebin.restore(supplier_id, current_user.username)
    remembered.forget()
    return done(_("%(name)s is back with everything.", name=name), url_for("supplier.show", supplier_id=supplier_id))


def _form(supplier: Any, values: Mapping[str, Any], problems: Mapping[str, str], problem: str = "") -> dict[str, Any]:
    return {
        "supplier": supplier,
        "values": values,
        "problems": problems,
        "problem": problem,
        "limit": settings().max_file_size_mb,
        "silent_days": settings().supplier_silent_days,
    }


def _again(supplier_id: UUID | None, values: Mapping[str, Any], error: CourierError) -> Response:
    """The same form with its problems; what was typed stays."""
    supplier = editing.get(supplier_id) if supplier_id else None
    known = {name: text for name, text in error.details.items() if isinstance(text, str)}
    problem = "" if known else str(error)
    response = page_or_fragment("suppliers/new.html", "suppliers/_form.html", **_form(supplier, values, known, problem))
    response.status_code = 422
    return response


def _values(form: Mapping[str, str], *, boxes: tuple[str, ...]) -> dict[str, Any]:
    """A box that is not ticked is not sent: here that means no. An empty text means nothing."""
    values: dict[str, Any] = {name: value.strip() or None for name, value in form.items()}
    for box in boxes:
        values[box] = form.get(box) == "on"
    return values


def _read(shape: type[BaseModel], values: Mapping[str, Any]) -> BaseModel:
    try:
        return shape.model_validate({name: value for name, value in values.items() if name in shape.model_fields})
    except ValidationError as error:
        raise Invalid(
            _("Some fields need a look."), details={_field(each): _sentence(each) for each in error.errors()}
        ) from error


def _field(problem: Any) -> str:
    return str(problem["loc"][0]) if problem["loc"] else ""


def _sentence(problem: Any) -> str:
    """Pydantic's reasons in the words of the form."""
    known = {
        "string_type": _("This is needed."),
        "missing": _("This is needed."),
        "string_too_short": _("This is needed."),
        "string_too_long": _("This is too long."),
        "int_parsing": _("Write a number."),
        "string_pattern_mismatch": _("Write three capital letters, such as EUR."),
    }
    words = str(problem["msg"]).removeprefix("Value error, ")
    return known.get(problem["type"]) or words[:1].upper() + words[1:]


def _progress_html(jobs: list[Job], supplier_id: UUID) -> str:
    pictures = progress.pictures(jobs)
    running = any(each.is_active for each in pictures)
    passed = history.phases_passed(jobs)
    return render_template(
        "suppliers/_progress.html",
        pictures=pictures,
        passed=passed,
        supplier_id=supplier_id,
        running=running,
        correctable=queries.with_reading([each.id for each in jobs]),
    )


def _progress_piece(jobs: list[Job], *, supplier_id: UUID) -> str:
    return with_version(_progress_html(jobs, supplier_id))

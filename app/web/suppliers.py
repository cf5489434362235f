"""Suppliers: the list, the form, uploads, and what a person switches."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError as BadToken

from app.access import policy
from app.courier import upload
from app.errors import Conflict, CourierError, Invalid
from app.export import overviews
from app.extensions import csrf, settings
from app.jobs import history, progress, queries
from app.jobs.job_filter import JobFilter
from app.models.job import Job
from app.suppliers import editing, listed
from app.suppliers.fields import SupplierChanges, SupplierFields
from app.sync import run as sync_run
from app.web import early, remembered
from app.web.fragments import done, page_or_fragment, polled, say, wants_piece, with_version
from app.web.items import as_file
from app.web.security import handle_errors
from app.web.sentences import told
from app.web.supplier_form import form_again, form_facts, read_into, typed_values

bp = Blueprint("suppliers", __name__, url_prefix="/suppliers")
handle_errors(bp)


@bp.get("")
@policy.require("admin", "procurement")
def index() -> Response:
    return early.page("suppliers/index.html", _listed, fragment="suppliers/_table.html")


def _listed() -> dict[str, Any]:
    which = listed.SupplierFilter.from_args(request.args)
    return {"which": which, "page": listed.page(which, cursor=request.args.get("at", ""))}


@bp.get("/export.<form>")
@policy.require("admin", "procurement")
def take_out(form: str) -> Response:
    """The table as it is filtered."""
    return as_file(overviews.suppliers_table(listed.SupplierFilter.from_args(request.args)), form)


@bp.get("/new")
@policy.require("admin")
def new() -> Response:
    return page_or_fragment("suppliers/new.html", "suppliers/_form.html", **form_facts(None, {}, {}))


@bp.post("")
@policy.require("admin")
def create() -> Response:
    """The supplier first; the page's script then sends each file by itself, without script the files come along."""
    # Several files may come in one form; each is held against the limit of one file by the courier.
    request.max_content_length = 20 * settings().max_file_bytes
    values = dict(request.form)
    try:
        boxes = ("use_ml_processing", "replaces_all")
        fields = cast(SupplierFields, read_into(SupplierFields, typed_values(values, boxes=boxes)))
        supplier = editing.create(fields, current_user.username)
    except (Invalid, Conflict) as error:
        return form_again(None, values, error)
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
    return page_or_fragment("suppliers/new.html", "suppliers/_form.html", **form_facts(supplier, values, {}))


@bp.post("/<uuid:supplier_id>/edit")
@policy.require("admin")
def change(supplier_id: UUID) -> Response:
    values = dict(request.form)
    boxes = ("use_ml_processing", "is_active", "replaces_all")
    try:
        editing.update(
            supplier_id,
            cast(SupplierChanges, read_into(SupplierChanges, typed_values(values, boxes=boxes))),
            current_user.username,
        )
    except (Invalid, Conflict) as error:
        return form_again(supplier_id, values, error)
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
    jobs = queries.page(JobFilter(supplier_id=supplier_id), limit=int(request.args.get("n", "3")[:2] or 3)).jobs
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

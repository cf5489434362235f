"""Suppliers: what is known of them, their files by upload, and how these are read."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from sqlalchemy import func, select

from app.api import cursors, idempotency, supplier_lines
from app.api import shapes_suppliers as told
from app.api.routing import Router, name_ignored
from app.api.shapes import CursorPage
from app.catalog import keyset
from app.courier import file_names, upload
from app.errors import Invalid
from app.extensions import db
from app.models.supplier import Supplier
from app.models.user import User
from app.suppliers import editing, figures, listed
from app.sync import run
from handoff.api import Hints

router = Router("Suppliers")

BY_NAME = keyset.Order((func.lower(Supplier.name),), Supplier.id, nullable=False)

DEFAULT_SHEET, DEFAULT_HEADER_ROW, DEFAULT_DATA_ROW = "Sheet1", 1, 2


def supplier_shape(supplier: Supplier, items: int) -> told.SupplierShape:
    return told.SupplierShape(
        id=supplier.id,
        name=supplier.name,
        source_type=supplier.source_type,
        source_url=supplier.source_url,
        contact_email=supplier.contact_email,
        is_active=supplier.is_active,
        notes=supplier.notes,
        items_count=items,
        created_at=supplier.created_at,
        updated_at=supplier.updated_at,
        use_ml_processing=supplier.wants_ml,
        sheet_name=supplier.sheet_name,
        default_currency=supplier.default_currency,
        cadence_days=supplier.cadence_days,
        replaces_all=supplier.replaces_all,
        lists=supplier.kept_lists,
        origin=supplier.origin,
        hints=supplier.hints,
        has_secret_headers=supplier.secret_headers is not None,
    )


@router.route(
    "GET",
    "/admin/suppliers",
    query=told.SuppliersQuery,
    reply=told.SuppliersReply,
    by_cursor=CursorPage[told.SupplierShape],
    frozen=True,
)
def list_suppliers(query: told.SuppliersQuery) -> Response | told.SuppliersReply | CursorPage[told.SupplierShape]:
    """All suppliers by name; with ``limit`` a page of them, which costs the same however many there are.

    A page has ``next`` beside: ask on with it as ``after``. It is null on the last page. With ``cursor`` or
    ``updated_since`` pages are as those of every other list.
    """
    if query.by_cursor:
        return _by_cursor(query)
    if query.limit is not None or query.after is not None:
        return _page(query)
    name_ignored("query", query.model_fields_set & {"search", "state"})
    return Response(supplier_lines.whole_list(figures.figures().items), mimetype="application/json")


def _page(query: told.SuppliersQuery) -> told.SuppliersPage:
    cursor = listed.beyond(query.after) if query.after else ""
    found = listed.page(_filter(query), cursor=cursor, limit=query.limit or listed.PAGE_SIZE)
    shown = [listed_shape(each.supplier, each.items) for each in found.rows]
    return told.SuppliersPage(suppliers=shown, total=found.total, next=shown[-1].id if found.older else None)


def _by_cursor(query: told.SuppliersQuery) -> CursorPage[told.SupplierShape]:
    rows = select(Supplier).where(*_filter(query).conditions())
    limit = query.limit or listed.PAGE_SIZE
    part = cursors.page(query, rows, BY_NAME, touched=Supplier.updated_at, limit=limit)
    counts = editing.item_counts(each.id for each in part.entities)
    return part.told([listed_shape(each, counts.get(each.id, 0)) for each in part.entities])


def _filter(query: told.SuppliersQuery) -> listed.SupplierFilter:
    return listed.SupplierFilter(search=query.search or "", state=query.state or "")


def listed_shape(supplier: Supplier, items: int) -> told.SupplierShape:
    """As clients of the existing system know the list; one supplier's own route tells all."""
    shown = supplier_shape(supplier, items)
    shown.contact_email, shown.created_at = None, shown.updated_at
    return shown


@router.route(
    "POST",
    "/admin/suppliers",
    body=told.NewSupplierBody,
    reply=told.CreatedSupplier,
    status=201,
    errors=(409,),
    frozen=True,
)
def create_supplier(body: told.NewSupplierBody, user: User) -> told.CreatedSupplier:
    """Make a supplier. With an address and active, its first file is fetched at once."""
    supplier = editing.create(body, user.username)
    job = run.sync_new_supplier(supplier, user.username)
    message = f"Supplier {supplier.name} was created."
    if job is not None:
        message += " A sync of its file was requested and begins within one minute."
    return told.CreatedSupplier(supplier=_shown(supplier), message=message)


@router.route("GET", "/admin/suppliers/<supplier_id>", reply=told.SupplierShape, errors=(404,), frozen=True)
def get_supplier(supplier_id: UUID) -> told.SupplierShape:
    """One supplier."""
    return _shown(editing.get(supplier_id))


@router.route(
    "PUT",
    "/admin/suppliers/<supplier_id>",
    body=told.SupplierChangesBody,
    reply=told.SupplierShape,
    errors=(404, 409),
    frozen=True,
)
def change_supplier(supplier_id: UUID, body: told.SupplierChangesBody, user: User) -> told.SupplierShape:
    """Change the fields that are sent."""
    return _shown(editing.update(supplier_id, body, user.username))


@router.route("DELETE", "/admin/suppliers/<supplier_id>", reply=told.DeletedSupplier, errors=(404,), frozen=True)
def delete_supplier(supplier_id: UUID, user: User) -> told.DeletedSupplier:
    """Remove a supplier with its items, and the drafts made of them that nobody else offers.

    Imported and hand-made products stay. An administrator can bring all of it back on the screen for 30 days.
    """
    deleted = editing.delete(supplier_id, user.username, with_drafts=True)
    return told.DeletedSupplier(id=deleted.id, message=deleted.message)


@router.route(
    "POST",
    "/admin/suppliers/<supplier_id>/upload",
    upload=told.UploadForm,
    reply=told.UploadReply,
    status=202,
    errors=(404, 413, 503, 507),
    frozen=True,
)
def upload_file(supplier_id: UUID, user: User) -> told.UploadReply:
    """Send a supplier's file, or several.

    The bytes are kept as they are. The fields ``sheet_name``, ``header_row`` and ``data_start_row`` hold for this
    upload alone; what is to hold for all of the supplier's files is set at ``/admin/suppliers/{supplier_id}/hints``.
    """
    jobs = upload.receive(
        editing.get(supplier_id),
        idempotency.form(),
        request.content_type or "",
        actor=user.username,
        hints_of=_hints_of,
    )
    first = jobs[0]
    return told.UploadReply(
        task_id=first.task_id,
        file_name=first.original_filename or "",
        detected_format=file_names.kind_of(first.original_filename or ""),
        message=f"{len(jobs)} files were taken." if len(jobs) > 1 else "The file was taken and is processed now.",
        job_id=first.id,
        job_ids=[each.id for each in jobs],
    )


@router.route("PUT", "/admin/suppliers/<supplier_id>/ml", body=told.MlBody, reply=told.SupplierShape, errors=(404,))
def set_ml(supplier_id: UUID, body: told.MlBody, user: User) -> told.SupplierShape:
    """Send the supplier's next files through ml-analyze, or through the legacy pipeline."""
    return _shown(editing.set_ml(supplier_id, body.use_ml_processing, user.username, body.reason))


@router.route(
    "PUT", "/admin/suppliers/<supplier_id>/hints", body=told.HintsBody, reply=told.SupplierShape, errors=(404,)
)
def set_hints(supplier_id: UUID, body: told.HintsBody, user: User) -> told.SupplierShape:
    """Replace the corrections of how the supplier's files are read; an empty object forgets them."""
    return _shown(editing.set_hints(supplier_id, body, user.username))


@router.route(
    "PUT", "/admin/suppliers/<supplier_id>/headers", body=told.HeadersBody, reply=told.SupplierShape, errors=(404,)
)
def set_headers(supplier_id: UUID, body: told.HeadersBody, user: User) -> told.SupplierShape:
    """Replace the credentials that are sent to the supplier's source; an empty object removes them."""
    return _shown(editing.set_secret_headers(supplier_id, body.headers, user.username))


def _shown(supplier: Supplier) -> told.SupplierShape:
    db.session.refresh(supplier)
    return supplier_shape(supplier, editing.item_counts([supplier.id]).get(supplier.id, 0))


def _hints_of(fields: dict[str, str]) -> Hints:
    """What differs from the defaults. Raises Invalid for what makes no sense."""
    name_ignored("form", [name for name in fields if name not in told.UploadForm.model_fields])
    header_row = _row(fields, "header_row", DEFAULT_HEADER_ROW)
    data_row = _row(fields, "data_start_row", DEFAULT_DATA_ROW)
    if "data_start_row" in fields and data_row <= header_row:
        raise Invalid("data_start_row must lie below header_row.", details={"data_start_row": "Below header_row."})
    sheet = fields.get("sheet_name", "").strip()
    if len(sheet) > 100 or "\x00" in sheet:
        raise Invalid("sheet_name has at most 100 characters.", details={"sheet_name": "Too long."})
    return Hints(
        header_row=header_row if header_row != DEFAULT_HEADER_ROW else None,
        sheets=[sheet] if sheet and sheet != DEFAULT_SHEET else None,
    )


def _row(fields: dict[str, str], name: str, default: int) -> int:
    text = fields.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1_000_000):
        raise Invalid(f"{name} must be a whole number from 1.", details={name: "A whole number from 1."})
    return int(text)

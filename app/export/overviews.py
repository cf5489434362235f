"""Changes, jobs and suppliers as tables to be taken out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, column, func, select

from app.export.exportable import Table
from app.feed import moves
from app.jobs.job_filter import JobFilter
from app.models.catalog import SupplierItem
from app.models.job import Job
from app.models.supplier import Supplier
from app.suppliers import listed

MOVE_COLUMNS = (
    "supplier",
    "supplier_sku",
    "name",
    "internal_sku",
    "product",
    "what",
    "old_price",
    "old_currency",
    "price",
    "currency",
    "percent",
    "at",
    "item_id",
)


def moves_table(span: moves.Span) -> Table:
    """What moved in the span, net, an item a row; ``what`` is dearer, cheaper, new, gone, or other money."""
    told = moves.EVERY.bindparams(**moves.asked(span)).columns(*map(column, MOVE_COLUMNS)).subquery()
    rows: Select[*tuple[Any, ...]] = select(*told.c)
    return Table("changes", MOVE_COLUMNS, rows)


JOB_COLUMNS = {
    "job_id": Job.id,
    "supplier": Job.supplier_name,
    "list": Job.list_name,
    "file": Job.original_filename,
    "size": Job.file_size,
    "sha256": Job.sha256,
    "trigger": Job.trigger,
    "requested_by": Job.requested_by,
    "pipeline": Job.pipeline,
    "phase": Job.phase,
    "outcome": Job.outcome,
    "error_code": Job.error_code,
    "error": Job.error_message,
    "hold_reason": Job.hold_reason,
    "rows": Job.rows_read,
    "new": Job.new_count,
    "changed": Job.changed_count,
    "unchanged": Job.unchanged_count,
    "vanished": Job.vanished_count,
    "errors": Job.error_count,
    "matches": Job.matches_found,
    "reviews": Job.review_count,
    "retries": Job.retry_count,
    "created_at": Job.created_at,
    "started_at": Job.started_at,
    "completed_at": Job.completed_at,
    "applied_at": Job.applied_at,
}


def jobs_table(which: JobFilter) -> Table:
    """Jobs, newest first, filtered as on the screen."""
    rows: Select[*tuple[Any, ...]] = select(*JOB_COLUMNS.values()).where(*which.conditions())
    return Table("jobs", tuple(JOB_COLUMNS), rows.order_by(Job.created_at.desc(), Job.id.desc()))


def suppliers_table(which: listed.SupplierFilter) -> Table:
    """Suppliers by name, filtered as on the screen; addresses of sources stay here: they may hold keys."""
    items_of = select(func.count()).where(SupplierItem.supplier_id == Supplier.id).correlate(Supplier)
    columns = {
        "supplier": Supplier.name,
        "source_type": Supplier.source_type,
        "active": listed.is_active,
        "via_ml": listed.wants_ml,
        "currency": Supplier.meta["default_currency"].as_string(),
        "contact": Supplier.contact_email,
        "items": items_of.scalar_subquery(),
        "last_change": listed.last_change(Supplier.id).correlate(Supplier).scalar_subquery(),
        "created_at": Supplier.created_at,
        "supplier_id": Supplier.id,
    }
    rows: Select[*tuple[Any, ...]] = select(*columns.values()).where(*which.conditions())
    return Table("suppliers", tuple(columns), rows.order_by(func.lower(Supplier.name), Supplier.id))

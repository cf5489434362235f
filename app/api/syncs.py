"""Asking for a sync, and its runs: what each did, and a person's word on a plan that is held."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from app.api import cursors, shapes_suppliers
from app.api.routing import Router
from app.api.shapes import CursorPage
from app.catalog import keyset
from app.errors import NotFound
from app.extensions import db, settings
from app.models.sync import SyncRun
from app.models.user import User
from app.sync import held, run

router = Router("Syncs")

NEWEST_RUN = keyset.Order((SyncRun.created_at,), SyncRun.id, down=True, nullable=False)
BEGINS = "The sync was requested and begins within one minute."


@router.route(
    "POST",
    "/admin/ingestion/sync",
    body=shapes_suppliers.SyncRequestBody,
    body_needed=False,
    reply=shapes_suppliers.SyncQueued,
    status=202,
    limited=True,
    errors=(409, 503),
    frozen=True,
)
def request_sync(body: shapes_suppliers.SyncRequestBody, user: User) -> shapes_suppliers.SyncQueued:
    """Ask for a sync of all suppliers; 409 names the one that runs."""
    begun = run.request_sync(user.username, "manual", force=body.force)
    return shapes_suppliers.SyncQueued(task_id=begun.task_id, message=BEGINS)


@router.route(
    "POST",
    "/admin/sync",
    body=shapes_suppliers.SyncSupplierBody,
    reply=shapes_suppliers.SyncSupplierReply,
    status=202,
    limited=True,
    errors=(404, 503),
    frozen=True,
)
def sync_supplier(body: shapes_suppliers.SyncSupplierBody, user: User) -> shapes_suppliers.SyncSupplierReply:
    """Fetch one supplier's file. ``task_id`` is the job's id; a fetch under way is answered with its own."""
    job = run.sync_supplier(body.supplier_id, user.username, force=body.force)
    return shapes_suppliers.SyncSupplierReply(
        task_id=job.id, supplier_id=body.supplier_id, enqueued_at=datetime.now(UTC)
    )


@router.route(
    "GET",
    "/admin/sync/runs",
    query=shapes_suppliers.SyncRunsQuery,
    reply=shapes_suppliers.SyncRunsReply,
    by_cursor=CursorPage[shapes_suppliers.SyncRunShape],
)
def list_runs(
    query: shapes_suppliers.SyncRunsQuery,
) -> shapes_suppliers.SyncRunsReply | CursorPage[shapes_suppliers.SyncRunShape]:
    """The latest syncs, newest first."""
    if query.by_cursor:
        part = cursors.page(query, select(SyncRun), NEWEST_RUN, touched=SyncRun.updated_at, limit=query.limit)
        return part.told([_run(each) for each in part.entities])
    found = db.session.scalars(select(SyncRun).order_by(SyncRun.created_at.desc()).limit(query.limit))
    return shapes_suppliers.SyncRunsReply(runs=[_run(each) for each in found])


@router.route("POST", "/admin/sync/dry-run", reply=shapes_suppliers.PlanReply, errors=(502,))
def dry_run() -> shapes_suppliers.PlanReply:
    """Read the Master Sheet and tell what a sync would change; nothing is changed."""
    plan = run.dry_run()
    if plan is None:
        return shapes_suppliers.PlanReply(configured=False)
    return shapes_suppliers.PlanReply(
        configured=True,
        changes=[shapes_suppliers.ChangeShape.model_validate(each) for each in plan.changes],
        skipped=[shapes_suppliers.SkippedShape.model_validate(each) for each in plan.skipped],
        unchanged=plan.unchanged,
        active_before=plan.active_before,
        active_after=plan.active_after,
        hold_reason=plan.hold_reason(settings().master_sheet_deactivation_limit),
    )


@router.route("POST", "/admin/sync/runs/<run_id>/approve", reply=shapes_suppliers.SyncRunShape, errors=(404, 409))
def approve_run(run_id: UUID, user: User) -> shapes_suppliers.SyncRunShape:
    """Make the changes of a Master Sheet that was held, exactly as they were shown."""
    held.approve(run_id, user.username)
    return _run(_get_run(run_id))


@router.route("POST", "/admin/sync/runs/<run_id>/reject", reply=shapes_suppliers.SyncRunShape, errors=(404, 409))
def reject_run(run_id: UUID, user: User) -> shapes_suppliers.SyncRunShape:
    """Leave the suppliers as they are."""
    held.reject(run_id, user.username)
    return _run(_get_run(run_id))


@router.route("POST", "/admin/sync/stop", reply=shapes_suppliers.SyncRunShape, errors=(409,))
def stop_sync(user: User) -> shapes_suppliers.SyncRunShape:
    """End the running sync: no more files are begun, those under way go on to their end."""
    return _run(run.stop(user.username))


def _get_run(run_id: UUID) -> SyncRun:
    found = db.session.get(SyncRun, run_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such sync.")
    return found


def _run(found: SyncRun) -> shapes_suppliers.SyncRunShape:
    plan = found.plan or {}
    return shapes_suppliers.SyncRunShape(
        id=found.id,
        task_id=found.task_id,
        triggered_by=found.triggered_by,
        requested_by=found.requested_by,
        state=found.state,
        error_message=found.error_message,
        total=found.total,
        created_at=found.created_at,
        completed_at=found.completed_at,
        held=plan.get("held"),
        decision=plan.get("decision"),
    )

"""How the courier stands, the Master Sheet it follows, and which pipeline files take."""

from __future__ import annotations

import orjson
from flask import Response, current_app
from pydantic import TypeAdapter
from sqlalchemy import select

from app.api import shapes_jobs, shapes_status, shapes_suppliers
from app.api.job_answers import job_shapes, log_shape
from app.api.jobs import newest
from app.api.routing import Router
from app.extensions import db, redis
from app.guards import switch
from app.models.catalog import ParsingLog
from app.models.phase import ACTIVE
from app.models.supplier import Supplier
from app.models.user import User
from app.suppliers import figures, listed
from app.suppliers.figures import Figures
from app.sync import master, standing
from app.sync.standing import SyncStatus

router = Router("Ingestion")

JOBS_SHOWN = 20
SUPPLIERS = TypeAdapter(list[shapes_status.SupplierStatusShape])
SUPPLIERS_KEY = "status_suppliers"


@router.route(
    "GET",
    "/admin/ingestion/status",
    query=shapes_status.StatusQuery,
    reply=shapes_status.IngestionStatus,
    errors=(503,),
    frozen=True,
)
def get_status(query: shapes_status.StatusQuery) -> Response:
    """How the sync, the suppliers and the newest jobs stand.

    ``sync_state`` stays ``processing_suppliers`` until the last job of the sync has ended; ``sync.state`` tells more.
    """
    redis().ping()  # without Redis the progress would stand still and look true
    now = standing.current()
    jobs = newest(JOBS_SHOWN)
    active = next((job.phase for job in jobs if job.phase in ACTIVE), None)
    processing = now.sync_state == "processing_suppliers"
    told = shapes_status.IngestionStatus(
        sync_state=now.sync_state,
        progress=shapes_status.ProgressShape(current=now.progress.settled, total=now.progress.total)
        if processing
        else None,
        last_sync_at=now.last_sync_at,
        next_scheduled_at=now.next_scheduled_at,
        suppliers=[],
        recent_logs=_logs(query.log_limit),
        current_phase=active,
        jobs=job_shapes(jobs),
        sync=_sync(now),
    ).model_dump(mode="json")
    if query.suppliers:
        told["suppliers"] = orjson.Fragment(_suppliers(figures.figures(not_before=now.last_sync_at)))
    return Response(orjson.dumps(told), mimetype="application/json")


@router.route(
    "GET", "/admin/settings/master-sheet-url", reply=shapes_suppliers.MasterSheetReply, errors=(503,), frozen=True
)
def get_master_sheet() -> shapes_suppliers.MasterSheetReply:
    """Where the Master Sheet is."""
    sheet = master.configured()
    return shapes_suppliers.MasterSheetReply(
        url=sheet.url, sheet_name=sheet.sheet_name, configured=sheet.url is not None, last_updated_at=sheet.updated_at
    )


@router.route(
    "PUT",
    "/admin/settings/master-sheet-url",
    body=shapes_suppliers.MasterSheetBody,
    reply=shapes_suppliers.MasterSheetSaved,
    errors=(503,),
    frozen=True,
)
def set_master_sheet(body: shapes_suppliers.MasterSheetBody, user: User) -> shapes_suppliers.MasterSheetSaved:
    """Set the Master Sheet and its tab."""
    sheet = master.configure(body.url, body.sheet_name, user.username)
    return shapes_suppliers.MasterSheetSaved(
        url=sheet.url or "", sheet_name=sheet.sheet_name, message="The next sync reads this Master Sheet."
    )


@router.route("GET", "/admin/settings/ml-switch", reply=shapes_suppliers.SwitchReply)
def get_switch() -> shapes_suppliers.SwitchReply:
    """Whether ML processing is on for the installation."""
    return _switch(switch.current())


@router.route("PUT", "/admin/settings/ml-switch", body=shapes_suppliers.SwitchBody, reply=shapes_suppliers.SwitchReply)
def set_switch(body: shapes_suppliers.SwitchBody, user: User) -> shapes_suppliers.SwitchReply:
    """Turn ML processing on or off for everybody."""
    return _switch(switch.turn(body.on, actor=user.username, reason=body.reason))


def _switch(found: switch.Switch) -> shapes_suppliers.SwitchReply:
    return shapes_suppliers.SwitchReply(on=found.on, reason=found.reason, changed_by=found.by, changed_at=found.at)


def _suppliers(known: Figures) -> bytes:
    """A thousand rows every few seconds: written once for as long as the figures stand.

    Whatever changes a supplier leaves a line in the audit, and with that come new figures.
    """
    kept: tuple[Figures, bytes] | None = current_app.extensions.get(SUPPLIERS_KEY)
    if kept is None or kept[0] is not known:
        kept = current_app.extensions[SUPPLIERS_KEY] = (known, SUPPLIERS.dump_json(_supplier_rows(known)))
    return kept[1]


def _supplier_rows(known: Figures) -> list[shapes_status.SupplierStatusShape]:
    columns = (Supplier.id, Supplier.name, Supplier.source_type, listed.is_active, listed.wants_ml)
    return [
        shapes_status.SupplierStatusShape(
            id=supplier_id,
            name=name,
            source_type=source_type,
            last_sync_at=known.last_sync.get(supplier_id),
            status=known.status(supplier_id, active=active),
            items_count=known.items.get(supplier_id, 0),
            use_ml_processing=ml,
        )
        for supplier_id, name, source_type, active, ml in db.session.execute(select(*columns).order_by(Supplier.name))
    ]


def _logs(limit: int) -> list[shapes_jobs.LogShape]:
    query = (
        select(ParsingLog, Supplier.name)
        .outerjoin(Supplier, Supplier.id == ParsingLog.supplier_id)
        .order_by(ParsingLog.created_at.desc(), ParsingLog.id.desc())
        .limit(limit)
    )
    return [log_shape(line, name) for line, name in db.session.execute(query)]


def _sync(now: SyncStatus) -> shapes_status.SyncShape:
    latest = now.run
    return shapes_status.SyncShape(
        state=now.state,
        task_id=latest.task_id if latest else None,
        triggered_by=latest.triggered_by if latest else None,
        started_at=latest.created_at if latest else None,
        completed_at=latest.completed_at if latest else None,
        total=now.progress.total,
        settled=now.progress.settled,
        failed=now.progress.failed,
        error=latest.error_message if latest else None,
        held=(latest.plan or {}).get("held") if latest and now.is_held else None,
    )

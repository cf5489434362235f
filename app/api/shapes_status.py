"""Shapes of the ingestion's status: suppliers, syncs, what is under way."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from app.api.shapes import (
    Body,
    Moment,
    Reply,
    Whole,
)
from app.api.shapes_jobs import JobShape, LogShape
from app.models.phase import Phase


class SupplierStatusShape(Reply):
    id: UUID
    name: str
    source_type: str
    last_sync_at: Moment | None
    status: Literal["success", "error", "pending", "inactive"]
    items_count: int
    use_ml_processing: bool


class ProgressShape(Reply):
    current: int
    total: int


class SyncShape(Reply):
    """The fine-grained state, which clients of ``sync_state`` do not know."""

    state: str
    task_id: str | None
    triggered_by: str | None
    started_at: Moment | None
    completed_at: Moment | None
    total: int
    settled: int
    failed: int
    error: str | None
    held: str | None


class StatusQuery(Body):
    log_limit: Whole = Field(50, ge=1, le=100)
    suppliers: bool = Field(True, description="false leaves ``suppliers`` empty: with thousands the larger part.")


class IngestionStatus(Reply):
    sync_state: Literal["idle", "syncing_master", "processing_suppliers"]
    progress: ProgressShape | None
    last_sync_at: Moment | None
    next_scheduled_at: Moment
    suppliers: list[SupplierStatusShape]
    recent_logs: list[LogShape]
    current_phase: Phase | None
    jobs: list[JobShape]
    sync: SyncShape

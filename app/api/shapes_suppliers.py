"""Shapes of the routes about suppliers, the sync and its settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from app.api.shapes import Body, ByCursor, Moment, Reply, Search, Whole
from app.suppliers.fields import PrintableStr, SheetName, SupplierChanges, SupplierFields, WebAddress
from handoff.api import Hints

Reason = Annotated[PrintableStr, Field(max_length=500)]


class SupplierShape(Reply):
    id: UUID
    name: str
    source_type: str
    source_url: str | None
    contact_email: str | None
    is_active: bool
    notes: str | None
    items_count: int
    created_at: Moment
    updated_at: Moment
    use_ml_processing: bool
    sheet_name: str | None
    default_currency: str | None
    cadence_days: int | None
    replaces_all: bool
    lists: list[dict[str, Any]]
    origin: str | None
    hints: dict[str, Any]
    has_secret_headers: bool


class SuppliersQuery(ByCursor):
    """Without ``limit`` and ``cursor`` all suppliers come at once."""

    limit: Whole | None = Field(None, ge=1, le=1000, description="So many at most; ask on with ``after``.")
    after: UUID | None = Field(None, description="The ``next`` of the page before.")
    search: Search | None = Field(None, description="Of pages: suppliers whose name holds this.")
    state: Literal["active", "inactive"] | None = Field(None, description="Of pages: only these suppliers.")


class SuppliersReply(Reply):
    suppliers: list[SupplierShape]
    total: int


class SuppliersPage(SuppliersReply):
    """``next``: what to ask on with; null on the last page."""

    next: UUID | None


class CreatedSupplier(Reply):
    supplier: SupplierShape
    message: str


class DeletedSupplier(Reply):
    id: UUID
    message: str


class NewSupplierBody(SupplierFields):
    """A new supplier."""

    model_config = ConfigDict(extra="forbid")


class SupplierChangesBody(SupplierChanges):
    """Any subset of a supplier's fields; what is not sent stays. An empty text takes an optional field away."""

    model_config = ConfigDict(extra="forbid")


class MlBody(Body):
    use_ml_processing: bool
    reason: Reason = ""


class HintsBody(Hints):
    """A person's corrections of how files are read; each wins over every guess."""

    model_config = ConfigDict(extra="forbid")


class HeadersBody(Body):
    """Request headers with the source's credentials. They are never shown again."""

    headers: dict[str, str] = Field(max_length=10)


class UploadForm(Body):
    """The fields may stand before the file or after it; they hold for this upload alone."""

    file: bytes = Field(json_schema_extra={"format": "binary"})
    sheet_name: str | None = Field(None, max_length=100)
    header_row: int | None = Field(None, ge=1)
    data_start_row: int | None = Field(None, ge=1)
    replaces_all: bool = Field(False, description="Of one file: its list's items missing in it become unavailable.")
    list: str = Field("", max_length=100, description="Which of the supplier's lists it is; empty for the main one.")


class UploadReply(Reply):
    task_id: str
    file_name: str
    detected_format: Literal["csv", "excel", "pdf"]
    status: Literal["queued"] = "queued"
    message: str
    job_id: UUID
    job_ids: list[UUID]


class SyncRequestBody(Body):
    force: bool = Field(False, description="Process files even if they are unchanged.")


class SyncQueued(Reply):
    task_id: str
    status: Literal["queued"] = "queued"
    message: str


class SyncSupplierBody(Body):
    supplier_id: UUID
    force: bool = False


class SyncSupplierReply(Reply):
    task_id: UUID
    supplier_id: UUID
    status: Literal["queued"] = "queued"
    enqueued_at: Moment


class MasterSheetReply(Reply):
    url: str | None
    sheet_name: str
    configured: bool
    last_updated_at: Moment | None


class MasterSheetBody(Body):
    url: WebAddress
    sheet_name: SheetName | None = None


class MasterSheetSaved(Reply):
    url: str
    sheet_name: str
    message: str


class SwitchBody(Body):
    on: bool
    reason: Reason = ""


class SwitchReply(Reply):
    on: bool
    reason: str
    changed_by: str | None
    changed_at: Moment | None


class ChangeShape(Reply):
    kind: Literal["create", "update", "deactivate"]
    name: str
    supplier_id: UUID | None
    before: dict[str, Any]
    after: dict[str, Any]


class SkippedShape(Reply):
    line: int
    name: str
    reason: str


class PlanReply(Reply):
    """What the Master Sheet would change. ``hold_reason``: why a person would have to agree first."""

    configured: bool
    changes: list[ChangeShape] = Field(default_factory=list)
    skipped: list[SkippedShape] = Field(default_factory=list)
    unchanged: int = 0
    active_before: int = 0
    active_after: int = 0
    hold_reason: str | None = None


class SyncRunShape(Reply):
    id: UUID
    task_id: str
    triggered_by: str
    requested_by: str | None
    state: str
    error_message: str | None
    total: int
    created_at: Moment
    completed_at: Moment | None
    held: str | None
    decision: str | None


class SyncRunsReply(Reply):
    runs: list[SyncRunShape]


class SyncRunsQuery(ByCursor):
    limit: Whole = Field(20, ge=1, le=100)


class ReprocessBody(Body):
    """``supplier_ids`` absent: every supplier on the legacy pipeline. ``at_once``: files under way at a time."""

    supplier_ids: list[UUID] | None = Field(None, max_length=5000)
    at_once: int = Field(3, ge=1, le=20)


class ReprocessCount(Reply):
    """Suppliers that would be fetched, those whose last file would be read again, and names of those without either."""

    fetched: int
    read_again: int
    impossible: list[str]


class ReprocessReply(Reply):
    """``state``: none, running, paused, stopped, done. ``skipped`` maps names to reasons."""

    state: str
    total: int = 0
    pending: int = 0
    running: int = 0
    ended_well: int = 0
    failed: int = 0
    skipped: dict[str, str] = Field(default_factory=dict)
    jobs: list[UUID] = Field(default_factory=list)


class SteerBody(Body):
    action: Literal["pause", "resume", "stop"]

"""Shapes of the routes about jobs, their changes and their logs."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from app.api.shapes import (
    Body,
    ByCursor,
    CursorPage,
    CursorText,
    Exact,
    Moment,
    PagingOrCursor,
    Reply,
    Search,
    Whole,
)
from app.apply.difference import Choice
from app.models.phase import Outcome, Phase, Pipeline, Status
from app.suppliers.fields import PrintableStr


class DownloadProgress(Reply):
    bytes_downloaded: int
    bytes_total: int | None
    percentage: int


class AnalysisProgress(Reply):
    items_processed: int
    items_total: int
    matches_found: int
    review_queue: int
    errors: int
    percentage: int


class JobShape(Reply):
    job_id: UUID
    supplier_id: UUID | None
    supplier_name: str
    phase: Phase
    status: Status
    download_progress: DownloadProgress | None
    analysis_progress: AnalysisProgress | None
    file_type: Literal["excel", "csv", "pdf"]
    error: str | None
    error_details: list[Any]
    can_retry: bool
    retry_count: int
    max_retries: int
    created_at: Moment
    started_at: Moment | None
    completed_at: Moment | None
    task_id: str
    trigger: str
    pipeline: Pipeline
    outcome: Outcome | None
    error_code: str | None
    waiting_for: str | None
    waits_for: Literal["ml-analyze", "volume"] | None
    waits_since: Moment | None
    hold_reason: str | None
    file_name: str | None
    sync_run_id: UUID | None
    elapsed_seconds: float | None


class JobFile(Reply):
    """The integrity receipt: hashes of the bytes that were stored, and when the reader confirmed them."""

    name: str | None
    size: int | None
    sha256: str | None
    md5: str | None
    source_url: str | None
    mime_type: str | None
    verified_at: Moment | None


class JobCounts(Reply):
    new: int
    changed: int
    unchanged: int
    vanished: int


class EventShape(Reply):
    at: Moment
    kind: str
    phase: Phase
    message: str
    actor: str | None


class JobDetail(JobShape):
    file: JobFile
    counts: JobCounts
    matched_by: str | None
    reading: dict[str, Any] | None
    metrics: dict[str, Any] | None
    events: list[EventShape]


class JobsQuery(ByCursor):
    """``state`` is one word for phase and outcome; ``cause`` an error code."""

    supplier_id: UUID | None = None
    state: (
        Literal[
            "active",
            "downloading",
            "analyzing",
            "matching",
            "waiting",
            "complete",
            "warnings",
            "unchanged",
            "held",
            "rejected",
            "undone",
            "failed",
            "cancelled",
        ]
        | None
    ) = None
    cause: Annotated[PrintableStr, Field(max_length=50)] | None = None
    trigger: Annotated[PrintableStr, Field(max_length=30)] | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    search: Search | None = None
    cursor: CursorText | None = Field(None, description="`next`, `older` or `newer` of another page.")
    limit: Whole = Field(50, ge=1, le=200)


class JobsReply(CursorPage[JobShape]):
    """``next`` is ``older``; by ``updated_since`` there is only ``next``."""

    older: str | None
    newer: str | None


class RetryBody(Body):
    force: bool = Field(False, description="Process the file even if it is unchanged or its prices look wrong.")


class RetryReply(Reply):
    job_id: UUID
    status: Literal["retrying"] = "retrying"
    message: str
    retry_count: int


class WaitQuery(Body):
    timeout: Whole = Field(30, ge=0, le=60, description="Seconds to wait at most.")


class BulkJobsBody(Body):
    """Which jobs: by ids, or by a cause or a supplier. At least one of them."""

    job_ids: list[UUID] | None = Field(None, min_length=1, max_length=5000)
    cause: Annotated[PrintableStr, Field(min_length=1, max_length=50)] | None = None
    supplier_id: UUID | None = None


class BulkReply(Reply):
    count: int
    message: str


class ChangesQuery(PagingOrCursor):
    kind: Literal["new", "changed", "vanished"] | None = None
    applied: bool | None = Field(None, description="false: only what was left out or is only proposed.")


class ItemChangeShape(Reply):
    supplier_sku: str
    name: str
    kind: Literal["new", "changed", "vanished"]
    old_price: Exact | None
    new_price: Exact | None
    change_percent: float | None
    applied: bool
    undone: str | None


class ApproveBody(Body):
    """At most one of the three; none of them means all."""

    skus: list[PrintableStr] | None = Field(None, max_length=50_000, description="Only these items.")
    without: list[PrintableStr] | None = Field(None, max_length=50_000, description="All but these items.")
    up_to_percent: float | None = Field(
        None, ge=0, le=1000, description="New items, and prices that change by no more than this, up or down."
    )

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum(each is not None for each in (self.skus, self.without, self.up_to_percent)) > 1:
            raise ValueError("say only one of skus, without and up_to_percent")
        return self

    def choice(self) -> Choice | None:
        if self.up_to_percent is not None:
            return Choice(up_to_percent=self.up_to_percent)
        if self.without is not None:
            return Choice(self.without, without=True)
        return None if self.skus is None else Choice(self.skus)


class UndoneReply(Reply):
    restored: int
    removed: int
    kept: int
    message: str


class LogShape(Reply):
    id: UUID
    task_id: str
    supplier_id: UUID | None
    supplier_name: str | None
    error_type: str
    error_message: str
    row_number: int | None
    created_at: Moment
    job_id: UUID | None
    level: str
    service: str
    row_data: Any = Field(description="The row as it was read, where there is one; the existing system kept any JSON.")

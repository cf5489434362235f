"""How far an analysis is, and whether the service is well."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from handoff.api.result import Reading
from handoff.api.shapes import SHA256, Asked, Metrics, Stage, State, Tolerant, Whole, WholePercent


class AnalysisStatus(Tolerant):
    """Reply of ``GET /analyze/status/{job_id}``. ``errors`` keeps the first 20 sentences.

    ``reading`` is set when the file could not be read: what was seen, to be shown and corrected.
    """

    job_id: UUID
    status: State
    progress_percentage: WholePercent = 0
    items_processed: Whole = 0
    items_total: Whole = 0
    errors: list[str] = Field(default_factory=list)
    created_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    phase: Stage = None
    matches_found: Whole | None = None
    review_queue: Whole | None = None
    error_count: Whole | None = None
    error_code: str | None = None
    result_path: str | None = None
    result_sha256: SHA256 | None = None
    metrics: Metrics | None = None
    reading: Reading | None = None

    @model_validator(mode="before")
    @classmethod
    def _errors_are_named(cls, values: Any) -> Any:
        """A service that ends "with errors" and names none must not look like one that ended without."""
        if isinstance(values, dict) and values.get("status") == "completed_with_errors" and not values.get("errors"):
            return values | {"errors": ["ml-analyze ended with errors and does not say which."]}
        return values


class StatusBatchRequest(Asked):
    """Body of ``POST /analyze/status``: many jobs asked about in one call."""

    job_ids: list[UUID] = Field(min_length=1, max_length=1000)


class StatusBatch(Tolerant):
    """Known jobs only: one that is missing is unknown or expired, as a 404 would say."""

    jobs: list[AnalysisStatus]


class ServiceHealth(Tolerant):
    status: Literal["healthy", "degraded", "unhealthy"]
    version: str
    service: str = "ml-analyze"
    checks: dict[str, Any] = Field(default_factory=dict)

"""NOUNS: what is to be analysed, how far it is, how it ended. They travel between processes as JSON."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from handoff import tracing
from handoff.api import (
    SHA256,
    AnalysisPhase,
    AnalyzeRequest,
    Hints,
    MatchThresholds,
    MergeRequest,
    Metrics,
    Reading,
    TotalsLine,
)
from handoff.exclusions import Exclusion

SENTENCES = 20  # that many errors stand in the status; all of them in the result


class Order(BaseModel):
    """``path``, ``catalog_path`` are relative to the volume. ``kind`` items: rows that are extracted already."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["file", "items"] = "file"
    path: str
    supplier_id: UUID | None = None
    checksum_sha256: SHA256 | None = None
    catalog_path: str | None = None
    member: str | None = None
    hints: Hints = Field(default_factory=Hints)
    last_layout: dict[str, Any] | None = None
    default_currency: str | None = None
    thresholds: MatchThresholds | None = None
    exclusions: list[Exclusion] = Field(default_factory=list)
    courier_job_id: UUID | None = None
    request_id: str | None = None
    traceparent: str | None = None

    @classmethod
    def for_file(cls, request: AnalyzeRequest, *, path: str, catalog_path: str | None, request_id: str) -> Order:
        return cls(
            path=path,
            supplier_id=request.supplier_id,
            checksum_sha256=request.metadata.checksum_sha256,
            catalog_path=catalog_path,
            member=request.metadata.member,
            hints=request.metadata.hints,
            last_layout=request.metadata.last_layout,
            default_currency=request.default_currency,
            thresholds=request.metadata.thresholds,
            exclusions=request.metadata.exclusions,
            courier_job_id=request.metadata.job_id,
            request_id=request_id,
            traceparent=tracing.traceparent(),
        )

    @classmethod
    def for_items(cls, request: MergeRequest, *, path: str, catalog_path: str | None, request_id: str) -> Order:
        return cls(
            kind="items",
            path=path,
            supplier_id=request.supplier_id,
            catalog_path=catalog_path,
            thresholds=request.thresholds,
            request_id=request_id,
            traceparent=tracing.traceparent(),
        )


class Progress(BaseModel):
    """Counts so far; ``rows_total`` is 0 while unknown. ``sentences`` are the first errors in words."""

    phase: AnalysisPhase = AnalysisPhase.READING
    rows_read: int = 0
    rows_total: int = 0
    items: int = 0
    errors: int = 0
    matched: int = 0
    review: int = 0
    sentences: list[str] = Field(default_factory=list)

    @property
    def percentage(self) -> int:
        """0-100; a tenth is kept for reading and the last hundredth for the result being in place."""
        if self.phase is AnalysisPhase.DONE:
            return 100
        if not self.rows_total:
            return 0 if self.phase is AnalysisPhase.READING else 10
        return int(10 + 89 * min(1.0, self.rows_read / self.rows_total))


class Outcome(BaseModel):
    """A whole result file; ``path`` is relative to the volume."""

    path: str
    sha256: str
    totals: TotalsLine
    sentences: list[str] = Field(default_factory=list)
    metrics: Metrics


class Failure(BaseModel):
    """Why there is no result: ``code`` for programs, ``message`` a sentence for an operator."""

    code: str
    message: str
    reading: Reading | None = None


class Failed(Exception):
    """Raised where an analysis cannot go on."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class Message(BaseModel):
    """One line from the process of an analysis to the worker that watches it; exactly one of them is set."""

    progress: Progress | None = None
    outcome: Outcome | None = None
    failure: Failure | None = None

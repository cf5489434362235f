"""A job: one file's way from its source into the catalogue, and what happened on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, ForeignKey, Index, String, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.phase import SETTLED, Outcome, Phase, Pipeline, Status, Step
from app.models.supplier import Supplier


class Job(Model):
    """The truth about a job. Only app/jobs/lifecycle.py writes ``phase``, ``outcome`` and the claim."""

    __tablename__ = "ingestion_jobs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    task_id: Mapped[str] = mapped_column(String(255), index=True)
    supplier_id: Mapped[UUID | None] = mapped_column(ForeignKey("suppliers.id", ondelete="SET NULL"))
    supplier_name: Mapped[str] = mapped_column(String(255))
    sync_run_id: Mapped[UUID | None] = mapped_column(ForeignKey("sync_runs.id", ondelete="SET NULL"), index=True)
    trigger: Mapped[str] = mapped_column(
        String(30)
    )  # upload, manual, scheduled, api, reprocess, shadow, adopted, archive
    requested_by: Mapped[str | None] = mapped_column(String(255))
    pipeline: Mapped[Pipeline] = mapped_column(String(20), default=Pipeline.ML)
    force: Mapped[bool] = mapped_column(default=False)
    #: which of the supplier's lists the file is; empty for the main one
    list_name: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"))
    replaces_all: Mapped[bool] = mapped_column(default=False)  # the list's items missing in the file become unavailable

    phase: Mapped[Phase] = mapped_column(String(20), default=Phase.DOWNLOADING)
    outcome: Mapped[Outcome | None] = mapped_column(String(20))
    step: Mapped[Step | None] = mapped_column(String(20))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    hinted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # a queue entry was sent
    claim_token: Mapped[UUID | None] = mapped_column()
    claimed_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    phase_since: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    waiting_for: Mapped[str | None] = mapped_column(Text)  # why due_at lies in the future, as a sentence
    #: the part of ours that it waits for without using up tries, and since when; see app/jobs/outage.py
    away: Mapped[str | None] = mapped_column(String(20))
    away_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    #: workers that died over the step it is at
    workers_lost: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: its record in Redis may be behind the row; see app/jobs/board.py
    unshown: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    attempt: Mapped[int] = mapped_column(default=1)  # of the submission; part of the idempotency key
    retry_count: Mapped[int] = mapped_column(default=0)
    max_retries: Mapped[int] = mapped_column(default=3)
    failed_step: Mapped[Step | None] = mapped_column(String(20))
    error_code: Mapped[str | None] = mapped_column(String(50))
    error_message: Mapped[str | None] = mapped_column(Text)
    error_details: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))

    source_type: Mapped[str] = mapped_column(String(50))
    source_url: Mapped[str | None] = mapped_column(Text)
    final_url: Mapped[str | None] = mapped_column(Text)
    original_filename: Mapped[str | None] = mapped_column(String(255))
    file_type: Mapped[str | None] = mapped_column(String(20))
    #: how this file alone is to be read (see handoff.api.Hints); the supplier's hold for what it does not name
    hints: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    mime_type: Mapped[str | None] = mapped_column(String(255))
    file_path: Mapped[str | None] = mapped_column(Text)  # relative to the volume's root
    file_size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    md5: Mapped[str | None] = mapped_column(String(32))
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    response_headers: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # the reader confirmed the hash

    #: where spans are sent: the one that opened it, and the one of its last step; see handoff/tracing.py
    traceparent: Mapped[str | None] = mapped_column(String(55))
    last_span: Mapped[str | None] = mapped_column(String(55))

    ml_job_id: Mapped[UUID | None] = mapped_column()
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    poll_failures: Mapped[int] = mapped_column(default=0)
    #: of the time since the submission, how long the service was away: it counts for no stall
    unseen_seconds: Mapped[float] = mapped_column(default=0, server_default=text("0"))
    result_path: Mapped[str | None] = mapped_column(Text)
    result_sha256: Mapped[str | None] = mapped_column(String(64))
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    layout: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # sent along with the supplier's next file
    doubts: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    passed_over: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    metrics: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    matched_by: Mapped[str | None] = mapped_column(String(100))  # the model that decided

    rows_read: Mapped[int] = mapped_column(default=0)
    items_total: Mapped[int] = mapped_column(default=0)
    items_processed: Mapped[int] = mapped_column(default=0)
    matches_found: Mapped[int] = mapped_column(default=0)
    review_count: Mapped[int] = mapped_column(default=0)
    error_count: Mapped[int] = mapped_column(default=0)
    new_count: Mapped[int] = mapped_column(default=0)
    changed_count: Mapped[int] = mapped_column(default=0)
    unchanged_count: Mapped[int] = mapped_column(default=0)
    vanished_count: Mapped[int] = mapped_column(default=0)
    hold_reason: Mapped[str | None] = mapped_column(Text)
    question: Mapped[str | None] = mapped_column(String(20))  # price: is the column that was read the price?
    applies_on: Mapped[date | None] = mapped_column(Date)  # of a held list: the day on which it is applied by itself
    look_at: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))  # sentences
    #: items that were taken without something, by the code of their first warning
    warnings_by_code: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))

    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    #: when its file came: the upload was accepted, the fetch begun; files of a supplier are ordered by it
    came_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    completed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )

    supplier: Mapped[Supplier | None] = relationship(lazy="raise_on_sql", viewonly=True)

    __table_args__ = (
        CheckConstraint("phase IN ('downloading','analyzing','matching','complete','failed')", name="phase"),
        # Each partial index holds active rows only, so that the sweep costs the same with 10^3 and 10^6 past jobs.
        Index("ix_ingestion_jobs_due", "step", "due_at", postgresql_where=text("phase NOT IN ('complete','failed')")),
        Index(
            "ix_ingestion_jobs_active",
            "supplier_id",
            "step",
            postgresql_where=text("phase NOT IN ('complete','failed')"),
        ),
        Index("ix_ingestion_jobs_applies_on", "applies_on", postgresql_where=text("applies_on IS NOT NULL")),
        Index("ix_ingestion_jobs_claimed", "claimed_until", postgresql_where=text("claim_token IS NOT NULL")),
        Index("ix_ingestion_jobs_created", text("created_at DESC"), text("id DESC")),
        Index("ix_ingestion_jobs_by_change", "updated_at", "id"),
        Index("ix_ingestion_jobs_supplier", "supplier_id", text("created_at DESC")),
        Index("ix_ingestion_jobs_unshown", "id", postgresql_where=text("unshown")),
        Index("ix_ingestion_jobs_away", "away", postgresql_where=text("away IS NOT NULL")),
        Index("ix_ingestion_jobs_came", "supplier_id", "came_at"),
        Index("ix_ingestion_jobs_outcome", "outcome", text("created_at DESC")),
        Index("ix_ingestion_jobs_failed", "error_code", postgresql_where=text("phase = 'failed'")),
    )

    @property
    def is_active(self) -> bool:
        return self.phase not in SETTLED

    @property
    def can_retry(self) -> bool:
        """A person may start it again."""
        return self.phase == Phase.FAILED and self.supplier_id is not None

    @property
    def warned_count(self) -> int:
        """Items that were taken without something."""
        return sum(self.warnings_by_code.values())

    @property
    def key(self) -> str:
        """Idempotency key of the submission."""
        return f"{self.id}:{self.attempt}"


class JobEvent(Model):
    """One thing that happened to a job. Append-only: the timeline of its page, and the audit."""

    __tablename__ = "job_events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("ingestion_jobs.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    kind: Mapped[str] = mapped_column(String(40))  # opened, moved, waiting, retried, failed, cancelled, held, ...
    phase: Mapped[Phase] = mapped_column(String(20))
    message: Mapped[str] = mapped_column(Text, default="")
    actor: Mapped[str | None] = mapped_column(String(255))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))

    __table_args__ = (Index("ix_job_events_job", "job_id", "id"),)


def status_of(job: Job) -> Status:
    """The contract's four-valued status."""
    if job.phase == Phase.COMPLETE:
        return Status.COMPLETED
    if job.phase == Phase.FAILED:
        return Status.FAILED
    if job.phase == Phase.DOWNLOADING and job.started_at is None:
        return Status.PENDING
    return Status.PROCESSING

"""Runs of the sync, slots of the schedule, switches and alerts: what the system decided for itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Index, String, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model


class SyncRun(Model):
    """One sync. ``state``: syncing_master, downloading_suppliers, analyzing, complete, failed, held, stopped."""

    __tablename__ = "sync_runs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    task_id: Mapped[str] = mapped_column(String(255), unique=True)
    triggered_by: Mapped[str] = mapped_column(String(30))  # manual, scheduled, supplier_created
    requested_by: Mapped[str | None] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(30), default="syncing_master")
    force: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    error_message: Mapped[str | None] = mapped_column(Text)
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    claim_token: Mapped[UUID | None] = mapped_column()
    claimed_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    total: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    completed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    #: set by a trigger when what is told of it changes
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        # one sync at a time, whoever asks
        Index("uq_sync_runs_running", text("(true)"), unique=True, postgresql_where=text("completed_at IS NULL")),
    )


class ScheduleSlot(Model):
    """A slot of the clock that was taken: the primary key makes it run once, with however many schedulers."""

    __tablename__ = "schedule_slots"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    slot_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class AppSetting(Model):
    """What is set on the screen: master_sheet, ml_switch, catalog_version, ..."""

    __tablename__ = "app_settings"

    key: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSONB)
    updated_by: Mapped[str | None] = mapped_column(String(255))
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )


class Alert(Model):
    """Something people must hear of, once. ``fingerprint`` is unique while the matter stands open."""

    __tablename__ = "alerts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    fingerprint: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))  # job_failed, held, supplier_silent, disk, guard_tripped, backup
    severity: Mapped[str] = mapped_column(String(10), default="warning")
    message: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    resolved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    send_attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    next_send_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    #: set by a trigger, whoever touches it
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        Index("uq_alerts_open", "fingerprint", unique=True, postgresql_where=text("resolved_at IS NULL")),
        Index("ix_alerts_created", text("created_at DESC")),
    )

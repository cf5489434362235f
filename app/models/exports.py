"""Tables that are written to the volume again and again, for a program to fetch."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, DateTime, Index, String, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model


class ScheduledExport(Model):
    """``query`` is the filter as the table's page has it in its address. ``written_at``: of the file that lies there.

    Whoever writes it holds it until ``held_until``; one that dies leaves the file of before, and is overdue.
    """

    __tablename__ = "scheduled_exports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    name: Mapped[str] = mapped_column(String(100))
    table_name: Mapped[str] = mapped_column(String(20))
    query: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    form: Mapped[str] = mapped_column(String(10))
    every_hours: Mapped[int] = mapped_column()
    #: the token itself is shown once
    token_sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    held_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    written_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    size: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(Text)
    fetched_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_scheduled_exports_due", "due_at"),)

"""What requests with an idempotency key were answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, String, false, func
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model


class KeptAnswer(Model):
    """One key of one user. ``status`` is null until the request is answered, ``acted`` once anything was committed.

    Whoever carries the request out holds ``token`` until ``held_until``; see app/access/once.py.
    """

    __tablename__ = "kept_answers"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    #: SHA-256 of what was asked, and of the form's parts where a file was sent
    asked: Mapped[str] = mapped_column(String(64))
    sent: Mapped[str | None] = mapped_column(String(64))
    token: Mapped[UUID] = mapped_column()
    held_until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    acted: Mapped[bool] = mapped_column(default=False, server_default=false())
    status: Mapped[int | None] = mapped_column()
    kind: Mapped[str | None] = mapped_column(String(100))  # its media type
    #: sealed with SECRET_KEY: an answer may hold a token that is shown once
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (Index("ix_kept_answers_created", "created_at"),)

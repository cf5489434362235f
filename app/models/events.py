"""Events for other programs: what happened, who is told, and how each telling went."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model


class EventKind(StrEnum):
    """``type`` of the message."""

    APPLIED = "file.applied"
    HELD = "file.held"
    FAILED = "file.failed"
    UNDONE = "file.undone"
    MOVED = "price.moved"
    SILENT = "supplier.silent"
    REVIEW = "review.waiting"
    TEST = "test"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


class Event(Model):
    """Written in the transaction of what it tells of; see app/events.py."""

    __tablename__ = "events"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp(), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Receiver(Model):
    """``kinds`` that it wants; none: all. ``secret`` is sealed with SECRET_KEY."""

    __tablename__ = "receivers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    url: Mapped[str] = mapped_column(Text)
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    is_on: Mapped[bool] = mapped_column(default=True, server_default=true())
    failing_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # its first failure in a row
    switched_off_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    off_reason: Mapped[str | None] = mapped_column(Text)  # null: a person's word
    created_by: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())


class Delivery(Model):
    """One event to one receiver. ``answer`` is the status of the last try, ``problem`` why it did not do."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    receiver_id: Mapped[UUID] = mapped_column(ForeignKey("receivers.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(10), default=DeliveryState.WAITING, server_default="waiting")
    tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    tried_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    delivered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer: Mapped[int | None] = mapped_column()
    problem: Mapped[str | None] = mapped_column(Text)

    event: Mapped[Event] = relationship(lazy="raise_on_sql", viewonly=True)
    receiver: Mapped[Receiver] = relationship(lazy="raise_on_sql", viewonly=True)

    __table_args__ = (
        UniqueConstraint("event_id", "receiver_id", name="uq_deliveries_event_receiver"),
        Index("ix_deliveries_due", "due_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_deliveries_receiver", "receiver_id", text("id DESC")),
    )

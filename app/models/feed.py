"""The feed of changes: what happened to items and prices, in one order that every reader sees."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, String, func, text, true
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.catalog import Money


class ChangeKind(StrEnum):
    """What happened to the item."""

    NEW = "new"
    CHANGED = "changed"  # its price, currency, name, code or conditions
    VANISHED = "vanished"  # no list has it any more
    RETURNED = "returned"
    LINKED = "linked"
    UNLINKED = "unlinked"
    REMOVED = "removed"  # with its supplier, or because its file was undone


class Cause(StrEnum):
    """What it was done by. Where nobody said, a link is a person's decision and everything else a correction."""

    APPLIED = "applied"
    UNDONE = "undone"
    DECIDED = "decided"
    MATCHED = "matched"
    DELETED = "deleted"
    RESTORED = "restored"
    CORRECTED = "corrected"


class Change(Model):
    """Written by triggers of ``supplier_items`` in the transaction that changes the item.

    ``number`` is null until app/feed has seen it committed. No foreign keys: the feed outlives what it speaks of.
    """

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    number: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    kind: Mapped[str] = mapped_column(String(10))
    cause: Mapped[str] = mapped_column(String(10))
    supplier_id: Mapped[UUID] = mapped_column()
    item_id: Mapped[UUID] = mapped_column()
    supplier_sku: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(500))
    product_id: Mapped[UUID | None] = mapped_column()
    old_product_id: Mapped[UUID | None] = mapped_column()
    price: Mapped[Decimal | None] = mapped_column(Money)
    old_price: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str | None] = mapped_column(String(3))
    old_currency: Mapped[str | None] = mapped_column(String(3))
    is_available: Mapped[bool] = mapped_column()
    job_id: Mapped[UUID | None] = mapped_column()

    __table_args__ = (
        Index("uq_changes_number", "number", unique=True, postgresql_where=text("number IS NOT NULL")),
        Index("ix_changes_unnumbered", "id", postgresql_where=text("number IS NULL")),
        Index("ix_changes_at", "at", postgresql_using="brin"),
    )


class FeedHead(Model):
    """One row: the last number that was given, and the last one that was forgotten."""

    __tablename__ = "feed_head"

    id: Mapped[bool] = mapped_column(primary_key=True, default=True, server_default=true())
    last: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    forgotten: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))

    __table_args__ = (CheckConstraint("id", name="check_one_row"),)

"""What a person is asked about a match, and what people decided for good."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Enum, ForeignKey, Index, String, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.catalog import Money, SupplierItem


class ReviewStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    NEEDS_CATEGORY = "needs_category"


class Review(Model):
    """One entry an item. ``candidate_products`` is a list of {product_id, score, why[]}, best first."""

    __tablename__ = "match_review_queue"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    supplier_item_id: Mapped[UUID] = mapped_column(ForeignKey("supplier_items.id", ondelete="CASCADE"), unique=True)
    candidate_products: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    status: Mapped[ReviewStatus] = mapped_column(
        Enum(ReviewStatus, name="review_status", values_callable=lambda kind: [each.value for each in kind]),
        default=ReviewStatus.PENDING,
        server_default=text("'pending'"),
    )
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    job_id: Mapped[UUID | None] = mapped_column(index=True)
    top_score: Mapped[Decimal | None] = mapped_column()
    # No foreign key: users are locked out and never deleted, and a check would read the whole queue.
    assigned_to: Mapped[UUID | None] = mapped_column()
    #: what colleagues said, oldest first: {by, at, text}; null where nobody did, also in bins of before this column
    comments: Mapped[list[dict[str, str]] | None] = mapped_column(JSONB)
    #: set by a trigger, whoever touches it
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    item: Mapped[SupplierItem] = relationship(lazy="raise_on_sql", viewonly=True)

    __table_args__ = (
        Index("ix_reviews_pending", text("top_score DESC"), "id", postgresql_where=text("status = 'pending'")),
        Index("ix_reviews_assigned", "assigned_to", postgresql_where=text("assigned_to IS NOT NULL")),
        # Thousands come with a file, which a b-tree would have to place one by one.
        Index("ix_reviews_by_change", "updated_at", postgresql_using="brin"),
    )


class MatchDecision(Model):
    """A person's word about a pair: ``link`` (yes) or ``veto`` (never). Travels in the catalogue snapshot.

    The item's fields are kept as they were decided on, so that the word survives the item.
    """

    __tablename__ = "match_decisions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("suppliers.id", ondelete="CASCADE"))
    supplier_sku: Mapped[str] = mapped_column(String(255))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    verdict: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(500))
    description: Mapped[str | None] = mapped_column(Text)
    price: Mapped[Decimal | None] = mapped_column(Money)
    brand: Mapped[str | None] = mapped_column(String(255))
    currency: Mapped[str | None] = mapped_column(String(3))
    #: barcode, model number, category and whatever else the item's line said
    characteristics: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    #: decisions that one click made together are taken back together
    act_id: Mapped[UUID] = mapped_column(default=uuid4, server_default=text("gen_random_uuid()"))
    #: the item's link and candidates, and the pair's earlier verdict; null for decisions older than this column
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    __table_args__ = (
        UniqueConstraint("supplier_id", "supplier_sku", "product_id", name="uq_match_decisions_pair"),
        Index("ix_match_decisions_act", "act_id"),
        Index("ix_match_decisions_decided_at", text("decided_at DESC")),
    )

    @staticmethod
    def before_of(item: SupplierItem) -> dict[str, Any]:
        """How the item stands, to be kept with a decision about it."""
        return {
            "product_id": str(item.product_id) if item.product_id else None,
            "match_status": item.match_status.value,
            "match_score": str(item.match_score) if item.match_score is not None else None,
            "match_candidates": item.match_candidates,
        }

    @staticmethod
    def facts_of(item: SupplierItem) -> dict[str, Any]:
        """The columns that say what was decided on."""
        details = item.characteristics
        return {
            "supplier_id": item.supplier_id,
            "supplier_sku": item.supplier_sku,
            "name": item.name,
            "description": details.get("description"),
            "price": item.current_price,
            "currency": item.currency,
            "brand": str(details["brand"])[:255] if details.get("brand") else None,
            "characteristics": details,
        }

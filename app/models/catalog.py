"""Products, suppliers' items, their prices over time, and what each file changed.

One room: the tables of the catalogue, which name each other.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Enum,
    ForeignKey,
    Index,
    Numeric,
    ScalarSelect,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.extensions import Model
from app.models.supplier import Supplier

Money = Numeric(14, 4)  # wide enough for what suppliers write


class ProductStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class ItemMatch(StrEnum):
    UNMATCHED = "unmatched"
    AUTO_MATCHED = "auto_matched"
    POTENTIAL_MATCH = "potential_match"
    VERIFIED_MATCH = "verified_match"


class Category(Model):
    __tablename__ = "categories"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    name: Mapped[str] = mapped_column(String(255))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (UniqueConstraint("name", "parent_id", name="uq_categories_name_parent"),)


class Product(Model):
    __tablename__ = "products"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    internal_sku: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(500))
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey("categories.id", ondelete="SET NULL"))
    status: Mapped[ProductStatus] = mapped_column(
        Enum(ProductStatus, name="product_status", values_callable=lambda kind: [each.value for each in kind]),
        default=ProductStatus.DRAFT,
    )
    min_price: Mapped[Decimal | None] = mapped_column(Money)
    availability: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    mrp: Mapped[Decimal | None] = mapped_column(Money)
    brand: Mapped[str | None] = mapped_column(String(255))
    barcode: Mapped[str | None] = mapped_column(String(50))
    description: Mapped[str | None] = mapped_column(Text)
    price: Mapped[Decimal | None] = mapped_column(Money)  # our own, for the price gap of a match
    #: the supplier of whose item this draft was made, which may be in the bin; null for all others: imported, by hand
    drafted_for: Mapped[UUID | None] = mapped_column(index=True)
    currency: Mapped[str | None] = mapped_column(String(3))  # of our own price; none: the base currency
    #: fields that a person corrected, see app/models/corrections.py
    corrected: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )

    category: Mapped[Category | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        Index("ix_products_status", "status", text("created_at DESC")),
        Index("ix_products_name", text("lower(name)"), "id"),
        Index("ix_products_by_change", "updated_at", "id"),
    )


class ComparedPrice(Model):
    """What an offer comes to for one unit; every item has its row, by a trigger: app/money/comparable.py fills it.

    A table of its own: a rate changes all of them, and would write each item again with its fifteen indexes.
    """

    __tablename__ = "compared_prices"

    # No foreign key: it would be checked for each of 150,000 rows of a file. A trigger removes what is left behind.
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: price of one unit without VAT in the office's own currency, after the supplier's rules
    comparable_price: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))
    not_compared: Mapped[str | None] = mapped_column(String(20))  # why there is none

    __table_args__ = (
        Index(
            "ix_compared_prices_price",
            "comparable_price",
            "item_id",
            postgresql_where=text("comparable_price IS NOT NULL"),
        ),
        Index("ix_compared_prices_gap", "item_id", postgresql_where=text("not_compared IS NOT NULL")),
    )


def _of_item(column: Any, item_id: Any) -> ScalarSelect[Any]:
    kept = select(column).where(ComparedPrice.item_id == item_id)
    return kept.correlate_except(ComparedPrice).scalar_subquery()


class SupplierItem(Model):
    """What a supplier offers now, and where in which file that stands.

    ``source_cells`` maps a role to an A1 cell, ``source_text`` to the supplier's own text where reading
    changed it, so that an item can be traced after its file has gone.
    """

    __tablename__ = "supplier_items"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("suppliers.id", ondelete="CASCADE"))
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("products.id", ondelete="SET NULL"))
    supplier_sku: Mapped[str] = mapped_column(String(255))
    list_sku: Mapped[str | None] = mapped_column(String(255))  # the supplier's own code where several items share it
    name: Mapped[str] = mapped_column(String(500))
    current_price: Mapped[Decimal | None] = mapped_column(Money)  # null: the supplier names none
    characteristics: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    last_ingested_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    match_status: Mapped[ItemMatch] = mapped_column(
        Enum(ItemMatch, name="match_status", values_callable=lambda kind: [each.value for each in kind]),
        default=ItemMatch.UNMATCHED,
        server_default=text("'unmatched'"),
    )
    match_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    match_candidates: Mapped[list[Any] | None] = mapped_column(JSONB)
    currency: Mapped[str | None] = mapped_column(String(3))
    #: what the price holds for, see handoff.conditions.Conditions
    conditions: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    prices: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    #: for an item or some; who asks of many joins ``ComparedPrice``
    comparable_price: Mapped[Decimal | None] = column_property(_of_item(ComparedPrice.comparable_price, id))
    not_compared: Mapped[str | None] = column_property(_of_item(ComparedPrice.not_compared, id))
    is_available: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    #: the supplier's lists that have it; gone from the last of them it becomes unavailable
    lists: Mapped[list[str]] = mapped_column(ARRAY(Text), default=lambda: [""], server_default=text("ARRAY['']"))
    # Jobs are forgotten after a while, and a foreign key would be checked for each of 150,000 rows of a file.
    first_job_id: Mapped[UUID | None] = mapped_column()
    job_id: Mapped[UUID | None] = mapped_column(index=True)
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    source_sheet: Mapped[str | None] = mapped_column(String(255))
    source_page: Mapped[int | None] = mapped_column()
    source_row: Mapped[int | None] = mapped_column()
    source_cells: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    source_text: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    #: fields that a person corrected, see app/models/corrections.py
    corrected: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    #: a person changed its link: undo keeps it
    edited_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )

    supplier: Mapped[Supplier] = relationship(lazy="raise_on_sql", viewonly=True)
    product: Mapped[Product | None] = relationship(lazy="raise_on_sql", viewonly=True)

    __table_args__ = (
        UniqueConstraint("supplier_id", "supplier_sku", name="unique_supplier_sku"),
        CheckConstraint("current_price >= 0", name="check_positive_price"),
        CheckConstraint("match_score >= 0 AND match_score <= 100", name="check_match_score_range"),
        Index("ix_supplier_items_unlinked", "supplier_id", "name", postgresql_where=text("product_id IS NULL")),
        Index("ix_supplier_items_list_sku", "supplier_id", "list_sku", postgresql_where=text("list_sku IS NOT NULL")),
        Index("ix_supplier_items_product", "product_id", postgresql_where=text("product_id IS NOT NULL")),
        Index("ix_supplier_items_name", "name", "id"),
        Index(
            "ix_supplier_items_no_currency",
            "supplier_id",
            postgresql_where=text("current_price IS NOT NULL AND currency IS NULL AND is_available"),
        ),
        # The orders of the table of items, and the filters that few items meet.
        Index("ix_supplier_items_by_price", "current_price", "id"),
        Index("ix_supplier_items_by_change", "updated_at", "id"),
        *(
            Index(f"ix_supplier_items_{name}", "name", "id", postgresql_where=text(which))
            for name, which in {
                "in_review": "match_status = 'potential_match'",
                "no_price": "current_price IS NULL",
                "zero": "current_price = 0",
                "unnamed_money": "current_price IS NOT NULL AND currency IS NULL",
                "gone": "NOT is_available",
                "unmatched": "product_id IS NULL AND match_status = 'unmatched'",
                "dated": "conditions ? 'valid_from'",
            }.items()
        ),
        Index("ix_supplier_items_corrected", "supplier_id", postgresql_where=text("corrected <> '{}'")),
    )


class PriceHistory(Model):
    __tablename__ = "price_history"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    supplier_item_id: Mapped[UUID] = mapped_column(ForeignKey("supplier_items.id", ondelete="CASCADE"))
    price: Mapped[Decimal] = mapped_column(Money)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    currency: Mapped[str | None] = mapped_column(String(3))
    job_id: Mapped[UUID | None] = mapped_column()

    __table_args__ = (
        CheckConstraint("price >= 0", name="check_positive_history_price"),
        Index("ix_price_history_item", "supplier_item_id", text("recorded_at DESC")),
    )


class ItemChange(Model):
    """What a file changes about an item: proposed while held, kept after apply for the diff and for undo.

    ``before`` and ``after`` hold name, price, currency, is_available, product_id, match_status as texts;
    unchanged items have no row, and a new item's row carries no ``before``.
    """

    __tablename__ = "item_changes"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("ingestion_jobs.id", ondelete="CASCADE"))
    supplier_item_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("supplier_items.id", ondelete="SET NULL"), index=True
    )
    supplier_sku: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(500))
    kind: Mapped[str] = mapped_column(String(10))  # new, changed, vanished
    old_price: Mapped[Decimal | None] = mapped_column(Money)
    new_price: Mapped[Decimal | None] = mapped_column(Money)
    change_percent: Mapped[float | None] = mapped_column()
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    applied: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    undone: Mapped[str | None] = mapped_column(String(30))  # restored, or why it was kept

    __table_args__ = (Index("ix_item_changes_job", "job_id", "kind", "id"),)


class SaidItems(Model):
    """Which items an applied file named, changed or not, as hashes of their keys; see app/apply/file_order.py."""

    __tablename__ = "said_items"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("ingestion_jobs.id", ondelete="CASCADE"), primary_key=True)
    keys: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


class ParsingLog(Model):
    """A line of the log that people read: row errors and the events of jobs."""

    __tablename__ = "parsing_logs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    task_id: Mapped[str] = mapped_column(String(255), index=True)
    supplier_id: Mapped[UUID | None] = mapped_column(ForeignKey("suppliers.id", ondelete="SET NULL"), index=True)
    error_type: Mapped[str] = mapped_column(String(100), index=True)
    error_message: Mapped[str] = mapped_column(Text)
    row_number: Mapped[int | None] = mapped_column()
    row_data: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    #: the moment of the row, not of its transaction: lines of one file keep their order
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("ingestion_jobs.id", ondelete="CASCADE"), index=True)
    service: Mapped[str] = mapped_column(String(20), default="courier", server_default=text("'courier'"))
    level: Mapped[str] = mapped_column(String(10), default="info", server_default=text("'info'"))

    __table_args__ = (Index("ix_parsing_logs_created", text("created_at DESC"), text("id DESC")),)

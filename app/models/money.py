"""Exchange rates as they were told, what each currency is worth in the office's own, and a supplier's price rules."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Date, DateTime, Enum, ForeignKey, Index, Numeric, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model


class ExchangeRate(Model):
    """On ``day`` one ``base`` cost ``rate`` of ``quote``, as ``source`` (``hand``, ``csv``, ``ecb``) said."""

    __tablename__ = "exchange_rates"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    base: Mapped[str] = mapped_column(String(3), primary_key=True)
    quote: Mapped[str] = mapped_column(String(3), primary_key=True)
    rate: Mapped[Decimal] = mapped_column(Numeric(24, 12))
    source: Mapped[str] = mapped_column(String(10))
    told_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), onupdate=func.now())

    __table_args__ = (
        CheckConstraint("rate > 0", name="check_rate_positive"),
        CheckConstraint("base <> quote", name="check_rate_of_two_currencies"),
    )


class CurrencyWorth(Model):
    """From ``day`` on one unit of ``currency`` is worth ``worth`` of the base currency; derived from the rates."""

    __tablename__ = "currency_worth"

    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    worth: Mapped[Decimal] = mapped_column(Numeric(24, 12))


class RuleKind(StrEnum):
    DISCOUNT = "discount"
    FREIGHT = "freight"
    MARKUP = "markup"


class PriceRule(Model):
    """Per cent that a supplier takes off (discount) or that come on top, for all he sells or one category of his."""

    __tablename__ = "price_rules"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("suppliers.id", ondelete="CASCADE"))
    kind: Mapped[RuleKind] = mapped_column(
        Enum(RuleKind, native_enum=False, length=10, values_callable=lambda kinds: [each.value for each in kinds])
    )
    percent: Mapped[Decimal] = mapped_column(Numeric(7, 3))
    category: Mapped[str | None] = mapped_column(String(255))
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (
        CheckConstraint("percent > 0 AND (kind <> 'discount' OR percent < 100)", name="check_rule_percent"),
        Index("ix_price_rules_supplier", "supplier_id"),
    )

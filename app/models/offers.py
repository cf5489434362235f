"""What a product is on offer for in the office's own money, kept ready for the pages; and views that people keep."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import Date, DateTime, ForeignKey, Index, Numeric, String, Text, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model

#: of one unit, in the base currency
Comparable = Numeric(20, 6)


class ProductOffers(Model):
    """All suppliers' available offers of a product in one row; written by app/money/best.py, never by a page.

    ``best`` to ``highest`` is the span of the sound prices; ``before`` the best 30 days before ``day``, of what could
    be bought then. ``spread`` is highest / best − 1, ``moved`` best / before − 1. None: nothing to compare.
    """

    __tablename__ = "product_offers"

    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    offers: Mapped[int] = mapped_column()
    suppliers: Mapped[int] = mapped_column()
    best: Mapped[Decimal | None] = mapped_column(Comparable)
    highest: Mapped[Decimal | None] = mapped_column(Comparable)
    # No foreign keys: whoever takes an item or a supplier away has this row written anew in the same transaction.
    best_item_id: Mapped[UUID | None] = mapped_column()
    best_supplier_id: Mapped[UUID | None] = mapped_column()
    before: Mapped[Decimal | None] = mapped_column(Comparable)
    spread: Mapped[Decimal | None] = mapped_column(Numeric(24, 4))
    moved: Mapped[Decimal | None] = mapped_column(Numeric(24, 4))
    #: our own price in the base currency, and the share of it that is left after the best offer is paid
    own: Mapped[Decimal | None] = mapped_column(Comparable)
    margin: Mapped[Decimal | None] = mapped_column(Numeric(24, 4))
    day: Mapped[date | None] = mapped_column(Date)  # none: to be computed

    __table_args__ = (
        Index("ix_product_offers_best", "best", "product_id"),
        Index("ix_product_offers_spread", "spread", "product_id"),
        Index("ix_product_offers_moved", "moved", "product_id"),
        Index("ix_product_offers_own", "own", "product_id"),
        Index("ix_product_offers_margin", "margin", "product_id"),
        Index("ix_product_offers_offers", "offers", "product_id"),
        Index("ix_product_offers_day", "day"),
    )


class SavedView(Model):
    """A table as somebody filtered and sorted it: ``query`` is the address's part behind the question mark."""

    __tablename__ = "saved_views"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=sql("gen_random_uuid()"))
    page: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(Text)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    for_all: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class ItemWords(Model):
    """The words of an item, for finding it by how one begins; written by triggers of ``supplier_items``.

    A table of its own: an item's price changes every day, and would write the index of its words again with it.
    """

    __tablename__ = "item_words"

    # No foreign key: it would be checked for each of 150,000 rows of a file. A trigger removes what is left behind.
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    supplier_id: Mapped[UUID] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(Text)
    #: kept: to work them out for every item that a search looks at takes longer than all else that a search does
    words: Mapped[str] = mapped_column(TSVECTOR, nullable=True)

    __table_args__ = (Index("ix_item_words_words", "words", postgresql_using="gin"),)

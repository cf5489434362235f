"""Fields that a person corrected by hand, and that no file changes until they are released.

The column holds the person's word. ``corrected`` of the item or product maps the field to what files say of it, and to
who corrected it and when: ``{"name": {"said": "Hamer", "by": "anna", "at": "2026-11-27T02:10:00+00:00"}}``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKey, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.catalog import Product, ProductStatus, SupplierItem

#: a field's value as JSON has it; money and quantities are decimal strings
Word = str | bool | None


@dataclass(frozen=True)
class Place:
    """A column, or a key of a column of JSON."""

    column: str
    key: str | None = None


ITEM_FIELDS: Mapping[str, Place] = {
    "name": Place("name"),
    "price": Place("current_price"),
    "currency": Place("currency"),
    "unit": Place("characteristics", "unit"),
    "pack_size": Place("characteristics", "pack_size"),
    "price_unit": Place("conditions", "price_unit"),
    "vat_included": Place("conditions", "vat_included"),
}
PRODUCT_FIELDS: Mapping[str, Place] = {
    "name": Place("name"),
    "brand": Place("brand"),
    "barcode": Place("barcode"),
    "category": Place("category_id"),
    "price": Place("price"),
    "currency": Place("currency"),
    "description": Place("description"),
    "status": Place("status"),
}
_TYPES = {"current_price": Decimal, "price": Decimal, "category_id": UUID, "status": ProductStatus}


class RowCorrection(Model):
    """A row that gave no item, and the item that a person says it is; it holds while the row says the same.

    ``fields`` maps a word of ``ROW_FIELDS`` to its value as JSON has it. See ADR 310.
    """

    __tablename__ = "row_corrections"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("suppliers.id", ondelete="CASCADE"))
    row_key: Mapped[str] = mapped_column(String(64))
    fields: Mapped[dict[str, str]] = mapped_column(JSONB)
    corrected_by: Mapped[str] = mapped_column(String(255))
    corrected_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (UniqueConstraint("supplier_id", "row_key", name="uq_row_corrections_supplier_row"),)


ROW_FIELDS = ("sku", "name", "price", "currency", "unit", "pack_size")


def row_key(cells: Sequence[str | None]) -> str:
    """A row that was not taken, known again by all that its cells say; empty cells behind the last one say nothing."""
    said = [cell or "" for cell in cells]
    while said and not said[-1]:
        said.pop()
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest() if said else ""


@dataclass
class Offered:
    """The columns of an item that can be corrected, of a row that is no item yet."""

    name: str
    current_price: Decimal | None = None
    currency: str | None = None
    characteristics: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)


Row = SupplierItem | Product | Offered


def fields_of(row: Row) -> Mapping[str, Place]:
    return PRODUCT_FIELDS if isinstance(row, Product) else ITEM_FIELDS


def word(row: Row, name: str) -> Word:
    """The field as it stands."""
    place = fields_of(row)[name]
    value = getattr(row, place.column)
    if place.key is not None:
        value = (value or {}).get(place.key)
    return word_of(value)


def word_of(value: Any) -> Word:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if value is None or isinstance(value, bool) else str(value)


def put(row: Row, name: str, value: Word) -> None:
    """Set the field, whatever it is locked to."""
    place = fields_of(row)[name]
    if place.key is None:
        kind = _TYPES.get(place.column)
        setattr(row, place.column, kind(value) if kind and value is not None else value)
        return
    kept = {key: each for key, each in (getattr(row, place.column) or {}).items() if key != place.key}
    setattr(row, place.column, kept if value is None else kept | {place.key: value})


def lock(row: SupplierItem | Product, wanted: Mapping[str, Word], *, by: str, at: datetime) -> None:
    """Set the fields to a person's word and keep what files said."""
    corrected = dict(row.corrected)
    for name, value in wanted.items():
        said = corrected[name]["said"] if name in corrected else word(row, name)
        corrected[name] = {"said": said, "by": by, "at": at.isoformat(timespec="seconds")}
        put(row, name, value)
    row.corrected = corrected


def release(row: SupplierItem | Product, names: Iterable[str]) -> None:
    """Files count again for these fields, beginning with what they said last."""
    corrected = dict(row.corrected)
    for name in names:
        put(row, name, corrected.pop(name)["said"])
    row.corrected = corrected


def as_files_say(row: Offered, corrected: Mapping[str, Any]) -> Offered:
    """The row without what a person corrected."""
    for name, kept in corrected.items():
        put(row, name, kept["said"])
    return row


def told(row: Row, corrected: Mapping[str, Any]) -> dict[str, Word]:
    """Of the locked fields, what ``row`` says of them."""
    return {name: word(row, name) for name in corrected}

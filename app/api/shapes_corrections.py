"""The shapes of what people correct, decide and take back."""

from __future__ import annotations

from typing import Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.api.shapes import Body, Exact, Moment, Reply
from app.api.shapes_items import LockShape
from app.models.catalog import ProductStatus
from app.suppliers.fields import PrintableStr

Text = PrintableStr | None


class _Correction(Body):
    """A field that is left out stays; an empty text says that there is none."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one field")
        return self

    def written(self) -> dict[str, str]:
        return {**self.model_dump(exclude_none=True)}


class CorrectItemBody(_Correction):
    name: Text = None
    price: Text = Field(None, description="A decimal number as text.")
    currency: Text = None
    unit: Text = None
    pack_size: Text = None
    price_unit: Text = Field(None, description="How many units the price is for, where not one.")
    vat_included: Literal["yes", "no", ""] | None = Field(None, description="Whether the price includes VAT.")


class CorrectProductBody(_Correction):
    name: Text = None
    brand: Text = None
    barcode: Text = None
    category: Text = Field(None, description="Its name; a new one is made.")
    price: Text = Field(None, description="A decimal number as text.")
    currency: Text = None
    description: str | None = Field(None, max_length=10_000)
    status: ProductStatus | None = None


class ReleaseBody(Body):
    fields: list[PrintableStr] = Field(min_length=1, max_length=20, description="Names of locked fields.")


class CorrectedProduct(Reply):
    id: UUID
    internal_sku: str
    name: str
    brand: str | None
    barcode: str | None
    category_id: UUID | None
    price: Exact | None
    currency: str | None
    description: str | None
    status: ProductStatus
    corrected: dict[str, LockShape] = Field(description="Fields that a person corrected, and that no import changes.")


class ActShape(Reply):
    id: UUID
    at: Moment
    by: str | None
    verdict: Literal["link", "veto"]
    items: int
    name: str
    product: str
    supplier: str


class BinnedShape(Reply):
    id: UUID
    name: str
    items: int
    products: int
    deleted_by: str
    deleted_at: Moment


class RestoredReply(Reply):
    id: UUID
    name: str
    message: str

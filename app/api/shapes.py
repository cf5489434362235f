"""The shapes of requests and replies; the schema is made from them. Names and types follow the existing contract.

One room: a table of shapes, one after the other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Generic, Literal, Self, TypeVar, cast
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from app.models.catalog import ProductStatus
from app.suppliers.fields import PrintableStr

Item = TypeVar("Item")
LATEST_PAGE = 1_000_000
CENT = Decimal("0.01")


def in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def two_places(amount: Decimal | None) -> str:
    """A price that nobody named is "0.00", as clients of the existing system expect; the exact field tells."""
    return str((amount or Decimal(0)).quantize(CENT, rounding=ROUND_HALF_UP))


def exactly(amount: Decimal) -> str:
    """Every digit there is, and two places at least."""
    kept = amount.normalize()
    return f"{kept:f}" if cast(int, kept.as_tuple().exponent) < -2 else str(amount.quantize(CENT))


def plain_number(value: Any) -> Any:
    """A query's integer is digits and nothing else: no blanks, no fraction, no underscore."""
    if isinstance(value, str) and not (value.removeprefix("-").isascii() and value.removeprefix("-").isdigit()):
        raise ValueError("must be a whole number")
    return value


Moment = Annotated[
    datetime, PlainSerializer(in_utc, return_type=str), WithJsonSchema({"type": "string", "format": "date-time"})
]
#: rounded to two places and never null, where the contract says so: an ``Exact`` one stands beside it
Rounded = Annotated[
    Decimal | None,
    PlainSerializer(two_places, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d+\.\d{2}$", "examples": ["19.99"]}),
]
Exact = Annotated[
    Decimal,
    PlainSerializer(exactly, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d+\.\d{2,4}$", "examples": ["0.0125"]}),
]
Whole = Annotated[int, BeforeValidator(plain_number)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
MoneyLimit = Annotated[float, Field(ge=0, le=1e10, allow_inf_nan=False)]
Search = Annotated[PrintableStr, Field(max_length=200)]
CursorText = Annotated[PrintableStr, Field(max_length=2000)]


class Reply(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Body(BaseModel):
    """Fields that are not known are refused, or named: see ``app.api.routing``."""

    model_config = ConfigDict(extra="forbid")


class Paging(Body):
    page: Whole = Field(1, ge=1, le=LATEST_PAGE)
    limit: Whole = Field(50, ge=1, le=200)

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.limit


class ByCursor(Body):
    """Either of the two asks for pages by cursor."""

    cursor: CursorText | None = Field(None, description="Empty for the first page, then `next` of the page before.")
    updated_since: AwareDatetime | None = Field(
        None, description="Only what was touched at this moment or later, in that order."
    )

    @property
    def by_cursor(self) -> bool:
        return self.cursor is not None or self.updated_since is not None


class PagingOrCursor(Paging, ByCursor):
    """Numbered pages, or pages by cursor."""

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        if self.by_cursor and "page" in self.model_fields_set:
            raise ValueError("page is not for pages by cursor: send cursor, or page")
        return self


class CursorPage(Reply, Generic[Item]):
    data: list[Item]
    limit: int
    next: str | None = Field(description="The cursor of the next page; null on the last one.")
    next_updated_since: Moment = Field(
        description="Send it as `updated_since` the next time, after the last page: nothing committed since is missed."
    )


class PageOf(Reply, Generic[Item]):
    total_count: int
    page: int
    limit: int
    data: list[Item]


class Message(Reply):
    message: str


class ErrorBody(Reply):
    code: str
    message: str
    details: dict[str, Any] | None = None
    current_task_id: str | None = None


class ErrorReply(Reply):
    error: ErrorBody


class Problem(Reply):
    """The error as RFC 9457 has it, with the envelope's members beside."""

    type: str = Field(description="Always about:blank: `code` says which error it is.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The status of the answer.")
    detail: str = Field(description="What happened or is to be done, as a sentence.")
    instance: str = Field(description="The path that was asked.")
    code: str
    details: dict[str, Any] | None = None
    current_task_id: str | None = None


# Signing in


class LoginBody(Body):
    username: PrintableStr = Field(min_length=3, max_length=255)
    password: str = Field(min_length=8, max_length=255)


class UserShape(Reply):
    id: UUID
    username: str
    role: str


class LoginReply(Reply):
    token: str
    expires_at: Moment
    user: UserShape


# Catalogue


class OfferShape(Reply):
    id: UUID
    supplier_id: UUID
    supplier_name: str
    supplier_sku: str
    current_price: Rounded
    exact_price: Exact | None = Field(description="To the last digit; null when the supplier names no price.")
    characteristics: dict[str, Any]
    last_ingested_at: Moment


class UnmatchedShape(OfferShape):
    name: str


class AdminProduct(Reply):
    id: UUID
    internal_sku: str
    name: str
    category_id: UUID | None
    status: ProductStatus
    supplier_items: list[OfferShape]
    margin_percentage: float | None = None


class ProductsQuery(PagingOrCursor):
    """``status``: other values than the three are ignored. Margins are not known at present: they are checked only."""

    status: str | None = Field(None, max_length=1000)
    min_margin: Percent | None = None
    max_margin: Percent | None = None
    supplier_id: UUID | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min_margin is not None and self.max_margin is not None and self.min_margin > self.max_margin:
            raise ValueError("min_margin must not be above max_margin")
        return self


class UnmatchedQuery(PagingOrCursor):
    supplier_id: UUID | None = None
    search: Search | None = None


class BulkStatusBody(Body):
    product_ids: list[UUID] = Field(min_length=1, max_length=100)
    status: ProductStatus


class BulkStatusReply(Reply):
    updated_count: int
    status: ProductStatus
    message: str


class MatchBody(Body):
    action: Literal["link", "unlink"]
    supplier_item_id: UUID


class MatchReply(Reply):
    product: AdminProduct


class NewProductBody(Body):
    name: PrintableStr = Field(min_length=1, max_length=500)
    internal_sku: Annotated[PrintableStr, Field(min_length=1, max_length=100)] | None = None
    category_id: UUID | None = None
    status: Literal["draft", "active"] = "draft"
    supplier_item_id: UUID | None = None


class NewProductReply(Reply):
    id: UUID
    internal_sku: str
    name: str
    category_id: UUID | None
    status: ProductStatus
    supplier_items: list[OfferShape]
    created_at: Moment


class StatusBody(Body):
    status: ProductStatus


class StatusReply(Reply):
    id: UUID
    internal_sku: str
    name: str
    status: ProductStatus
    updated_at: Moment
    message: str


class CatalogQuery(PagingOrCursor):
    category_id: UUID | None = None
    min_price: MoneyLimit | None = None
    max_price: MoneyLimit | None = None
    search: Search | None = None


class CatalogProduct(Reply):
    id: UUID
    internal_sku: str
    name: str
    category_id: UUID | None
    min_price: Rounded
    max_price: Rounded
    exact_min_price: Exact | None = Field(description="To the last digit; null when no available item has a price.")
    exact_max_price: Exact | None = Field(description="To the last digit; null when no available item has a price.")
    currency: str | None
    supplier_count: int

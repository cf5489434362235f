"""Shapes of the routes about items and the reviews of their matches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from app.api.shapes import (
    Body,
    ByCursor,
    Exact,
    Moment,
    PagingOrCursor,
    Reply,
    Search,
    Whole,
)
from app.catalog.items import State
from app.models.review import ReviewStatus


class ReviewShape(Reply):
    id: UUID
    supplier_item_id: UUID
    supplier_id: UUID
    supplier_name: str
    supplier_sku: str
    name: str
    current_price: Exact | None
    currency: str | None
    top_score: float | None
    candidates: list[Any]
    created_at: Moment
    expires_at: Moment


class ReviewsQuery(PagingOrCursor):
    supplier_id: UUID | None = None
    status: ReviewStatus = Field(ReviewStatus.PENDING, description="`pending`: those that wait for a person.")


class ItemsQuery(PagingOrCursor):
    search: Search | None = None


class AllItemsQuery(ByCursor):
    supplier_id: UUID | None = None
    search: Search | None = None
    state: State | None = Field(None, description="Only items of which this is so.")
    limit: Whole = Field(200, ge=1, le=1000)


class ApproveReviewBody(Body):
    product_id: UUID


class ReviewPair(Body):
    review_id: UUID
    product_id: UUID


class ApproveManyBody(Body):
    pairs: list[ReviewPair] = Field(min_length=1, max_length=5000)


class ItemShape(Reply):
    id: UUID
    supplier_id: UUID
    supplier_sku: str
    name: str
    current_price: Exact | None
    currency: str | None
    is_available: bool
    product_id: UUID | None
    match_status: str
    match_score: float | None
    characteristics: dict[str, Any]
    last_ingested_at: Moment
    job_id: UUID | None
    file_sha256: str | None
    source_sheet: str | None
    source_page: int | None
    source_row: int | None
    source_cells: dict[str, str]
    source_text: dict[str, str]


class LockShape(Reply):
    said: str | bool | None = Field(description="What files say of the field; a release sets it.")
    by: str
    at: Moment


class PricePoint(Reply):
    price: Exact
    currency: str | None
    recorded_at: Moment
    job_id: UUID | None


class ItemDetail(ItemShape):
    history: list[PricePoint]
    corrected: dict[str, LockShape] = Field(description="Fields that a person corrected, and that no file changes.")


class DraftBody(Body):
    supplier_item_ids: list[UUID] = Field(min_length=1, max_length=5000)


class DraftReply(Reply):
    product_ids: list[UUID]
    message: str

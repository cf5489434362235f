"""Matches that a person is asked about, and suppliers' items with their history."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from app.api import cursors, shapes
from app.api import shapes_items as told
from app.api.routing import BUYERS, Router
from app.api.shapes_jobs import BulkReply
from app.catalog import items, keyset, products, public_questions
from app.errors import NotFound
from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.review import Review
from app.models.user import User
from app.review import answer
from app.suppliers import editing

router = Router("Reviews and items")

SUREST_FIRST = keyset.Order((Review.top_score,), Review.id, down=True)
ITEMS_BY_NAME = keyset.Order((SupplierItem.name,), SupplierItem.id, nullable=False)


@router.route(
    "GET",
    "/admin/reviews",
    allow=BUYERS,
    query=told.ReviewsQuery,
    reply=shapes.PageOf[told.ReviewShape],
    by_cursor=shapes.CursorPage[told.ReviewShape],
)
def list_reviews(
    query: told.ReviewsQuery,
) -> shapes.PageOf[told.ReviewShape] | shapes.CursorPage[told.ReviewShape]:
    """Items whose match waits for a person, surest first; or was decided."""
    waiting = (
        select(Review)
        .join(Review.item)
        .join(SupplierItem.supplier)
        .options(contains_eager(Review.item).contains_eager(SupplierItem.supplier))
        .where(Review.status == query.status)
    )
    count = select(func.count()).select_from(Review).where(Review.status == query.status)
    if query.supplier_id:
        waiting = waiting.where(SupplierItem.supplier_id == query.supplier_id)
        count = count.join(Review.item).where(SupplierItem.supplier_id == query.supplier_id)
    if query.by_cursor:
        part = cursors.page(query, waiting, SUREST_FIRST, touched=Review.updated_at, limit=query.limit)
        return part.told([_review(each) for each in part.entities])
    order = (Review.top_score.desc().nulls_last(), Review.id)
    found = db.session.scalars(waiting.order_by(*order).offset(query.offset).limit(query.limit))
    return shapes.PageOf(
        total_count=db.session.scalar(count) or 0,
        page=query.page,
        limit=query.limit,
        data=[_review(each) for each in found],
    )


@router.route(
    "POST",
    "/admin/reviews/<review_id>/approve",
    allow=BUYERS,
    body=told.ApproveReviewBody,
    reply=told.ItemShape,
    errors=(404, 409),
)
def approve_review(review_id: UUID, body: told.ApproveReviewBody, user: User) -> told.ItemShape:
    """The item is this product; the same is never asked again."""
    return _decided(answer.approve(review_id, body.product_id, by=user))


@router.route("POST", "/admin/reviews/<review_id>/reject", allow=BUYERS, reply=told.ItemShape, errors=(404, 409))
def reject_review(review_id: UUID, user: User) -> told.ItemShape:
    """The item is none of the candidates; they are never proposed for it again."""
    return _decided(answer.reject(review_id, by=user))


@router.route("POST", "/admin/reviews/approve", allow=BUYERS, body=told.ApproveManyBody, reply=BulkReply, errors=(404,))
def approve_reviews(body: told.ApproveManyBody, user: User) -> BulkReply:
    """Approve exactly these pairs; reviews that were decided meanwhile are left alone."""
    count = answer.approve_many([(each.review_id, each.product_id) for each in body.pairs], by=user)
    return BulkReply(count=count, message=f"{count} matches were approved.")


@router.route(
    "GET",
    "/admin/suppliers/<supplier_id>/items",
    allow=BUYERS,
    query=told.ItemsQuery,
    reply=shapes.PageOf[told.ItemShape],
    by_cursor=shapes.CursorPage[told.ItemShape],
    errors=(404,),
)
def list_items(
    supplier_id: UUID, query: told.ItemsQuery
) -> shapes.PageOf[told.ItemShape] | shapes.CursorPage[told.ItemShape]:
    """What a supplier offers, with the place in the file where each item stands."""
    supplier = editing.get(supplier_id)
    if query.by_cursor:
        rows = public_questions.items_query(supplier, search=query.search)
        part = cursors.page(query, rows, ITEMS_BY_NAME, touched=SupplierItem.updated_at, limit=query.limit)
        return part.told([_item(each) for each in part.entities])
    found = public_questions.items_of(supplier, search=query.search, offset=query.offset, limit=query.limit)
    data = [_item(each) for each in found.rows]
    return shapes.PageOf(total_count=found.total, page=query.page, limit=query.limit, data=data)


@router.route("GET", "/admin/items", allow=BUYERS, query=told.AllItemsQuery, reply=shapes.CursorPage[told.ItemShape])
def list_all_items(query: told.AllItemsQuery) -> shapes.CursorPage[told.ItemShape]:
    """Every supplier's items, by cursor: by name, or by ``updated_since`` as they were touched."""
    wanted = items.ItemFilter(words=query.search or "", supplier_id=query.supplier_id, state=query.state)
    rows = items.query(wanted).with_only_columns(SupplierItem, maintain_column_froms=True)
    part = cursors.page(query, rows, ITEMS_BY_NAME, touched=SupplierItem.updated_at, limit=query.limit)
    return part.told([_item(each) for each in part.entities])


@router.route("GET", "/admin/items/<item_id>", allow=BUYERS, reply=told.ItemDetail, errors=(404,))
def get_item(item_id: UUID) -> told.ItemDetail:
    """One item with its prices over time."""
    item = public_questions.with_supplier(item_id)
    if item is None:
        raise NotFound("There is no such item. It may have been removed with its supplier.")
    history = [told.PricePoint.model_validate(each) for each in public_questions.price_history(item_id)]
    return told.ItemDetail(**dict(_item(item)), history=history, corrected=item.corrected)


@router.route(
    "POST",
    "/admin/items/products",
    allow=BUYERS,
    body=told.DraftBody,
    reply=told.DraftReply,
    status=201,
    errors=(404,),
)
def draft_products(body: told.DraftBody, user: User) -> told.DraftReply:
    """Make a draft product of each of these unlinked items."""
    made = products.draft_from_items(body.supplier_item_ids, actor=user.username, actor_id=user.id)
    ids = [each.id for each in made]
    return told.DraftReply(product_ids=ids, message=f"{len(ids)} draft products were made.")


def _item(item: SupplierItem) -> told.ItemShape:
    return told.ItemShape.model_validate(item)


def _decided(item: SupplierItem) -> told.ItemShape:
    db.session.refresh(item)
    return _item(item)


def _review(review: Review) -> told.ReviewShape:
    item = review.item
    return told.ReviewShape(
        id=review.id,
        supplier_item_id=item.id,
        supplier_id=item.supplier_id,
        supplier_name=item.supplier.name,
        supplier_sku=item.supplier_sku,
        name=item.name,
        current_price=item.current_price,
        currency=item.currency,
        top_score=float(review.top_score) if review.top_score is not None else None,
        candidates=review.candidate_products,
        created_at=review.created_at,
        expires_at=review.expires_at,
    )

"""What a person corrects by hand and takes back: fields of items and products, decisions, left-out rows, the bin."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.api import cursors, shapes
from app.api import shapes_corrections as told
from app.api import shapes_items as items_told
from app.api import shapes_jobs as jobs_told
from app.api.job_answers import detail
from app.api.reviews import get_item
from app.api.routing import BUYERS, Router
from app.apply import commit
from app.catalog import keyset
from app.corrections.items import correct_item, release_item
from app.corrections.products import correct_product, release_product
from app.models.catalog import Product
from app.models.supplier import BinnedSupplier
from app.models.user import User
from app.review import take_back
from app.suppliers import wastebin

router = Router("Corrections")

LAST_DELETED = keyset.Order((BinnedSupplier.deleted_at,), BinnedSupplier.id, down=True, nullable=False)


@router.route(
    "PATCH",
    "/admin/items/<item_id>",
    allow=BUYERS,
    body=told.CorrectItemBody,
    reply=items_told.ItemDetail,
    errors=(404,),
)
def correct_item_fields(item_id: UUID, body: told.CorrectItemBody, user: User) -> items_told.ItemDetail:
    """Correct fields of a supplier's item; no file changes them until they are released."""
    correct_item(item_id, body.written(), by=user)
    return _item(item_id)


@router.route(
    "POST",
    "/admin/items/<item_id>/release",
    allow=BUYERS,
    body=told.ReleaseBody,
    reply=items_told.ItemDetail,
    errors=(404,),
)
def release_item_fields(item_id: UUID, body: told.ReleaseBody, user: User) -> items_told.ItemDetail:
    """The fields are again what files say, from the last one on."""
    release_item(item_id, body.fields, by=user)
    return _item(item_id)


@router.route(
    "PATCH",
    "/admin/products/<product_id>",
    allow=BUYERS,
    body=told.CorrectProductBody,
    reply=told.CorrectedProduct,
    errors=(404,),
)
def correct_product_fields(product_id: UUID, body: told.CorrectProductBody, user: User) -> told.CorrectedProduct:
    """Correct fields of a product; no import changes them until they are released."""
    return _product(correct_product(product_id, body.written(), by=user))


@router.route(
    "POST",
    "/admin/products/<product_id>/release",
    allow=BUYERS,
    body=told.ReleaseBody,
    reply=told.CorrectedProduct,
    errors=(404,),
)
def release_product_fields(product_id: UUID, body: told.ReleaseBody, user: User) -> told.CorrectedProduct:
    """The fields are again what imports say, from the last one on."""
    return _product(release_product(product_id, body.fields, by=user))


@router.route(
    "GET",
    "/admin/decisions",
    allow=BUYERS,
    query=shapes.PagingOrCursor,
    reply=shapes.PageOf[told.ActShape],
    by_cursor=shapes.CursorPage[told.ActShape],
)
def list_decisions(query: shapes.PagingOrCursor) -> shapes.PageOf[told.ActShape] | shapes.CursorPage[told.ActShape]:
    """What people decided about matches, newest first; each can be taken back."""
    if query.by_cursor:
        every = take_back.every_act().subquery()
        order = keyset.Order((every.c.at,), every.c.id, down=True, nullable=False)
        part = cursors.page(query, select(every), order, touched=every.c.at, limit=query.limit)
        return part.told([told.ActShape(**each) for each in part.named(every.c.keys())])
    acts = take_back.acts(after=query.offset, limit=query.limit)
    data = [told.ActShape.model_validate(each) for each in acts]
    return shapes.PageOf(total_count=take_back.count(), page=query.page, limit=query.limit, data=data)


@router.route("POST", "/admin/decisions/<act_id>/back", allow=BUYERS, reply=jobs_told.BulkReply, errors=(409,))
def take_decision_back(act_id: UUID, user: User) -> jobs_told.BulkReply:
    """The items as they were before the decision, and their questions asked again."""
    count = take_back.take_back(act_id, by=user)
    return jobs_told.BulkReply(count=count, message=f"{count} decisions were taken back.")


@router.route("POST", "/admin/jobs/<job_id>/apply-rest", allow=BUYERS, reply=jobs_told.JobDetail, errors=(404, 409))
def apply_rest(job_id: UUID, user: User) -> jobs_told.JobDetail:
    """Apply what was left out of a file that was applied in part."""
    return detail(commit.apply_rest(job_id, actor=user.username))


@router.route(
    "GET",
    "/admin/bin",
    query=shapes.PagingOrCursor,
    reply=shapes.PageOf[told.BinnedShape],
    by_cursor=shapes.CursorPage[told.BinnedShape],
)
def list_bin(query: shapes.PagingOrCursor) -> shapes.PageOf[told.BinnedShape] | shapes.CursorPage[told.BinnedShape]:
    """Deleted suppliers that can be brought back, the last deleted first."""
    if query.by_cursor:
        rows = select(BinnedSupplier)
        part = cursors.page(query, rows, LAST_DELETED, touched=BinnedSupplier.deleted_at, limit=query.limit)
        return part.told([told.BinnedShape.model_validate(each) for each in part.entities])
    found = wastebin.binned()
    data = [told.BinnedShape.model_validate(each) for each in found[query.offset : query.offset + query.limit]]
    return shapes.PageOf(total_count=len(found), page=query.page, limit=query.limit, data=data)


@router.route("POST", "/admin/bin/<supplier_id>/restore", reply=told.RestoredReply, errors=(404, 409))
def restore_supplier(supplier_id: UUID, user: User) -> told.RestoredReply:
    """Bring a deleted supplier back with all that was deleted with it."""
    name = wastebin.restore(supplier_id, user.username)
    return told.RestoredReply(id=supplier_id, name=name, message=f"{name} is back with everything.")


def _item(item_id: UUID) -> items_told.ItemDetail:
    item: items_told.ItemDetail = get_item(item_id)
    return item


def _product(product: Product) -> told.CorrectedProduct:
    return told.CorrectedProduct.model_validate(product)

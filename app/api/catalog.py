"""Products and suppliers' items: looked at, linked, made, switched on and off."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import selectinload

from app.access import policy
from app.api import cursors, shapes
from app.api.routing import ANYONE, BUYERS, Router
from app.catalog import keyset, product_edit, public_questions
from app.errors import Conflict
from app.extensions import db
from app.models.catalog import Product, ProductStatus, SupplierItem
from app.models.user import User
from app.review import answer

router = Router("Catalogue")

NEWEST_PRODUCTS = keyset.Order((Product.created_at,), Product.id, down=True, nullable=False)
ITEMS_BY_NAME = keyset.Order((SupplierItem.name,), SupplierItem.id, nullable=False)


def admin_product(product: Product, items: list[SupplierItem], *, priced: bool = True) -> shapes.AdminProduct:
    """``priced``: whether the asker is told what suppliers ask; without it their items look as if they had no price."""
    return shapes.AdminProduct(
        id=product.id,
        internal_sku=product.internal_sku,
        name=product.name,
        category_id=product.category_id,
        status=product.status,
        supplier_items=[shapes.OfferShape(**offer_fields(item, priced=priced)) for item in items],
    )


@router.route(
    "GET",
    "/admin/products",
    allow=ANYONE,
    query=shapes.ProductsQuery,
    reply=shapes.PageOf[shapes.AdminProduct],
    by_cursor=shapes.CursorPage[shapes.AdminProduct],
    frozen=True,
)
def list_products(
    query: shapes.ProductsQuery, user: User
) -> shapes.PageOf[shapes.AdminProduct] | shapes.CursorPage[shapes.AdminProduct]:
    """Products with the suppliers' offers, newest first.

    ``updated_since`` asks for products whose own fields were touched; offers are followed at ``/changes``.

    The role sales is told no price of a supplier, as of items without one, unless SALES_SEES_PRICES says otherwise.
    """
    priced = policy.may_see_prices(user)
    if query.by_cursor:
        rows = public_questions.products_query(status=query.status, supplier_id=query.supplier_id)
        part = cursors.page(query, rows, NEWEST_PRODUCTS, touched=Product.updated_at, limit=query.limit)
        return part.told(_with_offers(part.entities, priced=priced))
    found = public_questions.products(
        status=query.status, supplier_id=query.supplier_id, offset=query.offset, limit=query.limit
    )
    data = _with_offers(found.rows, priced=priced)
    return shapes.PageOf(total_count=found.total, page=query.page, limit=query.limit, data=data)


def _with_offers(products: Sequence[Product], *, priced: bool) -> list[shapes.AdminProduct]:
    offers = public_questions.items_of_products(product.id for product in products)
    return [admin_product(product, offers.get(product.id, []), priced=priced) for product in products]


@router.route(
    "GET",
    "/admin/suppliers/unmatched",
    allow=BUYERS,
    query=shapes.UnmatchedQuery,
    reply=shapes.PageOf[shapes.UnmatchedShape],
    by_cursor=shapes.CursorPage[shapes.UnmatchedShape],
    frozen=True,
)
def list_unmatched(
    query: shapes.UnmatchedQuery,
) -> shapes.PageOf[shapes.UnmatchedShape] | shapes.CursorPage[shapes.UnmatchedShape]:
    """Suppliers' items without a product."""
    if query.by_cursor:
        rows = public_questions.unmatched_query(supplier_id=query.supplier_id, search=query.search)
        rows = rows.options(selectinload(SupplierItem.supplier))
        part = cursors.page(query, rows, ITEMS_BY_NAME, touched=SupplierItem.updated_at, limit=query.limit)
        return part.told([_unmatched(item) for item in part.entities])
    found = public_questions.unmatched(
        supplier_id=query.supplier_id, search=query.search, offset=query.offset, limit=query.limit
    )
    data = [_unmatched(item) for item in found.rows]
    return shapes.PageOf(total_count=found.total, page=query.page, limit=query.limit, data=data)


def _unmatched(item: SupplierItem) -> shapes.UnmatchedShape:
    return shapes.UnmatchedShape(name=item.name, **offer_fields(item))


@router.route(
    "POST",
    "/admin/products/bulk-status",
    allow=ANYONE,
    body=shapes.BulkStatusBody,
    reply=shapes.BulkStatusReply,
    frozen=True,
)
def set_statuses(body: shapes.BulkStatusBody, user: User) -> shapes.BulkStatusReply:
    """Set the status of up to 100 products; unknown ids are passed over."""
    count = product_edit.set_status(body.product_ids, body.status, by=user)
    return shapes.BulkStatusReply(
        updated_count=count, status=body.status, message=f"{count} products are {body.status.value} now."
    )


@router.route(
    "PATCH",
    "/admin/products/<product_id>/match",
    allow=BUYERS,
    body=shapes.MatchBody,
    reply=shapes.MatchReply,
    errors=(404, 409),
    frozen=True,
)
def match_product(product_id: UUID, body: shapes.MatchBody, user: User) -> shapes.MatchReply:
    """Link a supplier's item to the product, or take the link away."""
    product = product_edit.get(product_id)
    if body.action == "link":
        answer.link(body.supplier_item_id, product_id, by=user)
    else:
        item = public_questions.with_supplier(body.supplier_item_id)
        if item is not None and item.product_id not in (None, product_id):
            raise Conflict("The item is linked to another product.")
        answer.unlink(body.supplier_item_id, by=user)
    offers = public_questions.items_of_products([product_id]).get(product_id, [])
    return shapes.MatchReply(product=admin_product(product, offers))


@router.route(
    "POST",
    "/admin/products",
    allow=BUYERS,
    body=shapes.NewProductBody,
    reply=shapes.NewProductReply,
    status=201,
    frozen=True,
)
def create_product(body: shapes.NewProductBody, user: User) -> shapes.NewProductReply:
    """Make a product, and link a supplier's item to it if one is named."""
    item = product_edit.free_item(body.supplier_item_id) if body.supplier_item_id else None
    product = product_edit.create(
        body.name,
        status=ProductStatus(body.status),
        internal_sku=body.internal_sku,
        category_id=body.category_id,
        by=user,
    )
    if item is not None:
        answer.link(item.id, product.id, by=user)
    db.session.commit()
    db.session.refresh(product)
    shown = admin_product(product, public_questions.items_of_products([product.id]).get(product.id, []))
    return shapes.NewProductReply(
        created_at=product.created_at, **{name: value for name, value in shown if name != "margin_percentage"}
    )


@router.route(
    "PATCH",
    "/admin/products/<product_id>/status",
    allow=ANYONE,
    body=shapes.StatusBody,
    reply=shapes.StatusReply,
    errors=(404,),
    frozen=True,
)
def set_status(product_id: UUID, body: shapes.StatusBody, user: User) -> shapes.StatusReply:
    """Set one product's status."""
    product_edit.get(product_id)
    product_edit.set_status([product_id], body.status, by=user)
    product = product_edit.get(product_id)
    return shapes.StatusReply(
        id=product.id,
        internal_sku=product.internal_sku,
        name=product.name,
        status=product.status,
        updated_at=product.updated_at,
        message=f"The product is {product.status.value} now.",
    )


def offer_fields(item: SupplierItem, *, priced: bool = True) -> dict[str, object]:
    price = item.current_price if priced else None
    return {
        "id": item.id,
        "supplier_id": item.supplier_id,
        "supplier_name": item.supplier.name,
        "supplier_sku": item.supplier_sku,
        "current_price": price,
        "exact_price": price,
        "characteristics": item.characteristics,
        "last_ingested_at": item.last_ingested_at,
    }

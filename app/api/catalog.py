"""Products, suppliers' items, and the catalogue that the public may see."""

from __future__ import annotations

from uuid import UUID

from app.access import policy
from app.api import shapes
from app.api.routing import ANYONE, BUYERS, PUBLIC, Router, name_ignored
from app.catalog import listing, manage
from app.errors import Conflict
from app.extensions import db, settings
from app.models.catalog import Product, ProductStatus, SupplierItem
from app.models.user import User
from app.review import decide

router = Router("Catalogue")


def admin_product(product: Product, items: list[SupplierItem], *, priced: bool = True) -> shapes.AdminProduct:
    """``priced``: whether the asker is told what suppliers ask; without it their items look as if they had no price."""
    return shapes.AdminProduct(
        id=product.id,
        internal_sku=product.internal_sku,
        name=product.name,
        category_id=product.category_id,
        status=product.status,
        supplier_items=[shapes.OfferShape(**_offer_fields(item, priced=priced)) for item in items],
    )


@router.route(
    "GET",
    "/admin/products",
    allow=ANYONE,
    query=shapes.ProductsQuery,
    reply=shapes.PageOf[shapes.AdminProduct],
    frozen=True,
)
def list_products(query: shapes.ProductsQuery, user: User) -> shapes.PageOf[shapes.AdminProduct]:
    """Products with the suppliers' offers, newest first.

    The role sales is told no price of a supplier, as of items without one, unless SALES_SEES_PRICES says otherwise.
    """
    priced = policy.may_see_prices(user)
    found = listing.products(status=query.status, supplier_id=query.supplier_id, offset=query.offset, limit=query.limit)
    offers = listing.items_of_products(product.id for product in found.rows)
    data = [admin_product(product, offers.get(product.id, []), priced=priced) for product in found.rows]
    return shapes.PageOf(total_count=found.total, page=query.page, limit=query.limit, data=data)


@router.route(
    "GET",
    "/admin/suppliers/unmatched",
    allow=BUYERS,
    query=shapes.UnmatchedQuery,
    reply=shapes.PageOf[shapes.UnmatchedShape],
    frozen=True,
)
def list_unmatched(query: shapes.UnmatchedQuery) -> shapes.PageOf[shapes.UnmatchedShape]:
    """Suppliers' items without a product."""
    found = listing.unmatched(
        supplier_id=query.supplier_id, search=query.search, offset=query.offset, limit=query.limit
    )
    data = [shapes.UnmatchedShape(name=item.name, **_offer_fields(item)) for item in found.rows]
    return shapes.PageOf(total_count=found.total, page=query.page, limit=query.limit, data=data)


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
    count = manage.set_status(body.product_ids, body.status, by=user)
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
    product = manage.get(product_id)
    if body.action == "link":
        decide.link(body.supplier_item_id, product_id, by=user)
    else:
        item = listing.with_supplier(body.supplier_item_id)
        if item is not None and item.product_id not in (None, product_id):
            raise Conflict("The item is linked to another product.")
        decide.unlink(body.supplier_item_id, by=user)
    offers = listing.items_of_products([product_id]).get(product_id, [])
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
    item = manage.free_item(body.supplier_item_id) if body.supplier_item_id else None
    product = manage.create(
        body.name,
        status=ProductStatus(body.status),
        internal_sku=body.internal_sku,
        category_id=body.category_id,
        by=user,
    )
    if item is not None:
        decide.link(item.id, product.id, by=user)
    db.session.commit()
    db.session.refresh(product)
    shown = admin_product(product, listing.items_of_products([product.id]).get(product.id, []))
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
    manage.get(product_id)
    manage.set_status([product_id], body.status, by=user)
    product = manage.get(product_id)
    return shapes.StatusReply(
        id=product.id,
        internal_sku=product.internal_sku,
        name=product.name,
        status=product.status,
        updated_at=product.updated_at,
        message=f"The product is {product.status.value} now.",
    )


@router.route(
    "GET", "/catalog/", allow=PUBLIC, query=shapes.CatalogQuery, reply=shapes.PageOf[shapes.CatalogProduct], frozen=True
)
def list_catalog(query: shapes.CatalogQuery) -> shapes.PageOf[shapes.CatalogProduct]:
    """Active products with the span of their prices, in the currency that most of their suppliers use.

    Prices are what suppliers ask: who is not signed in is told none, as of products that nobody prices, and finds by
    none, unless CATALOG_PRICES_PUBLIC says otherwise; nor is the role sales, unless SALES_SEES_PRICES does.
    """
    priced = settings().catalog_prices_public or policy.asker_sees_prices()
    if not priced:
        name_ignored("query", query.model_fields_set & {"min_price", "max_price"})
    found = listing.on_offer(
        category_id=query.category_id,
        min_price=query.min_price if priced else None,
        max_price=query.max_price if priced else None,
        search=query.search,
        offset=query.offset,
        limit=query.limit,
    )
    data = [
        shapes.CatalogProduct(
            id=each.product.id,
            internal_sku=each.product.internal_sku,
            name=each.product.name,
            category_id=each.product.category_id,
            min_price=offer.lowest if priced else None,
            max_price=offer.highest if priced else None,
            exact_min_price=offer.lowest if priced else None,
            exact_max_price=offer.highest if priced else None,
            currency=offer.currency,
            supplier_count=offer.suppliers,
        )
        for each in found.rows
        for offer in (each.offer,)
    ]
    return shapes.PageOf(total_count=found.total, page=query.page, limit=query.limit, data=data)


def _offer_fields(item: SupplierItem, *, priced: bool = True) -> dict[str, object]:
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

"""The catalogue that the public may see."""

from __future__ import annotations

from app.access import policy
from app.api import cursors, shapes
from app.api.routing import PUBLIC, Router, name_ignored
from app.catalog import keyset, public_questions
from app.extensions import settings
from app.models.catalog import Product

router = Router("Public catalogue")

PRODUCTS_BY_NAME = keyset.Order((Product.name,), Product.id, nullable=False)


@router.route(
    "GET",
    "/catalog/",
    allow=PUBLIC,
    query=shapes.CatalogQuery,
    reply=shapes.PageOf[shapes.CatalogProduct],
    by_cursor=shapes.CursorPage[shapes.CatalogProduct],
    frozen=True,
)
def list_catalog(
    query: shapes.CatalogQuery,
) -> shapes.PageOf[shapes.CatalogProduct] | shapes.CursorPage[shapes.CatalogProduct]:
    """Active products with the span of their prices, in the currency that most of their suppliers use.

    Prices are what suppliers ask: who is not signed in is told none, as of products that nobody prices, and finds by
    none, unless CATALOG_PRICES_PUBLIC says otherwise; nor is the role sales, unless SALES_SEES_PRICES does.
    """
    priced = settings().catalog_prices_public or policy.asker_sees_prices()
    if not priced:
        name_ignored("query", query.model_fields_set & {"min_price", "max_price"})
    wanted = public_questions.Shelf(
        category_id=query.category_id,
        min_price=query.min_price if priced else None,
        max_price=query.max_price if priced else None,
        search=query.search,
    )
    if query.by_cursor:
        rows = public_questions.on_offer_query(wanted)
        part = cursors.page(query, rows, PRODUCTS_BY_NAME, touched=Product.updated_at, limit=query.limit)
        return part.told([_on_offer(each, priced=priced) for each in public_questions.offered(part.entities)])
    found = public_questions.on_offer(wanted, offset=query.offset, limit=query.limit)
    data = [_on_offer(each, priced=priced) for each in found.rows]
    return shapes.PageOf(total_count=found.total, page=query.page, limit=query.limit, data=data)


def _on_offer(shown: public_questions.Offered, *, priced: bool) -> shapes.CatalogProduct:
    product, offer = shown.product, shown.offer
    return shapes.CatalogProduct(
        id=product.id,
        internal_sku=product.internal_sku,
        name=product.name,
        category_id=product.category_id,
        min_price=offer.lowest if priced else None,
        max_price=offer.highest if priced else None,
        exact_min_price=offer.lowest if priced else None,
        exact_max_price=offer.highest if priced else None,
        currency=offer.currency,
        supplier_count=offer.suppliers,
    )

"""What an import says of a product's field that a person corrected is kept beside; the field stays. See ADR 90."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models.catalog import Product
from app.models.corrections import PRODUCT_FIELDS, word_of


def hold(rows: Sequence[dict[str, Any]], columns: Collection[str]) -> set[str]:
    """Put the locked words into rows of ``Product``; returns the SKUs that are known already.

    ``columns``: those of the rows that the import names. The known products are kept from others until the
    transaction ends, or a person's word of this moment would be overwritten.
    """
    skus = [row["internal_sku"] for row in rows]
    found = select(Product.internal_sku, Product.corrected).where(Product.internal_sku.in_(skus)).order_by(Product.id)
    known: dict[str, dict[str, Any]] = {
        row.internal_sku: row.corrected for row in db.session.execute(found.with_for_update())
    }
    locked = {sku: corrected for sku, corrected in known.items() if corrected}
    if locked:
        query = select(Product).where(Product.internal_sku.in_(locked)).execution_options(populate_existing=True)
        products = {each.internal_sku: each for each in db.session.scalars(query)}
        for row in rows:
            if product := products.get(row["internal_sku"]):
                _hold(row, product, columns)
        db.session.flush()
    return set(known)


def _hold(row: dict[str, Any], product: Product, columns: Collection[str]) -> None:
    corrected = dict(product.corrected)
    for name, kept in corrected.items():
        column = PRODUCT_FIELDS[name].column
        if column in columns and column in row:
            if column != "currency" or row[column] is not None:  # a price without one says nothing of it
                corrected[name] = kept | {"said": word_of(row[column])}
            row[column] = getattr(product, column)
    product.corrected = corrected

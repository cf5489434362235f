"""Products made and changed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import audit
from app.catalog.products import new_sku
from app.errors import Invalid, NotFound
from app.extensions import db
from app.models.catalog import Category, Product, ProductStatus, SupplierItem
from app.models.corrections import lock, word
from app.models.user import User


def create(
    name: str, *, status: ProductStatus, internal_sku: str | None = None, category_id: UUID | None = None, by: User
) -> Product:
    """Insert a product inside the caller's transaction. Raises Invalid: no such category, a taken SKU."""
    if category_id and db.session.get(Category, category_id) is None:
        raise Invalid("There is no such category.", details={"category_id": "There is no such category."})
    sku = internal_sku or new_sku()
    audit.record(by.username, "product.created", sku, name=name)
    product = Product(internal_sku=sku, name=name, category_id=category_id, status=status)
    db.session.add(product)
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        taken = {"internal_sku": "Already in use."}
        raise Invalid(f"There is already a product with the SKU {sku}.", details=taken) from error
    return product


def free_item(item_id: UUID) -> SupplierItem:
    """An item that no product has yet. Raises Invalid."""
    item = db.session.scalar(select(SupplierItem).where(SupplierItem.id == item_id).with_for_update())
    if item is None:
        raise Invalid("There is no such supplier item.", details={"supplier_item_id": "There is no such item."})
    if item.product_id is not None:
        raise Invalid("The item is linked to a product already.", details={"supplier_item_id": "Already linked."})
    return item


def get(product_id: UUID) -> Product:
    product = db.session.get(Product, product_id, populate_existing=True)
    if product is None:
        raise NotFound("There is no such product.")
    return product


def set_status(product_ids: Sequence[UUID], status: ProductStatus, *, by: User) -> int:
    """Returns how many there were to change; unknown ids are passed over.

    A person's word, as a correction is: imports leave the status alone until it is released.
    """
    locked = select(Product).where(Product.id.in_(product_ids)).order_by(Product.id).with_for_update()
    found = db.session.scalars(locked.execution_options(populate_existing=True)).all()
    for product in found:
        if word(product, "status") != status:
            lock(product, {"status": status.value}, by=by.username, at=datetime.now(UTC))
    audit.record(by.username, "products.status_set", f"{len(found)} products", status=status.value)
    db.session.commit()
    return len(found)

"""Correct a product by hand, and let imports speak of it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from app import audit
from app.corrections import words
from app.corrections.form_texts import changed
from app.errors import NotFound
from app.extensions import db
from app.models.catalog import Category, Product
from app.models.corrections import Word, lock, release, word
from app.models.user import User
from app.money import best


def correct_product(
    product_id: UUID, written: Mapping[str, str], *, seen: Mapping[str, str] | None = None, by: User
) -> Product:
    """As ``correct_item``; a category that is new by name is made."""
    product = _locked(product_id)
    wanted = _with_category(words.parse(changed(product, written, seen), words.PRODUCT))
    if wanted:
        told = {name: [word(product, name), value] for name, value in wanted.items()}
        audit.record(by.username, "product.corrected", str(product.id), product=product.name, fields=told)
        lock(product, wanted, by=by.username, at=datetime.now(UTC))
        best.set_own([product.id])
    db.session.commit()
    return product


def release_product(product_id: UUID, names: Sequence[str], *, by: User) -> Product:
    """As ``release_item``."""
    product = _locked(product_id)
    free = [each for each in names if each in product.corrected]
    if free:
        release(product, free)
        if product.category_id and db.session.get(Category, product.category_id) is None:
            product.category_id = None  # deleted since an import named it
        audit.record(by.username, "product.released", str(product.id), product=product.name, fields=free)
        best.set_own([product.id])
    db.session.commit()
    return product


def _locked(product_id: UUID) -> Product:
    query = select(Product).where(Product.id == product_id).with_for_update()
    product = db.session.scalar(query.execution_options(populate_existing=True))
    if product is None:
        raise NotFound("There is no such product.")
    return product


def _with_category(said: dict[str, Word]) -> dict[str, Word]:
    """A category's id in place of its name."""
    name = said.get("category")
    if not name:
        return said
    found = db.session.scalar(select(Category.id).where(Category.name == name, Category.parent_id.is_(None)))
    if found is None:
        made = Category(name=name)
        db.session.add(made)
        db.session.flush()
        found = made.id
    return said | {"category": str(found)}

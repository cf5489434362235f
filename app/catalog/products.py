"""Products that come from suppliers' items, and finding one by a few words."""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from app import audit
from app.catalog import offers
from app.errors import Decided, Invalid, NotFound
from app.extensions import db
from app.models.catalog import ItemMatch, Product, ProductStatus, SupplierItem
from app.models.review import MatchDecision, Review, ReviewStatus
from app.models.user import User

SUFFIX = string.ascii_uppercase + string.digits
MAX_AT_ONCE = 5000


def new_sku() -> str:
    """``PROD-<milliseconds>-<4 alphanumerics>``, as the existing system makes them."""
    return f"PROD-{time.time_ns() // 1_000_000}-{''.join(secrets.choice(SUFFIX) for _ in range(4))}"


def search_products(words: str, *, limit: int = 20) -> Sequence[Product]:
    """Products where each word stands in the name or brand, begins the SKU, or is the barcode; active ones first."""
    query = select(Product).where(Product.status != ProductStatus.ARCHIVED)
    for word in words.split()[:8]:
        like = f"%{_plain(word)}%"
        query = query.where(
            or_(
                Product.name.ilike(like),
                Product.internal_sku.ilike(like.removeprefix("%")),
                Product.brand.ilike(like),
                Product.barcode == word,
            )
        )
    return db.session.scalars(query.order_by(Product.status != ProductStatus.ACTIVE, Product.name).limit(limit)).all()


def draft_from_items(item_ids: Sequence[UUID], *, actor: str, actor_id: UUID | None = None) -> list[Product]:
    """A draft product for each unlinked item, linked to it. Raises Invalid, NotFound."""
    if not item_ids or len(item_ids) > MAX_AT_ONCE:
        raise Invalid(f"Choose between 1 and {MAX_AT_ONCE} items.")
    items = _free(item_ids)
    if not items:
        raise NotFound("None of these items is without a product any more.")
    made = [_draft(item) for item in items]
    _keep(items, made, actor_id=actor_id)
    audit.record(actor, "products.drafted", f"{len(made)} products from items")
    db.session.commit()
    return made


def new_product(item_id: UUID, *, name: str, internal_sku: str, by: User) -> Product:
    """A draft product from an unlinked item, named by a person. Raises Invalid (a field's sentence), Conflict."""
    items = _free([item_id])
    if not items:
        raise Decided("Somebody was faster: the item is linked to a product already.")
    told = {"name": _wrong(name, most=500), "internal_sku": _wrong(internal_sku, most=100)}
    if problems := {field: sentence for field, sentence in told.items() if sentence}:
        raise Invalid("The product was not made.", details=problems)
    product = _draft(items[0])
    product.name, product.internal_sku = name, internal_sku
    try:
        _keep(items, [product], actor_id=by.id)
    except IntegrityError as error:
        db.session.rollback()
        sentence = f"Another product has the SKU {internal_sku}."
        raise Invalid("The product was not made.", details={"internal_sku": sentence}) from error
    audit.record(by.username, "product.created", internal_sku, name=name, item=str(item_id))
    db.session.commit()
    return product


def _wrong(text: str, *, most: int) -> str:
    if not text:
        return "It cannot be empty."
    return "" if len(text) <= most and text.isprintable() else f"At most {most} characters, on one line."


def _free(item_ids: Sequence[UUID]) -> Sequence[SupplierItem]:
    unlinked = select(SupplierItem).where(SupplierItem.id.in_(item_ids), SupplierItem.product_id.is_(None))
    return db.session.scalars(unlinked.with_for_update()).all()


def _keep(items: Sequence[SupplierItem], made: Sequence[Product], *, actor_id: UUID | None) -> None:
    """Link each item to its product, as one decision that can be taken back."""
    db.session.add_all(made)
    db.session.flush()
    act = uuid4()
    for item, product in zip(items, made, strict=True):
        before = MatchDecision.before_of(item) | {"verdict": None}
        item.product_id, item.match_status, item.match_score = product.id, ItemMatch.VERIFIED_MATCH, None
        item.edited_at = func.now()
        db.session.add(
            MatchDecision(
                **MatchDecision.facts_of(item),
                product_id=product.id,
                verdict="link",
                decided_by=actor_id,
                act_id=act,
                before=before,
            )
        )
    for review in db.session.scalars(select(Review).where(Review.supplier_item_id.in_([item.id for item in items]))):
        review.status, review.reviewed_by, review.reviewed_at = ReviewStatus.APPROVED, actor_id, func.now()
    offers.refresh([product.id for product in made])


def _draft(item: SupplierItem) -> Product:
    details = item.characteristics
    return Product(
        internal_sku=new_sku(),
        name=item.name,
        status=ProductStatus.DRAFT,
        drafted_for=item.supplier_id,
        brand=str(details["brand"])[:255] if details.get("brand") else None,
        barcode=str(details["barcode"])[:50] if details.get("barcode") else None,
        description=details.get("description"),
    )


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

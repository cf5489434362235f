"""Approve, reject, link, unlink: each word is kept as a decision, so that the same question is never asked twice."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from app import audit
from app.catalog import offers
from app.errors import Conflict, Decided, Invalid, NotFound
from app.extensions import db
from app.models.catalog import ItemMatch, Product, ProductStatus, SupplierItem
from app.models.review import MatchDecision, Review, ReviewStatus
from app.models.user import User

MAX_AT_ONCE = 5000
#: an item and the product that something is decided of
Pair = tuple[SupplierItem, UUID]
VERIFY = text("""
    UPDATE supplier_items AS i SET product_id = told.product_id, match_status = 'verified_match', edited_at = now(),
        updated_at = now()
    FROM unnest(CAST(:ids AS uuid[]), CAST(:products AS uuid[])) AS told (item_id, product_id)
    WHERE i.id = told.item_id
""")


def approve(review_id: UUID, product_id: UUID, *, by: User) -> SupplierItem:
    """The item is this product. Raises NotFound, Conflict."""
    review = _pending(review_id)
    return link(review.supplier_item_id, product_id, by=by)


def reject(review_id: UUID, *, by: User) -> SupplierItem:
    """None of the candidates is the item: each pair is vetoed for good. Raises NotFound, Conflict."""
    review = _pending(review_id)
    item = _item(review.supplier_item_id)
    known = set(db.session.scalars(select(Product.id).where(Product.id.in_(_candidates(review)))))
    _decide([(item, product_id) for product_id in known], "veto", by, uuid4())
    linked = item.product_id
    item.match_status, item.product_id, item.match_score = ItemMatch.UNMATCHED, None, None
    item.match_candidates, item.edited_at = None, func.now()
    review.status, review.reviewed_by, review.reviewed_at = ReviewStatus.REJECTED, by.id, func.now()
    if linked is not None:
        offers.refresh([linked])
    audit.record(by.username, "match.rejected", str(item.id), vetoed=len(known), item=item.name)
    db.session.commit()
    return item


def approve_many(pairs: Sequence[tuple[UUID, UUID]], *, by: User, act: UUID | None = None) -> int:
    """Approve exactly these (review, product) pairs. Returns how many were; ``act`` takes them back together.

    Those decided meanwhile are left, and those whose product is archived by now.
    """
    if not pairs or len(pairs) > MAX_AT_ONCE:
        raise Invalid(f"Choose between 1 and {MAX_AT_ONCE} reviews.")
    wanted = dict(pairs)
    archived = set(
        db.session.scalars(
            select(Product.id).where(Product.id.in_(wanted.values()), Product.status == ProductStatus.ARCHIVED)
        )
    )
    open_ones = [review_id for review_id, product_id in wanted.items() if product_id not in archived]
    reviews = db.session.scalars(
        select(Review).where(Review.id.in_(open_ones), Review.status == ReviewStatus.PENDING).with_for_update()
    ).all()
    asked = {review.supplier_item_id: wanted[review.id] for review in reviews}
    linked = [(item, asked[item.id]) for item in _items(list(asked))]
    touched = {*asked.values(), *(item.product_id for item, _product in linked if item.product_id)}
    _link(linked, by, act or uuid4())
    offers.refresh(list(touched))
    audit.record(by.username, "match.approved_many", f"{len(reviews)} reviews")
    db.session.commit()
    return len(reviews)


def link(item_id: UUID, product_id: UUID, *, by: User) -> SupplierItem:
    """Link by hand. Raises NotFound; Invalid for an archived product; Conflict when a person linked it elsewhere."""
    item = _item(item_id)
    _takes_items(product_id)
    if _is_elsewhere(item, product_id):
        raise Conflict("The item is linked to another product. Unlink it there first.")
    touched = {product_id} | ({item.product_id} if item.product_id else set())
    _link([(item, product_id)], by, uuid4())
    offers.refresh(list(touched))
    audit.record(by.username, "match.linked", str(item.id), product=str(product_id), item=item.name)
    db.session.commit()
    return item


def link_many(item_ids: Sequence[UUID], product_id: UUID, *, by: User) -> tuple[int, int]:
    """Link these items by hand, as one decision. Returns how many were, and how many a person had linked elsewhere.

    Raises NotFound, and Invalid for an archived product.
    """
    if not item_ids or len(item_ids) > MAX_AT_ONCE:
        raise Invalid(f"Choose between 1 and {MAX_AT_ONCE} items.")
    product = _takes_items(product_id)
    found = _items(item_ids)
    free = [each for each in found if not _is_elsewhere(each, product_id)]
    touched = {each.product_id for each in free if each.product_id} | {product_id}
    _link([(item, product_id) for item in free], by, uuid4())
    offers.refresh(list(touched))
    audit.record(by.username, "match.linked_many", f"{len(free)} items", product=str(product_id), name=product.name)
    db.session.commit()
    return len(free), len(found) - len(free)


def unlink(item_id: UUID, *, by: User) -> SupplierItem:
    """Take a link away; the pair is not proposed again. Raises NotFound, Conflict."""
    item = _item(item_id)
    if item.product_id is None:
        raise Conflict("The item is not linked to any product.")
    product_id = item.product_id
    _decide([(item, product_id)], "veto", by, uuid4())
    audit.record(by.username, "match.unlinked", str(item.id), product=str(product_id), item=item.name)
    item.product_id, item.match_status, item.match_score, item.edited_at = None, ItemMatch.UNMATCHED, None, func.now()
    offers.refresh([product_id])
    db.session.commit()
    return item


def expire_reviews() -> int:
    """Reviews past their date leave the queue; the item stays unlinked. Returns how many.

    What a person or a file is writing at this moment is left for the next time.
    """
    due = (
        select(Review.id, Review.supplier_item_id)
        .join(SupplierItem, SupplierItem.id == Review.supplier_item_id)
        .where(Review.status == ReviewStatus.PENDING, Review.expires_at < func.now())
        .with_for_update(of=(Review, SupplierItem), skip_locked=True)
    )
    expired = db.session.execute(due).all()
    reviews, items = [row.id for row in expired], [row.supplier_item_id for row in expired]
    db.session.execute(update(Review).where(Review.id.in_(reviews)).values(status=ReviewStatus.EXPIRED))
    db.session.execute(
        update(SupplierItem)
        .where(SupplierItem.id.in_(items), SupplierItem.match_status == ItemMatch.POTENTIAL_MATCH)
        .values(match_status=ItemMatch.UNMATCHED)
    )
    db.session.commit()
    return len(expired)


def _takes_items(product_id: UUID) -> Product:
    product = db.session.get(Product, product_id, populate_existing=True)
    if product is None:
        raise NotFound("There is no such product.")
    if product.status == ProductStatus.ARCHIVED:
        raise Invalid("An archived product takes no items. Make it active or a draft first.")
    return product


def _is_elsewhere(item: SupplierItem, product_id: UUID) -> bool:
    """A person linked it to another product."""
    return item.match_status == ItemMatch.VERIFIED_MATCH and item.product_id not in (None, product_id)


def _link(pairs: Sequence[Pair], by: User, act: UUID) -> None:
    """As few statements for thousands as for one: somebody waits for them."""
    if not pairs:
        return
    _decide(pairs, "link", by, act)
    ids, products = [item.id for item, _product in pairs], [product_id for _item, product_id in pairs]
    db.session.execute(VERIFY, {"ids": ids, "products": products})
    for item, _product in pairs:
        db.session.expire(item)
    asked = Review.supplier_item_id.in_(ids)
    db.session.execute(
        update(Review)
        .where(asked, Review.status == ReviewStatus.PENDING)
        .values(status=ReviewStatus.APPROVED, reviewed_by=by.id, reviewed_at=func.now())
    )


def _decide(pairs: Sequence[Pair], verdict: str, by: User, act: UUID) -> None:
    """Kept with what was before, which ``take_back`` restores."""
    if not pairs:
        return
    earlier = _verdicts(pairs)
    told = {"verdict": verdict, "decided_by": by.id, "act_id": act}
    rows = [
        MatchDecision.facts_of(item)
        | {
            "product_id": product_id,
            "before": MatchDecision.before_of(item) | {"verdict": earlier.get(_key(item, product_id))},
        }
        | told
        for item, product_id in pairs
    ]
    fresh = insert(MatchDecision)
    again = told | {"before": fresh.excluded.before, "decided_at": func.now()}
    db.session.execute(fresh.on_conflict_do_update(constraint="uq_match_decisions_pair", set_=again), rows)


def _verdicts(pairs: Sequence[Pair]) -> dict[tuple[UUID, str, UUID], str]:
    """What was decided of these pairs before."""
    key = (MatchDecision.supplier_id, MatchDecision.supplier_sku, MatchDecision.product_id)
    wanted = [_key(*pair) for pair in pairs]
    rows = db.session.execute(select(*key, MatchDecision.verdict).where(tuple_(*key).in_(wanted)))
    return {(supplier_id, sku, product_id): verdict for supplier_id, sku, product_id, verdict in rows}


def _key(item: SupplierItem, product_id: UUID) -> tuple[UUID, str, UUID]:
    return item.supplier_id, item.supplier_sku, product_id


def _items(item_ids: Sequence[UUID]) -> Sequence[SupplierItem]:
    """Those that are there, locked in one order."""
    locked = select(SupplierItem).where(SupplierItem.id.in_(item_ids)).order_by(SupplierItem.id).with_for_update()
    return db.session.scalars(locked.execution_options(populate_existing=True)).all()


def _pending(review_id: UUID) -> Review:
    review = db.session.scalar(select(Review).where(Review.id == review_id).with_for_update())
    if review is None:
        raise NotFound("There is no such review. The item may have been removed.")
    if review.status not in (ReviewStatus.PENDING, ReviewStatus.NEEDS_CATEGORY):
        status = review.status
        db.session.rollback()
        raise Decided(f"Somebody was faster: this review is already {status}.")
    return review


def _item(item_id: UUID) -> SupplierItem:
    item = db.session.scalar(select(SupplierItem).where(SupplierItem.id == item_id).with_for_update())
    if item is None:
        raise NotFound("There is no such item. It may have been removed with its supplier.")
    return item


def _candidates(review: Review) -> list[UUID]:
    return [UUID(each["product_id"]) for each in review.candidate_products if each.get("product_id")]

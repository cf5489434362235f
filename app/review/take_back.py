"""What people decided about matches, newest first, and how it is taken back at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select

from app import audit
from app.catalog import offers
from app.errors import Decided
from app.extensions import db, settings
from app.models.catalog import ItemMatch, Product, ProductStatus, SupplierItem
from app.models.review import MatchDecision, Review, ReviewStatus
from app.models.supplier import Supplier
from app.models.user import User

PAGE_SIZE = 100


@dataclass(frozen=True)
class Act:
    """Decisions that one click made. ``name`` and ``product`` are those of one of them."""

    id: UUID
    at: datetime
    by: str | None
    verdict: str
    items: int
    name: str
    product: str
    supplier: str


def acts(*, after: int = 0, limit: int = PAGE_SIZE) -> Sequence[Act]:
    """The last acts first."""
    latest = func.max(MatchDecision.decided_at).desc()
    rows = every_act().order_by(latest, MatchDecision.act_id).offset(after).limit(limit)
    return [Act(*row) for row in db.session.execute(rows)]


def every_act() -> Select[*tuple[Any, ...]]:
    """The columns of ``Act`` under its names, in no order."""
    return (
        select(
            MatchDecision.act_id.label("id"),
            func.max(MatchDecision.decided_at).label("at"),
            func.min(User.username).label("by"),
            func.min(MatchDecision.verdict).label("verdict"),
            func.count(MatchDecision.supplier_sku.distinct()).label("items"),
            func.min(MatchDecision.name).label("name"),
            func.min(Product.name).label("product"),
            func.min(Supplier.name).label("supplier"),
        )
        .join(Product, Product.id == MatchDecision.product_id)
        .join(Supplier, Supplier.id == MatchDecision.supplier_id)
        .outerjoin(User, User.id == MatchDecision.decided_by)
        .group_by(MatchDecision.act_id)
    )


def count() -> int:
    """How many acts there are to take back."""
    return db.session.scalar(select(func.count(MatchDecision.act_id.distinct()))) or 0


def newest_of(item: SupplierItem) -> UUID | None:
    """The act that decided about the item last."""
    return db.session.scalar(
        select(MatchDecision.act_id)
        .where(MatchDecision.supplier_id == item.supplier_id, MatchDecision.supplier_sku == item.supplier_sku)
        .order_by(MatchDecision.decided_at.desc())
        .limit(1)
    )


def take_back(act_id: UUID, *, by: User) -> int:
    """The items as they were before the act, and their questions asked again; returns how many items.

    An item that was decided about since stays as it is. Raises Conflict when nothing is left to take back.
    """
    decisions = db.session.scalars(
        select(MatchDecision).where(MatchDecision.act_id == act_id).order_by(MatchDecision.id).with_for_update()
    ).all()
    touched: set[UUID] = set()
    restored: set[UUID] = set()
    for decision in decisions:
        item = _item_of(decision)
        if item is not None and _stands(decision, item):
            touched |= {each for each in (item.product_id, decision.product_id) if each}
            _restore(item, decision.before or {})
            restored.add(item.id)
        elif item is not None and item.id not in restored:
            continue  # decided otherwise since: that word counts
        _forget(decision)
    if not restored:
        db.session.rollback()
        raise Decided("This decision was taken back already, or another one was made since.")
    db.session.flush()
    _ask_again(restored)
    offers.refresh(list(touched))
    _remove_drafts([decision.product_id for decision in decisions])
    whose = {each.supplier_id for each in decisions}
    told = {"supplier_id": str(whose.pop())} if len(whose) == 1 else {}  # an act over several belongs to none of them
    audit.record(by.username, "match.taken_back", str(act_id), items=len(restored), **told)
    db.session.commit()
    return len(restored)


def _item_of(decision: MatchDecision) -> SupplierItem | None:
    return db.session.scalar(
        select(SupplierItem)
        .where(SupplierItem.supplier_id == decision.supplier_id, SupplierItem.supplier_sku == decision.supplier_sku)
        .with_for_update()
    )


def _stands(decision: MatchDecision, item: SupplierItem) -> bool:
    """The item is as the decision left it."""
    if decision.verdict == "link":
        return item.product_id == decision.product_id
    return item.product_id is None


def _restore(item: SupplierItem, before: dict[str, Any]) -> None:
    """The product may have gone since; then the item is without one."""
    product_id = UUID(before["product_id"]) if before.get("product_id") else None
    if product_id is not None and db.session.get(Product, product_id) is None:
        product_id = None
    status = ItemMatch(before.get("match_status") or ItemMatch.UNMATCHED)
    linked = status in (ItemMatch.AUTO_MATCHED, ItemMatch.VERIFIED_MATCH)
    item.product_id = product_id
    item.match_status = ItemMatch.UNMATCHED if linked and product_id is None else status
    item.match_score = Decimal(before["match_score"]) if before.get("match_score") else None
    item.match_candidates = before.get("match_candidates")
    item.edited_at = func.now()


def _forget(decision: MatchDecision) -> None:
    earlier = (decision.before or {}).get("verdict")
    if earlier is None:
        db.session.delete(decision)
    else:
        decision.verdict, decision.before = earlier, None


def _ask_again(item_ids: set[UUID]) -> None:
    """Questions that the act answered, of items that wait for an answer again."""
    reviews = db.session.scalars(
        select(Review)
        .join(SupplierItem, SupplierItem.id == Review.supplier_item_id)
        .where(
            Review.supplier_item_id.in_(item_ids),
            Review.status.in_((ReviewStatus.APPROVED, ReviewStatus.REJECTED)),
            SupplierItem.match_status == ItemMatch.POTENTIAL_MATCH,
        )
    )
    for review in reviews:
        review.status, review.reviewed_by, review.reviewed_at = ReviewStatus.PENDING, None, None
        review.expires_at = func.now() + timedelta(days=settings().match_review_expiration_days)


def _remove_drafts(product_ids: Sequence[UUID]) -> None:
    """Drafts that the act made of its items, unless something else hangs on them by now."""
    offered = exists().where(SupplierItem.product_id == Product.id)
    decided = exists().where(MatchDecision.product_id == Product.id)
    drafts = select(Product).where(
        Product.id.in_(product_ids),
        Product.drafted_for.is_not(None),
        Product.status == ProductStatus.DRAFT,
        ~offered,
        ~decided,
    )
    for product in db.session.scalars(drafts).all():
        db.session.delete(product)

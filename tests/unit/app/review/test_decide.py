"""A person's word links an item, or vetoes its candidates, once and for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.errors import Conflict, NotFound
from app.extensions import db
from app.models.catalog import ItemMatch, Product, SupplierItem
from app.models.review import MatchDecision, Review, ReviewStatus
from app.models.supplier import Supplier
from app.models.user import User, UserRole
from app.review import decide


@pytest.fixture
def anna(ctx: Flask) -> User:
    user = User(username="anna", password_hash="x", role=UserRole.PROCUREMENT)
    db.session.add(user)
    db.session.commit()
    return user


@pytest.fixture
def question(supplier: Supplier) -> Review:
    """An item in review with two candidates."""
    candidates = [Product(internal_sku=f"P{n}", name=f"Hammer {n}") for n in range(2)]
    item = SupplierItem(
        supplier_id=supplier.id, supplier_sku="A1", name="Hammer", match_status=ItemMatch.POTENTIAL_MATCH
    )
    db.session.add_all([*candidates, item])
    db.session.flush()
    review = Review(
        supplier_item_id=item.id,
        candidate_products=[{"product_id": str(each.id), "score": 80, "why": []} for each in candidates],
        expires_at=datetime.now(UTC) + timedelta(days=1),
    )
    db.session.add(review)
    db.session.commit()
    return review


def chosen(review: Review, place: int = 0) -> str:
    return str(review.candidate_products[place]["product_id"])


def decisions() -> set[tuple[str, str]]:
    return {(str(each.product_id), each.verdict) for each in db.session.scalars(select(MatchDecision))}


def test_an_approval_links_the_item_and_is_remembered(question: Review, anna: User) -> None:
    item = decide.approve(question.id, question.candidate_products[0]["product_id"], by=anna)
    assert (item.match_status, str(item.product_id)) == (ItemMatch.VERIFIED_MATCH, chosen(question))
    assert decisions() == {(chosen(question), "link")}
    db.session.refresh(question)
    assert (question.status, question.reviewed_by) == (ReviewStatus.APPROVED, anna.id)
    with pytest.raises(Conflict, match="Somebody was faster"):
        decide.reject(question.id, by=anna)


def test_a_rejection_vetoes_every_candidate(question: Review, anna: User) -> None:
    item = decide.reject(question.id, by=anna)
    assert (item.match_status, item.product_id) == (ItemMatch.UNMATCHED, None)
    assert decisions() == {(chosen(question, 0), "veto"), (chosen(question, 1), "veto")}


def test_many_are_approved_at_once_and_those_decided_meanwhile_left(question: Review, anna: User) -> None:
    product = question.candidate_products[1]["product_id"]
    assert decide.approve_many([(question.id, product), (uuid4(), product)], by=anna) == 1
    assert decide.approve_many([(question.id, product)], by=anna) == 0


def test_a_link_by_hand_can_be_taken_back_and_is_then_vetoed(question: Review, anna: User) -> None:
    product = question.candidate_products[0]["product_id"]
    decide.link(question.supplier_item_id, product, by=anna)
    with pytest.raises(Conflict):
        decide.link(question.supplier_item_id, question.candidate_products[1]["product_id"], by=anna)
    assert decide.unlink(question.supplier_item_id, by=anna).match_status == ItemMatch.UNMATCHED
    assert decisions() == {(chosen(question), "veto")}
    with pytest.raises(NotFound):
        decide.link(question.supplier_item_id, uuid4(), by=anna)


def test_a_review_past_its_date_leaves_the_queue(question: Review) -> None:
    assert decide.expire_reviews() == 0
    question.expires_at = datetime.now(UTC) - timedelta(minutes=1)
    db.session.commit()
    assert decide.expire_reviews() == 1
    db.session.expire_all()
    assert db.session.get_one(SupplierItem, question.supplier_item_id).match_status == ItemMatch.UNMATCHED

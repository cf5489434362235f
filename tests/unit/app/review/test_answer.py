"""A person's word links an item, or vetoes its candidates, once and for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.catalog.products import draft_from_items
from app.errors import Conflict, NotFound
from app.extensions import db
from app.models.catalog import ItemMatch, Product, SupplierItem
from app.models.review import MatchDecision, Review, ReviewStatus
from app.models.supplier import Supplier
from app.models.user import User, UserRole
from app.review import answer, take_back


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
    item = answer.approve(question.id, question.candidate_products[0]["product_id"], by=anna)
    assert (item.match_status, str(item.product_id)) == (ItemMatch.VERIFIED_MATCH, chosen(question))
    assert decisions() == {(chosen(question), "link")}
    db.session.refresh(question)
    assert (question.status, question.reviewed_by) == (ReviewStatus.APPROVED, anna.id)
    with pytest.raises(Conflict, match="Somebody was faster"):
        answer.reject(question.id, by=anna)


def test_a_rejection_vetoes_every_candidate(question: Review, anna: User) -> None:
    item = answer.reject(question.id, by=anna)
    assert (item.match_status, item.product_id) == (ItemMatch.UNMATCHED, None)
    assert decisions() == {(chosen(question, 0), "veto"), (chosen(question, 1), "veto")}


def test_many_are_approved_at_once_and_those_decided_meanwhile_left(question: Review, anna: User) -> None:
    product = question.candidate_products[1]["product_id"]
    assert answer.approve_many([(question.id, product), (uuid4(), product)], by=anna) == 1
    assert answer.approve_many([(question.id, product)], by=anna) == 0


def test_a_link_by_hand_can_be_taken_back_and_is_then_vetoed(question: Review, anna: User) -> None:
    product = question.candidate_products[0]["product_id"]
    answer.link(question.supplier_item_id, product, by=anna)
    with pytest.raises(Conflict):
        answer.link(question.supplier_item_id, question.candidate_products[1]["product_id"], by=anna)
    assert answer.unlink(question.supplier_item_id, by=anna).match_status == ItemMatch.UNMATCHED
    assert decisions() == {(chosen(question), "veto")}
    with pytest.raises(NotFound):
        answer.link(question.supplier_item_id, uuid4(), by=anna)


def test_a_review_past_its_date_leaves_the_queue(question: Review) -> None:
    assert answer.expire_reviews() == 0
    question.expires_at = datetime.now(UTC) - timedelta(minutes=1)
    db.session.commit()
    assert answer.expire_reviews() == 1
    db.session.expire_all()
    assert db.session.get_one(SupplierItem, question.supplier_item_id).match_status == ItemMatch.UNMATCHED


def standing(question: Review) -> tuple[object, ...]:
    """Everything that a decision changes."""
    db.session.expire_all()
    item = db.session.get_one(SupplierItem, question.supplier_item_id)
    review = db.session.get_one(Review, question.id)
    state = (item.match_status, item.product_id, item.match_score, item.match_candidates)
    return *state, review.status, review.reviewed_by, decisions(), len(db.session.scalars(select(Product.id)).all())


@pytest.mark.parametrize("how", ["approve", "reject", "create", "bulk"])
def test_each_decision_is_taken_back_as_if_it_had_not_been_made(question: Review, anna: User, how: str) -> None:
    before, product = standing(question), UUID(chosen(question))
    if how == "approve":
        answer.approve(question.id, product, by=anna)
    elif how == "reject":
        answer.reject(question.id, by=anna)
    elif how == "create":
        draft_from_items([question.supplier_item_id], actor="anna", actor_id=anna.id)
    else:
        answer.approve_many([(question.id, product)], by=anna)
    assert standing(question) != before
    (act,) = take_back.acts()
    assert (act.by, act.items, act.name) == ("anna", 1, "Hammer")
    assert take_back.take_back(act.id, by=anna) == 1
    assert standing(question) == before
    assert take_back.acts() == []
    with pytest.raises(Conflict):
        take_back.take_back(act.id, by=anna)


def test_a_link_that_was_taken_away_comes_back_and_a_later_word_counts(question: Review, anna: User) -> None:
    first, second = UUID(chosen(question)), UUID(chosen(question, 1))
    answer.approve(question.id, first, by=anna)
    linked = standing(question)
    answer.unlink(question.supplier_item_id, by=anna)
    (veto,) = take_back.acts()
    assert take_back.take_back(veto.id, by=anna) == 1
    assert standing(question) == linked
    answer.unlink(question.supplier_item_id, by=anna)
    (veto,) = take_back.acts()
    answer.link(question.supplier_item_id, second, by=anna)
    with pytest.raises(Conflict):
        take_back.take_back(veto.id, by=anna)
    assert standing(question)[1] == second


def test_hundreds_are_approved_in_as_few_statements_as_a_handful(supplier: Supplier, anna: User) -> None:
    """Somebody waits for the answer: a statement a pair took seconds for hundreds."""
    product = Product(internal_sku="P", name="Hammer")
    items = [SupplierItem(supplier_id=supplier.id, supplier_sku=f"A{n}", name="Hammer") for n in range(40)]
    db.session.add_all([product, *items])
    db.session.flush()
    ends = datetime.now(UTC) + timedelta(days=1)
    reviews = [Review(supplier_item_id=each.id, expires_at=ends) for each in items]
    db.session.add_all(reviews)
    db.session.commit()
    pairs, statements = [(each.id, product.id) for each in reviews], list[str]()

    def sent(*asked: object) -> None:
        statements.append(str(asked[2]))

    event.listen(db.engine, "before_cursor_execute", sent)
    numbers = []
    for some in (pairs[:4], pairs[4:]):
        statements.clear()
        assert answer.approve_many(some, by=anna) == len(some)
        numbers.append(len(statements))
    event.remove(db.engine, "before_cursor_execute", sent)
    assert numbers[0] == numbers[1] < 25
    assert len(decisions()) == 1 and len(db.session.scalars(select(MatchDecision)).all()) == 40

"""Matches among colleagues: assigned, talked about, asked of the supplier; each act can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models.catalog import Product
from app.models.review import Review
from app.models.supplier import Supplier
from app.models.user import AuditEntry, User, UserRole
from app.suppliers import wastebin
from tests.fixtures.results import apply_result, item
from tests.fixtures.web import Visitor
from tests.web.test_true_facts import words


@pytest.fixture
def waiting(app: Flask) -> list[UUID]:
    """Two reviews of one supplier."""
    with app.app_context():
        db.session.add(product := Product(internal_sku="P1", name="Hand saw"))
        supplier = Supplier(name="Brandt", source_type="csv", contact_email="sales@brandt.example", meta={})
        db.session.add(supplier)
        db.session.commit()
        candidates = [{"product_id": str(product.id), "score": 70.0, "why": ["same name"]}]
        asks = {"match": {"status": "potential_match", "score": 70.0, "candidates": candidates}}
        lines = (("A1", "Saw"), ("A2", "Axe & helve"))
        apply_result(supplier, *(item(sku, name, "9.50", currency="EUR", **asks) for sku, name in lines))
        return list(db.session.scalars(select(Review.id).order_by(Review.id)))


def _id(app: Flask, name: str) -> UUID:
    with app.app_context():
        return db.session.scalars(select(User.id).where(User.username == name)).one()


def test_a_match_is_for_a_colleague_who_finds_it_among_his(
    app: Flask, admin: Visitor, visitor: Callable[[UserRole], Visitor], waiting: list[UUID]
) -> None:
    anna, sales = visitor(UserRole.PROCUREMENT), visitor(UserRole.SALES)
    anna_id = _id(app, anna.name)
    admin.post(f"/matching/{waiting[0]}/assign", to=anna_id)
    assert "Matches assigned to you 1" in words(anna.get("/needs-you"))
    assert "1 to decide" in words(anna.get(f"/matching?assigned={anna_id}"))
    assert "1 to decide" in words(anna.get("/matching?assigned=nobody"))
    admin.post(f"/matching/{waiting[0]}/assign", to=_id(app, sales.name), status=400)
    admin.post(f"/matching/{waiting[0]}/assign", to=anna_id, all="1")
    assert "2 to decide" in words(anna.get(f"/matching?assigned={anna_id}"))
    admin.post(f"/matching/{waiting[1]}/assign", to="", all="1", assigned=anna_id)
    assert "Matches assigned to you" not in anna.get("/needs-you")


def test_a_comment_stays_with_the_match_and_only_its_writer_removes_it(
    app: Flask, admin: Visitor, visitor: Callable[[UserRole], Visitor], waiting: list[UUID]
) -> None:
    anna, address = visitor(UserRole.PROCUREMENT), f"/matching/{waiting[0]}"
    anna.post(f"{address}/comment", text="Ask for the <length>")
    anna.post(f"{address}/comment", text=" ", status=400)
    assert "Ask for the &lt;length&gt;" in admin.get(f"/matching?at={waiting[0]}")
    with app.app_context():
        review = db.session.get_one(Review, waiting[0])
        (said,) = review.comments or []
        assert said["by"] == anna.name
    admin.post(f"{address}/comment/back", at_time=said["at"], status=404)
    with app.app_context():
        supplier = db.session.scalars(select(Supplier)).one()
        wastebin.put(supplier, drafts=[], actor="tests")
        db.session.commit()
        wastebin.restore(supplier.id, actor="tests")
        assert db.session.get_one(Review, waiting[0]).comments == [said], "it comes back from the bin"
    anna.post(f"{address}/comment/back", at_time=said["at"])
    with app.app_context():
        assert db.session.get_one(Review, waiting[0]).comments == []
        assert {"match.commented", "match.comment_removed"} <= set(db.session.scalars(select(AuditEntry.action)))


def test_the_supplier_is_asked_by_a_letter_that_a_person_sends(app: Flask, admin: Visitor, waiting: list[UUID]) -> None:
    page = unescape(admin.get(f"/matching/ask?at={waiting[0]}"))
    assert "mailto:sales@brandt.example?subject=" in page and "9.50 EUR" in page
    with app.app_context():
        supplier = db.session.scalars(select(Supplier)).one()
        supplier.contact_email = None
        db.session.commit()
    both = unescape(admin.get(f"/matching/ask?supplier={supplier.id}&language=ru"))
    assert "A1 – Saw" in both and "A2 – Axe & helve" in both and "9,50 EUR" in both and "mailto:sales" not in both
    admin.get("/matching/ask", status=400)
    admin.get("/matching/ask?at=x", status=400)

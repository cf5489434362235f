"""A supplier's page tells what is open, what he sells and what happened, and draws no line through one dot."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask

from app.apply import commit, undo
from app.corrections.items import correct_item
from app.extensions import db
from app.models.catalog import Product, SupplierItem
from app.models.supplier import Supplier
from app.models.user import User
from app.review import answer, take_back
from app.suppliers import editing, timeline
from tests.fixtures.results import apply_result, item, items
from tests.fixtures.web import Visitor
from tests.web.test_true_facts import words


@pytest.fixture
def brandt(app: Flask) -> UUID:
    with app.app_context():
        made = Supplier(name="Brandt", source_type="csv", contact_email="sales@brandt.example", meta={})
        db.session.add(made)
        db.session.commit()
        return made.id


def layout(*headers: str) -> dict[str, object]:
    return {"tables": [{"sheet": "", "headers": list(headers), "roles": {"price": headers[-1]}}]}


def test_all_that_happened_stands_in_one_timeline_newest_first(app: Flask, admin: Visitor, brandt: UUID) -> None:
    with app.app_context():
        user = db.session.query(User).filter_by(username=admin.name).one()
        supplier = db.session.get_one(Supplier, brandt)
        first, job = (apply_result(supplier, item("A1", "Saw", price)) for price in ("10.00", "11.00"))
        first.layout, job.layout = layout("Code", "Price"), layout("Code", "Net price")
        db.session.add(product := Product(internal_sku="P1", name="Hand saw"))
        db.session.commit()
        saw = items()["A1"].id
        answer.link(saw, product.id, by=user)
        correct_item(saw, {"name": "Fine saw"}, by=user)
        editing.set_ml(brandt, False, user.username, "too slow")
        undo.undo(job.id, actor=user.username)
        told, following = timeline.of_supplier(brandt)
        assert following is None
        assert [each.at for each in told] == sorted((each.at for each in told), reverse=True)
        kinds = [each.kind.value for each in told]
        assert sorted(set(kinds)) == ["corrections", "decisions", "files", "layout", "settings"]
        assert kinds.count("files") == 2 and kinds.count("layout") == 1
        first, following = timeline.of_supplier(brandt, limit=3)
        rest, end = timeline.of_supplier(brandt, before=following)
        assert [each.at for each in first + rest] == [each.at for each in told] and end is None
        take_back.take_back(take_back.acts()[0].id, by=user)
    page = words(admin.get(f"/suppliers/{brandt}/timeline"))
    for said in ("Price → Net price", "ML processing of Brandt was switched", "A decision on 1 items was taken back"):
        assert said in page, said
    assert "Item Saw was corrected by hand" in page and "What a file changed was taken back" in page
    only = words(admin.get(f"/suppliers/{brandt}/timeline?kind=settings"))
    assert "ML processing" in only and "Net price" not in only
    admin.get(f"/suppliers/{brandt}/timeline?kind=moon", status=400)
    admin.get(f"/suppliers/{brandt}/timeline?before=2026-01-01", status=400)


def test_one_file_is_no_line_two_are(app: Flask, admin: Visitor, brandt: UUID) -> None:
    with app.app_context():
        apply_result(db.session.get_one(Supplier, brandt), item("A1", "Saw", "10.00"))
    page = admin.get(f"/suppliers/{brandt}")
    assert 'class="chart' not in page and "Saw" in page
    with app.app_context():
        apply_result(db.session.get_one(Supplier, brandt), item("A1", "Saw", "11.00"), item("A2", "Axe", "4.00"))
    assert re.findall(r'<svg class="chart[^>]+aria-label="([^"]+)"', admin.get(f"/suppliers/{brandt}")) == [
        "Items in each file"
    ]


def test_what_is_open_can_be_answered_where_it_stands(app: Flask, admin: Visitor, brandt: UUID) -> None:
    lines = [item(f"A{n}", f"Item {n}", f"{n + 10}.00", currency=None) for n in range(12)]
    with app.app_context():
        supplier = db.session.get_one(Supplier, brandt)
        apply_result(supplier, *lines)
        held = apply_result(supplier, *[each | {"price": f"{each['price']}0".replace(".", "")} for each in lines]).id
    page = words(admin.get(f"/suppliers/{brandt}"))
    assert "Held file" in page and "12 prices cannot be compared" in page and "Without currency: 12" in page
    answer = admin.post(f"/money/suppliers/{brandt}/currency", currency="eur", back="supplier")
    assert answer.location == f"/suppliers/{brandt}"
    with app.app_context():
        commit.reject_held(held, actor="tests")
    assert "Open questions" not in admin.get(f"/suppliers/{brandt}")


def test_credentials_are_asked_for_where_there_is_an_address(app: Flask, admin: Visitor, brandt: UUID) -> None:
    assert "Credentials of the source" not in admin.get(f"/suppliers/{brandt}")
    with app.app_context():
        supplier = db.session.get_one(Supplier, brandt)
        supplier.meta = supplier.meta | {"source_url": "https://brandt.example/list.csv"}
        db.session.commit()
        assert db.session.query(SupplierItem).count() == 0
    assert "Credentials of the source" in admin.get(f"/suppliers/{brandt}")

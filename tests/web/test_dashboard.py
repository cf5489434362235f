"""The dashboard answers who buys: what moved, what is covered, what choosing saves, what waits."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from flask import Flask
from sqlalchemy import text

from app.extensions import db
from app.models.catalog import Product
from app.models.supplier import Supplier
from app.models.user import User, UserRole
from app.money import overview, rates
from app.review import answer
from app.web import remembered
from tests.fixtures.results import apply_result, item, items
from tests.fixtures.web import Visitor
from tests.web.test_true_facts import words


def test_a_buyer_sees_money_and_sales_sees_none(
    app: Flask, admin: Visitor, visitor: Callable[[UserRole], Visitor]
) -> None:
    sales = visitor(UserRole.SALES)
    assert "Offers are not compared yet" in admin.get("/dashboard")
    with app.app_context():
        user = db.session.query(User).filter_by(username=admin.name).one()
        rates.set_base("EUR", actor="tests")
        two = [Supplier(name=name, source_type="csv", meta={"default_currency": "EUR"}) for name in ("Dear", "Cheap")]
        saw, axe = (Product(internal_sku=sku, name=name) for sku, name in (("P1", "Hand saw"), ("P2", "Felling axe")))
        db.session.add_all([*two, saw, axe])
        db.session.commit()
        for supplier, price in zip(two, ("30.00", "20.00"), strict=True):
            apply_result(supplier, item(f"S-{supplier.name}", "Saw", price))
        apply_result(two[1], item("S-Cheap", "Saw", "25.00"))
        db.session.execute(text("UPDATE changes SET at = at - interval '30 days' WHERE kind = 'new'"))
        for each in items().values():
            answer.link(each.id, saw.id, by=user)
        found = overview.savings()
        assert (found.products, found.saved, found.most[0].cheapest) == (1, Decimal(5), "Cheap")
        assert overview.coverage() == overview.Coverage(products=2, offered=1, several=1)
        remembered.forget()
    page = words(admin.get("/dashboard"))
    for said in ("Products on offer 50 %", "17 %", "5.00 EUR on one of each", "1 dearer, 0 cheaper", "+25.0 %"):
        assert said in page, (said, page)
    told = words(sales.get("/dashboard"))
    assert "Products on offer 50 %" in told and "EUR" not in told and "dearer" not in told and "decided" not in told


def test_what_waits_is_told_by_what_it_is_worth(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        rates.set_base("EUR", actor="tests")
        db.session.add(product := Product(internal_sku="P1", name="Hand saw"))
        two = [Supplier(name=name, source_type="csv", meta={"default_currency": "EUR"}) for name in ("Few", "Many")]
        db.session.add_all(two)
        db.session.commit()
        candidates = [{"product_id": str(product.id), "score": 70.0, "why": ["same name"]}]
        asks = {"match": {"status": "potential_match", "score": 70.0, "candidates": candidates}}
        apply_result(two[0], item("A1", "Saw", "90.00", **asks))
        apply_result(two[1], item("B1", "Saw", "1.00", **asks), item("B2", "Saws", "2.00", **asks))
        assert [(each.supplier, each.matches) for each in overview.backlog()] == [("Few", 1), ("Many", 2)]
        remembered.forget()
    assert "1 90.00 EUR Many" in words(admin.get("/dashboard"))

"""Needs you: what waits, with its button, for whom it concerns; nothing when nothing does."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import first_steps
from app.extensions import db
from app.models.catalog import ComparedPrice, Product, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.models.review import Review
from app.models.supplier import Supplier
from app.models.sync import Alert, AppSetting
from app.models.user import User, UserRole
from app.money import rates
from app.review import answer
from tests.fixtures.results import apply_result, item, items
from tests.fixtures.web import Visitor


@pytest.fixture
def waiting(app: Flask) -> None:
    with app.app_context():
        brandt = Supplier(name="Brandt <GmbH>", source_type="csv", meta={})
        db.session.add(brandt)
        db.session.flush()
        for name, question in (("odd.csv", None), ("asks.csv", "price")):
            job = Job(supplier_id=brandt.id, supplier_name=brandt.name, trigger="upload", task_id=name)
            job.phase, job.outcome, job.original_filename = Phase.COMPLETE, Outcome.HELD, name
            job.hold_reason, job.question, job.source_type = "Prices moved by a factor of 10.", question, "csv"
            db.session.add(job)
        dear = SupplierItem(supplier_id=brandt.id, supplier_sku="1", name="Lathe")
        bare = SupplierItem(supplier_id=brandt.id, supplier_sku="2", name="Vise", current_price=Decimal(5))
        db.session.add_all([dear, bare])
        db.session.flush()
        worth = db.update(ComparedPrice).where(ComparedPrice.item_id == dear.id)
        db.session.execute(worth.values(comparable_price=Decimal("9000.5")))
        db.session.add(Review(supplier_item_id=bare.id, expires_at=db.func.now()))
        db.session.add(Alert(fingerprint="job:1", kind="job_failed", message="Brandt: 404", link="/jobs/1", facts={}))
        db.session.commit()


def parts(page: str) -> list[str]:
    return re.findall(r'<section class="card" id="([a-z-]+)"', page)


@pytest.mark.usefixtures("waiting")
def test_everything_that_waits_is_there_with_its_button(visitor: Callable[[UserRole], Visitor]) -> None:
    admin = visitor(UserRole.ADMIN)
    assert admin.ask("/", status=302).headers["Location"] == "/needs-you"
    page = admin.get("/needs-you")
    assert parts(page) == ["questions", "held", "failures", "without-currency", "reviews", "unmatched"]
    for word in ("odd.csv", "asks.csv", "Brandt: 404", "Brandt &lt;GmbH&gt;", "Lathe", "9,000.5", "Decide", "Answer"):
        assert word in page
    assert re.search(r'id="d-needs">4<', page)  # the question, the held file, the failure, the list without currency


@pytest.mark.usefixtures("waiting")
def test_a_buyer_sees_the_files_too_but_no_fault_of_the_machine_and_sales_nothing(
    app: Flask, visitor: Callable[[UserRole], Visitor]
) -> None:
    with app.app_context():
        db.session.add(Alert(fingerprint="disk", kind="disk", message="The volume is full.", link="/system", facts={}))
        db.session.commit()
    page = visitor(UserRole.PROCUREMENT).get("/needs-you")
    assert parts(page) == ["questions", "held", "failures", "without-currency", "reviews", "unmatched"]
    assert "Brandt: 404" in page
    assert "The volume is full." not in page
    assert "The volume is full." in visitor(UserRole.ADMIN).get("/needs-you")
    visitor(UserRole.SALES).get("/needs-you", status=403)


def test_when_all_is_done_it_says_so(visitor: Callable[[UserRole], Visitor]) -> None:
    page = visitor(UserRole.ADMIN).get("/needs-you")
    assert (parts(page), "Nothing waits for you" in page) == ([], True)
    assert re.search(r'id="d-needs"><', page)  # and the menu counts nothing


@pytest.mark.usefixtures("waiting")
def test_a_buyer_sets_the_currency_of_a_list_where_he_is_asked_for_it(
    app: Flask, visitor: Callable[[UserRole], Visitor]
) -> None:
    buyer = visitor(UserRole.PROCUREMENT)
    found = re.search(r'action="(/money/suppliers/[0-9a-f-]+/currency)"', buyer.get("/needs-you"))
    assert found is not None
    with app.app_context():
        rates.set_base("EUR", actor="tests")
    buyer.post(found.group(1), status=400, currency="euros")
    buyer.post(found.group(1), currency="eur")
    assert "without-currency" not in parts(buyer.get("/needs-you"))
    with app.app_context():
        vise = db.session.scalars(db.select(SupplierItem).where(SupplierItem.name == "Vise")).one()
        assert (vise.comparable_price, vise.supplier_id) == (5, db.session.scalars(db.select(Supplier.id)).one())
    visitor(UserRole.SALES).post(found.group(1), status=403, currency="USD")


def test_the_samples_of_a_demonstration_are_no_steps_of_the_office(app: Flask, supplier: Supplier) -> None:
    with app.app_context():
        db.session.add(Product(internal_sku="S1", name="Sample saw"))
        db.session.commit()
        apply_result(supplier, item("A1", "Saw"))
        assert {first_steps.Step.LIST, first_steps.Step.PRODUCTS} <= first_steps.steps().done
        until = db.session.scalars(select(func.clock_timestamp())).one()
        brought = {"suppliers": [supplier.name], "products_until": until.isoformat()}
        db.session.add(AppSetting(key=first_steps.SAMPLES, value=brought))
        db.session.commit()
        assert not {first_steps.Step.LIST, first_steps.Step.PRODUCTS} & first_steps.steps().done
        own = Supplier(name="Own of the office", source_type="csv", meta={"default_currency": "EUR"})
        db.session.add_all([Product(internal_sku="P1", name="Own saw"), own])
        db.session.commit()
        apply_result(own, item("A1", "Saw"))
        assert {first_steps.Step.LIST, first_steps.Step.PRODUCTS} <= first_steps.steps().done


def test_the_first_steps_are_done_by_the_offices_own_data_and_go_when_all_are(
    app: Flask, visitor: Callable[[UserRole], Visitor]
) -> None:
    buyer = visitor(UserRole.PROCUREMENT)
    page = buyer.get("/needs-you")
    assert "0 of 4 done" in page and 'href="/catalogue/import"' in page and "/suppliers/new" not in page
    with app.app_context():
        rates.set_base("EUR", actor="tests")
        product = Product(internal_sku="P1", name="Saw")
        supplier = Supplier(name="Own", source_type="csv", meta={"default_currency": "EUR"})
        db.session.add_all([product, supplier])
        db.session.commit()
        assert first_steps.steps().next is first_steps.Step.LIST
        apply_result(supplier, item("A1", "Saw"))
        assert first_steps.steps().next is first_steps.Step.MATCHES
        user = db.session.scalars(select(User).where(User.username == buyer.name)).one()
        answer.link(items()["A1"].id, product.id, by=user)
    assert "First steps" not in buyer.get("/needs-you")

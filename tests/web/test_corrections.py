"""Items and products corrected on their pages: the form, the lock, the release, and who did it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.extensions import db
from app.models.catalog import Product, SupplierItem
from app.models.supplier import Supplier
from app.models.user import UserRole
from tests.fixtures.web import Visitor


@pytest.fixture
def buyer(visitor: Callable[[UserRole], Visitor]) -> Visitor:
    return visitor(UserRole.PROCUREMENT)


@pytest.fixture
def item(supplier: Supplier) -> SupplierItem:
    made = SupplierItem(supplier_id=supplier.id, supplier_sku="A1", name="Hamer", currency="EUR")
    db.session.add(made)
    db.session.commit()
    return made


def test_a_field_is_corrected_locked_and_released_on_the_items_page(buyer: Visitor, item: SupplierItem) -> None:
    address = f"/items/{item.id}"
    assert "Hamer" in buyer.get(address)
    form = {"was-name": "Hamer", "was-currency": "EUR", "currency": "EUR"}
    buyer.post(address, name="Hammer", **form)
    page = buyer.get(address)
    assert "Locked by" in page
    assert buyer.name in page
    assert "Files say:" in page
    assert 'value="Hammer"' in page
    assert "Corrected by hand" in buyer.get("/items?state=corrected")
    buyer.post(f"{address}/release", field="name")
    assert "Locked by" not in buyer.get(address)
    assert "Hammer" not in buyer.get("/items")


def test_a_refused_form_keeps_its_input(buyer: Visitor, item: SupplierItem) -> None:
    form = {"was-name": "Hamer", "name": "Hammer", "was-currency": "EUR", "currency": "Euros"}
    page = buyer.post(f"/items/{item.id}", status=422, **form).get_data(as_text=True)
    assert 'value="Hammer"' in page
    assert 'value="Euros"' in page
    assert "A currency has three letters" in page
    assert buyer.get(f"/items/{item.id}").count("Locked by") == 0


def test_two_people_at_one_field_are_told(buyer: Visitor, admin: Visitor, item: SupplierItem) -> None:
    buyer.post(f"/items/{item.id}", **{"was-name": "Hamer", "name": "Hammer"})
    page = admin.post(f"/items/{item.id}", status=422, **{"was-name": "Hamer", "name": "Maul"}).get_data(as_text=True)
    assert "Somebody changed it meanwhile" in page
    assert 'value="Maul"' in page


def test_a_product_is_corrected_and_released(ctx: Flask, buyer: Visitor) -> None:
    product = Product(internal_sku="P1", name="Hamer", brand="Brandt")
    db.session.add(product)
    db.session.commit()
    address = f"/catalogue/{product.id}"
    form = {"was-name": "Hamer", "name": "Hammer", "was-category": "", "category": "Hand tools"}
    buyer.post(address, **form)
    page = buyer.get(address)
    assert page.count("Locked by") == 2
    assert "Hand tools" in page
    buyer.post(f"{address}/release", field="name")
    page = buyer.get(address)
    assert page.count("Locked by") == 1
    assert "Hamer" in page


def test_who_only_reads_sees_no_form(visitor: Callable[[UserRole], Visitor], ctx: Flask) -> None:
    product = Product(internal_sku="P1", name="Hamer")
    db.session.add(product)
    db.session.commit()
    page = visitor(UserRole.SALES).get(f"/catalogue/{product.id}")
    assert "Correct by hand" not in page

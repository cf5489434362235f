"""What the screen lets a person correct and take back, a program can as well."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.apply import commit
from app.apply.difference import Choice
from app.catalog import importer
from app.extensions import db
from app.jobs import lifecycle
from app.models.catalog import ItemMatch, SupplierItem
from app.models.phase import Outcome
from app.models.review import Review
from app.models.supplier import Supplier
from app.suppliers import editing
from app.suppliers.fields import SupplierFields
from tests.api.conftest import Caller
from tests.api.test_contract_catalog import code, item, product
from tests.fixtures.results import Apply
from tests.fixtures.results import item as row


@pytest.fixture
def acme(admin: Caller) -> Supplier:
    return editing.create(SupplierFields(name="Acme", source_type="csv"), "tests")


def test_an_item_is_corrected_and_released(buyer: Caller, acme: Supplier) -> None:
    anvil = item(acme)
    address = f"/admin/items/{anvil.id}"
    shown = buyer.patch(address, {"name": "Anvil, 10 kg", "price": "21.5", "unit": ""}).json
    assert (shown["name"], shown["current_price"]) == ("Anvil, 10 kg", "21.50")
    assert {name: lock["said"] for name, lock in shown["corrected"].items()} == {
        "name": "Anvil 10 kg",
        "price": "19.99",
        "unit": "pc",
    }
    assert shown["history"][0]["price"] == "21.50"
    again = buyer.post(f"{address}/release", {"fields": ["name", "unit"]}).json
    assert (again["name"], again["characteristics"], set(again["corrected"])) == (
        "Anvil 10 kg",
        {"unit": "pc"},
        {"price"},
    )


@pytest.mark.parametrize(
    "body", [{}, {"price": "none"}, {"supplier_sku": "B"}, {"vat_included": "maybe"}, {"name": ""}]
)
def test_a_wrong_correction_is_refused_whole(buyer: Caller, acme: Supplier, body: dict[str, str]) -> None:
    anvil = item(acme)
    answer = buyer.patch(f"/admin/items/{anvil.id}", body)
    assert (answer.status_code, code(answer)) == (400, "VALIDATION_ERROR")
    assert buyer.get(f"/admin/items/{anvil.id}").json["corrected"] == {}


def test_a_product_is_corrected_and_released(buyer: Caller, seller: Caller) -> None:
    anvil = product()
    address = f"/admin/products/{anvil.id}"
    assert seller.patch(address, {"name": "x"}).status_code == 403
    shown = buyer.patch(address, {"brand": "Kaskad", "status": "archived", "category": "Tools"}).json
    assert (shown["brand"], shown["status"]) == ("Kaskad", "archived")
    assert shown["category_id"]
    again = buyer.post(f"{address}/release", {"fields": ["status", "category"]}).json
    assert (again["status"], again["category_id"], set(again["corrected"])) == ("active", None, {"brand"})


def test_a_decision_is_listed_and_taken_back(buyer: Caller, acme: Supplier) -> None:
    anvil = product()
    offered = item(acme, match_status=ItemMatch.POTENTIAL_MATCH)
    review = Review(supplier_item_id=offered.id, candidate_products=[{"product_id": str(anvil.id)}])
    review.expires_at = db.func.now()
    db.session.add(review)
    db.session.commit()
    buyer.post(f"/admin/reviews/{review.id}/approve", {"product_id": str(anvil.id)})
    acts = buyer.get("/admin/decisions").json
    assert (acts["total_count"], acts["data"][0]["verdict"], acts["data"][0]["items"]) == (1, "link", 1)
    back = f"/admin/decisions/{acts['data'][0]['id']}/back"
    assert buyer.post(back).json["count"] == 1
    assert buyer.post(back).status_code == 409
    db.session.expire_all()
    assert db.session.get_one(SupplierItem, offered.id).product_id is None


def test_what_was_left_out_of_a_file_is_listed_and_applied(admin: Caller, send: Apply) -> None:
    rows = [row(f"A{n}", f"Item number {n}", "10.00") for n in range(20)]
    send(*rows)
    held = send(*[each | {"price": "1000.00"} for each in rows])
    assert held.outcome == Outcome.HELD
    commit.approve_held(held.id, actor="anna", choice=Choice(["A1"]))
    left = admin.get(f"/admin/jobs/{held.id}/changes", applied="false").json
    assert left["total_count"] == 19
    assert admin.post(f"/admin/jobs/{held.id}/apply-rest").status_code == 200
    assert admin.get(f"/admin/jobs/{held.id}/changes", applied="false").json["total_count"] == 0
    assert admin.post(f"/admin/jobs/{held.id}/apply-rest").status_code == 409
    prices = set(db.session.scalars(select(SupplierItem.current_price)))
    assert prices == {Decimal("1000.0000")}
    assert lifecycle.get(held.id).outcome in (Outcome.SUCCESS, Outcome.WARNINGS)


def test_a_deleted_supplier_is_in_the_bin_and_comes_back(admin: Caller, buyer: Caller, acme: Supplier) -> None:
    anvil = item(acme)
    buyer.patch(f"/admin/items/{anvil.id}", {"name": "Anvil, 10 kg"})
    acme_id = acme.id
    admin.delete(f"/admin/suppliers/{acme_id}")
    shown: Any = admin.get("/admin/bin").json
    assert [(each["name"], each["items"]) for each in shown["data"]] == [("Acme", 1)]
    assert buyer.get("/admin/bin").status_code == 403
    back = f"/admin/bin/{acme_id}/restore"
    assert admin.post(back).json["name"] == "Acme"
    assert admin.post(back).status_code == 404
    assert "name" in admin.get(f"/admin/items/{anvil.id}").json["corrected"]


@pytest.mark.parametrize("many", [True, False])
def test_a_status_that_was_set_is_locked_against_imports_until_it_is_released(buyer: Caller, many: bool) -> None:
    made = product("Anvil", internal_sku="P-1")
    if many:
        buyer.post("/admin/products/bulk-status", {"product_ids": [str(made.id)], "status": "archived"})
    else:
        buyer.patch(f"/admin/products/{made.id}/status", {"status": "archived"})
    places = {"internal_sku": 0, "name": 1, "status": 2}
    importer.import_rows([(2, ["P-1", "Anvil", "active"])], places, actor="anna")
    db.session.refresh(made)
    assert (made.status, made.corrected["status"]["said"]) == ("archived", "active")
    buyer.post(f"/admin/products/{made.id}/release", {"fields": ["status"]})
    db.session.refresh(made)
    assert made.status == "active"

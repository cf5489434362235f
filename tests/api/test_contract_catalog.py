"""Contract, endpoints 2 to 7 and 19: products, suppliers' items, the public catalogue."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from app.extensions import db, settings
from app.models.catalog import Category, ItemMatch, Product, ProductStatus, SupplierItem
from app.models.supplier import Supplier
from tests.api.conftest import Caller

ADMIN_PRODUCT = {"id", "internal_sku", "name", "category_id", "status", "supplier_items", "margin_percentage"}
ELEMENT = {
    "id", "supplier_id", "supplier_name", "supplier_sku", "current_price", "characteristics", "last_ingested_at",
    "exact_price",
}  # fmt: skip


def code(answer: Any) -> str:
    return str(answer.json["error"]["code"])


def product(name: str = "Anvil", **columns: Any) -> Product:
    made = Product(**({"internal_sku": f"P-{uuid4().hex[:8]}", "name": name, "status": ProductStatus.ACTIVE} | columns))
    db.session.add(made)
    db.session.commit()
    return made


@pytest.fixture
def acme(admin: Caller) -> Supplier:
    made = Supplier(name="Acme", source_type="csv", meta={})
    db.session.add(made)
    db.session.commit()
    return made


def item(supplier: Supplier, sku: str = "A-1", **columns: Any) -> SupplierItem:
    values = {"name": "Anvil 10 kg", "current_price": Decimal("19.9900"), "characteristics": {"unit": "pc"}}
    made = SupplierItem(**({"supplier_id": supplier.id, "supplier_sku": sku} | values | columns))
    db.session.add(made)
    db.session.commit()
    return made


def test_2_products_are_paged_with_their_offers(admin: Caller, acme: Supplier) -> None:
    anvil = product()
    item(acme, product_id=anvil.id)
    answer = admin.get("/admin/products")
    assert answer.status_code == 200 and set(answer.json) == {"total_count", "page", "limit", "data"}
    assert (answer.json["total_count"], answer.json["page"], answer.json["limit"]) == (1, 1, 50)
    shown = answer.json["data"][0]
    assert set(shown) == ADMIN_PRODUCT and shown["margin_percentage"] is None
    assert set(shown["supplier_items"][0]) == ELEMENT
    assert shown["supplier_items"][0]["current_price"] == "19.99"
    assert shown["supplier_items"][0]["supplier_name"] == "Acme"


@pytest.mark.parametrize("allowed", [False, True])
def test_2_sales_is_told_offers_without_their_price_unless_it_may(
    ctx: Flask, seller: Caller, acme: Supplier, allowed: bool
) -> None:
    ctx.extensions["settings"] = settings().model_copy(update={"sales_sees_prices": allowed})
    item(acme, product_id=product().id)
    shown = seller.get("/admin/products").json["data"][0]["supplier_items"][0]
    told = (shown["supplier_name"], shown["current_price"], shown["exact_price"])
    assert told == ("Acme", *(("19.99", "19.99") if allowed else ("0.00", None)))
    public = seller.get("/catalog/").json["data"][0]
    assert public["exact_min_price"] == ("19.99" if allowed else None)


def test_2_filters(admin: Caller, acme: Supplier) -> None:
    offered, draft = product("Offered"), product("Draft", status=ProductStatus.DRAFT)
    item(acme, product_id=offered.id)
    names = lambda **query: {each["name"] for each in admin.get("/admin/products", **query).json["data"]}  # noqa: E731
    assert names(status="draft") == {"Draft"}
    assert names(status="whatever") == {"Draft", "Offered"}, "other values are ignored"
    assert names(supplier_id=str(acme.id)) == {"Offered"}
    assert names(min_margin=0, max_margin=100) == {"Draft", "Offered"}
    assert admin.get("/admin/products", limit=1, page=2).json["total_count"] == 2
    assert draft.name == "Draft"


@pytest.mark.parametrize(
    "query",
    [
        {"page": 0}, {"page": "x"}, {"limit": 0}, {"limit": 201}, {"limit": "1.5"}, {"supplier_id": "nope"},
        {"min_margin": -1}, {"max_margin": 101}, {"min_margin": 50, "max_margin": 10},
    ],
)  # fmt: skip
def test_2_bad_queries_are_400(admin: Caller, query: dict[str, Any]) -> None:
    answer = admin.get("/admin/products", **query)
    assert answer.status_code == 400 and code(answer) == "VALIDATION_ERROR"


def test_3_unmatched_items(buyer: Caller, acme: Supplier) -> None:
    item(acme, "A-1", name="Red anvil")
    item(acme, "A-2", name="Blue 100% anvil", current_price=None)
    item(acme, "A-3", name="Linked", product_id=product().id)
    answer = buyer.get("/admin/suppliers/unmatched")
    assert answer.json["total_count"] == 2
    assert [set(each) for each in answer.json["data"]] == [ELEMENT | {"name"}] * 2
    assert [each["name"] for each in buyer.get("/admin/suppliers/unmatched", search="RED").json["data"]] == [
        "Red anvil"
    ]
    assert buyer.get("/admin/suppliers/unmatched", search="100%").json["total_count"] == 1
    assert buyer.get("/admin/suppliers/unmatched", search="_").json["total_count"] == 0, "no wildcards"
    assert buyer.get("/admin/suppliers/unmatched", supplier_id=str(uuid4())).json["total_count"] == 0


def test_4_bulk_status(seller: Caller) -> None:
    one, two = product(), product()
    ids = [str(one.id), str(two.id), str(uuid4())]
    answer = seller.post("/admin/products/bulk-status", {"product_ids": ids, "status": "archived"})
    assert answer.status_code == 200 and set(answer.json) == {"updated_count", "status", "message"}
    assert (answer.json["updated_count"], answer.json["status"]) == (2, "archived")


@pytest.mark.parametrize(
    "body",
    [
        {"product_ids": [], "status": "active"},
        {"product_ids": [str(uuid4())] * 101, "status": "active"},
        {"product_ids": ["nope"], "status": "active"},
        {"product_ids": [str(uuid4())], "status": "sold"},
        {"status": "active"},
    ],
)
def test_4_bad_bodies_are_400(seller: Caller, body: Any) -> None:
    assert seller.post("/admin/products/bulk-status", body).status_code == 400


def test_5_link_and_unlink(buyer: Caller, acme: Supplier) -> None:
    anvil, offer = product(), item(acme)
    body = {"action": "link", "supplier_item_id": str(offer.id)}
    linked = buyer.patch(f"/admin/products/{anvil.id}/match", body)
    assert linked.status_code == 200 and set(linked.json) == {"product"}
    assert set(linked.json["product"]) == ADMIN_PRODUCT
    assert [each["id"] for each in linked.json["product"]["supplier_items"]] == [str(offer.id)]
    db.session.refresh(offer)
    assert offer.match_status == ItemMatch.VERIFIED_MATCH
    elsewhere = buyer.patch(f"/admin/products/{product().id}/match", body)
    assert elsewhere.status_code == 409 and code(elsewhere) == "CONFLICT"
    unlinked = buyer.patch(f"/admin/products/{anvil.id}/match", body | {"action": "unlink"})
    assert unlinked.json["product"]["supplier_items"] == []
    assert buyer.patch(f"/admin/products/{anvil.id}/match", body | {"action": "unlink"}).status_code == 409


def test_5_unknown_product_or_item_is_404(buyer: Caller, acme: Supplier) -> None:
    body = {"action": "link", "supplier_item_id": str(item(acme).id)}
    assert buyer.patch(f"/admin/products/{uuid4()}/match", body).status_code == 404
    gone = body | {"supplier_item_id": str(uuid4())}
    assert buyer.patch(f"/admin/products/{product().id}/match", gone).status_code == 404
    assert buyer.patch(f"/admin/products/{product().id}/match", body | {"action": "glue"}).status_code == 400


def test_6_create_a_product(buyer: Caller, acme: Supplier) -> None:
    category = Category(name="Tools")
    db.session.add(category)
    db.session.commit()
    offer = item(acme)
    body = {"name": "Anvil", "category_id": str(category.id), "supplier_item_id": str(offer.id)}
    answer = buyer.post("/admin/products", body)
    assert answer.status_code == 201
    fields = {"id", "internal_sku", "name", "category_id", "status", "supplier_items", "created_at"}
    assert set(answer.json) == fields and answer.json["status"] == "draft"
    assert answer.json["internal_sku"].startswith("PROD-") and len(answer.json["supplier_items"]) == 1
    db.session.refresh(offer)
    assert offer.product_id == UUID(answer.json["id"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": ""}, 400),
        ({"name": "x" * 501}, 400),
        ({"name": "x", "internal_sku": "y" * 101}, 400),
        ({"name": "x", "status": "archived"}, 400),
        ({"name": "x", "category_id": "nope"}, 400),
        ({"name": "x", "category_id": str(uuid4())}, 400),
        ({"name": "x", "supplier_item_id": str(uuid4())}, 400),
        ({"name": "x", "internal_sku": "TAKEN"}, 400),
    ],
)
def test_6_refusals(buyer: Caller, body: Any, status: int) -> None:
    product(internal_sku="TAKEN")
    answer = buyer.post("/admin/products", body)
    assert (answer.status_code, code(answer)) == (status, "VALIDATION_ERROR")
    assert db.session.query(Product).count() == 1


def test_5_an_archived_product_takes_no_items(buyer: Caller, acme: Supplier) -> None:
    body = {"action": "link", "supplier_item_id": str(item(acme).id)}
    path = f"/admin/products/{product(status=ProductStatus.ARCHIVED).id}/match"
    answer = buyer.patch(path, body)
    assert (answer.status_code, code(answer)) == (400, "VALIDATION_ERROR")


def test_prices_are_never_null_and_an_exact_one_stands_beside(buyer: Caller, acme: Supplier) -> None:
    fine, free, whole = product("A fine one"), product("B without a price"), product("C")
    item(acme, "1", product_id=fine.id, current_price=Decimal("0.0125"))
    item(acme, "2", product_id=free.id, current_price=None)
    item(acme, "3", product_id=whole.id, current_price=Decimal("1200"))
    shown = {each["name"]: each["supplier_items"][0] for each in buyer.get("/admin/products").json["data"]}
    prices = [(each["current_price"], each["exact_price"]) for _, each in sorted(shown.items())]
    assert prices == [("0.01", "0.0125"), ("0.00", None), ("1200.00", "1200.00")]
    public = buyer.get("/catalog/").json["data"]
    assert [(each["min_price"], each["max_price"]) for each in public] == [
        ("0.01", "0.01"), ("0.00", "0.00"), ("1200.00", "1200.00"),
    ]  # fmt: skip
    assert [(each["exact_min_price"], each["exact_max_price"]) for each in public] == [
        ("0.0125", "0.0125"), (None, None), ("1200.00", "1200.00"),
    ]  # fmt: skip


def test_7_one_products_status(seller: Caller) -> None:
    anvil = product()
    answer = seller.patch(f"/admin/products/{anvil.id}/status", {"status": "archived"})
    assert answer.status_code == 200
    assert set(answer.json) == {"id", "internal_sku", "name", "status", "updated_at", "message"}
    assert answer.json["status"] == "archived"
    assert seller.patch(f"/admin/products/{uuid4()}/status", {"status": "active"}).status_code == 404


def test_19_the_catalogue_is_public_and_shows_active_products(nobody: Caller, buyer: Caller, acme: Supplier) -> None:
    anvil, _ = product("Anvil"), product("Hidden", status=ProductStatus.DRAFT)
    item(acme, "A-1", product_id=anvil.id, current_price=Decimal("5"))
    item(acme, "A-2", product_id=anvil.id, current_price=Decimal("9.5"))
    for path in ("/catalog/", "/catalog"):
        answer = nobody.get(path)
        assert answer.status_code == 200 and answer.json["total_count"] == 1
    answer = buyer.get("/catalog/")
    shown = answer.json["data"][0]
    assert set(shown) == {
        "id", "internal_sku", "name", "category_id", "min_price", "max_price", "currency", "supplier_count",
        "exact_min_price", "exact_max_price",
    }  # fmt: skip
    assert (shown["min_price"], shown["max_price"], shown["supplier_count"]) == ("5.00", "9.50", 1)
    found = lambda **query: buyer.get("/catalog/", **query).json["total_count"]  # noqa: E731
    assert found(search="anv") == 1 and found(search="zzz") == 0
    assert found(min_price=9) == 1 and found(min_price=10) == 0 and found(max_price=4) == 0
    assert nobody.get("/catalog/", min_price="cheap").status_code == 400
    assert nobody.get("/catalog/", category_id="nope").status_code == 400


def test_19_purchase_prices_are_told_to_who_is_signed_in(
    make_app: Callable[..., Flask], nobody: Caller, acme: Supplier
) -> None:
    item(acme, "A-1", product_id=product("Anvil").id, current_price=Decimal("5"))
    answer = nobody.get("/catalog/", min_price=9)
    (shown,) = answer.json["data"]  # nor can it be found out by asking for one price after the other
    prices = {name: shown[name] for name in ("min_price", "max_price", "exact_min_price", "exact_max_price")}
    assert prices == {"min_price": "0.00", "max_price": "0.00", "exact_min_price": None, "exact_max_price": None}
    assert (answer.headers["x-ignored"], shown["supplier_count"]) == ("query.min_price", 1)
    assert nobody("GET", "/catalog/", headers={"Authorization": "Bearer none"}).json["data"] == [shown]
    as_before = make_app(catalog_prices_public=True).test_client().get("/api/v1/catalog/?min_price=1").json
    assert as_before is not None and as_before["data"][0]["min_price"] == "5.00"

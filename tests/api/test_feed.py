"""The feed of changes over the API."""

from __future__ import annotations

from decimal import Decimal

from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.supplier import Supplier
from tests.api.conftest import Caller


def hammer() -> SupplierItem:
    supplier = Supplier(name="Acme", source_type="csv", meta={})
    db.session.add(supplier)
    db.session.flush()
    made = SupplierItem(supplier_id=supplier.id, supplier_sku="A-1", name="Hammer", current_price=Decimal("0.0125"))
    db.session.add(made)
    db.session.commit()
    return made


def test_a_program_follows_with_the_cursor_of_each_answer(buyer: Caller) -> None:
    start = buyer.get("/changes/newest").json
    item = hammer()
    answer = buyer.get("/changes", after=start["next"])
    (change,) = answer.json["data"]
    assert (change["kind"], change["cause"], change["price"], change["old_price"]) == (
        "new",
        "corrected",
        "0.0125",
        None,
    )
    assert (change["item_id"], change["number"]) == (str(item.id), answer.json["next"])
    assert answer.json["more"] is False
    assert buyer.get("/changes", after=answer.json["next"]).json["data"] == []
    assert buyer.get("/changes", kind="vanished").json["data"] == []


def test_a_cursor_that_the_feed_never_gave_is_gone_and_says_what_to_do(buyer: Caller) -> None:
    answer = buyer.get("/changes", after=10**9)
    assert (answer.status_code, answer.json["error"]["code"]) == (410, "CURSOR_EXPIRED")
    assert "Take an export" in answer.json["error"]["message"]


def test_purchase_prices_are_not_for_sales(seller: Caller, nobody: Caller) -> None:
    assert [seller.get("/changes").status_code, nobody.get("/changes").status_code] == [403, 401]

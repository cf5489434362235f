"""The feed of changes over the API."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import text

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


def test_changes_since_a_moment_begin_with_it_and_the_cursor_goes_on_behind_all_that_was_passed_over(
    buyer: Caller,
) -> None:
    hammer()
    db.session.execute(text("UPDATE changes SET at = '2026-01-01T12:00:00Z'"))
    db.session.execute(text("UPDATE supplier_items SET current_price = 2"))
    db.session.execute(text("UPDATE changes SET at = '2026-01-02T12:00:00Z' WHERE kind = 'changed'"))
    db.session.commit()
    for since, kinds in (
        ("2026-01-01T12:00:00Z", ["new", "changed"]),
        ("2026-01-01T13:00:00+01:00", ["new", "changed"]),
        ("2026-01-01T12:00:01Z", ["changed"]),
        ("2026-01-03T00:00:00Z", []),
    ):
        answer = buyer.get("/changes", updated_since=since).json
        assert ([each["kind"] for each in answer["data"]], answer["next"]) == (kinds, 2), since
    assert buyer.get("/changes", updated_since="2026-01-01T12:00:00").status_code == 400, "a moment has a zone"

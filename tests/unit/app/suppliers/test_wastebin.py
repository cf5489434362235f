"""What a deletion takes, what it leaves, and that everything comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.catalog.products import draft_from_items
from app.courier.secret_headers import unseal
from app.errors import Conflict, NotFound
from app.extensions import db
from app.models.catalog import ItemChange, Product, ProductStatus, SupplierItem
from app.models.job import Job
from app.models.supplier import BinnedSupplier, Supplier
from app.suppliers import editing, wastebin
from app.suppliers.fields import SupplierFields
from tests.fixtures.results import Apply, item

TABLES = ("suppliers", "supplier_items", "price_history", "match_review_queue", "match_decisions", "item_changes")


def everything() -> dict[str, list[Any]]:
    """All rows of a supplier's tables, but for what a restored offer writes anew."""
    db.session.rollback()
    rows = {table: f"SELECT to_jsonb(t) FROM {table} AS t ORDER BY to_jsonb(t)->>'id'" for table in TABLES}
    found = {table: list(db.session.scalars(text(query))) for table, query in rows.items()}
    jobs = db.session.execute(select(Job.id, Job.supplier_id).order_by(Job.id)).all()
    return found | {"jobs": [tuple(each) for each in jobs]}


@pytest.fixture
def products(send: Apply, supplier: Supplier) -> dict[str, UUID]:
    """Two imported products that only this supplier offers, one of them a draft by hand; and a draft of an item."""
    made = {
        "imported": Product(internal_sku="P1", name="Hammer", status=ProductStatus.ACTIVE),
        "hand": Product(internal_sku="P2", name="Zange", status=ProductStatus.DRAFT),
    }
    db.session.add_all(made.values())
    db.session.commit()
    ids = {name: each.id for name, each in made.items()}
    asked = [{"product_id": str(ids["hand"]), "score": 80.0, "why": ["same name"]}]
    send(
        item("A1", "Hammer", "9.00", match={"status": "auto_matched", "product_id": str(ids["imported"]), "score": 99}),
        item("A2", "Zange", "5.00", match={"status": "auto_matched", "product_id": str(ids["hand"]), "score": 99}),
        item("A3", "Feile", "4.00"),
        item("A4", "Säge", "3.00", match={"status": "potential_match", "score": 80, "candidates": asked}),
    )
    send(item("A1", "Hammer", "9.50"))
    drafted = db.session.scalars(select(SupplierItem.id).where(SupplierItem.supplier_sku == "A3")).one()
    ids["draft"] = draft_from_items([drafted], actor="anna")[0].id
    editing.set_secret_headers(supplier.id, {"Authorization": "secret"}, "anna")
    return ids


def left() -> set[UUID]:
    return set(db.session.scalars(select(Product.id)))


def test_products_that_a_person_imported_or_made_stay(supplier: Supplier, products: dict[str, UUID]) -> None:
    goes = wastebin.contents(supplier.id)
    assert (goes.items, [each.name for each in goes.drafts], goes.kept) == (4, ["Feile"], 2)
    deleted = editing.delete(supplier.id, "anna")
    assert left() == set(products.values())
    assert (
        deleted.message
        == "Supplier Werkzeug Brandt was deleted with 4 items and 0 drafts; it can be brought back for 30 days."
    )
    kept = db.session.get_one(Product, products["imported"], populate_existing=True)
    assert (kept.min_price, kept.availability) == (None, False)


def test_drafts_of_its_own_items_go_only_when_that_is_said(supplier: Supplier, products: dict[str, UUID]) -> None:
    editing.delete(supplier.id, "anna", with_drafts=True)
    assert left() == {products["imported"], products["hand"]}


@pytest.mark.parametrize("with_drafts", [True, False])
def test_a_deleted_supplier_comes_back_whole(supplier: Supplier, products: dict[str, UUID], with_drafts: bool) -> None:
    supplier_id, before = supplier.id, everything()
    assert all(before[table] for table in TABLES)
    editing.delete(supplier_id, "anna", with_drafts=with_drafts)
    assert [each.name for each in wastebin.binned()] == ["Werkzeug Brandt"]
    assert wastebin.restore(supplier_id, "anna") == "Werkzeug Brandt"
    assert everything() == before
    assert left() == set(products.values())
    assert db.session.get_one(Product, products["imported"], populate_existing=True).min_price == 9.5
    assert unseal(editing.get(supplier_id).secret_headers) == {"Authorization": "secret"}
    assert db.session.scalars(select(ItemChange.supplier_item_id)).first() is not None
    with pytest.raises(NotFound):
        wastebin.restore(supplier_id, "anna")


def test_a_name_that_was_given_away_is_said(supplier: Supplier) -> None:
    supplier_id = supplier.id
    editing.delete(supplier_id, "anna")
    editing.create(SupplierFields(name="WERKZEUG Brandt", source_type="csv"), "anna")
    with pytest.raises(Conflict, match="its name"):
        wastebin.restore(supplier_id, "anna")
    assert wastebin.binned()


def test_the_bin_is_emptied_after_its_days(ctx: Flask, supplier: Supplier) -> None:
    supplier_id = supplier.id
    editing.delete(supplier_id, "anna")
    assert wastebin.empty() == 0
    db.session.get_one(BinnedSupplier, supplier_id).deleted_at = datetime.now(UTC) - timedelta(days=31)
    db.session.commit()
    assert wastebin.empty() == 1
    assert db.session.scalar(text("SELECT count(*) FROM supplier_bin_rows")) == 0

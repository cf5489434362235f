"""What is sent of an item that is matched again."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import uuid4

import orjson
import pytest
from flask import Flask
from sqlalchemy import update

from app.extensions import db
from app.models.catalog import ItemMatch, Product, SupplierItem
from app.models.supplier import Supplier
from app.review import rematch
from handoff.api import ItemLine, ItemToMatch


def test_an_item_is_asked_about_with_all_that_its_line_in_the_file_said() -> None:
    details = {
        "mpn": "KDD-18X",
        "brand": "Kaskad",
        "barcode": "4006381333931",
        "category": ["Power tools", "Drills"],
        "unit": "pcs",
        "pack_size": "2",
        "description": "With two batteries",
        "Colour": "blue",
    }
    item = SupplierItem(id=uuid4(), supplier_id=uuid4(), supplier_sku="L1", name="Drill", current_price=Decimal("9.50"))
    item.currency, item.characteristics = "PLN", details
    line = ItemLine.model_validate(rematch._row(item))
    assert (line.id, line.sku, line.name, line.price, line.currency) == (str(item.id), "L1", "Drill", "9.50", "PLN")
    assert (line.brand, line.barcode, line.category) == ("Kaskad", "4006381333931", ["Power tools", "Drills"])
    assert (line.unit, line.pack_size, line.description) == ("pcs", "2", "With two batteries")
    assert line.characteristics == details
    # ... and nothing of it is lost at the other side's door
    row = orjson.loads(orjson.dumps(rematch._row(item)))
    taken = ItemToMatch.model_validate(row).model_dump(exclude_none=True)
    assert {name: value for name, value in row.items() if taken.get(name) != value} == {}


def test_unlinked_items_go_in_the_company_of_their_suppliers_linked_ones(ctx: Flask) -> None:
    product = Product(internal_sku="P-1", name="Drill")
    sellers = [Supplier(name=name, source_type="csv") for name in ("One", "Two", "Three")]
    db.session.add_all([product, *sellers])
    db.session.flush()
    linked, others = [], []
    for seller in sellers:
        for number in range(3):
            item = SupplierItem(supplier_id=seller.id, supplier_sku=f"S{number}", name=f"Thing {number}")
            if number:
                item.product_id, item.match_status = product.id, ItemMatch.AUTO_MATCHED
            db.session.add(item)
            (linked if number else others).append(item)
    db.session.commit()
    of_two = [item for item in linked if item.supplier_id in {sellers[0].id, sellers[1].id}]
    assert {item.id for item in rematch._company(others[:2])} == {item.id for item in of_two}


def test_what_a_file_or_a_person_changed_meanwhile_is_left_as_it_is(
    ctx: Flask, supplier: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is about the item as it was when it was asked about."""
    product = Product(internal_sku="P-1", name="Drill")
    items = [SupplierItem(supplier_id=supplier.id, supplier_sku=sku, name="Drill") for sku in "ABC"]
    db.session.add_all([product, *items])
    db.session.commit()
    match = {"status": "auto_matched", "product_id": str(product.id), "score": 99.0, "candidates": []}

    def ask(asked: Sequence[SupplierItem], _: object) -> list[dict[str, object]]:
        told = [{"id": str(each.id)} | match for each in asked]
        with db.engine.begin() as other:  # a file is applied, and a person says no, while ml-analyze thinks
            other.execute(update(SupplierItem).where(SupplierItem.id == items[0].id).values(name="Saw"))
        return told

    monkeypatch.setattr(rematch, "_ask", ask)
    done = rematch.rematch(actor="anna")
    assert (done.asked, done.linked) == (3, 2)
    db.session.expire_all()
    assert [each.product_id for each in items] == [None, product.id, product.id]

"""What ml-analyze learns of the catalogue and of what people decided."""

from __future__ import annotations

from decimal import Decimal

import orjson
from flask import Flask

from app.access import passwords
from app.catalog import snapshot
from app.extensions import db
from app.models.catalog import Product, SupplierItem
from app.models.supplier import Supplier
from app.models.user import UserRole
from app.review import decide, rematch
from ml_analyze.matching.index import maker_number
from ml_analyze.matching.snapshot import decision_of


def test_a_decided_row_looks_like_the_rows_it_teaches_about(ctx: Flask) -> None:
    supplier = Supplier(name="Teacher", source_type="csv")
    product = Product(internal_sku="P-1", name="Drill KDD-18X")
    db.session.add_all([supplier, product])
    db.session.flush()
    item = SupplierItem(supplier_id=supplier.id, supplier_sku="L1", name="Wiertarka", current_price=Decimal("9.50"))
    item.currency = "PLN"
    item.characteristics = {"mpn": "KDD-18X", "barcode": "4006381333931", "category": ["Drills"], "brand": "Kaskad"}
    db.session.add(item)
    db.session.commit()
    asked = rematch._row(item)
    decide.link(item.id, product.id, by=passwords.create_user("anna", "a-long-password", UserRole.ADMIN, "tests"))
    found = snapshot.current()
    assert found is not None
    kinds = {line["kind"]: line for line in map(orjson.loads, found.path.read_bytes().splitlines())}
    assert set(kinds) == {"product", "link"}
    taught = decision_of(kinds["link"]).item
    assert maker_number(taught) == maker_number(asked) != ""
    told = ("sku", "name", "brand", "barcode", "category", "currency", "characteristics")
    assert {name: taught[name] for name in told} == {name: asked[name] for name in told}
    assert Decimal(taught["price"]) == Decimal("9.5")

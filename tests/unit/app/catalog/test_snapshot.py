"""What ml-analyze learns of the catalogue and of what people decided."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
from flask import Flask

from app.access import accounts
from app.catalog import snapshot
from app.extensions import db
from app.models.catalog import Product, SupplierItem
from app.models.supplier import Supplier
from app.models.user import UserRole
from app.review import answer, rematch
from app.volume import volume
from ml_analyze.matching.index import open_index
from ml_analyze.matching.snapshot import decision_of
from ml_analyze.matching.texts import maker_number


def lines(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_a_decision_leaves_the_products_file_and_its_index_as_they_are(ctx: Flask, tmp_path: Path) -> None:
    supplier, product = Supplier(name="Teacher", source_type="csv"), Product(internal_sku="P-1", name="Drill KDD-18X")
    db.session.add_all([supplier, product])
    db.session.flush()
    items = [SupplierItem(supplier_id=supplier.id, supplier_sku=f"L{n}", name=f"Wiertarka {n}") for n in range(2)]
    db.session.add_all(items)
    db.session.commit()
    before = snapshot.current()
    assert before is not None
    built = open_index(before.path, cache_dir=tmp_path)
    anna = accounts.create_user("anna", "a-long-password", UserRole.ADMIN, "tests")
    answer.link(items[0].id, product.id, by=anna)
    after = snapshot.current()
    assert after is not None
    assert after.version != before.version
    opened = open_index(after.path, cache_dir=tmp_path)
    assert opened.folder == built.folder
    assert [each.product_id for each in opened.decisions] == [str(product.id)]
    product.currency = "EUR"
    db.session.commit()
    changed = snapshot.current()
    assert changed is not None
    assert open_index(changed.path, cache_dir=tmp_path).folder != built.folder


def test_a_purge_keeps_the_products_that_a_kept_version_names(ctx: Flask) -> None:
    db.session.add(Product(internal_sku="P-1", name="Drill"))
    db.session.commit()
    found = snapshot.current()
    assert found is not None
    for path in found.path.parent.iterdir():
        os.utime(path, (2, 2) if path == found.path else (1, 1))
    old = volume().catalog_target("r1-p0")
    old.write_bytes(b"")
    os.utime(old, (0, 0))
    volume().purge(datetime.now(UTC))
    assert sorted(path.name for path in found.path.parent.iterdir()) == [
        "p" + found.version.split("-p")[1] + ".ndjson",
        found.path.name,
    ]


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
    answer.link(item.id, product.id, by=accounts.create_user("anna", "a-long-password", UserRole.ADMIN, "tests"))
    found = snapshot.current()
    assert found is not None
    kinds = {line["kind"]: line for line in lines(found.path)}
    assert set(kinds) == {"products", "link"}
    assert [line["kind"] for line in lines(found.path.with_name(kinds["products"]["file"]))] == ["product"]
    taught = decision_of(kinds["link"]).item
    assert maker_number(taught) == maker_number(asked) != ""
    told = ("sku", "name", "brand", "barcode", "category", "currency", "characteristics")
    assert {name: taught[name] for name in told} == {name: asked[name] for name in told}
    assert Decimal(taught["price"]) == Decimal("9.5")

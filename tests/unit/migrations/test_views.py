"""The views for reports: exactly the documented shape, read by a role that reads nothing else."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import ProgrammingError

from app.extensions import db
from app.models.catalog import ComparedPrice, ItemMatch, Product, SupplierItem
from app.models.supplier import Supplier
from app.models.sync import AppSetting
from embedded.environment import PROJECT

PAGE = Path(PROJECT, "docs/sql-views.md")
SHAPE = text("""
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), obj_description(c.oid)
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
    WHERE c.relname LIKE 'office\\_%' AND c.relkind = 'v' AND a.attnum > 0 ORDER BY c.relname, a.attnum
""")


def documented() -> list[tuple[str, str, str, str]]:
    found = []
    for part in PAGE.read_text().split("\n## ")[1:]:
        view = part.partition(":")[0]
        rows = re.findall(r"^\| (\w+) \| ([^|]+?) \|", part, re.MULTILINE)
        found += [(view, name, kind, "shape 1") for name, kind in rows if name != "Column"]
    return sorted(found, key=lambda row: row[0])


def test_the_views_have_exactly_the_documented_columns(ctx: Flask) -> None:
    assert [tuple(row) for row in db.session.execute(SHAPE)] == documented()


def test_the_reader_reads_the_views_and_nothing_else(ctx: Flask, supplier: Supplier) -> None:
    db.session.add(AppSetting(key="money", value={"base": "EUR"}))
    product = Product(internal_sku="P-1", name="Hammer")
    db.session.add(product)
    db.session.flush()
    for sku, price in (("A1", "12.00"), ("A2", "9.00"), ("A3", None)):
        item = SupplierItem(supplier_id=supplier.id, supplier_sku=sku, name="Hammer", product_id=product.id)
        item.match_status = ItemMatch.VERIFIED_MATCH
        db.session.add(item)
        db.session.flush()
        worth = Decimal(price) if price else None
        db.session.execute(update(ComparedPrice).where(ComparedPrice.item_id == item.id).values(comparable_price=worth))
    db.session.commit()
    with db.engine.connect() as reader:
        reader.execute(text("SET ROLE courier_reader"))
        places = reader.execute(text("SELECT supplier_sku, place FROM office_offers ORDER BY supplier_sku")).all()
        assert [tuple(row) for row in places] == [("A1", 2), ("A2", 1), ("A3", None)]
        assert reader.execute(text("SELECT DISTINCT base_currency FROM office_items")).scalar_one() == "EUR"
        assert reader.execute(text("SELECT count(*) FROM office_links WHERE linked_by = 'person'")).scalar_one() == 3
        for table in ("supplier_items", "users", "app_settings"):
            with pytest.raises(ProgrammingError, match="permission denied"), reader.begin_nested():
                reader.execute(text(f"SELECT 1 FROM {table}"))

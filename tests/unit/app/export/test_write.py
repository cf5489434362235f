"""Tables as files: numbers are numbers, texts never formulas, and a price book comes back as it went."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal

import orjson
import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from app.catalog import importer
from app.catalog.items import ItemFilter, State
from app.errors import Invalid
from app.export import exportable
from app.export.write import Format, export
from app.extensions import db
from app.models.catalog import Category, Product, ProductStatus, SupplierItem
from app.models.supplier import Supplier

HOSTILE = ("=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "a;=1", 'say "hi"', "two\nlines", "Größe ☃")


@pytest.fixture
def stocked(supplier: Supplier) -> Supplier:
    for number, name in enumerate(HOSTILE):
        price = Decimal(number) / 8 if number else None
        item = SupplierItem(supplier_id=supplier.id, supplier_sku=f"00{number}", name=name, current_price=price)
        item.currency = "EUR"
        db.session.add(item)
    db.session.commit()
    return supplier


def taken_out(form: Format, wanted: ItemFilter | None = None) -> bytes:
    return b"".join(export(exportable.items_table(wanted or ItemFilter()), form))


def test_a_csv_holds_every_item_and_no_formula(stocked: Supplier) -> None:
    rows = list(csv.DictReader(io.StringIO(taken_out(Format.CSV).decode("utf-8-sig"))))
    assert sorted(importer.MARKED.sub(r"\1", row["name"]) for row in rows) == sorted(HOSTILE)
    assert all(row["name"][:1] not in "=+-@\t" for row in rows)
    assert {row["supplier_sku"]: row["price"] for row in rows}["003"] == "0.375"


def test_a_workbook_holds_numbers_as_numbers_and_texts_as_they_are(stocked: Supplier) -> None:
    sheet = load_workbook(io.BytesIO(taken_out(Format.XLSX))).active
    assert sheet is not None
    header, *rows = sheet.iter_rows()
    places = {str(cell.value): place for place, cell in enumerate(header)}
    assert sheet.freeze_panes == "A2"
    assert sorted(str(row[places["name"]].value) for row in rows) == sorted(HOSTILE)
    assert {row[places["name"]].data_type for row in rows} == {"s"}
    assert {row[places["supplier_sku"]].value: row[places["price"]].value for row in rows}["003"] == 0.375


def test_json_lines_keep_money_exact(stocked: Supplier) -> None:
    rows = [orjson.loads(line) for line in taken_out(Format.JSONL).splitlines()]
    assert len(rows) == len(HOSTILE)
    assert {row["supplier_sku"]: row["price"] for row in rows}["003"] == "0.375"


def test_what_is_taken_out_is_what_is_shown(stocked: Supplier) -> None:
    rows = [orjson.loads(line) for line in taken_out(Format.JSONL, ItemFilter(state=State.NO_PRICE)).splitlines()]
    assert [row["name"] for row in rows] == [HOSTILE[0]]


def test_the_price_book_imported_again_changes_nothing(ctx: Flask) -> None:
    category = Category(name="Tools")
    db.session.add(category)
    db.session.flush()
    for number, name in enumerate(HOSTILE):
        product = Product(internal_sku=f"P-{number}", name=name.strip(), brand="-Brand", barcode=f"00{number}")
        product.price, product.category_id = Decimal(number) + Decimal("0.1250"), category.id
        product.status = list(ProductStatus)[number % 3]
        db.session.add(product)
    db.session.commit()
    before = {row.internal_sku: tuple(row) for row in db.session.execute(select(*_columns()))}
    book = b"".join(export(exportable.products_table(), Format.CSV))
    done = importer.import_csv(io.BytesIO(book), actor="tests")
    db.session.expire_all()
    assert (done.created, done.skipped, done.problems) == (0, 0, [])
    assert {row.internal_sku: tuple(row) for row in db.session.execute(select(*_columns()))} == before


def _columns() -> tuple[object, ...]:
    names = ("internal_sku", "name", "brand", "barcode", "category_id", "price", "description", "status")
    return tuple(getattr(Product, name) for name in names)


@pytest.mark.parametrize(
    "args", [{"supplier": "x"}, {"state": "odd"}, {"changed_since": "yesterday"}, {"changed_since": "2026-01-01"}]
)
def test_an_unknown_filter_is_refused(make_app: Callable[..., Flask], args: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="no such filter"):
        ItemFilter.of(args)

"""A CSV of products comes in whole, or says what is wrong with it."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from app.access import accounts
from app.catalog import importer, products, snapshot
from app.corrections.form_texts import said_by_files, texts
from app.corrections.products import correct_product, release_product
from app.errors import Invalid
from app.extensions import db
from app.models.catalog import ItemMatch, Product, SupplierItem
from app.models.review import MatchDecision
from app.models.supplier import Supplier
from app.models.user import UserRole


def take(text: str) -> importer.Imported:
    return importer.import_csv(io.BytesIO(text.encode()), actor="anna")


def known() -> dict[str, Product]:
    db.session.expire_all()
    return {each.internal_sku: each for each in db.session.scalars(select(Product))}


def test_products_are_created_and_then_updated_by_their_sku(ctx: Flask) -> None:
    first = take("internal_sku,name,brand,price,category\nP1,Hammer,Brandt,12.50,Tools\nP2,Zange,,,\n")
    assert (first.created, first.updated, first.skipped) == (2, 0, 0)
    second = take("sku;name;price\nP1;Hammer 2;13,00\n")
    assert (second.created, second.updated) == (0, 1)
    assert (known()["P1"].name, known()["P1"].price, known()["P1"].brand) == ("Hammer 2", Decimal("13.00"), "Brandt")


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("1234.5", "1234.50"),
        ("12,5", "12.50"),
        ("1,234.56", "1234.56"),
        ("1.234.567,8", "1234567.80"),
        ("0,125", "0.125"),
    ],
)
def test_a_price_is_read_whichever_mark_is_the_decimal_one(ctx: Flask, written: str, price: str) -> None:
    take(f"internal_sku;name;price\nP1;Hammer;{written}\n")
    assert known()["P1"].price == Decimal(price)


@pytest.mark.parametrize("written", ["1,234", "1,234,567", "1.234.567"])
def test_a_price_that_may_be_thousands_or_thousandths_is_not_guessed(ctx: Flask, written: str) -> None:
    done = take(f"internal_sku;name;price\nP1;Hammer;{written}\nP2;Zange;1\n")
    assert list(known()) == ["P2"] and "without a separator of thousands" in done.problems[0]


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity", "sNaN", "1e5", "1_000", "٣", "--1", "9" * 40])
def test_what_python_takes_for_a_number_is_no_price(ctx: Flask, written: str) -> None:
    done = take(f"internal_sku;name;price\nP1;Hammer;{written}\nP2;Zange;1\n")
    assert list(known()) == ["P2"] and "is no price" in done.problems[0]


@pytest.mark.parametrize(
    ("row", "price", "currency"),
    [
        ("12,50 €;", "12.50", "EUR"),
        ("USD 3;", "3", "USD"),
        ("4;gbp", "4", "GBP"),
        ("1 234,5 €;EUR", "1234.5", "EUR"),
        (";EUR", None, None),
    ],
)
def test_the_currency_of_a_price_is_kept(ctx: Flask, row: str, price: str | None, currency: str | None) -> None:
    take(f"internal_sku;name;price;currency\nP1;Hammer;{row}\n")
    assert known()["P1"].price == (Decimal(price) if price else None)
    assert known()["P1"].currency == currency


def test_a_currency_is_kept_where_a_later_list_names_none_and_contradictions_are_told(ctx: Flask) -> None:
    take("internal_sku;name;price;currency\nP1;Hammer;1;USD\n")
    take("internal_sku;name;price\nP1;Hammer;2\n")
    assert (known()["P1"].price, known()["P1"].currency) == (Decimal(2), "USD")
    done = take("internal_sku;name;price;currency\nP1;Hammer;3 €;USD\nP2;Saw;3;euros\nP3;File;1;EUR\n")
    assert "contradict" in done.problems[0] and "three letters" in done.problems[1]


@pytest.mark.parametrize(
    ("written", "barcode"),
    [
        ('"=""00123"""', "00123"),
        ("4006381333931", "4006381333931"),
        ("4.00638133300E+12", None),  # two digits are missing, whatever they were
        ("4.006381333931E+12", "4006381333931"),
        ("4,00638E+12", None),
        ("9.6385074E+7", "96385074"),
    ],
)
def test_a_barcode_that_a_spreadsheet_has_shortened_is_refused(ctx: Flask, written: str, barcode: str | None) -> None:
    done = take(f"internal_sku;name;barcode\nP1;Hammer;{written}\nP2;Saw;\n")
    if barcode is None:
        assert list(known()) == ["P2"] and "shortened by a spreadsheet" in done.problems[0]
    else:
        assert known()["P1"].barcode == barcode


def test_a_first_line_that_names_the_delimiter_is_obeyed(ctx: Flask) -> None:
    done = take("sep=|\ninternal_sku|name\nP1|one, two, three\n|,,,,\n")
    assert (known()["P1"].name, done.problems) == ("one, two, three", ["Line 4: the SKU or the name is empty."])


def test_rows_that_cannot_be_taken_are_named_and_the_others_kept(ctx: Flask) -> None:
    done = take("internal_sku,name,price,status\nP1,Hammer,cheap,\nP2,,1,\nP3,Zange,1,\nP3,Again,1,\nP4,Säge,1,sold\n")
    assert (done.created, done.skipped) == (1, 4)
    assert done.problems[0] == "Line 2: “cheap” is no price."
    assert list(known()) == ["P3"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"PK\x03\x04\x00\x00", "not a CSV"),
        (b"name,price\nHammer,1\n", "internal_sku is missing"),
        ("Größe\n".encode("cp1252"), "not UTF-8"),
        (b"internal_sku,name\n,\n", "holds no product"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_with_a_sentence(ctx: Flask, data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        importer.import_csv(io.BytesIO(data), actor="anna")
    assert known() == {}


def content(found: snapshot.Snapshot) -> bytes:
    """Both files of a version: decisions, and the products that they name."""
    return found.path.read_bytes() + b"".join(path.read_bytes() for path in found.path.parent.glob("p*.ndjson"))


def test_the_snapshot_follows_the_catalogue_and_the_decisions(ctx: Flask, supplier: Supplier) -> None:
    assert snapshot.current() is None
    take("internal_sku,name,barcode\nP1,Hammer,4006381333931\n")
    first = snapshot.current()
    assert first is not None
    assert b'"barcode":"4006381333931"' in content(first)
    assert snapshot.current() == first
    product = known()["P1"]
    db.session.add(
        MatchDecision(supplier_id=supplier.id, supplier_sku="A1", product_id=product.id, verdict="veto", name="Hammer")
    )
    db.session.commit()
    second = snapshot.current()
    assert second is not None
    assert second.version != first.version
    assert b'"kind":"veto"' in content(second)


def test_unlinked_items_become_draft_products_in_one_step(ctx: Flask, supplier: Supplier) -> None:
    items = [SupplierItem(supplier_id=supplier.id, supplier_sku=f"A{n}", name=f"Item {n}") for n in range(3)]
    db.session.add_all(items)
    db.session.commit()
    made = products.draft_from_items([each.id for each in items], actor="anna")
    assert len(made) == 3
    db.session.expire_all()
    assert {each.match_status for each in db.session.scalars(select(SupplierItem))} == {ItemMatch.VERIFIED_MATCH}
    assert [found.name for found in products.search_products("item 2")] == ["Item 2"]
    assert products.search_products("100%_") == []


def test_an_import_leaves_a_corrected_field_and_keeps_what_it_says(ctx: Flask) -> None:
    anna = accounts.create_user("anna", "a-password-of-the-tests", UserRole.PROCUREMENT, "tests")
    take("internal_sku,name,brand,price,category\nP1,Hamer,Brandt,12.50,Tools\n")
    wanted = {"name": "Hammer", "category": "Hand tools", "price": "13"}
    correct_product(known()["P1"].id, wanted, by=anna)
    take("internal_sku,name,brand,price,category\nP1,Hamer 2,Brand,14.00,Tool\n")
    now = known()["P1"]
    assert (now.name, now.price, now.brand) == ("Hammer", Decimal("13.00"), "Brand")
    assert said_by_files(now) == {"name": "Hamer 2", "category": "Tool", "price": "14.00"}
    take("internal_sku,name\nP1,Hamer 3\n")
    release_product(now.id, ["name", "category"], by=anna)
    now = known()["P1"]
    assert (now.name, texts(now)["category"], set(now.corrected)) == ("Hamer 3", "Tool", {"price"})

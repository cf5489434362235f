"""Our own products come in from any list that the reader of price lists reads; a person says which column is which."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from app.extensions import db
from app.models.catalog import Product
from app.models.user import UserRole
from ml_analyze.api import create_app as create_reader
from ml_analyze.settings import Settings as ReaderSettings
from tests.fixtures.web import Visitor

BUYER = UserRole.PROCUREMENT


@pytest.fixture
def office(make_app: Callable[..., Flask], redis_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The app beside the real reader on the same volume."""
    shared = tmp_path / "shared"
    shared.mkdir(exist_ok=True)
    reader = create_reader(ReaderSettings(shared_dir=shared, redis_url=redis_url, ml_cache_dir=tmp_path / "cache"))
    server = make_server("127.0.0.1", 0, reader, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield make_app(ml_analyze_url=f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


@pytest.fixture
def app(office: Flask) -> Flask:
    return office


@pytest.fixture
def buyer(visitor: Callable[[UserRole], Visitor]) -> Visitor:
    return visitor(BUYER)


def send(buyer: Visitor, data: bytes, name: str) -> str:
    """Choose a file; the address of the page that asks for its columns."""
    return buyer.post("/catalogue/import", file=(io.BytesIO(data), name)).location


def workbook(rows: list[tuple[object, ...]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Sortiment")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return file.getvalue()


def known(app: Flask) -> dict[str, Product]:
    with app.app_context():
        return {each.internal_sku: each for each in db.session.scalars(select(Product))}


def test_a_german_workbook_comes_in_with_its_currency_and_barcodes(app: Flask, buyer: Visitor) -> None:
    rows: list[tuple[object, ...]] = [
        ("Unser Sortiment 2026",),
        ("Artikelnummer", "Bezeichnung", "EAN", "Preis in EUR", "Hersteller"),
        ("H-1", "Schlosserhammer 300 g", 4006381333931, 12.5, "Brandt"),
        *((f"S-{n}", f"Sägeblatt {n} mm", "", n / 4, "Brandt") for n in range(10, 30)),
    ]
    address = send(buyer, workbook(rows), "Sortiment.xlsx")
    page = buyer.get(address)
    assert "Schlosserhammer" in page and '<option value="internal_sku" selected>' in page
    form = chosen(page)
    assert (form["column-0"], form["column-1"], form["column-3"]) == ("internal_sku", "name", "price")
    done = buyer.post(address, status=200, **form).get_data(as_text=True)
    assert "21 new, 0 updated, 0 passed over" in done and "Match again" in done
    hammer = known(app)["H-1"]
    assert (hammer.price, hammer.currency, hammer.barcode) == (Decimal("12.5"), "EUR", "4006381333931")


def test_columns_that_nobody_can_guess_are_chosen_by_hand(app: Flask, buyer: Visitor) -> None:
    text = "sep=;\nLfd;Ref X;Größe und Art;Betrag\n1;00017;Säge groß;1.234,50\n2;00018;Hammer;7,5\n"
    address = send(buyer, text.encode("cp1252"), "liste.csv")
    asked = {"header_row": "2", "column-1": "internal_sku", "column-2": "name", "column-3": "price"}
    header = next(at for at in (1, 2) if "Ref X" in cells(buyer.get(address), at))
    asked |= {"header_row": str(header), "decimal_mark": ",", "currency": "chf"}
    buyer.post(address, status=200, **asked)
    saw = known(app)["00017"]
    assert (saw.name, saw.price, saw.currency) == ("Säge groß", Decimal("1234.50"), "CHF")


def test_lines_that_are_passed_over_are_told_and_can_be_downloaded(app: Flask, buyer: Visitor) -> None:
    lines = [
        "sku,name,price,ean",
        "P1,Hammer,NaN,",
        "P2,Saw,Infinity,",
        "P3,File,1,4.00638E+12",
        "=1+1,Drill,x,",
        "P5,Vice,9.90,4006381333931",
    ]
    address = send(buyer, "\n".join(lines).encode(), "x.csv")
    done = buyer.post(address, status=200, **chosen(buyer.get(address))).get_data(as_text=True)
    assert "1 new, 0 updated, 4 passed over" in done and "“NaN” is no price." in done
    file = buyer.get(address + "/passed-over.csv")
    rows = list(csv.reader(io.StringIO(file.removeprefix("\ufeff"))))
    assert rows[0] == ["line", "reason", "sku", "name", "price", "ean"]
    assert [row[0] for row in rows[1:]] == ["2", "3", "4", "5"]
    assert "shortened by a spreadsheet" in rows[3][1]
    assert rows[4][2] == "'=1+1"
    assert list(known(app)) == ["P5"]


def test_a_choice_that_cannot_be_taken_keeps_what_was_chosen(app: Flask, buyer: Visitor) -> None:
    address = send(buyer, b"title;cost\nHammer;1\nSaw;2\n", "x.csv")
    page = buyer.post(address, status=422, **{"header_row": "1", "column-0": "name"}).get_data(as_text=True)
    assert "internal_sku" in page and '<option value="name" selected>' in page
    twice = buyer.post(address, status=422, **{"header_row": "1", "column-0": "name", "column-1": "name"})
    assert "two columns" in twice.get_data(as_text=True)
    assert "three letters" in buyer.post(
        address, status=422, **{"column-0": "name", "column-1": "internal_sku", "currency": "E1"}
    ).get_data(as_text=True)
    assert known(app) == {}


def test_a_list_that_cannot_be_read_says_why_and_one_that_is_gone_too(app: Flask, buyer: Visitor) -> None:
    page = buyer.get(send(buyer, b"%PDF-1.4\nnothing", "x.pdf"), status=422)
    assert "ml-analyze refused the file" in page and "Try again" in page
    buyer.get("/catalogue/import/00000000-0000-4000-8000-000000000000", status=404)
    buyer.get("/catalogue/import/00000000-0000-4000-8000-000000000000/passed-over.csv", status=404)


def chosen(page: str) -> dict[str, str]:
    """The form's fields as a browser would send them."""
    form = dict(re.findall(r'<input type="hidden" name="(sheet|header_row|encoding|delimiter)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select name="(column-\d+)"[^>]*>(.*?)</select>', page, re.S):
        found = re.search(r'value="([^"]*)" selected', options)
        form[name] = found[1] if found else ""
    currency = re.search(r'name="currency"[^>]*value="([^"]*)"', page)
    return form | {"currency": currency[1] if currency else ""}


def cells(page: str, row: int) -> str:
    found = re.search(rf'<th class="rowno" scope="row">{row}</th>(.*?)</tr>', page, re.S)
    return found[1] if found else ""


def test_the_command_takes_a_foreign_list_too(app: Flask, tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [
        ("Unser Sortiment 2026",),
        ("Artikelnummer", "Bezeichnung", "EAN", "Preis in EUR"),
        *(
            (f"H-{number}", f"Schlosserhammer {number}00 g", 4006381333931 + number, 10.5 + number)
            for number in range(4)
        ),
    ]
    (tmp_path / "liste.xlsx").write_bytes(workbook(rows))
    done = app.test_cli_runner().invoke(args=["catalog", "import", str(tmp_path / "liste.xlsx")])
    assert done.exit_code == 0, done.output
    assert "4 products created" in " ".join(done.output.split())
    found = known(app)["H-1"]
    assert (found.name, found.price, found.currency) == ("Schlosserhammer 100 g", Decimal("11.5"), "EUR")

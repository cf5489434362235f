"""The day of a buyer: a list comes, its question is answered, ten products are looked up, taken out, and watched."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from app.extensions import db
from app.models.catalog import ItemMatch, Product, SupplierItem
from app.models.supplier import Supplier
from tests.fixtures.stack import Stack

pytestmark = pytest.mark.browser

TEN = range(10)
#: seconds by the keystroke-level model: to think, to point and press, a key
THINK, PRESS, KEY = 1.35, 1.3, 0.28


@dataclass
class Hand:
    """What a practised person needs for what the test does: no clock of this machine."""

    seconds: float = 0

    def press(self, what: Locator) -> None:
        self.seconds += THINK + PRESS
        what.click()

    def write(self, where: Locator, words: str) -> None:
        self.seconds += THINK + PRESS + KEY * len(words)
        where.fill(words)

    def choose(self, where: Locator, label: str) -> None:
        self.seconds += THINK + 2 * PRESS
        where.select_option(label=label)


@pytest.fixture
def mark(stack: Stack) -> str:
    """Ten products that *Bohrer* offers for 110 EUR each; the mark stands in their names."""
    mark = uuid4().hex[:6]
    with stack.context():
        seller = Supplier(name=f"Bohrer {mark}", source_type="csv", meta={})
        products = [
            Product(internal_sku=f"BUY-{mark}-{n}", name=f"Compared drill {mark}n{n} 13 mm", barcode=ean(mark, n))
            for n in TEN
        ]
        db.session.add_all([seller, *products])
        db.session.flush()
        for product in products:
            item = SupplierItem(supplier_id=seller.id, supplier_sku=product.internal_sku, name=product.name)
            item.current_price, item.currency = Decimal("110.00"), "EUR"
            item.product_id, item.match_status = product.id, ItemMatch.VERIFIED_MATCH
            db.session.add(item)
        db.session.commit()
    return mark


def ean(mark: str, number: int) -> str:
    """A valid EAN-13."""
    digits = f"59{int(mark, 16):09d}{number}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def a_list(mark: str, folder: Path) -> Path:
    """The ten in złoty: five at 500, five at 600; two columns that may be the price."""
    path = folder / f"wiertarki-{mark}.csv"
    rows = [
        f"W-{n};Compared drill {mark}n{n} 13 mm;{ean(mark, n)};{500 if n < 5 else 600},00;{700 + n},00" for n in TEN
    ]
    path.write_text("\n".join(["Kod;Nazwa;EAN;Cena zakupu netto PLN;Cena sprzedaży netto PLN", *rows, ""]))
    return path


def test_the_day_of_a_buyer_takes_three_minutes(page: Page, mark: str, tmp_path: Path) -> None:
    hand = Hand()
    page.goto("/needs-you")

    hand.press(page.get_by_role("link", name="Suppliers").first)
    hand.press(page.get_by_role("link", name="Add Supplier").first)
    dialog = page.get_by_role("dialog")
    hand.write(dialog.get_by_label("Name"), f"Wiertarki {mark}")
    dialog.locator("input[type=file]").set_input_files([a_list(mark, tmp_path)])
    hand.press(dialog.get_by_role("button", name="Upload"))
    hand.press(dialog.get_by_role("link", name="Is this the price?").last)
    hand.press(page.get_by_role("button", name="This is the price D"))
    expect(page.locator("#job-live .chip[data-state]")).to_contain_text("Complete")
    expect(page.locator("[data-summary]")).to_contain_text("10 new")

    hand.press(page.get_by_role("link", name="Currencies").first)
    hand.write(page.get_by_label("Currency, three letters"), "EUR")
    hand.press(page.get_by_role("button", name="Save", exact=True))
    hand.write(page.get_by_label("One unit of"), "EUR")
    hand.write(page.get_by_label("costs"), "5")
    hand.write(page.get_by_label("of the currency"), "PLN")
    hand.press(page.get_by_role("button", name="Save the rate"))
    expect(page.get_by_text("1 rate was kept.")).to_be_visible()

    hand.press(page.get_by_role("link", name="Products").first)
    cheapest = {}
    for number in reversed(TEN):
        hand.write(page.get_by_label("Search products"), f"{mark}n{number}")
        row = page.locator("#products tbody tr")
        expect(row).to_have_count(1)
        expect(row).to_contain_text(f"{mark}n{number}")
        expect(row).to_contain_text("EUR")
        cheapest[number] = "Wiertarki" in row.inner_text()
    assert cheapest == {number: number < 5 for number in TEN}
    hand.press(page.locator("#products tbody tr").get_by_role("link"))
    first, second = page.locator("tbody tr").all()
    expect(first).to_contain_text("cheapest")
    expect(second).to_contain_text("+10.0 %")
    hand.press(first.get_by_text("how", exact=True))
    expect(first).to_contain_text("500.00 PLN → × 0.2 → 100.00 EUR")
    hand.press(first.get_by_role("link", name="Price rules"))
    hand.choose(page.get_by_label("Kind"), "Freight")
    hand.write(page.get_by_role("textbox", name="Per cent", exact=True), "5")
    hand.press(page.get_by_role("button", name="Add rule"))
    expect(page.get_by_text("The rule was kept")).to_be_visible()

    hand.press(page.get_by_role("link", name="Products").first)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/catalogue?" in request.url else None)
    hand.write(page.get_by_label("Search products"), mark)
    expect(page.locator("#products tbody tr")).to_have_count(10)
    page.get_by_label("Search products").blur()
    with page.expect_download() as taken:
        hand.press(page.get_by_role("link", name="CSV").first)
    path = tmp_path / "comparison.csv"
    taken.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = sorted(
            (row["name"], row["best_supplier"][:9], Decimal(row["best_price"])) for row in csv.DictReader(file)
        )
    assert [row[1:] for row in rows] == [("Wiertarki", 105)] * 5 + [("Bohrer " + mark[:2], 110)] * 5

    assert len(asked) == 1, "leaving the field asks nothing again"

    hand.press(page.get_by_role("link", name="Administrator"))
    hand.write(page.get_by_label("E-mail"), "buyer@example.com")
    hand.choose(page.get_by_label("How often"), "every day")
    hand.press(page.locator("section", has_text="Digest of changes").get_by_role("button", name="Save", exact=True))
    expect(page.get_by_label("How often")).to_have_value("daily")
    assert hand.seconds <= 180, "three minutes of a person's hand"

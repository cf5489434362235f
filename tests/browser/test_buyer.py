"""A buyer compares two suppliers' offers in different money, and takes the table out."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from app.extensions import db
from app.models.catalog import ItemMatch, Product, SupplierItem
from app.models.supplier import Supplier
from tests.fixtures.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture
def drill(stack: Stack) -> Product:
    """One product that two suppliers offer: 500.00 PLN and 110.00 EUR."""
    mark = uuid4().hex[:6]
    with stack.context():
        product = Product(internal_sku=f"BUY-{mark}", name=f"Compared drill {mark}")
        sellers = [Supplier(name=f"{name} {mark}", source_type="csv", meta={}) for name in ("Wiertarki", "Bohrer")]
        db.session.add_all([product, *sellers])
        db.session.flush()
        for seller, price, money in zip(sellers, ("500.00", "110.00"), ("PLN", "EUR"), strict=True):
            item = SupplierItem(supplier_id=seller.id, supplier_sku="D-1", name=f"Drill {mark}", currency=money)
            item.current_price, item.product_id = Decimal(price), product.id
            item.match_status = ItemMatch.VERIFIED_MATCH
            db.session.add(item)
        db.session.commit()
        db.session.refresh(product)
        db.session.expunge(product)
    return product


def test_a_buyer_sees_who_is_cheapest_and_takes_the_items_out(page: Page, drill: Product, tmp_path: Path) -> None:
    page.goto("/money")
    page.get_by_label("Currency, three letters").fill("EUR")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Offers are compared in EUR.")).to_be_visible()
    page.get_by_label("One unit of").fill("EUR")
    page.get_by_label("costs").fill("5")
    page.get_by_label("of", exact=True).fill("PLN")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("1 rate was kept.")).to_be_visible()

    page.goto(f"/catalogue/{drill.id}")
    first, second = page.locator("tbody tr").all()
    expect(first).to_contain_text("Wiertarki")
    expect(first).to_contain_text("cheapest")
    expect(second).to_contain_text("+10.0 %")
    first.get_by_text("how", exact=True).click()
    expect(first).to_contain_text("500.00 PLN → × 0.2 → 100.00 EUR")

    first.get_by_role("link", name="Price rules").click()
    page.get_by_label("Kind").select_option(label="Freight")
    page.get_by_role("textbox", name="Per cent", exact=True).fill("20")
    page.get_by_role("button", name="Add rule").click()
    expect(page.get_by_text("The rule was kept")).to_be_visible()
    page.goto(f"/catalogue/{drill.id}")
    expect(page.locator("tbody tr").first).to_contain_text("Bohrer")

    page.goto("/items")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/items?" in request.url else None)
    page.get_by_label("Search items").fill(drill.name.rpartition(" ")[2])
    page.wait_for_url(lambda url: "q=" in url)  # the answer is there: nothing is cut off by what comes next
    page.get_by_label("Search items").blur()
    expect(page.locator("#items tbody tr")).to_have_count(2)
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    path = tmp_path / "items.csv"
    taken.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["currency"]: row for row in csv.DictReader(file)}
    assert len(asked) == 1, "leaving the field asks nothing again"
    assert {money: Decimal(row["comparable_price"]) for money, row in rows.items()} == {"PLN": 120, "EUR": 110}

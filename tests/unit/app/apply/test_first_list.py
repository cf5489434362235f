"""Is this the price? The first list of a supplier is held against the catalogue, other suppliers, its reading."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app.apply import commit
from app.apply.verdict import price_header
from app.extensions import db
from app.models.catalog import ItemMatch, Product, SupplierItem
from app.models.phase import Outcome
from app.models.supplier import Supplier
from app.suppliers import editing
from tests.fixtures.results import Apply, item, items

PRICES = [4, 9, 15, 22, 40, 75, 130, 300]
SHEET = {"name": "Prices", "used": True, "columns": {"price": {"index": 2, "header": "Net price 2026"}}}
TOLD: dict[str, Any] = {"reading": {"format": "excel", "sheets": [SHEET]}}
DOUBT = {"what": "price_column", "where": "Prices", "choice": "Net", "instead": "Gross", "probability": 0.6}


@pytest.fixture
def products(ctx: Flask) -> list[UUID]:
    """With our own price, and at another supplier for four fifths of it."""
    other = Supplier(name="Other", source_type="csv", meta={})
    made = [Product(internal_sku=f"P{n}", name=f"Product {n}", price=Decimal(price)) for n, price in enumerate(PRICES)]
    db.session.add_all([other, *made])
    db.session.flush()
    for product in made:
        assert product.price is not None
        db.session.add(
            SupplierItem(
                supplier_id=other.id,
                supplier_sku=product.internal_sku,
                name=product.name,
                product_id=product.id,
                match_status=ItemMatch.AUTO_MATCHED,
                current_price=product.price * Decimal("0.8"),
                currency="EUR",
            )
        )
    db.session.commit()
    return [each.id for each in made]


def lines(products: list[UUID], prices: list[float], currency: str = "EUR") -> list[dict[str, Any]]:
    return [
        item(
            f"A{n}",
            f"Product {n}",
            f"{price:.2f}",
            currency=currency,
            match={"status": "auto_matched", "product_id": str(product), "score": 99},
        )
        for n, (product, price) in enumerate(zip(products, prices, strict=True))
    ]


def test_a_list_like_the_others_is_applied_at_once_in_whatever_currency(send: Apply, products: list[UUID]) -> None:
    assert send(*lines(products, [price * 0.7 for price in PRICES])).outcome == Outcome.SUCCESS


def test_one_rate_throughout_is_another_currency_and_no_doubt(send: Apply, products: list[UUID]) -> None:
    assert send(*lines(products, [price * 43.0 for price in PRICES], "CZK")).outcome == Outcome.SUCCESS


@pytest.mark.parametrize(
    ("prices", "reason"),
    [
        ([5, 10, 5, 15, 5, 10, 5, 20], "The prices do not follow those of our own products (8 were compared)."),
        ([price * 100 for price in PRICES], "A typical price is 100 times our own product's (8 were compared)."),
        ([price * 5 for price in PRICES], "A typical price is 6.2 times other suppliers' (8 were compared)."),
    ],
)
def test_prices_that_fit_nobodys_wait_with_the_question(
    send: Apply, products: list[UUID], prices: list[float], reason: str
) -> None:
    job = send(*lines(products, prices))
    assert (job.outcome, job.question) == (Outcome.HELD, "price")
    assert reason in (job.hold_reason or "")
    assert not {"A0"} & items().keys()


def test_a_doubt_about_the_price_column_is_asked_once_and_the_answer_kept(send: Apply, supplier: Supplier) -> None:
    few = [item("A1", "Hammer", "4.00"), item("A2", "Zange", "5.00")]
    job = send(*few, told=TOLD | {"doubts": [DOUBT]})
    assert job.question == "price"
    assert "Net was taken, it may be Gross." in (job.hold_reason or "")
    commit.approve_held(job.id, actor="anna")
    editing.keep_price_column(supplier.id, price_header(job), "anna")
    later = send(*few, told=TOLD | {"doubts": [DOUBT]})
    assert (later.outcome, later.question) == (Outcome.WARNINGS, None)
    assert any("Net was taken" in each for each in later.look_at)

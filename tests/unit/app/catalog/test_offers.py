"""A product's offer is true after whatever changed it, and never compares two currencies."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask

from app.catalog import offers, public_questions
from app.extensions import db
from app.models.catalog import ItemMatch, Product, ProductStatus, SupplierItem
from app.models.supplier import Supplier
from app.models.user import User, UserRole
from app.review import answer
from app.suppliers import editing


@pytest.fixture
def product(ctx: Flask) -> Product:
    made = Product(internal_sku="P1", name="Hammer", status=ProductStatus.ACTIVE)
    db.session.add(made)
    db.session.commit()
    return made


@pytest.fixture
def anna(ctx: Flask) -> User:
    user = User(username="anna", password_hash="x", role=UserRole.PROCUREMENT)
    db.session.add(user)
    db.session.commit()
    return user


def offer(
    product: Product, seller: str, price: str | None, currency: str | None = "EUR", **more: object
) -> SupplierItem:
    supplier = Supplier(name=seller, source_type="csv", meta={})
    db.session.add(supplier)
    db.session.flush()
    item = SupplierItem(
        supplier_id=supplier.id, supplier_sku="A", name="Hammer", product_id=product.id, currency=currency,
        current_price=Decimal(price) if price else None, match_status=ItemMatch.AUTO_MATCHED, **more,
    )  # fmt: skip
    db.session.add(item)
    db.session.commit()
    return item


def kept(product: Product) -> tuple[Decimal | None, bool]:
    db.session.expire_all()
    return product.min_price, product.availability


def test_the_offer_is_in_the_currency_that_most_items_are_priced_in(ctx: Flask, product: Product) -> None:
    for seller, price, currency in [
        ("A", "12.50", "EUR"),
        ("B", "11.90", "EUR"),
        ("C", "4.00", "RUB"),
        ("D", None, "RUB"),
    ]:
        offer(product, seller, price, currency)
    offers.refresh([product.id])
    assert kept(product) == (Decimal("11.90"), True)
    assert offers.of_products([product.id]) == {product.id: offers.Offer(4, "EUR", Decimal("11.90"), Decimal("12.50"))}


def test_what_is_not_available_is_not_on_offer(ctx: Flask, product: Product) -> None:
    offer(product, "A", "1.00", is_available=False)
    offers.refresh([product.id])
    assert kept(product) == (None, False)
    assert offers.of_products([product.id]) == {}


def test_an_unlinked_item_takes_its_price_along(ctx: Flask, product: Product, anna: User) -> None:
    cheap, dear = offer(product, "A", "9.00"), offer(product, "B", "10.00")
    answer.link(dear.id, product.id, by=anna)
    assert kept(product) == (Decimal("9.00"), True)
    answer.unlink(cheap.id, by=anna)
    assert kept(product) == (Decimal("10.00"), True)
    answer.unlink(dear.id, by=anna)
    assert kept(product) == (None, False)


def test_a_deleted_supplier_takes_its_price_along(ctx: Flask, product: Product) -> None:
    cheap = offer(product, "A", "9.00")
    offer(product, "B", "10.00")
    editing.delete(cheap.supplier_id, "tests")
    assert kept(product) == (Decimal("10.00"), True)


def test_the_public_list_filters_by_the_price_it_shows(ctx: Flask, product: Product) -> None:
    offer(product, "A", "9.00", "EUR")
    offer(product, "B", "8.00", "EUR")
    offer(product, "C", "900.00", "RUB")

    def found(**limits: float | None) -> list[str]:
        wanted: dict[str, float | None] = {"min_price": None, "max_price": None} | limits
        shown = public_questions.on_offer(public_questions.Shelf(**wanted), offset=0, limit=10)
        assert len(shown.rows) == shown.total
        return [each.product.internal_sku for each in shown.rows]

    assert found() == found(min_price=8.5) == found(max_price=8) == ["P1"]
    assert found(min_price=100) == found(max_price=7) == []


@pytest.mark.parametrize(
    ("prices", "lowest"),
    [(["0.00", "5.00"], 5), (["0.01", "100.00"], 100), (["0.02", "90.00", "100.00"], 90), (["3.00", "2900.00"], 3)],
)
def test_neither_zero_nor_an_absurd_price_is_an_offer(
    ctx: Flask, product: Product, prices: list[str], lowest: int
) -> None:
    for n, price in enumerate(prices):
        offer(product, f"S{n}", price)
    found = offers.of_products([product.id])[product.id]
    assert (found.lowest, found.suppliers) == (lowest, len(prices))
    offers.refresh([product.id])
    assert kept(product) == (lowest, True)

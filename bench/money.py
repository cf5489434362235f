"""Comparable prices computed anew: 150,000 items of a supplier after a rate of theirs, and after a rule of his."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import func, select, text

from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.supplier import Supplier
from app.money import rates, rules
from app.money.rates import Told
from bench.figure import Figure, figure, told
from bench.installation import place

ITEMS, PRODUCTS, MOST_SECONDS = 150_000, 20_000, 10
MAKE_PRODUCTS = text("""
    INSERT INTO products (internal_sku, name, status, price)
    SELECT 'P-' || n, 'Product ' || n, 'active', 10 + n % 97 FROM generate_series(1, :products) AS n
""")
MAKE_ITEMS = text("""
    INSERT INTO supplier_items (supplier_id, supplier_sku, name, current_price, currency, product_id, match_status)
    SELECT :supplier, 'S-' || n, 'Item ' || n, 1 + n % 997, 'PLN', p.id,
        (CASE WHEN p.id IS NULL THEN 'unmatched' ELSE 'auto_matched' END)::match_status
    FROM generate_series(1, CAST(:items AS int)) AS n LEFT JOIN products AS p ON p.internal_sku = 'P-' || n
""")


def figures(quick: bool) -> list[Figure]:
    """``quick``: a tenth of the items."""
    share = 10 if quick else 1
    with place():
        supplier = Supplier(name="Bench", source_type="csv", meta={})
        db.session.add(supplier)
        rates.set_base("EUR", actor="bench")
        counts = {"supplier": supplier.id, "items": ITEMS // share, "products": PRODUCTS // share}
        db.session.execute(MAKE_PRODUCTS, counts)
        db.session.execute(MAKE_ITEMS, counts)
        db.session.commit()
        name = f"buyer: {ITEMS // share:,} items recomputed after"
        found = [
            figure(f"{name} a rate", after(lambda: tell("0.25")), "s", most=MOST_SECONDS),
            figure(f"{name} a rate that changes", after(lambda: tell("0.24")), "s", most=MOST_SECONDS),
            figure(f"{name} a rule", after(lambda: charge(supplier)), "s", most=MOST_SECONDS),
        ]
        assured(ITEMS // share)
        return found


def after(change: Callable[[], object]) -> float:
    """Seconds until the change and all that it makes of the items are committed."""
    began = time.perf_counter()
    change()
    return time.perf_counter() - began


def tell(rate: str) -> None:
    rates.tell([Told(datetime.now(UTC).date(), "PLN", "EUR", Decimal(rate))], source="hand", actor="bench")


def charge(supplier: Supplier) -> None:
    rules.add(supplier, kind="freight", percent="5", actor="bench")


def assured(count: int) -> None:
    """What was measured was done: every item costs its price at the last rate, and the freight."""
    right = func.round(SupplierItem.current_price * Decimal("0.24") * Decimal("1.05"), 6)
    done = select(func.count()).where(SupplierItem.comparable_price == right)
    if db.session.scalar(done) != count:
        raise RuntimeError("Not every item was computed anew.")


if __name__ == "__main__":
    for each in figures(quick=False):
        print(told(each))

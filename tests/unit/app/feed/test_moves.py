"""What moved in a span of time, net."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import update

from app.apply import undo
from app.extensions import db
from app.feed import moves
from app.models.catalog import Category, Product, SupplierItem
from app.models.feed import Change
from app.models.supplier import Supplier
from tests.fixtures.results import Apply, item

WEEK = moves.Span()


def of_before() -> None:
    """All changes so far are older than the span."""
    db.session.execute(update(Change).values(at=datetime.now(UTC) - timedelta(days=40)))
    db.session.commit()


def test_prices_up_down_new_and_gone_are_counted_and_the_farthest_named(send: Apply, supplier: Supplier) -> None:
    send(*(item(f"A{n}", f"Item {n}", "10.00") for n in range(10)))
    of_before()
    dearer = [item(f"A{n}", f"Item {n}", f"10.{n}0") for n in range(1, 4)]
    rest = [item(f"A{n}", f"Item {n}", "10.00") for n in range(5, 10)]
    send(*dearer, item("A4", "Item 4", "9.00"), *rest, item("B1", "New", "1.00"), replaces_all=True)
    found = moves.within(WEEK)
    (row,) = found.suppliers
    assert (row.supplier, row.rises, row.falls, row.new, row.gone) == (supplier.name, 3, 1, 1, 1)
    assert [(each.name, each.percent) for each in found.rises] == [("Item 3", 3), ("Item 2", 2), ("Item 1", 1)]
    assert [(each.before, each.after, each.by) for each in found.falls] == [(10, 9, -1)]
    assert moves.within(moves.Span(supplier_id=uuid4())).suppliers == []


def test_what_came_back_has_not_moved_and_two_steps_are_one(send: Apply) -> None:
    send(item("A1", "Hammer", "10.00"), item("A2", "Zange", "10.00"))
    of_before()
    send(item("A1", "Hammer", "11.00"), item("A2", "Zange", "11.00"))
    last = send(item("A1", "Hammer", "12.00"), item("A2", "Zange", "10.00"))
    (rise,) = moves.within(WEEK).rises
    assert (rise.name, rise.before, rise.after, rise.percent) == ("Hammer", 10, 12, 20)
    undo.undo(last.id, actor="anna")
    assert {each.after for each in moves.within(WEEK).rises} == {Decimal(11)}


def test_a_price_in_another_currency_has_not_moved(send: Apply) -> None:
    send(item("A1", "Hammer", "10.00"))
    of_before()
    send(item("A1", "Hammer", "43.00", currency="PLN"))
    assert moves.within(WEEK).rises == []


def test_products_of_a_category_are_told_apart(send: Apply) -> None:
    send(item("A1", "Hammer", "10.00"), item("A2", "Zange", "10.00"))
    tools = Category(name="Tools")
    db.session.add(tools)
    db.session.flush()
    product = Product(internal_sku="P-1", name="Hammer", category_id=tools.id)
    db.session.add(product)
    db.session.flush()
    db.session.execute(update(SupplierItem).where(SupplierItem.supplier_sku == "A1").values(product_id=product.id))
    db.session.commit()
    of_before()
    send(item("A1", "Hammer", "11.00"), item("A2", "Zange", "11.00"))
    assert [each.name for each in moves.within(moves.Span(category_id=tools.id)).rises] == ["Hammer"]

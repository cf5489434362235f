"""Every change of an item is in the feed once, in order, with what it was done by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update

from app.access import accounts
from app.apply import undo
from app.errors import CursorExpired
from app.extensions import db
from app.feed import following, numbering
from app.models.catalog import Product, SupplierItem
from app.models.feed import Change
from app.models.supplier import Supplier
from app.models.user import UserRole
from app.review import answer
from app.suppliers import editing, wastebin
from tests.fixtures.results import Apply, item, items


def told(since: int = 0) -> list[tuple[str, str, str]]:
    return [(each.kind, each.cause, each.supplier_sku) for each in following.after(since, limit=100).changes]


def test_what_a_file_does_is_told_with_both_prices(send: Apply) -> None:
    send(item("A1", "Hammer", "10.00"), item("A2", "Zange", "5.00"))
    assert sorted(told()) == [("new", "applied", "A1"), ("new", "applied", "A2")]
    since = following.newest()
    job = send(item("A1", "Hammer", "12.00"), item("A2", "Zange", "5.00"))
    (change,) = following.after(since, limit=10).changes
    assert (change.kind, change.old_price, change.price, change.job_id) == ("changed", 10, 12, job.id)
    assert (change.old_currency, change.currency, change.is_available) == ("EUR", "EUR", True)


def test_the_same_file_again_tells_nothing(send: Apply) -> None:
    lines = [item("A1", "Hammer", "10.00", unit="Stk"), item("A2", "Zange", "5.00")]
    send(*lines)
    since = following.newest()
    send(*lines)
    assert told(since) == []


def test_what_vanishes_comes_back_and_is_undone_is_told(send: Apply) -> None:
    send(item("A1", "Hammer"), item("A2", "Zange"))
    since = following.newest()
    send(item("A1", "Hammer"), replaces_all=True)
    last = send(item("A1", "Hammer"), item("A2", "Zange"), item("A3", "Feile"))
    undo.undo(last.id, actor="anna")
    assert told(since) == [
        ("vanished", "applied", "A2"),
        ("returned", "applied", "A2"),
        ("new", "applied", "A3"),
        ("vanished", "undone", "A2"),
        ("removed", "undone", "A3"),
    ]


def test_links_corrections_and_deleted_suppliers_are_told(send: Apply, supplier: Supplier) -> None:
    send(item("A1", "Hammer", "1.00"))
    by = accounts.create_user("anna", "a good password", UserRole.ADMIN, "tests")
    product = Product(internal_sku="P-1", name="Hammer")
    db.session.add(product)
    db.session.commit()
    since = following.newest()
    answer.link(items()["A1"].id, product.id, by=by)
    answer.unlink(items()["A1"].id, by=by)
    answer.link(items()["A1"].id, product.id, by=by)
    db.session.execute(update(SupplierItem).values(current_price=Decimal(2)))
    db.session.commit()
    editing.delete(supplier.id, actor="anna")
    wastebin.restore(supplier.id, "anna")
    assert told(since) == [
        ("linked", "decided", "A1"),
        ("unlinked", "decided", "A1"),
        ("linked", "decided", "A1"),
        ("changed", "corrected", "A1"),
        ("removed", "deleted", "A1"),
        ("new", "restored", "A1"),
    ]
    assert [each.product_id for each in following.after(since, limit=3).changes] == [product.id, None, product.id]


def test_a_product_that_goes_lets_its_items_go(send: Apply) -> None:
    send(item("A1", "Hammer", "1.00"))
    product = Product(internal_sku="P-1", name="Hammer")
    db.session.add(product)
    db.session.flush()
    db.session.execute(update(SupplierItem).values(product_id=product.id))
    db.session.commit()
    since = following.newest()
    db.session.execute(delete(Product))
    db.session.commit()
    assert told(since) == [("unlinked", "decided", "A1")]


def test_what_is_committed_late_is_numbered_late_and_passed_by_by_nobody(ctx: Flask, supplier: Supplier) -> None:
    insert = text("INSERT INTO supplier_items (supplier_id, supplier_sku, name) VALUES (:supplier, :sku, 'Hammer')")
    with db.engine.connect() as slow, db.engine.connect() as quick:
        slow.execute(insert, {"supplier": supplier.id, "sku": "slow"})
        quick.execute(insert, {"supplier": supplier.id, "sku": "quick"})
        quick.commit()
        part = following.after(0, limit=10)
        assert [each.supplier_sku for each in part.changes] == ["quick"]
        slow.commit()
    assert [each.supplier_sku for each in following.after(part.following, limit=10).changes] == ["slow"]


def test_parts_join_without_a_gap_and_filters_keep_the_cursor(send: Apply, supplier: Supplier) -> None:
    send(*(item(f"A{n}", f"Item {n}") for n in range(7)))
    first = following.after(0, limit=3)
    second = following.after(first.following, limit=100)
    assert [each.number for each in [*first.changes, *second.changes]] == list(range(1, 8))
    assert (first.more, second.more, second.following) == (True, False, 7)
    other = following.after(0, limit=3, supplier_id=uuid4())
    assert (other.changes, other.following, other.more) == ([], 7, False)
    assert len(following.after(0, limit=100, supplier_id=supplier.id).changes) == 7


def test_old_changes_are_forgotten_and_a_reader_behind_them_is_told(make_app: Callable[..., Flask]) -> None:
    with make_app(job_history_days=30).app_context():
        db.session.add(Supplier(name="Brandt", source_type="csv", meta={}))
        db.session.flush()
        db.session.execute(
            text("INSERT INTO supplier_items (supplier_id, supplier_sku, name) SELECT id, n, 'x' FROM suppliers, "
                 "unnest(ARRAY['a', 'b', 'c']) AS n")
        )  # fmt: skip
        db.session.commit()
        numbering.give_all()
        old = func.now() - timedelta(days=31)
        db.session.execute(update(Change).where(Change.number <= 2).values(at=old))
        db.session.commit()
        assert numbering.forget() == 2
        assert [each.number for each in following.after(0, limit=10).changes] == [3]
        assert [each.number for each in following.after(2, limit=10).changes] == [3]
        for cursor in (1, 4):
            with pytest.raises(CursorExpired, match="holds 3 to 3"):
                following.after(cursor, limit=10)
        assert db.session.scalar(select(func.count()).select_from(Change)) == 1

"""What the review shows beside an item."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import update

from app.extensions import db
from app.models.catalog import ComparedPrice, ItemMatch, Product, SupplierItem
from app.models.offers import ProductOffers
from app.models.review import Review
from app.models.supplier import Supplier
from app.review import options, queue
from app.web.beside import beside


@pytest.mark.parametrize(
    ("price", "ours", "gap"),
    [
        ("90", "100", -10.0),
        ("130", "100", 30.0),
        ("4356", "71.21", None),
        ("1", "71.21", None),
        (None, "71.21", None),
        ("5", None, None),
        ("5", "0", None),
    ],
)
def test_a_percentage_is_shown_only_of_prices_that_can_be_of_the_same_money(
    price: str | None, ours: str | None, gap: float | None
) -> None:
    assert options._gap(price and Decimal(price), ours and Decimal(ours)) == gap  # type: ignore[arg-type]


def test_the_queue_is_walked_by_certainty_value_supplier_or_age(ctx: Flask) -> None:
    """Each entry leads to the next of the same order, whatever stands equal."""
    now = datetime.now(UTC)
    # name of the supplier, price in the base currency, score, days that it waits
    made = {"cheap": ("B", 1, 90, 2), "dear": ("A", 50, 60, 1), "old": ("B", None, 60, 9)}
    owners = {name: Supplier(name=name, source_type="csv") for name in "AB"}
    db.session.add_all(owners.values())
    db.session.flush()
    names = {}
    for name, (owner, price, score, days) in made.items():
        facts = {"supplier_sku": name, "name": name, "match_status": ItemMatch.POTENTIAL_MATCH}
        item = SupplierItem(supplier_id=owners[owner].id, **facts)
        db.session.add(item)
        db.session.flush()
        waits = {"created_at": now - timedelta(days=days), "expires_at": now + timedelta(days=1)}
        worth = update(ComparedPrice).where(ComparedPrice.item_id == item.id)
        db.session.execute(worth.values(comparable_price=price))
        review = Review(supplier_item_id=item.id, top_score=score, **waits)
        db.session.add(review)
        db.session.flush()
        names[review.id] = name
    db.session.commit()
    dearest = ["dear", "cheap", "old"]
    for order, walked in {"value": dearest, "supplier": dearest, "age": ["old", "cheap", "dear"]}.items():
        which = queue.QueueFilter.from_args({"order": order})
        first = queue.entries(which)[0]
        assert [names[each.id] for each in queue.entries(which)] == walked
        assert [names[each.review.id] for each in queue.following(which, first, limit=5)] == walked[1:]
    surest = queue.QueueFilter()
    first = queue.entries(surest)[0]
    assert names[first.id] == "cheap"
    assert len(queue.following(surest, first, limit=5)) == 2


def test_a_price_counts_as_often_as_suppliers_offer_what_it_may_be(ctx: Flask, supplier: Supplier) -> None:
    for name, price, others in (("dear", 50, 1), ("sought", 20, 4), ("alone", 30, 0)):
        item = SupplierItem(supplier_id=supplier.id, supplier_sku=name, name=name)
        db.session.add_all([item, product := Product(internal_sku=name, name=name)])
        db.session.flush()
        worth = update(ComparedPrice).where(ComparedPrice.item_id == item.id)
        db.session.execute(worth.values(comparable_price=price))
        if others:
            db.session.merge(ProductOffers(product_id=product.id, offers=others, suppliers=others))
        candidates = [{"product_id": str(product.id), "score": 70}]
        ends = datetime.now(UTC) + timedelta(days=1)
        db.session.add(Review(supplier_item_id=item.id, candidate_products=candidates, top_score=70, expires_at=ends))
    db.session.commit()
    which = queue.QueueFilter.from_args({"order": "value"})
    walked = queue.entries(which)
    assert [each.item.name for each in walked] == ["sought", "dear", "alone"]
    assert [each.item.name for each in queue.following(which, walked[0], limit=5)] == ["dear", "alone"]


def test_many_are_shown_a_page_at_a_time(ctx: Flask, supplier: Supplier, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has no candidate by now is left out, and ends no page."""
    monkeypatch.setattr(queue, "MOST_AT_ONCE", 2)
    product = Product(internal_sku="P1", name="Hammer")
    db.session.add(product)
    db.session.flush()
    for number, candidates in enumerate([[], [product.id], [product.id], [], [product.id]]):
        item = SupplierItem(supplier_id=supplier.id, supplier_sku=str(number), name=f"Hammer {number}")
        db.session.add(item)
        db.session.flush()
        shown = [{"product_id": str(each)} for each in candidates]
        ends = datetime.now(UTC) + timedelta(days=1)
        db.session.add(
            Review(supplier_item_id=item.id, candidate_products=shown, top_score=90 - number, expires_at=ends)
        )
    db.session.commit()
    pages, behind = [], None
    for _page in range(3):
        pairs, behind = queue.surest(queue.QueueFilter(), behind=behind)
        pages.append([review.item.name for review, _product in pairs])
    assert (pages, behind) == ([["Hammer 1"], ["Hammer 2"], ["Hammer 4"]], None)


@pytest.mark.parametrize(
    ("text", "other", "marked"),
    [
        ("Молоток слесарный 500 г", "Hammer 300 g", ["500"]),
        ("Молоток Gross 500 г", "Hammer Sparta 500 g", ["Gross"]),
        ("Молоток Gross", "Кувалда Gross", ["Молоток"]),
        ("ハンマー THS-6", "Hammer THS-8", ["THS-6"]),
    ],
)
def test_a_word_of_a_script_that_the_other_name_lacks_is_no_difference(
    text: str, other: str, marked: list[str]
) -> None:
    assert re.findall(r'"differs">(.*?)<', beside(text, other)) == marked


def test_both_prices_are_told_in_one_money_and_words_that_differ_are_marked(ctx: Flask) -> None:
    product = Product(internal_sku="P1", name="Torvik THS-6 Set 6 pcs", price=20, currency="EUR")
    db.session.add(product)
    db.session.flush()
    db.session.add(ProductOffers(product_id=product.id, offers=0, suppliers=0, own=20))
    db.session.commit()
    item = SupplierItem(name="Set THS-6, 6 pcs", current_price=900, currency="RUB", comparable_price=10)
    said = {"product_id": str(product.id), "score": 90, "why": ["brand differs: a / b", "same pack"]}
    option = options.of([{**said, "against": [0]}], item)[0]
    assert (option.own, option.price_gap) == (20, -50)
    assert (option.why, option.against) == (["same pack"], ["brand differs: a / b"])
    before = options.of([said], item)[0]
    assert (before.why, before.against) == (["brand differs: a / b", "same pack"], []), "kept before sides were told"
    assert beside(product.name, item.name) == '<span class="differs">Torvik</span> THS-6 Set 6 pcs'

"""Comparable prices: 360 offers over 12 currencies, with VAT, price units, packs and rules, held against fractions."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.errors import Invalid
from app.extensions import db
from app.models.catalog import Product, SupplierItem
from app.models.money import CurrencyWorth, PriceRule, RuleKind
from app.models.offers import ProductOffers
from app.models.supplier import Supplier
from app.money import comparable, comparison, rates
from app.money.best import keep_current
from app.money.rates import Told

TODAY = datetime.now(UTC).date()
#: one EUR costs so many
ECB = {
    "USD": "1.0832",
    "GBP": "0.8561",
    "PLN": "4.2675",
    "CZK": "25.31",
    "SEK": "11.482",
    "CHF": "0.9471",
    "TRY": "37.91",
    "JPY": "163.52",
    "CNY": "7.8123",
    "HUF": "403.15",
    "NOK": "11.713",
}


def tell(**more: str) -> None:
    told = [Told(TODAY, "EUR", quote, Decimal(rate)) for quote, rate in (ECB | more).items()]
    rates.tell(told, source="hand", actor="tests")


def offer(supplier: Supplier, number: int, *, product: UUID | None = None, **facts: Any) -> SupplierItem:
    item = SupplierItem(supplier_id=supplier.id, supplier_sku=f"S{number}", name=f"Item {number}", **facts)
    item.product_id = product
    db.session.add(item)
    return item


def of(item: SupplierItem) -> SupplierItem:
    return db.session.get_one(SupplierItem, item.id, populate_existing=True)


@pytest.mark.parametrize("base", ["EUR", "PLN", "USD"])
def test_every_offer_comes_to_what_fractions_say(ctx: Flask, base: str) -> None:
    dice = random.Random(7)
    rates.set_base(base, actor="tests")
    tell()
    worth = {"EUR": Fraction(1)} | {code: 1 / Fraction(rate) for code, rate in ECB.items()}
    expected: dict[SupplierItem, Fraction] = {}
    for number in range(24):
        supplier = Supplier(name=f"Supplier {number}", source_type="csv", meta={})
        db.session.add(supplier)
        db.session.flush()
        factor = Fraction(1)
        for kind in dice.sample(list(RuleKind), dice.randint(0, 3)):
            percent = Decimal(dice.randint(1, 400)) / 10
            db.session.add(PriceRule(supplier_id=supplier.id, kind=kind, percent=percent))
            factor *= 1 + Fraction(percent) / 100 * (-1 if kind == RuleKind.DISCOUNT else 1)
        for place in range(15):
            code, unit = dice.choice(list(worth)), dice.choice([None, "1", "100", "1000"])
            price, pack = Decimal(dice.randint(100, 10_000_000)) / 100, dice.choice([None, 6, 24])
            vat = dice.choice([None, "7", "19", "20", "25.5"])
            conditions: dict[str, Any] = {"price_unit": unit} if unit else {}
            conditions |= {"vat_included": True, "vat_rate": vat} if vat else {}
            conditions |= {"price_kind": "pack"} if pack else {}
            facts = {"current_price": price, "currency": code, "conditions": conditions}
            item = offer(supplier, place, characteristics={"pack_size": str(pack)} if pack else {}, **facts)
            each = Fraction(price) / int(unit or 1) / (pack or 1) / (1 + Fraction(vat or 0) / 100)
            expected[item] = each * factor * worth[code] / worth[base]
    rates.set_anew()
    assert len(expected) == 360
    told = comparable.explain([item.id for item in expected], base)
    for item, wanted in expected.items():
        kept = of(item).comparable_price
        assert kept is not None
        assert abs(Fraction(kept) - wanted) <= wanted / 10**6 + Fraction(1, 10**6), (item.current_price, kept)
        last = told[item.id][-1]
        assert (last.currency, abs(last.amount - kept) <= Decimal("0.000002")) == (base, True), told[item.id]


@pytest.mark.parametrize(
    ("facts", "gap"),
    [
        ({"current_price": None, "currency": "EUR"}, "no_price"),
        ({"current_price": Decimal(0), "currency": "EUR"}, "no_price"),
        ({"current_price": Decimal(5)}, "no_currency"),
        ({"current_price": Decimal(5), "currency": "UAH"}, "no_rate"),
        ({"current_price": Decimal(5), "currency": "EUR", "conditions": {"vat_included": True}}, "vat_unknown"),
        ({"current_price": Decimal(5), "currency": "EUR", "conditions": {"price_kind": "pack"}}, "pack_unknown"),
    ],
)
def test_a_step_that_is_not_known_is_said_and_never_guessed(
    supplier: Supplier, facts: dict[str, Any], gap: str
) -> None:
    rates.set_base("EUR", actor="tests")
    tell()
    item = offer(supplier, 1, **facts)
    rates.set_anew()
    assert (of(item).comparable_price, of(item).not_compared) == (None, gap)
    tell(UAH="45.2")
    assert (of(item).not_compared is None) == (gap == "no_rate")


def test_a_rule_counts_on_its_days_and_for_its_category_only(supplier: Supplier) -> None:
    rates.set_base("EUR", actor="tests")
    plain = offer(supplier, 1, current_price=Decimal(100), currency="EUR")
    tools = offer(
        supplier, 2, current_price=Decimal(100), currency="EUR", characteristics={"category": ["Tools", "Saws"]}
    )
    day = timedelta(days=1)
    for percent, more in (
        (10, {"category": "Saws"}),
        (20, {"valid_from": TODAY + day}),
        (30, {"valid_to": TODAY - day}),
        (50, {"valid_from": TODAY, "valid_to": TODAY, "category": "Tools"}),
    ):
        db.session.add(PriceRule(supplier_id=supplier.id, kind=RuleKind.DISCOUNT, percent=Decimal(percent), **more))
    rates.set_anew()
    assert of(plain).comparable_price == 100
    assert of(tools).comparable_price == 45


def test_history_is_compared_at_the_rate_of_its_day(ctx: Flask) -> None:
    rates.set_base("EUR", actor="tests")
    told = [Told(date(2026, 1, day), "EUR", "USD", Decimal(rate)) for day, rate in ((1, "1.0"), (5, "1.25"))]
    rates.tell(told, source="csv", actor="tests")
    found = db.session.execute(
        select(CurrencyWorth.day, CurrencyWorth.worth)
        .where(CurrencyWorth.currency == "USD")
        .order_by(CurrencyWorth.day)
    ).all()
    assert [(row.day.day, row.worth) for row in found] == [(1, 1), (5, Decimal("0.8"))]


def test_the_cheapest_is_found_over_currencies_and_an_absurd_price_is_not_it(supplier: Supplier) -> None:
    rates.set_base("EUR", actor="tests")
    tell()
    product = Product(internal_sku="P-1", name="Hammer")
    other = Supplier(name="Other", source_type="csv", meta={})
    db.session.add_all([product, other])
    db.session.flush()
    offer(supplier, 1, product=product.id, current_price=Decimal("242.15"), currency="TRY")
    offer(supplier, 2, product=product.id, current_price=Decimal("0.001"), currency="EUR")
    cheapest = offer(other, 3, product=product.id, current_price=Decimal("2.84"), currency="USD")
    offer(other, 4, product=product.id, current_price=Decimal("1.00"), currency="EUR", is_available=False)
    rates.set_anew()
    keep_current()
    best = db.session.get_one(ProductOffers, product.id)
    assert best.best is not None
    assert (best.best_supplier_id, best.offers, round(best.best, 2)) == (other.id, 3, Decimal("2.62"))
    lines = comparison.offers_of(product.id)
    assert [line.item.id for line in lines if line.cheapest] == [cheapest.id]
    assert lines[-1].item.is_available is False


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"2026-01-01,EUR,USD,abc", "Line 1: abc is no rate"),
        (b"day,base,quote,rate\n2026-13-01,EUR,USD,1", "Line 2: 2026-13-01 is no day"),
        (b"2026-01-01,EUR,Dollar,1", "Line 1: Dollar is no currency"),
        (b"2026-01-01,EUR,USD", "Line 1: it needs day, base, quote and rate"),
        (b"2026-01-01,EUR,EUR,1", "Line 1: A rate needs two currencies"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_wrong_line_of_a_csv_is_named(ctx: Flask, body: bytes, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        rates.from_csv(body)


def test_rates_of_the_european_central_bank_are_read(ctx: Flask) -> None:
    body = b"""<?xml version="1.0"?><gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
        xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube><Cube time="2026-11-25">
        <Cube currency="USD" rate="1.0832"/><Cube currency="PLN" rate="4.2675"/></Cube></Cube></gesmes:Envelope>"""
    assert rates.from_ecb(body) == [
        Told(date(2026, 11, 25), "EUR", "USD", Decimal("1.0832")),
        Told(date(2026, 11, 25), "EUR", "PLN", Decimal("4.2675")),
    ]
    for hostile in (b"<html>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"<a/>"):
        with pytest.raises(Invalid):
            rates.from_ecb(hostile)

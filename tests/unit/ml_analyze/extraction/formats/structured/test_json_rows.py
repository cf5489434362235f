"""JSON and XML of many shapes: the articles are found where they stand, with the price that a buyer pays."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from handoff.api import Hints
from handoff.doubts import DoubtCode
from ml_analyze.extraction import Unreadable, read_price_list
from tests.unit.ml_analyze.extraction.formats import structured_forms
from tests.unit.ml_analyze.extraction.price_files import items_of


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("form", structured_forms.FORMS)
def test_articles_are_found_wherever_they_stand(tmp_path: Path, form: str, seed: int) -> None:
    made = structured_forms.tools(seed)
    write, currency, often = structured_forms.FORMS[form]
    path = tmp_path / "list.txt"
    path.write_text(write(made), encoding="utf-8")
    more = 5000 if form == "thousands" else 0
    assert [(each["sku"], each["name"], Decimal(each["price"]), each["currency"]) for each in items_of(path)] == [
        (code, name, Decimal(price) + more, currency) for code, name, price in made for _ in range(often)
    ]


@pytest.mark.parametrize("form", structured_forms.RIVALS)
def test_prices_that_are_alike_by_name_leave_a_doubt(tmp_path: Path, form: str) -> None:
    path = tmp_path / "list.xml"
    path.write_text(structured_forms.RIVALS[form](structured_forms.tools(1)), encoding="utf-8")
    (doubt,) = read_price_list(path).findings.doubts
    assert doubt.what == DoubtCode.PRICE_COLUMN and doubt.instead in {"Крупный опт", "Цена 2"}
    answered = read_price_list(path, hints=Hints(columns={"price": doubt.instead}))
    assert [Decimal(line["price"]) for line in answered.lines] == [Decimal(p) for *_, p in structured_forms.tools(1)]
    assert answered.findings.doubts == [], "a person's word settles it"


def test_a_price_for_a_hundred_says_so_in_an_attribute(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    items = "".join(
        f"<item><sku>S-{n}</sku><name>Screw {n}</name><price unit='100'>{n}.5</price></item>" for n in range(9)
    )
    path.write_text(f"<?xml version='1.0'?><list>{items}</list>")
    assert {each["conditions"]["price_unit"] for each in items_of(path)} == {"100"}


def test_variants_have_their_product_s_name_and_their_own_price(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    variants = [
        {"title": colour, "sku": f"T-{colour}", "price": price} for colour, price in (("Red", "5"), ("Blue", "6"))
    ]
    path.write_text(json.dumps({"products": [{"title": "Drill", "vendor": "Acme", "variants": variants}] * 3}))
    assert [(each["name"], each["sku"], each["price"], each["brand"]) for each in items_of(path)][:2] == [
        ("Drill Red", "T-Red", "5", "Acme"),
        ("Drill Blue", "T-Blue", "6", "Acme"),
    ]


def test_a_group_is_a_category_and_tiers_are_conditions(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    prices = [{"qty": 1, "price": "10.00"}, {"qty": 100, "price": "9.00"}]
    articles = [{"sku": f"A-{n}", "name": f"Hammer {n}", "prices": prices} for n in range(5)]
    path.write_text(json.dumps([{"name": "Tools", "groups": [{"name": "Hammers", "articles": articles}]}]))
    for each in items_of(path):
        assert each["category"] == ["Tools > Hammers"]
        assert each["conditions"]["tiers"][-1] == {"from_quantity": "100", "price": "9.00"}


@pytest.mark.parametrize(
    "text", ['[["a", "b"], [1, 2]]', '{"a": {"b": [1, 2]}}', "[[]]", '[{"a": [{"b": [{"c": 1}]}]}]']
)
def test_what_holds_no_articles_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.json"
    path.write_text(text)
    with pytest.raises(Unreadable):
        list(read_price_list(path).lines)


def test_three_digits_behind_a_comma_are_no_price_of_a_feed(tmp_path: Path) -> None:
    """``1,299`` may be thirteen hundred or a bit more than one: it is asked, not chosen."""
    path = tmp_path / "list.xml"
    offers = "".join(f"<offer id='{n}'><name>Drill {n}</name><price>{n},299</price></offer>" for n in range(1, 9))
    path.write_text(f"<?xml version='1.0'?><yml_catalog><shop><offers>{offers}</offers></shop></yml_catalog>")
    with pytest.raises(Unreadable, match="no prices"):
        list(read_price_list(path).lines)


@pytest.mark.parametrize(
    ("amount", "currency", "price"),
    [("1999", "eur", "19.99"), ("1999", "JPY", "1999"), ("19.99", "EUR", "19.99")],
)
def test_the_whole_unit_amount_of_a_payment_service_is_in_cents(
    tmp_path: Path, amount: str, currency: str, price: str
) -> None:
    rows = [
        f'{{"sku":"A-{at}","name":"{name}","unit_amount":{amount},"currency":"{currency}"}}'
        for at, name in enumerate(("Shirt black", "Hoodie grey", "Cap blue", "Mug 300 ml"))
    ]
    path = tmp_path / "prices.json"
    path.write_text(f"[{','.join(rows)}]")
    found = [line["price"] for line in read_price_list(path).lines if line["kind"] == "item"]
    assert found == [price] * 4

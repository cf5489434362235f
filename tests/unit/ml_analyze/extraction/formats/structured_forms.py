"""One list of tools as the exports of shops and the programs of suppliers write it: JSON and XML of many shapes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

Tool = tuple[str, str, str]  # code, name, price

_KINDS = (
    "Cordless drill",
    "Angle grinder",
    "Бензопила",
    "Säbelsäge",
    "Wkrętarka & uchwyt",
    "Rotary hammer",
    "Bench vice",
)
WRONG = "7777.00"  # what a buyer does not pay


def tools(seed: int) -> list[Tool]:
    chance = random.Random(seed)
    return [
        (
            f"T-{100 + at}",
            f"{chance.choice(_KINDS)} {chance.randint(100, 999)} W",
            f"{chance.randint(1000, 99999) / 100:.2f}",
        )
        for at in range(chance.randint(5, 40))
    ]


def _json(made: Any) -> str:
    return json.dumps(made, ensure_ascii=False, indent=1)


def _halves(made: list[Tool]) -> tuple[list[Tool], list[Tool]]:
    return made[: len(made) // 2], made[len(made) // 2 :]


def _named(made: list[Tool]) -> list[dict[str, str]]:
    return [{"code": code, "name": name, "price": price} for code, name, price in made]


def _shopify(made: list[Tool]) -> str:
    """One variant each, with the list of options that every product has."""
    return _json({
        "products": [
            {
                "id": 9000 + at, "title": name, "vendor": "Acme", "tags": ["a", "b"],
                "variants": [{"title": "Default Title", "sku": code, "price": price, "compare_at_price": None}],
                "images": [{"id": 5, "src": "https://shop.example/y.png"}],
                "options": [{"name": "Title", "values": ["Default Title"]}],
            }
            for at, (code, name, price) in enumerate(made)
        ]
    })  # fmt: skip


def _magento(made: list[Tool]) -> str:
    return _json({
        "items": [
            {"id": at, "sku": code, "name": name, "price": float(price), "status": 1,
             "custom_attributes": [{"attribute_code": "brand", "value": "Acme"}]}
            for at, (code, name, price) in enumerate(made)
        ],
        "total_count": len(made),
    })  # fmt: skip


def _beside_groups(made: list[Tool]) -> str:
    groups = [{"id": 1, "name": "Drills"}, {"id": 2, "name": "Saws"}]
    return _json({"currency": "PLN", "categories": groups, "products": _named(made)})


def _in_groups(made: list[Tool]) -> str:
    first, second = _halves(made)
    return _json(
        {"categories": [{"name": "Drills", "items": _named(first)}, {"name": "Saws", "items": _named(second)}]}
    )


def _list_a_group(made: list[Tool]) -> str:
    first, second = _halves(made)
    return _json({"drills": _named(first), "saws": _named(second)})


def _prices_by_kind(made: list[Tool]) -> str:
    return _json([
        {"sku": code, "name": name, "prices": [{"type": "retail", "amount": WRONG, "currency": "EUR"},
                                               {"type": "wholesale", "amount": price, "currency": "EUR"}]}
        for code, name, price in made
    ])  # fmt: skip


def _tiers(made: list[Tool]) -> str:
    return _json(
        [
            {"sku": code, "name": name, "prices": [{"min_qty": 1, "price": price}, {"min_qty": 100, "price": "0.50"}]}
            for code, name, price in made
        ]
    )


def _price_and_currency(made: list[Tool]) -> str:
    return _json([{"sku": c, "name": n, "price": {"amount": p, "currency": "USD"}} for c, n, p in made])


def _rows_of_cells(made: list[Tool]) -> str:
    return _json([["SKU", "Name", "Price EUR"], *map(list, made)])


def _column_by_column(made: list[Tool]) -> str:
    codes, names, prices = zip(*made, strict=True)
    return _json({"sku": codes, "name": names, "price": [float(price) for price in prices]})


def _envelope(made: list[Tool]) -> str:
    rows = [{"art": c, "descr": n, "netto": p, "waehrung": "EUR"} for c, n, p in made]
    return _json({"meta": {"errors": [{"code": 1, "msg": "none"}]}, "data": {"rows": rows}})


def _first_on_request(made: list[Tool]) -> str:
    rows = [{"sku": "T-1", "name": "Diamond wheel", "price": None, "currency": "EUR"}]
    groups = [{"id": 1, "name": "All"}]
    return _json({"groups": groups, "rows": [*rows, *({"sku": c, "name": n, "price": p} for c, n, p in made)]})


def _element(tag: str, text: str, **attributes: str) -> str:
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{tag}{said}>{escape(text)}</{tag}>"


def _xml(inner: str, root: str = "catalog") -> str:
    return f"<?xml version='1.0' encoding='utf-8'?><{root}>{inner}</{root.split(maxsplit=1)[0]}>"


def _shared_currency(made: list[Tool]) -> str:
    items = "".join(_element("item", "", code=c, name=n, price=p) for c, n, p in made)
    return _xml(items, "pricelist currency='EUR'")


def _xml_prices_by_kind(made: list[Tool]) -> str:
    return _xml("".join(
        f"<product>{_element('sku', c)}{_element('name', n)}"
        f"<prices>{_element('price', WRONG, type='retail')}{_element('price', p, type='dealer')}</prices></product>"
        for c, n, p in made
    ))  # fmt: skip


def _xml_variants(made: list[Tool]) -> str:
    return _xml("".join(
        f"<product>{_element('name', n)}<variants>"
        + "".join(f"<variant>{_element('sku', c)}{_element('size', s)}{_element('price', p)}</variant>" for s in "SL")
        + "</variants></product>"
        for c, n, p in made
    ))  # fmt: skip


def _xml_two_lists(made: list[Tool]) -> str:
    """Services beside the products, and a currency in an attribute of each price."""
    first, second = _halves(made)
    return _xml("".join(
        f"<{group}s>" + "".join(
            f"<{group}>{_element('sku', c)}{_element('name', n)}{_element('price', p, cur='GBP')}</{group}>"
            for c, n, p in half
        ) + f"</{group}s>"
        for group, half in (("product", first), ("service", second))
    ))  # fmt: skip


def _commerceml(one: str, other: str) -> Callable[[list[Tool]], str]:
    """Two types of price, the second of which is the buyer's."""

    def offers(made: list[Tool]) -> str:
        types = "".join(
            f"<ТипЦены>{_element('Ид', at)}{_element('Наименование', each)}</ТипЦены>"
            for at, each in (("a", one), ("b", other))
        )
        goods = "".join(
            f"<Предложение>{_element('Артикул', c)}{_element('Наименование', n)}<Цены>" + "".join(
                f"<Цена>{_element('ИдТипаЦены', at)}{_element('ЦенаЗаЕдиницу', money)}<Валюта>руб</Валюта></Цена>"
                for at, money in (("a", WRONG), ("b", p))
            ) + "</Цены></Предложение>"
            for c, n, p in made
        )  # fmt: skip
        inner = f"<ПакетПредложений><ТипыЦен>{types}</ТипыЦен><Предложения>{goods}</Предложения></ПакетПредложений>"
        return _xml(inner, "КоммерческаяИнформация")

    return offers


#: price types of which neither is the buyer's by its name
RIVALS = {
    "two wholesale prices": _commerceml("Мелкий опт", "Крупный опт"),
    "prices by number": _commerceml("Цена 1", "Цена 2"),
}


def _google(money: Callable[[str], str]) -> Callable[[list[Tool]], str]:
    def feed(made: list[Tool]) -> str:
        items = "".join(
            f"<item>{_element('g:id', c)}{_element('g:title', n)}{_element('g:price', money(p))}</item>"
            for c, n, p in made
        )
        return _xml(f"<channel><title>Shop</title>{items}</channel>", "rss xmlns:g='http://base.google.com/ns/1.0'")

    return feed


#: each with the currency that it says, and how often each tool stands in it
FORMS: dict[str, tuple[Callable[[list[Tool]], str], str | None, int]] = {
    "shopify": (_shopify, None, 1),
    "magento": (_magento, None, 1),
    "beside groups": (_beside_groups, "PLN", 1),
    "in groups": (_in_groups, None, 1),
    "a list a group": (_list_a_group, None, 1),
    "prices by kind": (_prices_by_kind, "EUR", 1),
    "tiers": (_tiers, None, 1),
    "price and currency": (_price_and_currency, "USD", 1),
    "rows of cells": (_rows_of_cells, "EUR", 1),
    "column by column": (_column_by_column, None, 1),
    "envelope": (_envelope, "EUR", 1),
    "shared currency": (_shared_currency, "EUR", 1),
    "XML prices by kind": (_xml_prices_by_kind, None, 1),
    "XML variants": (_xml_variants, None, 2),
    "XML two lists": (_xml_two_lists, "GBP", 1),
    "CommerceML": (_commerceml("Розничная", "Оптовая"), "RUB", 1),
    "currency first": (_google(lambda price: f"EUR {price}"), "EUR", 1),
    "comma": (_google(lambda price: f"{price.replace('.', ',')} EUR"), "EUR", 1),
    "thousands": (_google(lambda price: f"{float(price) + 5000:,.2f} USD"), "USD", 1),
}

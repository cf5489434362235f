"""Kinds of what public sites show: fees with empty cells between blanks, rates of a tax as headers, days below rent.

They were first written down as 60 lists of 30 trades by an author who had not looked at the reader's rules for them.
"""

from __future__ import annotations

from decimal import Decimal

from .lists import Cell, Item, Made, Shop, kind, part, plain
from .tables import items_of
from .writers import amount

#: the word for the sum below a list's last row, where the language of the list says it in its own way
_SUMS = (
    *("Cộng", "Jumla", "Shuma", "Samtals", "Барлығы", "Жами", "Jami", "Ընդամենը", "ჯამი", "Cəmi", "Вкупно", "Всичко"),
    *("Сума", "รวม", "कुल", "মোট", "جمع کل", "סך הכל"),
)
_TAXES = ("ALV {} % €", "BTW {} % €", "MOMS {} % €", "PVN {} % €", "VAT {}% €", "TVA {}% €", "IVA {}%€", "MwSt {}% €")
#: language → how long something is rented: a day, a week
_DAYS = {"sv": "1 dag|vecka", "de": "1 Tag|Woche", "en": "1 day|week", "pl": "1 dzień|tydzień", "ru": "1 день|неделя"}
_FOOTER = "Questions? Call 555-0143."
_DOLLARS = (
    ("Prices in CAD. Delivery on Fridays.", "CAD"),
    ("All prices in Canadian dollars", "CAD"),
    ("Prices in Australian dollars", "AUD"),
    ("PRECIOS EN PESOS MEXICANOS", "MXN"),
)
TEXTS = ("empty_between_blanks",)
TABLES = ("sums_of_many_languages", "rates_of_tax_as_heads", "dollars_said_below")
MERGED = "days_below_rent"


@kind
def empty_between_blanks(shop: Shop) -> Made:
    """Columns set apart by blanks, some cells of the second empty, and a footer with the number of its page."""
    made = shop.made()
    count = shop.count(6, 12)
    names, prices = shop.names(count), [shop.money(2, 90) for _ in range(count)]
    gross = [part(price, "1.2") for price in prices]
    heads = (shop.words["name"], "Info", shop.words["net"], shop.words["gross"])
    first = max(map(len, (*names, heads[0]))) + 3
    wide = max(12, *(len(head) + 3 for head in heads))

    def line(name: str, info: str, *money: str) -> str:
        return f"{name:<{first}}{info:<8}" + "".join(f"{text:>{wide}}" for text in money)

    made.sheet.add(line(*heads))
    for at, (name, net, all_in) in enumerate(zip(names, prices, gross, strict=True)):
        info = "" if at % 3 == 2 else shop.chance.choice(("< 1 h", "7-12", "A4", "new"))
        made.sheet.add(line(name, info, *(amount(money, comma=made.comma) for money in (net, all_in))))
        made.items.append(Item(None, name, plain(net)))
    made.sheet.add(f"{_FOOTER:<{first + 8 + 2 * wide - 6}}Page 1")
    made.must = False
    return made


def _rows(shop: Shop, heads: list[Cell], *columns: list[Cell]) -> Made:
    made = shop.made()
    made.sheet.add(*heads)
    for row in zip(*columns, strict=True):
        made.sheet.add(*row)
    return made


def _goods(shop: Shop) -> tuple[list[str], list[str], list[Decimal]]:
    count = shop.count(4, 10)
    return [shop.code() for _ in range(count)], shop.names(count), [shop.money(20, 400) for _ in range(count)]


@kind
def sums_of_many_languages(shop: Shop) -> Made:
    """The sum of all prices stands below them, in the column of names."""
    codes, names, prices = _goods(shop)
    made = _rows(shop, [shop.words["code"], shop.words["name"], shop.words["price"]], [*codes], [*names], [*prices])
    made.sheet.add(None, shop.chance.choice(_SUMS), sum(prices, Decimal(0)))
    made.items = items_of(codes, names, prices)
    return made


@kind
def rates_of_tax_as_heads(shop: Shop) -> Made:
    """Prices are headed by nothing but the rates of the tax that is in them; a number and a year stand above."""
    shop = Shop(shop.seed, "de es fr it nl pt")
    codes, names, prices = _goods(shop)
    tax = shop.chance.choice(_TAXES)
    made = shop.made()
    made.must = False
    heads = [shop.words["code"], shop.words["name"], "CAS", "Class", shop.words["unit"]]
    made.sheet.add("Velora Oy", None, None, None, None, f"{shop.words['price']} 1/2026")
    made.sheet.add(*heads, tax.format(0), tax.format(20))
    for code, name, price in zip(codes, names, prices, strict=True):
        made.sheet.add(code, name, "67-64-1", "A", "5 l", price, part(price, "1.2"))
    made.items = items_of(codes, names, prices)
    return made


@kind
def days_below_rent(shop: Shop) -> Made:
    """A second row of headers, which says how many days each price is for: no item."""
    shop = Shop(shop.seed, " ".join(_DAYS))
    codes, names, prices = _goods(shop)
    day, week = _DAYS[shop.language].split("|")
    made = shop.made()
    made.must = False
    made.sheet.merges.append((made.sheet.add(shop.words["name"], None, shop.words["price"]), 0, 0, 1))
    made.sheet.add(shop.words["code"], shop.words["name"], day, week)
    for code, name, price in zip(codes, names, prices, strict=True):
        made.sheet.add(code, name, price, part(price, "2"))
    made.items = items_of(codes, names, prices)
    return made


@kind
def dollars_said_below(shop: Shop) -> Made:
    """Amounts with a bare sign, and below them a sentence that says whose dollars or pesos they are."""
    codes, names, prices = _goods(shop)
    said, currency = shop.chance.choice(_DOLLARS)
    heads: list[Cell] = ["SKU", "Product", "Price"] if currency != "MXN" else ["CLAVE", "ARTICULO", "PRECIO"]
    made = _rows(shop, heads, [*codes], [*names], [f"${price}" for price in prices])
    made.sheet.add(said)
    made.items = [Item(item.sku, item.name, item.price, currency=currency) for item in items_of(codes, names, prices)]
    return made

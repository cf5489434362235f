"""Kinds where what a price means stands in a unit, a title or a second column: thousands, stock values, ends of sale.

They were first written down as lists by hand, by an author who had not looked at the reader's rules for them.
"""

from __future__ import annotations

from decimal import Decimal

from .lists import Cell, Item, Made, Sheet, Shop, kind, plain
from .tables import items_of, put
from .writers import amount

#: language → a thousand of the currency, its code, sold no more, stock and its value, an abbreviated selling price
_TERMS = {
    "en": "USD '000|USD|Discontinued|Stock|Stock value|Selling",
    "de": "TEUR|EUR|Auslaufartikel|Bestand|Lagerwert|Verkauf",
    "ru": "тыс. руб.|RUB|Снято с производства|Остаток|Сумма остатка|Реализация",
    "uk": "тис. грн|UAH|Знято з виробництва|Залишок|Вартість залишку|Продаж",
    "pl": "tys. zł|PLN|Wycofane z oferty|Stan|Wartość|Sprzedaż",
    "cs": "tis. Kč|CZK|Vyřazené zboží|Skladem|Hodnota skladu|Prodejní",
    "es": "miles de €|EUR|Descatalogados|Existencias|Valor stock|Venta",
    "it": "migliaia di €|EUR|Fuori produzione|Giac.|Valore|Pr. vendita",
    "sv": "tkr|SEK|Utgångna artiklar|Lager|Lagervärde|Försäljning",
    "zh": "万元|CNY|停产|库存|库存金额|售价",
    "ja": "千円|JPY|廃番|在庫|在庫金額|販売価格",
}
_LETTERED = "en de ru uk pl cs es it sv"  # for any writer of pages
_TEN_THOUSAND = "万元"


def _shop(shop: Shop) -> tuple[Shop, list[str]]:
    shop = shop if shop.language in _TERMS else Shop(shop.seed, _LETTERED)
    return shop, _TERMS[shop.language].split("|")


def _goods(shop: Shop) -> tuple[list[str], list[str], list[Decimal]]:
    count = shop.count(6, 14)
    return [shop.code() for _ in range(count)], shop.names(count), [shop.money(8, 90) for _ in range(count)]


def _list(sheet: Sheet, shop: Shop, head: str, columns: tuple[list[str], list[str], list[Decimal]]) -> None:
    codes, names, prices = columns
    put(sheet, shop, [[shop.words["code"], *codes], [shop.words["name"], *names], [head, *prices]])


@kind
def thousands_of_money(shop: Shop) -> Made:
    """A machine for *24,5 TEUR*: the header says it, or a title above."""
    shop, (unit, currency, *_) = _shop(shop)
    columns = _goods(shop)
    made = shop.made()
    made.currency = currency
    said = f"{shop.words['price']}, {unit}"
    above = shop.chance.random() < 0.4
    if above:
        made.sheet.add(said)
    _list(made.sheet, shop, shop.words["price"] if above else said, columns)
    scale = 10_000 if unit == _TEN_THOUSAND else 1000
    made.items = [
        Item(code, name, plain(price * scale), currency=currency) for code, name, price in zip(*columns, strict=True)
    ]
    return made


@kind
def thousands_of_pieces(shop: Shop) -> Made:
    """A price for a thousand pieces is no thousand of money."""
    shop = Shop(shop.seed, "ru uk")
    per, currency = {"ru": ("за тыс. шт., руб.", "RUB"), "uk": ("за тис. шт., грн", "UAH")}[shop.language]
    columns = _goods(shop)
    made = shop.made()
    made.currency = currency
    _list(made.sheet, shop, f"{shop.words['price']} {per}", columns)
    made.items = items_of(*columns)
    return made


@kind
def section_of_discontinued(shop: Shop) -> Made:
    """Below a title, at the end, what is sold no more: the items are told about."""
    shop, terms = _shop(shop)
    codes, names, prices = columns = _goods(shop)
    made = shop.made()
    made.must = False
    _list(made.sheet, shop, shop.head("price"), columns)
    made.sheet.rows.insert(len(codes) - 1, [terms[2], None, None])
    made.items = items_of(codes[:-2], names[:-2], prices[:-2])
    return made


@kind
def sheet_of_discontinued(shop: Shop) -> Made:
    """On a sheet of its own what is sold no more."""
    shop, terms = _shop(shop)
    made = shop.made()
    made.must = False
    sold = _goods(shop)
    _list(made.sheet, shop, shop.head("price"), sold)
    made.sheets.append(Sheet(terms[2]))
    _list(made.sheets[1], shop, shop.head("price"), _goods(shop))
    made.items = items_of(*sold)
    return made


@kind
def price_of_the_group(shop: Shop) -> Made:
    """The price stands in the title's row, the articles below have none: whether it is theirs is asked."""
    shop, _ = _shop(shop)
    made = shop.made()
    made.must = False
    made.sheet.add(shop.words["code"], shop.words["name"], shop.words["price"])
    for group in shop.goods[:3]:
        price = shop.money()
        made.sheet.add(None, group, price)
        for name in shop.names(3):
            code = f"GX-{shop.chance.randint(1000, 9999)}"
            made.sheet.add(code, name, None)
            made.items.append(Item(code, name, plain(price)))
    return made


@kind
def worth_of_stock(shop: Shop) -> Made:
    """How many are there and what they are worth stand before the price."""
    shop, (*_, stock, worth, asked) = _shop(shop)
    codes, names, prices = _goods(shop)
    counts = [shop.chance.randint(3, 400) for _ in codes]
    worths = [
        (price * count * Decimal("0.6")).quantize(Decimal("0.01")) for price, count in zip(prices, counts, strict=True)
    ]
    columns: list[list[Cell]] = [[shop.words["code"], *codes], [shop.words["name"], *names], [stock, *counts]]
    made = shop.made()
    put(made.sheet, shop, [*columns, [worth, *worths], [asked, *prices]])
    made.items = items_of(codes, names, prices)
    return made


@kind
def each_in_capitals(shop: Shop) -> Made:
    """Italian *cad.* is no Canadian dollar."""
    shop = Shop(shop.seed, "it")
    columns = _goods(shop)
    made = shop.made()
    _list(
        made.sheet, shop, shop.chance.choice(("Prezzo cad.", "PREZZO CAD.", "Prezzo cad. €", "Importo cad.")), columns
    )
    made.items = [
        Item(code, name, plain(price), currency="EUR" if "€" in str(made.sheet.rows[0][2]) else None)
        for code, name, price in zip(*columns, strict=True)
    ]
    return made


@kind
def coded_lines(shop: Shop) -> Made:
    """Lines of a letter that begin with the code: ``KX-1001 name - 12,50 EUR``."""
    made = shop.made()
    made.sheet.add(shop.title())
    for place, name in enumerate(shop.names(shop.count(7, 14))):
        price = shop.money()
        code = f"KX-{1001 + 7 * place}"
        made.sheet.add(f"{code} {name} - {amount(price, comma=made.comma)} {made.currency}")
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def items_as_columns(shop: Shop) -> Made:
    """A list on its side: names across, code and price in rows."""
    shop, _ = _shop(shop)
    count = shop.chance.randint(3, 5)
    codes, names, prices = _goods(shop)
    codes, names, prices = codes[:count], names[:count], prices[:count]
    made = shop.made()
    made.must = False
    for head, cells in ((shop.words["name"], names), (shop.words["code"], codes), ("kg", [3, 4, 7, 9, 12][:count])):
        made.sheet.add(head, *cells)
    made.sheet.add(shop.words["price"], *prices)
    made.items = items_of(codes, names, prices)
    return made

"""Kinds found by asking what else a list may hold: branches, dates, groups with codes, amounts in names."""

from __future__ import annotations

from decimal import Decimal

from .lists import KINDS, Cell, Item, Made, Shop, kind, part, plain
from .rows import header, put_item
from .tables import base, items_of, put
from .writers import amount


def _beside(shop: Shop, *, money: list[list[Cell]], paid: list[Decimal], aside: list[list[Cell]]) -> Made:
    """Code and name, then columns of other things and of money in either order."""
    codes, names, columns = base(shop, len(paid))
    made = shop.made()
    rest = [*aside, *money] if shop.chance.random() < 0.5 else [*money, *aside]
    put(made.sheet, shop, [*columns, *rest])
    made.items = items_of(codes, names, paid)
    return made


def _paid(shop: Shop) -> list[Decimal]:
    return [shop.money() for _ in range(shop.count(10, 25))]


@kind
def stock_by_branch(shop: Shop) -> Made:
    """What is in stock in each town, in columns that only the towns head."""
    paid = _paid(shop)
    towns = shop.chance.sample(("Berlin", "Lyon", "Porto", "Gdańsk", "Turku", "Varna"), 3)
    aside: list[list[Cell]] = [[town, *(shop.chance.randint(0, 90) for _ in paid)] for town in towns]
    return _beside(shop, money=[[shop.head("price", money=True), *paid]], paid=paid, aside=aside)


@kind
def levels_of_price(shop: Shop) -> Made:
    """Price 1, Price 2, Price 3: nobody says which is ours."""
    paid = _paid(shop)
    money: list[list[Cell]] = [
        [f"{shop.words['price']} {at}", *(part(price, share) for price in paid)]
        for at, share in enumerate(("1", "0.9", "0.85"), 1)
    ]
    made = _beside(shop, money=money, paid=paid, aside=[])
    made.must = False
    return made


@kind
def from_and_to(shop: Shop) -> Made:
    """The lowest and the highest price of an article."""
    paid = _paid(shop)
    money: list[list[Cell]] = [
        [f"{shop.words['price']} min.", *paid],
        [f"{shop.words['price']} max.", *(part(price, "1.4") for price in paid)],
    ]
    made = _beside(shop, money=money, paid=paid, aside=[])
    made.must = False
    return made


@kind
def currency_in_title(shop: Shop) -> Made:
    """The currency is said once, above the list."""
    made = shop.made()
    made.sheet.add("Velora Trading")
    made.sheet.add(f"{shop.words['price']}: {made.currency}")
    made.sheet.add(shop.words["code"], shop.words["name"], shop.words["price"])
    for name in shop.names(shop.count(10, 30)):
        code, price = shop.code(), shop.money()
        made.sheet.add(code, name, price)
        made.items.append(Item(code, name, plain(price), currency=made.currency))
    return made


@kind
def worded_prices(shop: Shop) -> Made:
    """Stars, "net" and currencies behind amounts."""
    made = shop.made()
    made.sheet.add(*header(shop)[:2], shop.words["price"])
    forms = shop.chance.choice((("{n}*", "{n}"), ("{n} {c} {t}",), ("{n} *", "{n}"), ("~{n}", "{n}")))
    for name in shop.names(shop.count(10, 30)):
        code, price = shop.code(), Decimal(f"{shop.chance.uniform(2, 900):.2f}")
        text = shop.chance.choice(forms).format(
            n=amount(price, comma=made.comma), c=made.currency, t=shop.words["rate"]
        )
        made.sheet.add(code, name, text.replace("%", "").strip())
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def dated_rows(shop: Shop) -> Made:
    """When each price was last changed, as a day or as a spreadsheet's number of it."""
    paid = _paid(shop)
    serial = shop.chance.random() < 0.5
    days: list[Cell] = [
        shop.chance.randint(45300, 46300)
        if serial
        else f"{shop.chance.randint(1, 28):02}.0{shop.chance.randint(1, 9)}.2026"
        for _ in paid
    ]
    head = {"de": "Stand", "fr": "Date", "pl": "Data", "ru": "Дата", "es": "Fecha", "it": "Data"}.get(
        shop.language, "Date"
    )
    return _beside(shop, money=[[shop.head("price", money=True), *paid]], paid=paid, aside=[[head, *days]])


@kind
def quoted_codes(shop: Shop) -> Made:
    """An apostrophe before each code keeps its zeros."""
    made = shop.made()
    made.sheet.add(*header(shop))
    for at, name in enumerate(shop.names(shop.count(10, 30))):
        code, price = f"{1200 + 7 * at:07d}", shop.money()
        made.sheet.add(f"'{code}", name, shop.words["piece"], price)
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def row_index(shop: Shop) -> Made:
    """A program has written its count of the rows before them, without a header."""
    made = shop.made()
    made.sheet.add(None, *header(shop))
    for at, name in enumerate(shop.names(shop.count(10, 30))):
        code, price = shop.code(), shop.money()
        made.sheet.add(at, code, name, shop.words["piece"], price)
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def coded_groups(shop: Shop) -> Made:
    """Groups have codes too, but neither unit nor price."""
    made = shop.made()
    made.sheet.add(*header(shop))
    for at, good in enumerate(shop.goods[:4], 1):
        made.sheet.add(f"{at:02d}", f"{good} ({shop.words['group'].lower()})")
        for name in shop.names(shop.count(3, 7)):
            put_item(made, made.sheet, shop, name)
    return made


@kind
def worded_stock(shop: Shop) -> Made:
    """Stock as signs: +, -, > 100."""
    paid = _paid(shop)
    stock: list[Cell] = [shop.chance.choice(("+", "-", ">100", "++", "12")) for _ in paid]
    money: list[list[Cell]] = [[shop.head("price", money=True), *paid]]
    return _beside(shop, money=money, paid=paid, aside=[[shop.words["stock"], *stock]])


@kind
def wide(shop: Shop) -> Made:
    """Forty columns of attributes that few rows fill, the price among them."""
    paid = _paid(shop)
    aside: list[list[Cell]] = [
        [f"Attr {at}", *(shop.chance.randint(1, 99) if shop.chance.random() < 0.2 else None for _ in paid)]
        for at in range(40)
    ]
    return _beside(shop, money=[[shop.head("price", money=True), *paid]], paid=paid, aside=aside)


@kind
def money_in_names(shop: Shop) -> Made:
    """Vouchers: an amount of money in the name."""
    made = shop.made()
    made.sheet.add(*header(shop))
    for name in shop.names(shop.count(10, 30)):
        code, price, worth = shop.code(), shop.money(), shop.chance.choice((10, 25, 50))
        full = f"{name} {worth} {made.currency}"
        made.sheet.add(code, full, shop.words["piece"], price)
        made.items.append(Item(code, full, plain(price)))
    return made


@kind
def broken_names(shop: Shop) -> Made:
    """Names of two lines in one cell."""
    made = shop.made()
    made.sheet.add(*header(shop))
    for name in shop.names(shop.count(10, 30)):
        code, price = shop.code(), shop.money()
        made.sheet.add(code, f"{name}\n{shop.words['brand']} Nordik", shop.words["piece"], price)
        made.items.append(Item(code, f"{name} {shop.words['brand']} Nordik", plain(price)))
    return made


@kind
def half_texts(shop: Shop) -> Made:
    """Half of the prices are numbers, half are texts that look like them."""
    made = shop.made()
    made.sheet.add(*header(shop))
    for at, name in enumerate(shop.names(shop.count(10, 30))):
        code, price = shop.code(), Decimal(f"{shop.chance.uniform(2, 900):.2f}")
        made.sheet.add(code, name, shop.words["piece"], amount(price, comma=made.comma) if at % 2 else price)
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def sold_by_weight(shop: Shop) -> Made:
    """A bar's weight, its price a kilogram, and what the bar costs: the product of both."""
    made = shop.made()
    made.sheet.add(
        shop.words["code"], shop.words["name"], shop.words["weight"], f"{shop.words['price']} / kg", shop.words["price"]
    )
    for name in shop.names(shop.count(10, 25)):
        code, weight = shop.code(), Decimal(f"{shop.chance.uniform(0.4, 30):.2f}")
        each = Decimal(f"{shop.chance.uniform(1, 9):.2f}")
        price = (weight * each).quantize(Decimal("0.01"))
        made.sheet.add(code, name, weight, each, price)
        made.items.append(Item(code, name, plain(price)))
    made.must = False
    return made


@kind
def listed_with_class(shop: Shop) -> Made:
    """A list price and a letter that says which discount the buyer has."""
    paid = _paid(shop)
    letters: list[Cell] = [shop.chance.choice("ABCD") for _ in paid]
    money: list[list[Cell]] = [[shop.head("listed", money=True), *paid], [f"{shop.words['discount']}", *letters]]
    made = _beside(shop, money=money, paid=paid, aside=[])
    made.must = False
    return made


@kind
def units_in_names(shop: Shop) -> Made:
    """No code and no unit: names that end in sizes, and whole prices."""
    made = shop.made()
    made.sheet.add(shop.words["name"], shop.words["price"])
    for name in shop.names(shop.count(10, 30)):
        price = shop.chance.randint(2, 4000)
        made.sheet.add(name, price)
        made.items.append(Item(None, name, str(price)))
    return made


_COLUMNED = (
    *("crowded", "taxed", "dealer_and_retail", "piece_and_carton", "raised", "with_deposit", "ordered", "by_year"),
    *("headed_by_currency", "ranged", "exponents", "of_a_month"),
)


@kind
def everything(shop: Shop) -> Made:
    """Many columns, and what printed lists have around their rows: a letterhead, titles, notes, the header again."""
    made = KINDS[shop.chance.choice(_COLUMNED)](shop)
    head, *items = made.sheet.rows
    rows: list[list[Cell]] = [["Velora Trading"], ["Industrial Road 17", None, "Tel. +49 40 5550 1234"], [], head]
    for at, row in enumerate(items):
        if at % 6 == 0:
            rows.append([shop.goods[at // 6 % len(shop.goods)]])
        elif at % 13 == 0:
            rows.append(list(head))
        rows.append(row)
        if shop.chance.random() < 0.08:
            rows.append([None, shop.words["note"]])
    made.sheet.rows = [*rows, [], [shop.words["note"]]]
    return made

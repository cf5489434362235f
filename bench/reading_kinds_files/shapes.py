"""Kinds that differ in how rows, headers and sheets are laid out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from .lists import Cell, Item, Made, Sheet, Shop, kind, part, plain
from .rows import header, put_item


@kind
def carried_over(shop: Shop) -> Made:
    """Pages of a printout: a sum at the end of each, carried over to the next under the header again."""
    made = shop.made()
    head, total = header(shop), Decimal(0)
    for place, name in enumerate(shop.names(shop.count(20, 45))):
        if place % 12 == 0:
            if place:
                made.sheet.add(None, shop.words["total"], None, total)
            made.sheet.add(*head)
        total += put_item(made, made.sheet, shop, name)
    made.sheet.add(None, shop.words["total"], None, total)
    return made


@kind
def mirrored(shop: Shop) -> Made:
    """The price first, the code last, as lists written from the right have it."""
    made = shop.made()
    made.sheet.add(shop.head("price", money=True), shop.words["unit"], shop.words["name"], shop.words["code"])
    for name in shop.names(shop.count()):
        code, price = shop.code(), shop.money()
        made.sheet.add(price, shop.words["piece"], name, code)
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def price_over_kinds(shop: Shop) -> Made:
    """A header of two rows: "price" merged over net and gross, or dealer and retail."""
    made = shop.made()
    sheet = made.sheet
    first, second, share = shop.chance.choice((("net", "gross", "1.2"), ("dealer", "retail", "1.6")))
    swapped = shop.chance.random() < 0.5
    pair = (shop.words[second], shop.words[first]) if swapped else (shop.words[first], shop.words[second])
    sheet.add(shop.words["code"], shop.words["name"], f"{shop.words['price']}, {shop.currency}", None)
    sheet.add(None, None, *pair)
    sheet.merges += [(0, 2, 0, 3), (0, 0, 1, 0), (0, 1, 1, 1)]
    for name in shop.names(shop.count()):
        code, price = shop.code(), shop.money()
        other = part(price, share)
        sheet.add(code, name, *((other, price) if swapped else (price, other)))
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def tabs_unlike(shop: Shop) -> Made:
    """Each tab has columns and an order of its own."""
    made = shop.made()
    first, second, third = (Sheet(good[:25]) for good in shop.goods[:3])
    made.sheets = [first, second, third]
    first.add(*header(shop))
    for name in shop.names(shop.count(5, 15)):
        put_item(made, first, shop, name)
    second.add(shop.words["name"], shop.words["listed"], shop.words["net"], shop.words["code"])
    for name in shop.names(shop.count(5, 15)):
        code, price = shop.code(), shop.money()
        second.add(name, part(price, "1.5"), price, code)
        made.items.append(Item(code, name, plain(price)))
    third.add(shop.goods[2])
    third.add()
    third.add(shop.words["brand"], shop.words["code"], shop.words["name"], shop.words["stock"], shop.words["price"])
    for name in shop.names(shop.count(5, 15)):
        code, price = shop.code(), shop.money()
        third.add("Nordik", code, name, shop.chance.randint(0, 99), price)
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def summary_first(shop: Shop) -> Made:
    """The first tab counts the articles of each group; the list is on the second."""
    made = shop.made()
    summary, listed = Sheet("1"), Sheet("2")
    made.sheets = [summary, listed]
    summary.add(shop.words["group"], shop.words["total"])
    for good in shop.goods:
        summary.add(good, shop.chance.randint(3, 90))
    listed.add(*header(shop))
    for name in shop.names(shop.count(10, 30)):
        put_item(made, listed, shop, name)
    return made


@kind
def two_lines(shop: Shop) -> Made:
    """The name on a line of its own, and its code, unit and price on the next."""
    made = shop.made()
    made.sheet.add(*header(shop))
    for name in shop.names(shop.count(8, 20)):
        code, price = shop.code(), shop.money()
        made.sheet.add(None, name)
        made.sheet.add(code, None, shop.words["piece"], price)
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def text_below(shop: Shop) -> Made:
    """Each item's row is followed by one that says more about it."""
    made = shop.made()
    made.sheet.add(*header(shop))
    for name in shop.names(shop.count(8, 20)):
        put_item(made, made.sheet, shop, name)
        text = ", ".join(shop.chance.sample(shop.goods, 3)).lower()
        made.sheet.add(None, text)
        made.items[-1] = replace(made.items[-1], names=(f"{name} {text}",))  # on a page nothing tells both apart
    return made


@kind
def column_numbers(shop: Shop) -> Made:
    """Below the header its columns are counted: 1, 2, 3, 4."""
    made = shop.made()
    made.sheet.add(*header(shop))
    made.sheet.add(1, 2, 3, 4)
    for name in shop.names(shop.count()):
        put_item(made, made.sheet, shop, name)
    return made


@kind
def asked_for(shop: Shop) -> Made:
    """Some prices are said on request, in the list's own language."""
    made = shop.made()
    made.sheet.add(*header(shop))
    for name in shop.names(shop.count(12, 30)):
        if shop.chance.random() < 0.15:
            code = shop.code()
            made.sheet.add(code, name, shop.words["piece"], shop.words["request"])
            made.items.append(Item(code, name, ""))
        else:
            put_item(made, made.sheet, shop, name)
    return made


@kind
def for_one_customer(shop: Shop) -> Made:
    """An offer: number, date, customer, discount and total stand above it as if in a table."""
    made = shop.made()
    sheet = made.sheet
    sheet.add("Velora Trading", None, "Nr.", 20260317)
    sheet.add("Nordik Shop", None, None, "17.03.2026")
    sheet.add("Tel.", "+49 40 5550 1234", shop.words["discount"], 12)
    sheet.add(None, None, shop.words["total"], Decimal("1284.50"))
    sheet.add()
    sheet.add(*header(shop))
    for name in shop.names(shop.count(10, 30)):
        put_item(made, sheet, shop, name)
    return made


@kind
def footnoted(shop: Shop) -> Made:
    """Stars behind names and what they mean below."""
    made = shop.made()
    made.sheet.add(*header(shop))
    for name in shop.names(shop.count(10, 30)):
        star = shop.chance.choice(("", "", "", "*", " **"))
        code, price = shop.code(), shop.money()
        made.sheet.add(code, name + star, shop.words["piece"], price)
        made.items.append(Item(code, name + star, plain(price), names=(name,)))
    made.sheet.add(f"* {shop.words['note']}")
    made.sheet.add(f"** {shop.words['request']}, 10 {shop.words['piece']}")
    return made


@kind
def long_notes(shop: Shop) -> Made:
    """Behind the price a note longer than any name, in some rows."""
    made = shop.made()
    made.sheet.add(shop.words["code"], shop.words["name"], shop.head("price", money=True), None)
    for name in shop.names(shop.count(10, 30)):
        code, price = shop.code(), shop.money()
        made.sheet.add(
            code, name, price, shop.words["note"] + f" {len(made.items)}" if shop.chance.random() < 0.6 else None
        )
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def three_beside(shop: Shop) -> Made:
    """Three lists side by side without a gap, the last shorter."""
    made = shop.made()
    head: list[Cell] = [shop.words["name"], shop.words["price"]]
    made.sheet.add(*head, *head, *head)
    tall = shop.count(6, 14)
    names = shop.names(3 * tall - 3)
    goods = [(name, shop.money()) for name in names]
    blocks = [goods[:tall], goods[tall : 2 * tall], goods[2 * tall :]]
    for at in range(tall):
        row: list[Cell] = []
        for block in blocks:
            row += block[at] if at < len(block) else (None, None)
        made.sheet.add(*row)
    made.items = [Item(None, name, plain(price)) for name, price in goods]
    return made


@kind
def priced_titles(shop: Shop) -> Made:
    """A group's title says from how much its items are."""
    made = shop.made()
    made.sheet.add(*header(shop))
    for good in shop.goods[:4]:
        made.sheet.add(f"{good}: 5-20 {shop.currency}")
        for name in shop.names(shop.count(3, 7)):
            put_item(made, made.sheet, shop, name)
    return made


@kind
def in_two_languages(shop: Shop) -> Made:
    """Two columns of names, in two languages; either is right."""
    made = shop.made()
    head = [f"{shop.words['name']} ({shop.language.upper()})", "Description (EN)"]
    made.sheet.add(shop.words["code"], *head, shop.head("price", money=True))
    for name in shop.names(shop.count(10, 25)):
        code, price = shop.code(), shop.money()
        other = f"Ware {name.split()[-1]} {name.split()[0]}"
        made.sheet.add(code, name, other, price)
        made.items.append(Item(code, name, plain(price), names=(other,)))
    return made


@kind
def spaced_out(shop: Shop) -> Made:
    """An empty row after each, and empty columns between."""
    made = shop.made()
    head = header(shop)
    made.sheet.add(head[0], None, head[1], head[2], None, head[3])
    for name in shop.names(shop.count(8, 20)):
        code, price = shop.code(), shop.money()
        made.sheet.add()
        made.sheet.add(code, None, name, shop.words["piece"], None, price)
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def broken_headers(shop: Shop) -> Made:
    """Headers with line breaks and hard spaces in them."""
    made = shop.made()
    head = [text.replace(" ", "\u00a0") for text in header(shop)]
    head[3] = f"{shop.words['price']}\n({shop.currency})"
    made.sheet.add(*head)
    for name in shop.names(shop.count()):
        put_item(made, made.sheet, shop, name)
    return made


@kind
def sized_below_titles(shop: Shop) -> Made:
    """A title names the article and its rows only the sizes."""
    made = shop.made()
    made.sheet.add(*header(shop))
    for good in shop.goods[:5]:
        made.sheet.add(None, good)
        for size in shop.chance.sample(("DN15", "DN20", "DN25", "DN32", "DN40"), 3):
            code, price = shop.code(), shop.money()
            made.sheet.add(code, size, shop.words["piece"], price)
            made.items.append(Item(code, size, plain(price), names=(f"{good} {size}",)))
    return made

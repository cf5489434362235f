"""Kinds without columns, matrices, and lists whose prices hold for sizes across."""

from __future__ import annotations

from decimal import Decimal

from .lists import Item, Made, Shop, kind, part, plain
from .writers import amount


@kind
def dashed_lines(shop: Shop) -> Made:
    """``- name – 12.50 EUR``: a letter with titles, in one column."""
    made = shop.made()
    sheet = made.sheet
    sheet.add("Velora Trading, Industrial Road 17")
    bullet = shop.chance.choice(("- ", "• ", ""))
    dash = shop.chance.choice((" – ", " - ", " — "))
    for good in shop.goods[:3]:
        sheet.add(f"{good}:")
        for name in shop.names(shop.count(5, 9)):
            price = shop.money()
            sheet.add(f"{bullet}{name}{dash}{amount(price, comma=made.comma)} {made.currency}")
            made.items.append(Item(None, name, plain(price)))
    sheet.add(shop.words["note"])
    return made


@kind
def dotted_lines(shop: Shop) -> Made:
    """``Name ........ 12,50``: a menu."""
    made = shop.made()
    for name in shop.names(shop.count(8, 25)):
        price = shop.money()
        made.sheet.add(f"{name} {'.' * shop.chance.randint(5, 40)} {amount(price, comma=made.comma)}")
        made.items.append(Item(None, name, plain(price)))
    return made


@kind
def sizes_across(shop: Shop) -> Made:
    """A price for each size of an article: the first is the price, the others stand beside it."""
    made = shop.made()
    sizes = shop.chance.choice((("250 g", "500 g", "1 kg"), ("S", "M", "L"), ("100 ml", "250 ml", "1 l")))
    made.sheet.add(shop.words["code"], shop.words["name"], *sizes)
    for name in shop.names(shop.count(8, 25)):
        code, price = shop.code(), shop.money()
        steps = [price, part(price, "1.8"), part(price, "3.1")]
        made.sheet.add(code, name, *steps)
        made.items.append(Item(code, name, plain(price), tuple(map(plain, steps[1:]))))
    return made


@kind
def matrix(shop: Shop) -> Made:
    """Width across, height down, a price in every cell."""
    made = shop.made()
    widths, heights = range(40, 40 + 10 * shop.count(4, 8), 10), range(50, 50 + 25 * shop.count(4, 8), 25)
    good = shop.goods[0]
    made.sheet.add(good)
    made.sheet.add(None, *widths)
    for height in heights:
        prices = [Decimal(f"{(width * height) ** 0.5 * 1.13:.2f}") for width in widths]
        made.sheet.add(height, *prices)
        for width, price in zip(widths, prices, strict=True):
            made.items.append(Item(None, f"{good} {width} x {height}", plain(price)))
    return made

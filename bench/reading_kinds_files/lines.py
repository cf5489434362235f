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
def priced_by_gram(shop: Shop) -> Made:
    """Prices of three sizes, and in a line below each what a gram of them costs."""
    made = shop.made()
    sizes = (100, 250, 1000)
    made.sheet.add(shop.words["name"], *(f"{size}g" for size in sizes))
    for at, name in enumerate(shop.names(shop.count(6, 15))):
        price = Decimal(shop.chance.randint(70, 900))
        whole = [price * share for share in (Decimal(1), Decimal("2.3"), Decimal("8"))]
        each = [part(value / size, "1") for value, size in zip(whole, sizes, strict=True)]
        made.sheet.add(name, *(f"${amount(value, comma=False)}" for value in whole))
        made.sheet.add(f"R{at}-RAW", *(f"${amount(value, comma=False)}/g" for value in each))
        made.items.append(Item(None, name, plain(price)))
    return made


@kind
def blocks_of_ranges(shop: Shop) -> Made:
    """Two price boards side by side, without headers, with ranges and "from" for prices."""
    made = shop.made()
    sign = {"en": "£"}.get(shop.language, "€")
    tall = shop.count(6, 12)
    names = shop.names(2 * tall)
    left, right = names[:tall], names[tall:]
    low = [shop.chance.randint(5, 80) for _ in names]
    made.sheet.add(shop.goods[0], None, shop.goods[1], None)
    for at in range(tall):
        one, two = low[at], low[tall + at]
        made.sheet.add(left[at], f"{sign}{one} - {sign}{one + 5}", right[at], f"{sign}{two}")
    made.items = [Item(None, name, str(price)) for name, price in zip([*left, *right], low, strict=True)]
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

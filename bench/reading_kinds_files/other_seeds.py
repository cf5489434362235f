"""Kinds that other seeds and a fresh author's lists showed: rules below headers, years that cross, what is free first.

Most of them ask no more than a doubt: two headers that ran together, sizes that stand where names do.
"""

from __future__ import annotations

from decimal import Decimal

from .lists import Cell, Item, Made, Shop, kind, part, plain
from .tables import items_of
from .writers import amount

_CODES = ("MATL NO", "STK REF", "PROD NR", "ITM NO")
_FREE = {
    "en": "free of charge",
    "de": "kostenlos",
    "fr": "gratuit",
    "pl": "bezpłatnie",
    "cs": "zdarma",
    "ru": "бесплатно",
}
_SIGNS = (" £", " €", " $")
TEXTS = ("rules_below_heads",)
TABLES = (
    *("years_that_cross", "free_before_all", "sizes_beside_types", "headers_run_together", "weights_in_no_words"),
    "models_beside_codes",
)


def _goods(shop: Shop) -> tuple[list[str], list[str], list[Decimal]]:
    count = shop.count(5, 12)
    return [shop.code() for _ in range(count)], shop.names(count), [shop.money(2, 400) for _ in range(count)]


def _rows(shop: Shop, heads: list[Cell], *columns: list[Cell]) -> Made:
    made = shop.made()
    if heads:
        made.sheet.add(*heads)
    for row in zip(*columns, strict=True):
        made.sheet.add(*row)
    return made


@kind
def rules_below_heads(shop: Shop) -> Made:
    """Columns between blanks as a program prints them: strokes below headers, a code's header that no lexicon has."""
    shop = Shop(shop.seed, "en")
    count = shop.count(4, 9)
    codes = [f"{shop.chance.randint(100, 899)}-{1000 + at * 7}" for at in range(count)]
    names, prices = [name.upper() for name in shop.names(count)], [shop.money(2, 90) for _ in range(count)]
    made = shop.made()
    wide = max(map(len, names)) + 2
    made.sheet.add(f"{shop.chance.choice(_CODES):<10}{'DESCRIPTION':<{wide}}{'UM':<4}{'PRICE':>9}")
    made.sheet.add(f"{'-' * 8:<10}{'-' * (wide - 2):<{wide}}{'--':<4}{'-' * 7:>9}")
    for code, name, price in zip(codes, names, prices, strict=True):
        made.sheet.add(f"{code:<10}{name:<{wide}}{'EA':<4}{amount(price, comma=False):>9}")
    made.items = items_of(codes, names, prices)
    return made


@kind
def years_that_cross(shop: Shop) -> Made:
    """Fees of this year and of the next, headed by nothing but 2024/25 and a sign of money."""
    shop = Shop(shop.seed, "en")
    _, names, prices = _goods(shop)
    before = [part(price, "0.95") for price in prices]
    year, sign = shop.chance.randint(2022, 2027), shop.chance.choice(_SIGNS)
    heads = [f"{each}/{(each + 1) % 100:02d}{sign}" for each in (year - 1, year)]
    made = _rows(shop, ["Service", "Basis", *heads], [*names], ["each"] * len(names), [*before], [*prices])
    made.items = [Item(None, name, plain(price)) for name, price in zip(names, prices, strict=True)]
    return made


@kind
def free_before_all(shop: Shop) -> Made:
    """Services and what they cost, without a header; the first of them is free."""
    shop = Shop(shop.seed, " ".join(_FREE))
    _, names, prices = _goods(shop)
    made = _rows(shop, [], [*names], [_FREE[shop.language], *prices[1:]])
    made.items = [
        Item(None, names[0], ""),
        *[Item(None, name, plain(price)) for name, price in zip(names[1:], prices[1:], strict=True)],
    ]
    return made


@kind
def sizes_beside_types(shop: Shop) -> Made:
    """Bearings: the type is a number, the other column holds sizes, and neither is said to be the name."""
    shop = Shop(shop.seed, "en de")
    _, _, prices = _goods(shop)
    first = shop.chance.choice((6000, 6200, 30200))
    types = [str(first + at) for at in range(len(prices))]
    sizes = [f"{10 + 5 * at}x{30 + 7 * at}x{9 + at}" for at in range(len(prices))]
    made = _rows(shop, [shop.chance.choice(("Type", "Typ")), "Dims", "Price"], [*types], [*sizes], [*prices])
    made.items = [Item(None, one, plain(price)) for one, price in zip(types, prices, strict=True)]
    made.must = False
    return made


@kind
def headers_run_together(shop: Shop) -> Made:
    """On a page two headers became one: the price's words stand over the pieces, the currency over the price."""
    codes, names, prices = _goods(shop)
    pieces = [shop.chance.randint(2, 60) for _ in names]
    sums = [price * many for price, many in zip(prices, pieces, strict=True)]
    words = shop.words
    heads = [words["code"], words["name"], f"{words['piece']} {words['net']}", f"({shop.currency})", words["amount"]]
    made = _rows(shop, [*heads], [*codes], [*names], [*pieces], [*prices], [*sums])
    made.items = items_of(codes, names, prices)
    made.must = False
    return made


@kind
def weights_in_no_words(shop: Shop) -> Made:
    """Weights and prices under words of no language: which of them is which, nobody can tell."""
    codes, names, prices = _goods(shop)
    weights = [Decimal(shop.chance.randint(300, 60_000)) / 1000 for _ in names]
    made = _rows(shop, ["Asmir", "Rimak", "Dorin", "Hasku"], [*codes], [*names], [*weights], [*prices])
    made.items = items_of(codes, names, prices)
    made.must = False
    return made


@kind
def models_beside_codes(shop: Shop) -> Made:
    """Machines are named by their model, and a column of codes stands beside it."""
    shop = Shop(shop.seed, "en")
    codes, _, prices = _goods(shop)
    models = [f"{shop.chance.choice(('K', 'HD', 'WX'))}{2 + 3 * at}" for at in range(len(codes))]
    brands = [shop.chance.choice(("Velora", "Bosta")) for _ in codes]
    made = _rows(shop, ["Brand", "Model", "Code", "Price"], [*brands], [*models], [*codes], [*prices])
    made.items = items_of(codes, models, prices)
    return made

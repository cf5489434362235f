"""Kinds found in lists that stood in public places: half-empty names, rows without a price, dollars of many countries,
margins, steps of quantity over two rows. The words and goods are those of the other kinds."""

from __future__ import annotations

from decimal import Decimal

from .lists import Cell, Item, Made, Shop, kind, part, plain
from .tables import base, items_of, put
from .writers import amount

#: language → codes of the dollars and pesos that its lists are in
_DOLLARS = {"en": ("CAD", "AUD", "NZD"), "zh": ("HKD", "TWD"), "es": ("MXN", "ARS", "CLP", "COP")}


def _named(shop: Shop, low: int = 9, high: int = 24) -> tuple[list[str], list[str], list[Decimal]]:
    count = shop.count(low, high)
    return [shop.code() for _ in range(count)], shop.names(count), [shop.money() for _ in range(count)]


@kind
def prices_missing_in_groups(shop: Shop) -> Made:
    """A group in a column of its own; some rows have neither price nor unit nor stock: they are items all the same."""
    codes, names, paid = _named(shop, 12)
    lacking = {at for at in range(2, len(names)) if shop.chance.random() < 0.25}
    groups = [shop.goods[at % 3] for at in range(len(names))]
    made = shop.made()
    columns: list[list[Cell]] = [
        [shop.words["group"], *sorted(groups)],
        [shop.head("name"), *names],
        [shop.head("code"), *(None if at in lacking else code for at, code in enumerate(codes))],
        [shop.head("unit"), *(None if at in lacking else shop.words["piece"] for at in range(len(names)))],
        [shop.head("price", money=True), *(None if at in lacking else price for at, price in enumerate(paid))],
        [shop.words["stock"], *(None if at in lacking else shop.chance.randint(1, 40) for at in range(len(names)))],
    ]
    put(made.sheet, shop, columns)
    made.items = [
        Item(None if at in lacking else code, name, "" if at in lacking else plain(price))
        for at, (code, name, price) in enumerate(zip(codes, names, paid, strict=True))
    ]
    return made


@kind
def second_name_half_empty(shop: Shop) -> Made:
    """Two columns of names, one of which only some rows fill: the full one names the items."""
    codes, names, paid = _named(shop, 10)
    others = [name.upper() if shop.chance.random() < 0.6 else None for name in names]
    named: list[list[Cell]] = [[f"{shop.words['name']} 1", *names], [f"{shop.words['name']} 2", *others]]
    made = shop.made()
    columns: list[list[Cell]] = [[shop.head("code"), *codes], *named, [shop.head("price", money=True), *paid]]
    put(made.sheet, shop, columns)
    made.items = items_of(codes, names, paid)
    return made


@kind
def dollars(shop: Shop) -> Made:
    """Amounts with a bare $, in a list whose header or title names the dollar or peso that is meant."""
    language = shop.chance.choice(sorted(_DOLLARS))
    shop = Shop(shop.seed, language)
    shop.currency = shop.chance.choice(_DOLLARS[language])
    codes, names, paid = _named(shop)
    made = shop.made()
    made.comma = False
    head = shop.words["price"]
    if shop.chance.random() < 0.5:
        head = f"{head} ({shop.currency})"
    else:
        made.sheet.add(f"{head}: {shop.currency}")
    shown: list[Cell] = [f"${amount(price, comma=False)}" for price in paid]
    put(made.sheet, shop, [[shop.head("code"), *codes], [shop.head("name"), *names], [head, *shown]])
    made.items = [
        Item(code, name, plain(price), currency=shop.currency)
        for code, name, price in zip(codes, names, paid, strict=True)
    ]
    return made


@kind
def steps_over_few_rows(shop: Shop) -> Made:
    """Two or three rows below a header whose prices are called by quantities alone, the first of them 0 or 1."""
    codes, names, paid = _named(shop, 3, 4)
    steps = shop.chance.choice(((0, 50, 100), (1, 10, 100), (1, 25), (5, 20)))
    made = shop.made()
    made.must = False
    columns: list[list[Cell]] = [
        [step, *(part(price, str(1 - place / 10)) for price in paid)] for place, step in enumerate(steps)
    ]
    put(made.sheet, shop, [[shop.words["code"], *codes], [shop.words["name"], *names], *columns])
    made.items = items_of(codes, names, paid)
    return made


@kind
def cost_and_margin(shop: Shop) -> Made:
    """What the supplier pays, his margin, and what he asks: which of the two is ours nobody says."""
    paid = [shop.money() for _ in range(shop.count(9, 20))]
    codes, names, columns = base(shop, len(paid))
    margin = shop.chance.choice((20, 25, 35))
    made = shop.made()
    made.must = False
    asked = [part(price, str(1 + Decimal(margin) / 100)) for price in paid]
    money: list[list[Cell]] = [
        [f"{shop.words['price']} A", *paid],
        [shop.chance.choice(("Markup", "Margin", "Marge", "Наценка")) + " %", *(margin for _ in paid)],
        [f"{shop.words['price']} B", *asked],
    ]
    put(made.sheet, shop, [*columns, *money])
    made.items = items_of(codes, names, asked)
    return made


@kind
def numbered_articles(shop: Shop) -> Made:
    """The rows' number in a table is called id, the article's own code *article*, and its name *model*."""
    codes, names, paid = _named(Shop(shop.seed, "en de fr nl pl"), 10)
    codes = [f"{shop.chance.choice('KWX')}M-{1000 + 7 * place}" for place in range(len(codes))]
    made = shop.made()
    order: list[list[Cell]] = [
        ["model", *names],
        ["article", *codes],
        ["id", *range(1, len(codes) + 1)],
        ["price", *paid],
    ]
    shop.chance.shuffle(order)
    put(made.sheet, shop, order)
    made.items = items_of(codes, names, paid)
    return made


@kind
def price_of_the_metre(shop: Shop) -> Made:
    """The price of a square metre beside that of the whole piece: it is asked which is meant."""
    codes, names, paid = _named(shop)
    area = [Decimal(shop.chance.randint(200, 900)) / 100 for _ in paid]
    made = shop.made()
    made.must = False
    each: list[Cell] = [round(price / size, 2) for price, size in zip(paid, area, strict=True)]
    columns: list[list[Cell]] = [
        [shop.words["code"], *codes],
        [shop.words["name"], *names],
        ["m2", *area],
        [f"{shop.words['price']} m2", *each],
        [f"{shop.words['price']}", *paid],
    ]
    put(made.sheet, shop, columns)
    made.items = items_of(codes, names, paid)
    return made

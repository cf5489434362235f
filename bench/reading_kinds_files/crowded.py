"""Kinds whose columns are many: sizes, years, customs codes, taxes and deposits beside what is paid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from .lists import KINDS, Cell, Item, Made, Shop, ean, kind, part, plain
from .tables import base, items_of, put

_RATES = ("5", "10", "19", "20", "21")


def _fill(shop: Shop, column: str) -> Cell:
    """A cell of a column that holds no price."""
    chance = shop.chance
    fills: dict[str, Callable[[], Cell]] = {
        "weight": lambda: Decimal(f"{chance.uniform(0.05, 60):.3f}"),
        "width": lambda: Decimal(f"{chance.uniform(5, 900):.1f}"),
        "height": lambda: chance.randint(20, 1500),
        "year": lambda: chance.randint(2012, 2026),
        "carton": lambda: chance.choice((1, 6, 10, 12, 24, 50)),
        "least": lambda: chance.choice((1, 5, 10, 100)),
        "rate": lambda: chance.choice((5, 10, 20, 20, 20)),
        "ean": lambda: ean(400512300000 + chance.randint(1, 99999)),
        "replaced": lambda: shop.code() if chance.random() < 0.2 else None,
        "origin": lambda: chance.choice(("DE", "CN", "IT", "PL", "TR")),
        "customs": lambda: chance.choice((84818081, 73269098, 39174000, 94051140)),
        "stock": lambda: chance.randint(0, 400),
        "brand": lambda: chance.choice(("Bosta", "Nordik", "Velora")),
        "unit": lambda: shop.words["piece"],
    }
    return fills[column]()


_ASIDE = (
    *("weight", "width", "height", "year", "carton", "least", "rate", "ean", "replaced", "origin", "customs"),
    *("stock", "brand", "unit"),
)


def _crowd(shop: Shop, money: list[list[Cell]], paid: list[Decimal], *, without: tuple[str, ...] = ()) -> Made:
    """Code, name, some of the columns aside, and columns of money among or behind them."""
    count = len(paid)
    codes, names, columns = base(shop, count)
    if shop.chance.random() < 0.4:
        step = shop.chance.choice((1, 10))
        columns.insert(0, [shop.words["place"], *range(step, step * count + 1, step)])
    chosen = [column for column in _ASIDE if column not in without]
    for column in shop.chance.sample(chosen, shop.chance.randint(2, 6)):
        columns.append([shop.words[column], *(_fill(shop, column) for _ in range(count))])
    at = shop.chance.randint(len(columns) - 2, len(columns))
    made = shop.made()
    put(made.sheet, shop, [*columns[:at], *money, *columns[at:]])
    made.items = items_of(codes, names, paid)
    return made


def _paid(shop: Shop) -> list[Decimal]:
    return [shop.money() for _ in range(shop.count(8, 25))]


@kind
def crowded(shop: Shop) -> Made:
    """One price among many numbers."""
    paid = _paid(shop)
    return _crowd(shop, [[shop.head("price", money=True), *paid]], paid)


@kind
def taxed(shop: Shop) -> Made:
    """Net, the rate, the tax in money, and with it."""
    paid = _paid(shop)
    rate = shop.chance.choice(_RATES)
    share = Decimal(rate) / 100
    net: list[Cell] = [shop.head("net"), *paid]
    percent: list[Cell] = [shop.words["rate"], *[int(rate)] * len(paid)]
    tax: list[Cell] = [shop.words["tax"], *(part(price, str(share)) for price in paid)]
    gross: list[Cell] = [shop.head("gross"), *(part(price, str(1 + share)) for price in paid)]
    every = shop.chance.choice(
        ([net, percent, tax, gross], [net, tax, gross], [percent, net, gross], [gross, net, tax])
    )
    return _crowd(shop, every, paid, without=("rate",))


@kind
def dealer_and_retail(shop: Shop) -> Made:
    paid = _paid(shop)
    money: list[list[Cell]] = [
        [shop.head("dealer", money=True), *paid],
        [shop.head("retail", money=True), *(part(price, "1.55") for price in paid)],
    ]
    shop.chance.shuffle(money)
    return _crowd(shop, money, paid)


@kind
def piece_and_carton(shop: Shop) -> Made:
    """The price of a piece, and that of a carton of so many."""
    paid = _paid(shop)
    each = [shop.chance.choice((6, 10, 12, 24)) for _ in paid]
    money: list[list[Cell]] = [
        [shop.words["carton"], *each],
        [shop.words["per_piece"], *paid],
        [shop.words["per_carton"], *(price * count for price, count in zip(paid, each, strict=True))],
    ]
    shop.chance.shuffle(money)
    return _crowd(shop, money, paid, without=("carton",))


@kind
def raised(shop: Shop) -> Made:
    """The old price, the new one, and by how many per cent it rose."""
    paid = _paid(shop)
    rise = [shop.chance.choice((2, 3, 5, 8)) for _ in paid]
    old = [part(price / (1 + Decimal(share) / 100), "1") for price, share in zip(paid, rise, strict=True)]
    money: list[list[Cell]] = [[shop.words["old"], *old], [shop.words["new"], *paid], [shop.words["change"], *rise]]
    return _crowd(shop, money, paid)


@kind
def with_deposit(shop: Shop) -> Made:
    """A deposit for the bottle, which is a small price and none."""
    paid = _paid(shop)
    deposits = [shop.chance.choice((Decimal("0.08"), Decimal("0.25"), Decimal("3.30"))) for _ in paid]
    money: list[list[Cell]] = [[shop.words["deposit"], *deposits], [shop.head("price", money=True), *paid]]
    shop.chance.shuffle(money)
    return _crowd(shop, money, paid)


@kind
def ordered(shop: Shop) -> Made:
    """An order that someone has begun: quantities in some rows, and their sums."""
    paid = _paid(shop)
    wanted = [shop.chance.randint(1, 20) if shop.chance.random() < 0.3 else None for _ in paid]
    sums: list[Cell] = [price * (count or 0) for price, count in zip(paid, wanted, strict=True)]
    money: list[list[Cell]] = [
        [shop.head("price", money=True), *paid],
        [shop.words["order"], *wanted],
        [shop.words["amount"], *sums],
    ]
    return _crowd(shop, money, paid, without=("stock", "least"))


@kind
def by_year(shop: Shop) -> Made:
    """A column of prices a year; the last is the one that holds."""
    paid = _paid(shop)
    word = shop.words["price"] + " " if shop.chance.random() < 0.5 else ""
    shares = ("0.9", "0.95", "1") if shop.chance.random() < 0.7 else ("1.1", "1.02", "1")
    money: list[list[Cell]] = [
        [f"{word}{year}", *(part(price, share) for price in paid)]
        for year, share in zip((2024, 2025, 2026), shares, strict=True)
    ]
    if shop.chance.random() < 0.4:
        money.reverse()
    return _crowd(shop, money, paid, without=("year",))


@kind
def of_a_month(shop: Shop) -> Made:
    paid = _paid(shop)
    return _crowd(shop, [[f"{shop.words['price']} {shop.words['march']} 2026", *paid]], paid)


@kind
def headed_by_currency(shop: Shop) -> Made:
    """The price's header is the currency alone."""
    paid = _paid(shop)
    return _crowd(shop, [[shop.currency, *paid]], paid)


@kind
def of_a_hundred(shop: Shop) -> Made:
    """All prices hold for 100 pieces, as their header says."""
    paid = _paid(shop)
    return _crowd(shop, [[shop.words["hundred"], *paid]], paid)


@kind
def exponents(shop: Shop) -> Made:
    """A spreadsheet has spoilt the barcodes: 4.00512E+12."""
    paid = _paid(shop)
    mark = "," if shop.made().comma else "."
    spoilt: list[Cell] = [f"4{mark}{shop.chance.randint(10000, 99999)}E+12" for _ in paid]
    return _crowd(shop, [[shop.words["ean"], *spoilt], [shop.head("price", money=True), *paid]], paid, without=("ean",))


@kind
def ranged(shop: Shop) -> Made:
    """Tiers whose headers are ranges or words: 1-9, 10-49, 50+; from 10 pcs."""
    paid = _paid(shop)
    heads = shop.chance.choice(
        (
            ("1-9", "10-49", "50+"),
            ("1 - 11", "12 - 143", "144 -"),
            ("< 10", "10-99", "≥ 100"),
            tuple(shop.words["from"].format(step) for step in (1, 10, 100)),
        )
    )
    if shop.chance.random() < 0.5:
        heads = tuple(f"{shop.words['price']} {head}" for head in heads)
    money: list[list[Cell]] = [
        [head, *(part(price, share) for price in paid)]
        for head, share in zip(heads, ("1", "0.93", "0.85"), strict=True)
    ]
    return _crowd(shop, money, paid)


@kind
def two_codes(shop: Shop) -> Made:
    """The supplier's code, and the barcode of which each has one."""
    paid = _paid(shop)
    made = _crowd(shop, [[shop.head("price", money=True), *paid]], paid, without=("ean", "replaced"))
    bars = [ean(400512300000 + 7 * at) for at in range(len(paid))]
    for row, bar in zip(made.sheet.rows, [shop.words["ean"], *bars], strict=True):
        row.insert(0, bar)
    made.items = [
        Item(item.sku, item.name, item.price, barcode=bar) for item, bar in zip(made.items, bars, strict=True)
    ]
    return made


@kind
def in_no_language(shop: Shop) -> Made:
    """Several columns of money, and headers in words that nobody knows."""
    made = KINDS[shop.chance.choice(("crowded", "taxed", "dealer_and_retail", "piece_and_carton", "raised"))](shop)
    head = made.sheet.rows[0]
    strange = (
        "Vorna",
        "Teluk",
        "Asmir",
        "Kodra",
        "Belun",
        "Ostra",
        "Rimak",
        "Zugal",
        "Pelno",
        "Hasku",
        "Dorin",
        "Maluk",
    )
    names = shop.chance.sample(strange, len(strange))
    made.sheet.rows[0] = [f"{names[at % len(names)]}{'' if at < len(names) else at}" for at in range(len(head))]
    made.must = False
    made.items = [replace(item, sku=None) for item in made.items]
    return made


@kind
def parts_only(shop: Shop) -> Made:
    """Part numbers, stock and price, and no names at all: the number is the name."""
    made = shop.made()
    made.sheet.add(shop.words["code"], shop.words["stock"], shop.head("price", money=True))
    for at in range(shop.count(12, 30)):
        code, price = (
            f"{shop.chance.choice(('NU', '6', 'UCP', 'HK'))}{200 + at * 3}-{shop.chance.choice('ABC')}",
            shop.money(),
        )
        made.sheet.add(code, shop.chance.randint(0, 99), price)
        made.items.append(Item(None, code, plain(price)))
    return made

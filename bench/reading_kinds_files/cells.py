"""Kinds that differ in how one cell is written: amounts, currencies, units, delimiters."""

from __future__ import annotations

from decimal import Decimal

from .lists import Item, Made, Shop, kind, plain

_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


def _shown(value: Decimal, style: str, *, whole: bool = False) -> str:
    """``style``: the mark of thousands and that of decimals."""
    text = f"{value:,.0f}" if whole else f"{value:,.2f}"
    return text.translate(str.maketrans(",.", style))


def _texts(shop: Shop, write: tuple[str, ...]) -> Made:
    """Prices as texts, each made by one of the forms: ``n`` is the amount, ``c`` its currency, ``s`` its sign."""
    made = shop.made()
    style = shop.chance.choice(("., ", ".,", " ,", "\u00a0,", "'.", "’,") if made.comma else (",.", ",.", " .", "'."))[
        :2
    ]
    made.sheet.add(shop.words["code"], shop.words["name"], shop.words["price"])
    sign = _SIGNS.get(made.currency, made.currency)
    for name in shop.names(shop.count(12, 30)):
        code, price = shop.code(), Decimal(f"{2 * 4000 ** shop.chance.random():.2f}")
        form = shop.chance.choice(write)
        text = form.format(n=_shown(price, style), c=made.currency, s=sign, p=shop.words["piece"])
        made.sheet.add(code, name, text)
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def thousands(shop: Shop) -> Made:
    """1.234,50 beside 12,50: thousands and decimals in one column."""
    return _texts(shop, ("{n}",))


@kind
def signs_around(shop: Shop) -> Made:
    """The currency before or behind the amount, tied or not."""
    return _texts(shop, shop.chance.choice((("{s}{n}",), ("{s} {n}",), ("{n} {s}",), ("{c} {n}",), ("{n} {c}",))))


@kind
def price_and_unit(shop: Shop) -> Made:
    """12,50 €/pc: the unit is in the price's cell."""
    return _texts(shop, shop.chance.choice((("{n} {s}/{p}",), ("{n} {c} / {p}",), ("{s} {n}/{p}",), ("{n}/{p}",))))


@kind
def row_currencies(shop: Shop) -> Made:
    """Each row in its own currency, said in the cell."""
    made = shop.made()
    made.sheet.add(shop.words["code"], shop.words["name"], shop.words["price"])
    style = ".," if made.comma else ",."
    before = shop.chance.random() < 0.5
    for name in shop.names(shop.count(12, 30)):
        code, price, currency = (
            shop.code(),
            Decimal(f"{shop.chance.uniform(2, 900):.2f}"),
            shop.chance.choice(list(_SIGNS)),
        )
        text = _shown(price, style)
        made.sheet.add(code, name, f"{_SIGNS[currency]} {text}" if before else f"{text} {_SIGNS[currency]}")
        made.items.append(Item(code, name, plain(price), currency=currency))
    return made


@kind
def currency_column(shop: Shop) -> Made:
    """The currency of each row in a column without a word that says so."""
    made = shop.made()
    made.sheet.add(shop.words["code"], shop.words["name"], shop.words["price"], None)
    for name in shop.names(shop.count(12, 30)):
        code, price, currency = shop.code(), shop.money(), shop.chance.choice(list(_SIGNS))
        made.sheet.add(code, name, price, currency)
        made.items.append(Item(code, name, plain(price), currency=currency))
    return made


@kind
def some_whole(shop: Shop) -> Made:
    """Amounts without decimals among others: 1.250 and 12,50 and 7."""
    made = shop.made()
    style = ".," if made.comma else ",."
    made.sheet.add(shop.words["code"], shop.words["name"], shop.words["price"])
    for at, name in enumerate(shop.names(shop.count(14, 30))):
        code, price = shop.code(), Decimal(f"{2 * 4000 ** shop.chance.random():.2f}")
        whole = at % 3 == 1
        price = price.quantize(Decimal(1)) if whole else price
        made.sheet.add(code, name, _shown(price, style, whole=whole))
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def stroked(shop: Shop) -> Made:
    """12,- and 12,50: no cents are strokes."""
    made = shop.made()
    stroke = shop.chance.choice((",-", ",–", ",--", ".-"))
    made.sheet.add(shop.words["code"], shop.words["name"], shop.words["price"])
    for at, name in enumerate(shop.names(shop.count(14, 30))):
        code, price = shop.code(), Decimal(shop.chance.randint(3, 900))
        cents = Decimal(f"{price}.{shop.chance.choice((50, 90, 95))}")
        mark = stroke[0]
        made.sheet.add(code, name, f"{cents}".replace(".", mark) if at % 3 == 1 else f"{price}{stroke}")
        made.items.append(Item(code, name, plain(cents if at % 3 == 1 else price)))
    return made


@kind
def low_prices(shop: Shop) -> Made:
    """Screws for less than a cent: three and four decimals."""
    made = shop.made()
    made.sheet.add(shop.words["code"], shop.words["name"], shop.words["price"])
    for name in shop.names(shop.count(14, 30)):
        code, price = shop.code(), Decimal(f"{shop.chance.uniform(0.01, 3):.{shop.chance.choice((3, 4))}f}")
        made.sheet.add(code, name, price)
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def delimited_names(shop: Shop) -> Made:
    """Names with commas, semicolons and inches in them."""
    made = shop.made()
    made.sheet.add(shop.words["code"], shop.words["name"], shop.words["unit"], shop.words["price"])
    for bare in shop.names(shop.count(14, 30)):
        name = shop.chance.choice(("{0}, {1}", "{0}; {1}", '{0} 3/4"', "{0} ({1}, {1})", "{0}")).format(bare, "A/B")
        code, price = shop.code(), shop.money()
        made.sheet.add(code, name, shop.words["piece"], price)
        made.items.append(Item(code, name, plain(price)))
    return made

"""Short pages without a drawn line, as word processors and tills print them: few rows, narrow gaps, any order.

With few rows, blanks between words of names stand below each other by chance, as blanks between columns do.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from fpdf import FPDF

from .lists import Cell, Item, Made, Shop, kind, plain
from .pages import page
from .writers import WRITERS, amount, text_of

_LEFT, _TOP, _BOTTOM, _LINE = 15.0, 22.0, 275.0, 5.2
_WITHIN = 0.8  # of a line: how far the lines of one cell are apart
_ORDERS = (
    "code name price", "name price", "name unit price", "code name unit price", "name code price", "price name code",
    "place name price", "place code name unit price", "name brand price", "code name stock price", "name price stock",
    "code name carton unit price",
)  # fmt: skip
#: ends of names: alike in their number of words, or not
_SIZES = ("DN{0} PN16", "M{0} x {1}", "{0} W LED", "{0}/{1} mm", "Pro {1} S", "{0} cm", "typ {1} A", "{0}", "")


@dataclass
class Layout:
    """How a page is set. ``gap``: millimetres between the widest texts of neighbouring columns; ``head_left``: whether
    headers stand left, or as their columns do."""

    gap: float
    head_left: bool
    centred: bool
    font: str
    size: int
    middle: bool

    @classmethod
    def drawn(cls, seed: int) -> Layout:
        chance = random.Random(f"layout {seed}")
        gap = chance.choice((2.5, 3.5, 5.0, 8.0, 14.0))
        font = chance.choice(("plain", "serif", "narrow"))
        return cls(
            gap,
            chance.random() < 0.3,
            chance.random() < 0.2,
            font,
            chance.choice((8, 9, 10, 11)),
            chance.random() < 0.5,
        )


def write_bare(path: Path, made: Made, seed: int) -> None:
    """Pages with columns just as wide as their texts; cells of several lines take as many."""
    layout, pdf = Layout.drawn(seed), page()
    for name, file in (("serif", "DejaVuSerif.ttf"), ("narrow", "DejaVuSansCondensed.ttf")):
        pdf.add_font(name, "", f"/usr/share/fonts/truetype/dejavu/{file}")
    pdf.set_font(layout.font, size=layout.size)
    texts = [[text_of(cell, made).split("\n") for cell in row] for row in made.sheet.rows]
    while sum(widths := _widths(pdf, texts, layout)) > 185 and layout.size > 5:
        layout.size -= 1
        pdf.set_font(layout.font, size=layout.size)
    money = {column for row in made.sheet.rows for column, cell in enumerate(row) if isinstance(cell, Decimal)}
    y = _TOP
    for at, row in enumerate(texts):
        if y + _height(row) > _BOTTOM or at in made.sheet.breaks:
            pdf.add_page()
            y = _TOP
        left = layout.head_left and at == 0
        _put(pdf, row, widths, y, right=set() if left else money, layout=layout)
        y += _height(row)
    pdf.output(str(path))


def _height(row: list[list[str]]) -> float:
    return _LINE * (1 + _WITHIN * (max(map(len, row), default=1) - 1))


def _widths(pdf: FPDF, texts: list[list[list[str]]], layout: Layout) -> list[float]:
    """As wide as the longest text of each column among the rows that fill more than one."""
    count = max(map(len, texts))
    full = [row for row in texts if sum(map(any, row)) > 1] or texts
    return [
        max((pdf.get_string_width(line) for row in full if at < len(row) for line in row[at]), default=1.0) + layout.gap
        for at in range(count)
    ]


def _put(pdf: FPDF, row: list[list[str]], widths: list[float], y: float, *, right: set[int], layout: Layout) -> None:
    x, tall = _LEFT, max(map(len, row), default=1)
    for column, lines in enumerate(row):
        room = widths[column] - layout.gap
        top = y + ((tall - len(lines)) / 2 * _LINE * _WITHIN if layout.middle else 0)
        for place, text in enumerate(lines):
            spare = room - pdf.get_string_width(text) if column in right else 0.0
            pdf.text(x + (spare / 2 if layout.centred else spare), top + place * _LINE * _WITHIN, text)
        x += widths[column]


def write_cards(path: Path, made: Made, seed: int) -> None:
    """A row a product, as a card of some lines; two or three cards beside each other, without a frame or within one."""
    chance, pdf = random.Random(f"cards {seed}"), page()
    across, framed = chance.choice((1, 2, 3)), chance.random() < 0.4
    wide, tall = 180 / across, _LINE * (max(len(row) for row in made.sheet.rows) + 1)
    x, y = _LEFT, _TOP
    for place, row in enumerate(made.sheet.rows, 1):
        if y + tall > _BOTTOM:
            pdf.add_page()
            y = _TOP
        if framed:
            pdf.rect(x - 2, y - 5, wide - 4, tall - 2)
        for line, cell in enumerate(row):
            pdf.text(x, y + line * _LINE, text_of(cell, made))
        x = _LEFT + place % across * wide
        y += tall if place % across == 0 else 0
    pdf.output(str(path))


WRITERS["pdf-bare"] = write_bare
WRITERS["pdf-cards"] = write_cards


def names(shop: Shop, count: int) -> list[str]:
    """Names that mostly have their words in common: a maker has a few sizes of a few goods."""
    sizes = shop.chance.sample(_SIZES, shop.chance.choice((1, 2, 3, 9)))
    goods = shop.chance.sample(shop.goods, min(len(shop.goods), shop.chance.choice((1, 2, 5))))
    found: dict[str, None] = {}
    while len(found) < count:
        size = shop.chance.choice(sizes).format(shop.chance.randint(3, 60), shop.chance.randint(10, 900))
        found[f"{shop.chance.choice(goods)} {size or shop.chance.randint(100, 999)}"] = None
    return list(found)


def _value(shop: Shop, column: str, place: int) -> Cell:
    match column:
        case "unit":
            return shop.words["piece"]
        case "stock" | "carton":
            return shop.chance.randint(1, 200)
        case "brand":
            return shop.chance.choice(("Velora", "Kern & Co", "Technika", "Nord"))
    return place + 1


@kind
def bare_page(shop: Shop) -> Made:
    """Three to fifteen rows on each of one to four pages, the header on the first or on all."""
    made = shop.made()
    sheet, columns = made.sheet, shop.chance.choice(_ORDERS).split()
    head = [shop.head(column, money=column == "price") for column in columns]
    titled, again = shop.chance.random() < 0.5, shop.chance.random() < 0.5
    for number in range(shop.chance.choice((1, 1, 1, 2, 3, 4))):
        if number:
            sheet.breaks.add(len(sheet.rows))
        if titled and not number:
            sheet.add(f"{shop.words['price']} 2026 – Velora Trading")
        if again or not number:
            sheet.add(*head)
        for place, name in enumerate(names(shop, shop.count(3, 15))):
            code, price = shop.code(), shop.money()
            known: dict[str, Cell] = {"code": code, "name": name, "price": price}
            sheet.add(*(known.get(column) or _value(shop, column, place) for column in columns))
            made.items.append(Item(code if "code" in columns else None, name, plain(price)))
    return made


@kind
def tall_rows(shop: Shop) -> Made:
    """Names of one to three lines; the price stands at the middle of them or at the first."""
    made = shop.made()
    made.sheet.add(shop.head("code"), shop.head("name"), shop.head("price", money=True))
    for name in shop.names(shop.count(5, 25)):
        code, price, lines = shop.code(), shop.money(), shop.chance.choice((1, 2, 2, 3))
        maker = f"{shop.words['brand'].lower()} {shop.words['group'].lower()}"
        texts = [name, maker, f"{shop.words['weight']} {shop.count(2, 90)}"]
        made.sheet.add(code, "\n".join(texts[:lines]), price)
        made.items.append(Item(code, " ".join(texts[:lines]), plain(price), names=(name,)))
    return made


@kind
def cards(shop: Shop) -> Made:
    """One product a card: its name, its code, a property, its price with the currency."""
    made = shop.made()
    head = shop.chance.choice((f"{shop.words['price']}: ", ""))
    for name in shop.names(shop.count(4, 18)):
        code, price = shop.code(), shop.money()
        shown = f"{head}{amount(price, comma=made.comma)} {made.currency}"
        made.sheet.add(name, f"{shop.words['code']}: {code}", f"{shop.words['carton']}: {shop.count(2, 40)}", shown)
        made.items.append(Item(code, name, plain(price)))
    made.must = False
    return made

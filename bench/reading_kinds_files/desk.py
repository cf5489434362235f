"""A desk on which the kinds that only pages have are set: fonts, widths, orders and lines are drawn by chance."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from fpdf import FPDF
from pypdfium2 import PdfDocument

from .lists import KINDS, Item, Made, Shop, plain
from .pages import page
from .writers import WRITERS, amount

ORDERS = (
    "code name price", "name price", "name unit price", "code name unit price", "name code price",
    "code name stock price", "code name brand price", "place code name unit price", "name brand code price",
    "code name price unit",
)  # fmt: skip
_FACES = {"serif": "DejaVuSerif.ttf", "narrow": "DejaVuSansCondensed.ttf", "mono": "DejaVuSansMono.ttf"}
_SIGNS = {"EUR": "€", "GBP": "£", "PLN": "zł", "CZK": "Kč", "RUB": "руб.", "UAH": "грн", "HUF": "Ft", "SEK": "kr"}
Row = list[str]


@dataclass
class Drawn(Made):
    """A list on paper; ``turn``: degrees by which its leaves are turned when they are shown."""

    pdf: FPDF = field(default_factory=page)
    turn: int = 0


@dataclass
class Table:
    """Headers and rows of texts; ``items``: what a person reads in the rows."""

    columns: list[str]
    heads: Row
    rows: list[Row]
    items: list[Item]

    @property
    def right(self) -> set[int]:
        return {at for at, column in enumerate(self.columns) if column in ("price", "stock", "place", "old")}


class Desk:
    """One list in the making. Lengths are millimetres."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.words = shop, shop.words
        self.chance = random.Random(f"desk {shop.seed}")
        made = shop.made()
        self.made = Drawn(made.language, made.currency, made.comma, made.sheets)
        self.sign = self.chance.choice((_SIGNS.get(made.currency, made.currency), made.currency))
        self.face = self.chance.choice(("plain", "plain", "serif", "narrow", "mono"))
        self.size = self.chance.choice((7.0, 8.0, 9.0, 10.0))
        self.line = self.size * self.chance.choice((0.5, 0.6, 0.75))
        self.left, self.top, self.bottom, self.wide = 15.0, 22.0, 272.0, 180.0
        self.set_paper(self.made.pdf)

    def set_paper(self, pdf: FPDF) -> None:
        self.pdf = self.made.pdf = pdf
        for name, file in _FACES.items():
            pdf.add_font(name, "", f"/usr/share/fonts/truetype/dejavu/{file}")
        self.type()

    def type(self, size: float | None = None) -> None:
        self.pdf.set_font(self.face, size=size or self.size)

    def put(self, x: float, y: float, text: str, *, right: bool = False) -> float:
        """Returns where the text ends."""
        wide = float(self.pdf.get_string_width(text))
        self.pdf.text(x - wide if right else x, y, text)
        return x if right else x + wide

    def width(self, text: str) -> float:
        return float(self.pdf.get_string_width(text))

    def amount(self, value: Decimal) -> str:
        return amount(value, comma=self.made.comma)

    def tag(self, value: Decimal) -> str:
        """An amount with its currency."""
        return f"{self.amount(value)} {self.sign}" if self.made.comma else f"{self.sign} {self.amount(value)}"

    def table(self, low: int = 8, high: int = 30, order: str = "") -> Table:
        columns = (order or self.chance.choice(ORDERS)).split()
        heads = [self.shop.head(column, money=column == "price") for column in columns]
        table = Table(columns, heads, [], [])
        for name in self.shop.names(self.shop.count(low, high)):
            code, price = self.shop.code(), self.shop.money()
            known = {"code": code, "name": name, "price": self.amount(price)}
            known["old"] = self.amount((price * Decimal("1.25")).quantize(Decimal("0.01")))
            table.rows.append([known.get(column) or self._other(column, len(table.rows)) for column in columns])
            table.items.append(Item(code if "code" in columns else None, name, plain(price)))
        return table

    def _other(self, column: str, place: int) -> str:
        match column:
            case "unit":
                return self.words["piece"]
            case "brand":
                return self.chance.choice(("Velora", "Kern & Co", "Technika", "Nord"))
            case "stock":
                return str(self.chance.randint(1, 200))
        return str(place + 1)

    def widths(self, rows: Sequence[Row], *, wide: float | None = None, gap: float = 3.0) -> list[float]:
        """As wide as the longest text of each column and spread over ``wide``; smaller type where it is too wide."""
        room = wide or self.wide
        while True:
            found = [max(map(self.width, texts)) + gap for texts in zip(*rows, strict=True)]
            if sum(found) <= room or self.size < 5:
                break
            self.size -= 0.5
            self.type()
        spare = self.chance.choice((0.0, 0.5, 1.0)) * max(0.0, room - sum(found)) / len(found)
        return [each + spare for each in found]

    def row(self, texts: Row, widths: list[float], y: float, *, right: set[int], left: float | None = None) -> None:
        x = self.left if left is None else left
        for at, (text, wide) in enumerate(zip(texts, widths, strict=True)):
            if text:
                self.put(x + wide - 1.5 if at in right else x + 0.8, y, text, right=at in right)
            x += wide

    def lay(self, table: Table, *, lines: str = "", heads: str = "all", top: float | None = None) -> float:
        """The table from page to page. ``lines``: '', rows, grid, bands; ``heads``: all, first, none."""
        widths = self.widths([table.heads, *table.rows])
        y = self.top if top is None else top
        if heads != "none":
            y = self._line(table.heads, widths, y, table.right, lines)
        for at, texts in enumerate(table.rows):
            if y > self.bottom:
                self.pdf.add_page()
                y = self.top
                if heads == "all":
                    y = self._line(table.heads, widths, y, table.right, lines)
            y = self._line(texts, widths, y, table.right, "" if lines == "bands" and at % 2 else lines)
        self.made.items += table.items
        return y

    def _line(self, texts: Row, widths: list[float], y: float, right: set[int], lines: str) -> float:
        x, tall = self.left, self.line
        top = y - 0.7 * tall
        if lines == "grid":
            for wide in widths:
                self.pdf.rect(x, top, wide, tall)
                x += wide
        elif lines == "rows":
            self.pdf.line(x, top + tall, x + sum(widths), top + tall)
        elif lines == "bands":
            self.pdf.set_fill_color(225)
            self.pdf.rect(x, top, sum(widths), tall, style="F")
        self.row(texts, widths, y, right=right)
        return y + tall


def drawn(make: Callable[[Desk], None]) -> Callable[[Desk], None]:
    """A kind that sets its list on paper by itself; asking is as good as reading it rightly."""

    def kind(shop: Shop) -> Made:
        desk = Desk(shop)
        desk.made.must = False
        make(desk)
        return desk.made

    KINDS[make.__name__] = kind
    DRAWN.append(make.__name__)
    return make


DRAWN: list[str] = []


def write_drawn(path: Path, made: Made, seed: int) -> None:
    assert isinstance(made, Drawn)
    paper = PdfDocument(bytes(made.pdf.output()))
    for leaf in paper if made.turn else ():
        leaf.set_rotation(made.turn)
    paper.save(str(path))


WRITERS["pdf-own"] = write_drawn

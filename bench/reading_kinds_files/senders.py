"""Suppliers of many trades and countries, as ``senders.txt`` tells of them: each with its headers, columns and notes.

They were written from what such suppliers send, by an author who looked at none of the reader's rules for them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from .lists import KINDS, Cell, Item, Made, Sheet, Shop, ean, part, plain
from .writers import amount

_POINT = {"en", "zh", "ja", "ko", "he", "ar", "th", "ka"}
_WHOLE = {"HUF", "JPY", "KRW", "VND", "KZT"}
#: from and to, in euros; a line may have cheap goods or dear ones
_RANGES = {"": (1.5, 900), "small": (0.05, 9), "large": (900, 90000)}
_RATES = {"HUF": 390, "JPY": 160, "KRW": 1500, "VND": 27000, "KZT": 560, "RUB": 95, "CZK": 25, "RSD": 117}


@dataclass
class Sender:
    """One block of the file, by the signs before its lines."""

    name: str
    language: str
    currency: str
    forms: tuple[str, ...]
    must: bool = True
    lines: dict[str, list[str]] = field(default_factory=dict)

    def rows(self, sign: str) -> list[list[str]]:
        return [_parted(line) for line in self.lines.get(sign, [])]

    def parts(self, sign: str) -> list[str]:
        return [text for row in self.rows(sign) for text in row]


def senders() -> Iterator[Sender]:
    text = (Path(__file__).parent / "senders.txt").read_text(encoding="utf-8")
    for block in text.split("\n@")[1:]:
        first, *rest = block.splitlines()
        name, language, currency, forms, *ask = first.split()
        sender = Sender(name, language, currency, tuple(forms.split("|")), must=not ask)
        for line in rest:
            if line.strip():
                sender.lines.setdefault(line[0], []).append(line[1:])
        yield sender


def _parted(line: str) -> list[str]:
    return [text.strip() for text in line.split(";")]


@dataclass
class Goods:
    """What is drawn for one item; ``listed``: the price before the sender's discount."""

    name: str
    price: Decimal
    place: int
    stock: int
    listed: Decimal


class Drawer:
    """Draws the items of one sender's list."""

    def __init__(self, sender: Sender, seed: int) -> None:
        self.sender = sender
        self.chance = random.Random(f"{sender.name} {seed}")
        self.columns = sender.parts(":")
        self.whole = sender.currency in _WHOLE
        self._next = self.chance.randint(10, 60)

    def made(self) -> Made:
        sender = self.sender
        made = Made(sender.language, sender.currency, sender.language not in _POINT, [Sheet("Sheet1")])
        made.must = sender.must
        sheet = made.sheet
        for row in [*sender.rows("^"), *sender.rows("=")]:
            sheet.add(*(text or None for text in row))
        titles, names = sender.parts("~"), self._names(self.chance.randint(9, 30))
        for place, name in enumerate(names):
            if titles and place % 6 == 0 and place // 6 < len(titles):
                sheet.add(titles[place // 6])
            self._add(made, name, place)
            self._add_between(sheet, place, made)
        for row in sender.rows("$"):
            sheet.add(*(text or None for text in row))
        return made

    def _add_between(self, sheet: Sheet, place: int, made: Made) -> None:
        for note in self.sender.lines.get("!", []):
            if place % 7 == 5:
                sheet.add(note.strip())
        for word in self.sender.parts("+"):
            if place % 6 == 5:
                at = next(at for at, column in enumerate(self.columns) if column.startswith("price"))
                total = sum((Decimal(item.price) for item in made.items[-6:]), Decimal(0))
                sheet.add(word, *[None] * (at - 1), total)
        for every in self.sender.parts("&"):
            if place % int(every) == int(every) - 1:
                for row in self.sender.rows("="):
                    sheet.add(*row)

    def _names(self, count: int) -> list[str]:
        goods = [text.strip() for text in self.sender.lines["*"][0].split(",")]
        found: dict[str, None] = {}
        while len(found) < count:
            size = self.chance.choice(self.sender.parts("%"))
            size = size.format(a=self.chance.randint(2, 60), b=self.chance.randint(10, 900))
            found[f"{self.chance.choice(goods)} {size}"] = None
        return sorted(found)

    def _money(self) -> Decimal:
        kind = next((text.split()[1] for text in self.columns if text in ("price small", "price large")), "")
        low, high = _RANGES[kind]
        value = low * (high / low) ** self.chance.random() * _RATES.get(self.sender.currency, 1)
        return Decimal(round(value / 10) * 10) if self.whole else Decimal(f"{value:.2f}")

    def _goods(self, name: str, place: int) -> Goods:
        price = listed = self._money()
        off = next((text.split()[1] for text in self.columns if text.startswith("list ")), "")
        if off:
            price = self._rounded(listed * (100 - Decimal(off)) / 100)
        return Goods(name, price, place, self.chance.randint(1, 60), listed)

    def _rounded(self, value: Decimal) -> Decimal:
        return Decimal(round(value)) if self.whole else part(value, "1")

    def _add(self, made: Made, name: str, place: int) -> None:
        goods = self._goods(name, place)
        cells = [self._cell(column, goods, made) for column in self.columns]
        made.sheet.add(*cells)
        code = next((str(cells[at]) for at, column in enumerate(self.columns) if column.startswith("code")), None)
        made.items.append(Item(code, name, plain(goods.price)))

    def _cell(self, column: str, goods: Goods, made: Made) -> Cell:
        column, _, shown = column.partition(" as ")
        kind, _, rest = column.partition(" ")
        value = self._value(kind, rest, goods)
        return shown.format(amount(value, comma=made.comma)) if shown and isinstance(value, Decimal) else value

    def _value(self, kind: str, rest: str, goods: Goods) -> Cell:
        match kind:
            case "price":
                return goods.price
            case "list":
                return goods.listed
            case "share" | "gross":
                share = Decimal(rest) if kind == "share" else 1 + Decimal(rest) / 100
                return self._rounded(goods.price * share)
            case "value":
                return goods.price * goods.stock
            case "pick" | "brand":
                return self.chance.choice(rest.split("|"))
            case "int" | "num":
                low, high = map(int, rest.split("-"))
                number = self.chance.randint(low * 100, high * 100)
                return number // 100 if kind == "int" else Decimal(number) / 100
        return self._word(kind, rest, goods)

    def _word(self, kind: str, rest: str, goods: Goods) -> Cell:
        match kind:
            case "code" | "mark":
                self._next += self.chance.randint(1, 3)
                return rest.format(self._next, self.chance.randint(100, 999))
            case "ean" | "ean978":
                return ean(int(f"{'978' if kind == 'ean978' else '590'}{self.chance.randint(10**8, 10**9 - 1)}"))
            case "date":
                return f"{self.chance.randint(1, 28):02d}.{self.chance.randint(1, 12):02d}.2027"
        known: dict[str, Cell] = {"name": goods.name, "seq": goods.place + 1, "stock": goods.stock, "rebate": rest}
        return known.get(kind)


def enter(sender: Sender) -> None:
    def make(shop: Shop) -> Made:
        return Drawer(sender, shop.seed).made()

    KINDS[sender.name] = make


SENDERS = {sender.name: sender for sender in senders()}
for _each in SENDERS.values():
    enter(_each)

"""What a made-up list is: sheets of cells and the items that a person would read in them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

Cell = str | int | Decimal | None
#: the fields of each file of words, in its order
_FIELDS = {
    "words.txt": (
        *("code", "name", "unit", "price", "net", "gross", "listed", "old", "new", "stock", "brand", "order", "amount"),
        *("total", "group", "note", "discount", "piece", "goods"),
    ),
    "terms.txt": (
        *("rate", "tax", "weight", "width", "height", "year", "carton", "per_piece", "per_carton", "least", "deposit"),
        *("change", "from", "request", "hundred", "ean", "replaced", "place", "dealer", "retail", "origin", "customs"),
        "march",
    ),
}
_POINT = {"en", "he", "ar", "zh", "ja", "ko"}
_CURRENCY = {
    "en": "GBP", "pl": "PLN", "cs": "CZK", "hu": "HUF", "ro": "RON", "ru": "RUB", "uk": "UAH", "sv": "SEK", "da": "DKK",
    "tr": "TRY", "he": "ILS", "ar": "AED", "zh": "CNY", "ja": "JPY", "ko": "KRW", "vi": "VND", "id": "IDR", "sr": "RSD",
    "bg": "BGN",
}  # fmt: skip
_WHOLE = {"JPY", "KRW", "VND", "IDR", "HUF"}


@cache
def words() -> dict[str, dict[str, str]]:
    """Language → field → the words that lists of that language have for it."""
    found: dict[str, dict[str, str]] = {}
    for file, fields in _FIELDS.items():
        for line in (Path(__file__).parent / file).read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                language, _, rest = line.partition(";")
                texts = [text.strip() for text in rest.split("|")]
                found.setdefault(language, {}).update(zip(fields, texts, strict=True))
    return found


@dataclass(frozen=True)
class Item:
    """``also`` and ``names``: further prices and names of the row that are equally right; None is not compared."""

    sku: str | None
    name: str
    price: str
    also: tuple[str, ...] = ()
    tiers: tuple[tuple[int, str], ...] = ()
    names: tuple[str, ...] = ()
    currency: str | None = None
    barcode: str | None = None
    category: tuple[str, ...] | None = None


@dataclass
class Sheet:
    """``merges``: (top, left, bottom, right); ``formats``: (row, column) → number format of a workbook;
    ``breaks``: rows that begin a page."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    indents: dict[int, int] = field(default_factory=dict)
    hidden_columns: set[int] = field(default_factory=set)
    breaks: set[int] = field(default_factory=set)

    def add(self, *cells: Cell) -> int:
        self.rows.append(list(cells))
        return len(self.rows) - 1


@dataclass
class Made:
    """A list of one kind. ``comma``: numbers are written with a decimal comma. ``must``: whether it has to be read
    rightly; else it is enough that the reader doubts."""

    language: str
    currency: str
    comma: bool
    sheets: list[Sheet]
    items: list[Item] = field(default_factory=list)
    must: bool = True

    @property
    def sheet(self) -> Sheet:
        return self.sheets[0]


class Shop:
    """One supplier: a language, its words, goods and codes, all drawn by chance."""

    def __init__(self, seed: int, languages: str = "") -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.language = self.chance.choice(languages.split() or sorted(words()))
        self.words = words()[self.language]
        self.currency = _CURRENCY.get(self.language, "EUR")
        self.goods = [name.strip() for name in self.words["goods"].split(",")]
        self._code = self.chance.choice(("{:06d}", "A-{:04d}", "{:05d}", "KX{:04d}", "{:03d}.{:02d}", "4{:07d}"))
        self._next = self.chance.randint(100, 900)

    def made(self) -> Made:
        return Made(self.language, self.currency, self.language not in _POINT, [Sheet(self.title())])

    def title(self) -> str:
        return self.words["price"] + " 2026"

    def count(self, low: int = 8, high: int = 40) -> int:
        return self.chance.randint(low, high)

    def code(self) -> str:
        self._next += self.chance.choice((1, 1, 2, 3, 7))
        return self._code.format(self._next, self.chance.randint(1, 99))

    def name(self) -> str:
        size = self.chance.choice(
            ("M{0}x{1}", "{0} cm", "DN{0}", "{0}/{1} mm", "{1} ml", "Nr. {0}", "XL {0}", "{0} W", "Pro {1}")
        )
        good = self.chance.choice(self.goods)
        return f"{good} {size.format(self.chance.randint(3, 60), self.chance.randint(10, 900))}"

    def names(self, count: int) -> list[str]:
        """Different names, as lists sort them."""
        found: dict[str, None] = {}
        while len(found) < count:
            found[self.name()] = None
        return sorted(found)

    def money(self, low: float = 1.5, high: float = 900) -> Decimal:
        value = low * (high / low) ** self.chance.random()
        if self.currency in _WHOLE:
            return Decimal(round(value * 10) * 10)
        return Decimal(f"{value:.2f}")

    def head(self, field_: str, *, money: bool = False) -> str:
        """A column's header; those of prices often with the currency."""
        text = self.words[field_]
        if money and self.chance.random() < 0.5:
            return self.chance.choice(("{} {}", "{}, {}", "{} ({})")).format(text, self.currency)
        return text


def plain(value: Decimal) -> str:
    return format(value, "f")


def part(value: Decimal, share: str) -> Decimal:
    """A share of an amount, to the cent."""
    return (value * Decimal(share)).quantize(Decimal("0.01"))


def ean(body: int) -> str:
    """Twelve digits and their check digit."""
    digits = f"{body:012d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)


KINDS: dict[str, Callable[[Shop], Made]] = {}


def kind(make: Callable[[Shop], Made]) -> Callable[[Shop], Made]:
    KINDS[make.__name__] = make
    return make

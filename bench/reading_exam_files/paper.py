"""What an exam paper is: the bytes of a file and the items that a person would read in it."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Row = Sequence[Any]


@dataclass(frozen=True)
class Truth:
    """One item: ``also`` are other prices of the row that are equally right, ``names`` equally right names."""

    name: str
    price: str | None
    sku: str | None = None
    currency: str | None = None
    also: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """``stated``: where the file states the currency, as in the labels; ``spare``: items more that are right too."""

    kind: str
    name: str
    language: str
    data: bytes
    items: list[Truth]
    features: str = ""
    stated: str = "unknown"
    spare: int = 0
    fewer: int = 0
    pick: list[int] = field(default_factory=list)


MAKERS: dict[str, Callable[[], Paper]] = {}


def exam(make: Callable[[], Paper]) -> Callable[[], Paper]:
    MAKERS[make.__name__.replace("_", "-")] = make
    return make


def label(identity: str, paper: Paper, samples: int = 12) -> dict[str, Any]:
    """The paper's entry in the form of ``labels.json``; the samples are spread evenly, first and last included."""
    total = len(paper.items)
    spread = {round(step * (total - 1) / (samples - 1)) for step in range(samples)} if total else set()
    picked = sorted({index for index in spread | set(paper.pick) if index < total})
    return {
        "id": identity,
        "file": paper.name,
        "kind": paper.kind,
        "language": paper.language,
        "difficulty": "exam",
        "currency": next((item.currency for item in paper.items if item.currency), None),
        "currency_source": paper.stated,
        "n_items": total,
        "n_items_min": total - paper.fewer,
        "n_items_max": total + paper.spare,
        "sample_items": [_sample(paper.items[index]) for index in picked],
        "features": paper.features.split(),
        "notes": "",
    }


def _sample(item: Truth) -> dict[str, Any]:
    sample: dict[str, Any] = {"sku": item.sku, "name": item.name, "price": item.price, "currency": item.currency}
    for key, values in (("price_accept", item.also), ("name_accept", item.names), ("tokens", item.tokens)):
        if values:
            sample[key] = list(values)
    return sample


def mix(bases: str, variants: str, count: int, seed: int) -> list[str]:
    """``count`` different names "base variant" in the order of the bases, as lists are sorted."""
    every = [f"{base} {variant}".strip() for base in bases.split("|") for variant in variants.split("|")]
    chosen = set(random.Random(seed).sample(range(len(every)), min(count, len(every))))
    return [name for index, name in enumerate(every) if index in chosen]


def amounts(count: int, low: float, high: float, seed: int, ending: str = "") -> list[Decimal]:
    """Prices between two bounds, most of them near the lower one, as in real lists."""
    source = random.Random(seed)
    made = []
    for _ in range(count):
        value = low * (high / low) ** source.random()
        text = f"{value:.2f}" if not ending else f"{int(value)}.{ending}"
        made.append(Decimal(text))
    return made


def number(value: Decimal | None, thousands: str = "", mark: str = ".", places: int = 2, around: str = "{}") -> str:
    """``around`` holds the currency or words: ``"{} zł"``."""
    if value is None:
        return ""
    text = f"{value:,.{places}f}".replace(",", "\0").replace(".", mark).replace("\0", thousands)
    return around.format(text)


def plain(value: Decimal) -> str:
    return format(value, "f")


def ean(body: int) -> str:
    digits = f"{body:012d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)


def delimited(rows: Iterable[Row], delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue().encode(encoding)

"""Which column is which, by the words of the header; prices by a regular expression."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handoff.api import Hints, Role

#: role -> what its header looks like; the first role that fits a header takes it, the first column that fits a role
PATTERNS: dict[Role, re.Pattern[str]] = {
    Role.BARCODE: re.compile(r"\b(ean|gtin|upc|barcode|штрих)", re.I),
    Role.SKU: re.compile(
        r"\b(sku|art(ikel|icle)?[\s.-]*(nr|no|num\w*|code)|item\s*(no|number|code)|part\s*(no|number)|product\s*code"
        r"|code|codigo|código|référence|ref|артикул|код)\b",
        re.I,
    ),
    Role.PRICE: re.compile(r"(price|preis|precio|preço|prix|prezzo|cost|цена|стоимость|\bрозница|\bопт)", re.I),
    Role.STOCK: re.compile(r"\b(stock|qty|quantity|availab|bestand|остат|наличи)", re.I),
    Role.CURRENCY: re.compile(r"\b(currency|währung|moneda|devise|валюта)", re.I),
    Role.UNIT: re.compile(r"\b(unit|uom|einheit|unidad|unité|ед)\b", re.I),
    Role.BRAND: re.compile(r"\b(brand|manufacturer|marke|hersteller|marca|marque|бренд|производител)", re.I),
    Role.CATEGORY: re.compile(r"\b(category|group|kategorie|categor[ií]a|catégorie|категори|групп)", re.I),
    Role.NAME: re.compile(
        r"(name|title|product|item|description|bezeichnung|produkt|artikel|nombre|produto|produit|désignation"
        r"|descripci|descriç|наименование|название|товар|номенклатура)",
        re.I,
    ),
}
HEADER_SEARCHED = 20
AMOUNT = re.compile(r"\d(?:[\d.,' \u00a0\u202f]*\d)?")
SPACES = re.compile(r"[' \u00a0\u202f]")


@dataclass(frozen=True)
class Layout:
    """``header`` is the header's row, counted from 1; 0 for none. ``columns`` are indexes from 0."""

    header: int
    columns: Mapping[Role, int]
    names: Sequence[str]


def find_layout(rows: Sequence[Sequence[str]], hints: Hints) -> Layout | None:
    """The header among the first rows: the one that names most columns, name and price among them. None: not found."""
    if hints.header_row is not None:
        names = list(rows[hints.header_row - 1]) if 0 < hints.header_row <= len(rows) else []
        return _complete(Layout(hints.header_row, _corrected(_roles_of(names), names, hints), names))
    best: Layout | None = None
    for number, row in enumerate(rows[:HEADER_SEARCHED], start=1):
        found = Layout(number, _corrected(_roles_of(row), row, hints), list(row))
        if _complete(found) and (best is None or len(found.columns) > len(best.columns)):
            best = found
    return best


def decimal_mark_of(texts: Sequence[str], hints: Hints) -> str:
    """The mark before the cents, one for the whole column: amounts that end in one or two digits after it decide."""
    if hints.decimal_mark:
        return hints.decimal_mark
    commas = sum(1 for text in texts if re.search(r",\d{1,2}\D*$", text))
    points = sum(1 for text in texts if re.search(r"\.\d{1,2}\D*$", text))
    return "," if commas > points else "."


def read_price(text: str, mark: str) -> str | None:
    """The amount as a decimal string with the supplier's digits; None when there is none."""
    found = AMOUNT.search(text)
    if found is None or text[: found.start()].rstrip().endswith("-"):
        return None
    amount = SPACES.sub("", found[0])
    thousands = "." if mark == "," else ","
    whole, _, cents = amount.replace(thousands, "").partition(mark)
    whole = whole.lstrip("0") or "0"
    return None if mark in cents else f"{whole}.{cents}" if cents else whole


def _roles_of(header: Sequence[str]) -> dict[Role, int]:
    columns: dict[Role, int] = {}
    for index, text in enumerate(header):
        if not text.strip() or len(text) > 80:
            continue
        role = next((role for role, pattern in PATTERNS.items() if pattern.search(text)), None)
        if role is not None and role not in columns:
            columns[role] = index
    return columns


def _corrected(columns: dict[Role, int], header: Sequence[str], hints: Hints) -> dict[Role, int]:
    """A person's columns over the guessed ones; an empty text says that no column has the role."""
    texts = [text.strip().lower() for text in header]
    for name, where in hints.columns.items():
        if name not in set(Role):
            continue  # a further price: the legacy pipeline knows one
        role = Role(name)
        columns.pop(role, None)
        if isinstance(where, int):
            columns[role] = where
        elif where.strip().lower() in texts and where.strip():
            columns[role] = texts.index(where.strip().lower())
    return columns


def _complete(layout: Layout) -> Layout | None:
    return layout if {Role.NAME, Role.PRICE} <= set(layout.columns) else None

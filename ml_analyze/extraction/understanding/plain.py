"""The short path: runs of rows that have a name and a price, read column by column.

Nothing is decided here that ``rows`` decides otherwise; it is the same reading without a look at each row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import repeat
from math import isfinite
from typing import Any

from ml_analyze.extraction.grid import Row, Value, number_text, text_of

from .currency import find_currency
from .item_warnings import is_zero
from .layout import Layout
from .lexicon import lexicon
from .price_cells import EMPTY, Price
from .records import records
from .row_names import DITTO_CHARS as _DITTO_CHARS
from .row_names import is_ditto
from .scales import ONE

_ASCII_BLANKS = ("  ", "\t", "\n", "\r", " \x00", "\x00 ", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x1f")
_OTHER_BLANKS = (
    "\xa0",
    "\u3000",
    "\u202f",
    "\x85",
    *map(chr, range(0x2000, 0x200B)),
    "\u2028",
    "\u2029",
    "\u1680",
    "\u205f",
)
_SEPARATOR = "\x00"
_EXACT = re.compile(r"(?:(?:0|[1-9]\d*)(?:\.(?:\d\d?|\d{4,}))?\x00)+", re.ASCII)
Line = dict[str, Any]


def clean(column: Sequence[Value]) -> Sequence[str]:
    """A column's cells as one-line texts; a few scans tell whether any of them needs to be touched."""
    if set(map(type, column)) == {str}:
        joined: str = _SEPARATOR.join(column)  # type: ignore[arg-type]
        blanks = _ASCII_BLANKS if joined.isascii() else _ASCII_BLANKS + _OTHER_BLANKS
        if joined[:1] != " " and joined[-1:] != " " and not any(blank in joined for blank in blanks):
            return column  # type: ignore[return-value]
        return [" ".join(value.split()) for value in column]  # type: ignore[union-attr]
    return [_text(value) for value in column]


def _text(value: Value) -> str:
    """As ``text_of``, the commonest kinds first."""
    kind = type(value)
    if kind is str:
        return " ".join(value.split())  # type: ignore[union-attr]
    if kind is float:
        return float_text(value)  # type: ignore[arg-type]
    return str(value) if kind is int else text_of(value)


def _exact_values(column: Sequence[Value]) -> Sequence[str]:
    """The column's values where each cell is one plain decimal number; nothing where any cell is more than that."""
    kinds = set(map(type, column))
    if kinds == {str}:
        joined: str = _SEPARATOR.join(column)  # type: ignore[arg-type]
        return column if _EXACT.fullmatch(joined + _SEPARATOR) else ()  # type: ignore[return-value]
    if kinds <= {float, int} and all(map(isfinite, column)):  # type: ignore[arg-type]
        return [float_text(value) if type(value) is float else str(value) for value in column]
    return ()


def float_text(value: float) -> str:
    text = repr(value)
    if text[-2:] == ".0" and len(text) < 17:
        return text[:-2] if value else "0"
    return text if len(text) <= 15 and "e" not in text else number_text(value)


class PlainRun:
    """Rows of one table, as columns, ready to become items. ``names`` and ``prices`` tell which rows are plain."""

    def __init__(self, rows: list[Row], layout: Layout) -> None:
        self.layout = layout
        self.columns = list(zip(*rows, strict=False))
        self.names = clean(self.columns[layout.columns["name"]])
        self._raw_prices = self.columns[layout.columns["price"]]
        assert layout.price is not None
        # most columns are written just as their values are: then no cell needs to be looked at alone
        self._exact = () if layout.price.scale != ONE else _exact_values(self._raw_prices)
        self._prices: list[Price] = [] if self._exact else layout.price.read_all(self._raw_prices)

    def odd_rows(self) -> list[int]:
        """Rows that are not plain: no name, no price, two prices in a cell, or the words of a total."""
        names = self.names
        odd = [at for at, price in enumerate(self._prices) if price.value is None or not price.plain]
        if "" in names:
            odd += [at for at, name in enumerate(names) if not name]
        firsts = {name.partition(" ")[0] for name in names}
        suspicious = {first for first in firsts if first.isdigit() or _is_opening(first)}
        if suspicious:
            odd += [at for at, name in enumerate(names) if name.partition(" ")[0] in suspicious]
        return sorted(set(odd))

    def items(
        self, start: int, end: int, *, first_row: int, path: list[str], sheet: str, places: list[tuple[int, int]] | None
    ) -> list[Line]:
        """Items of rows ``start`` to before ``end`` of the run; ``first_row`` is the run's first index in the sheet."""
        layout = self.layout
        prices = self._prices[start:end]
        amounts = self._exact[start:end] if self._exact else [price.value for price in prices]
        keys = ["name", "price", "currency"]
        values: list[Iterable[Any]] = [self.names[start:end], amounts, self._currencies(prices, start, end)]
        for role, at in layout.plain:
            texts = clean(self.columns[at][start:end])
            keys.append(role)
            if role == "category":
                values.append([[*path, text] if text else path for text in texts])
            else:
                values.append([text or None for text in texts] if "" in texts else texts)
        if path and "category" not in layout.columns:
            keys.append("category")
            values.append([path] * (end - start))
        if layout.extras:
            keys.append("characteristics")
            values.append(self._extras(start, end))
        first, last = first_row + start, first_row + end
        rows: Sequence[int] = (
            [row for _, row in places[first:last]] if places is not None else range(first + 1, last + 1)
        )
        keys.append("source")
        values.append(self._sources(rows, sheet))
        lines = records(["kind", *keys], [repeat("item", end - start), *values])
        if places is not None:
            for line, (page, _) in zip(lines, places[first:last], strict=True):
                line["source"]["page"] = page
        self._add_texts(lines, prices, start)
        self._add_conditions(lines, start)
        return lines

    def _add_conditions(self, lines: list[Line], start: int) -> None:
        terms = self.layout.terms
        if terms.by_row:
            for place, line in enumerate(lines, start):
                row = [column[place] for column in self.columns]
                if conditions := terms.of(row, EMPTY, self.layout.readers):
                    _give(line, conditions)
        elif terms.fixed:
            for line in lines:
                _give(line, terms.fixed)
        for line in lines:
            value = line["price"]
            if value[0] == "-":
                line["warnings"] = [{"code": "PRICE_NEGATIVE", "value": value}]
            elif value[0] == "0" and is_zero(value):
                line["warnings"] = [{"code": "PRICE_ZERO"}]

    def _currencies(self, prices: list[Price], start: int, end: int) -> list[str | None]:
        layout = self.layout
        at = layout.columns.get("currency")
        if at is not None:
            own = [find_currency(text, loose=True) if text else None for text in clean(self.columns[at][start:end])]
            found = [price.currency for price in prices] or [None] * (end - start)
            return [code or other or layout.currency for code, other in zip(own, found, strict=True)]
        if layout.currency_evidence == "hint" or not prices:
            return [layout.currency] * (end - start)
        return [price.currency or layout.currency for price in prices]

    def _extras(self, start: int, end: int) -> list[dict[str, str]]:
        """Further columns by header; empty cells are left out."""
        keys = [key for _, key in self.layout.extras]
        columns = [clean(self.columns[at][start:end]) for at, _ in self.layout.extras]
        if not any("" in column for column in columns):
            return records(keys, columns)
        return [{key: text for key, text in zip(keys, row, strict=True) if text} for row in zip(*columns, strict=True)]

    def _sources(self, rows: Sequence[int], sheet: str) -> list[dict[str, Any]]:
        digits = list(map(str, rows))
        roles = [role for role, _ in self.layout.cells]
        cells = records(roles, [map(letters.__add__, digits) for _, letters in self.layout.cells])
        return [{"sheet": sheet, "row": row, "cells": own} for row, own in zip(rows, cells, strict=True)]

    def _add_texts(self, lines: list[Line], prices: list[Price], start: int) -> None:
        """Further prices, and the cell's own words wherever reading changed them."""
        raws = self._raw_prices
        for place in [place for place, price in enumerate(prices) if not price.exact]:
            raw = raws[start + place]
            lines[place]["source"]["text"] = {"price": raw.strip() if type(raw) is str else text_of(raw)}
        for at, key in self.layout.prices.items():
            column = self.columns[at]
            for place, (line, price) in enumerate(
                zip(lines, self.layout.readers[at].read_all(column[start : start + len(lines)]), strict=True), start
            ):
                if price.value is not None:
                    line.setdefault("prices", {})[key] = price.value
                    if not price.exact:
                        line["source"].setdefault("text", {})[f"price:{key}"] = text_of(column[place])


def _give(line: Line, conditions: dict[str, Any]) -> None:
    line["conditions"] = conditions
    if unit := conditions.get("price_unit"):
        line["characteristics"] = {**line.get("characteristics", {}), "price_unit": unit}


def _is_opening(word: str) -> bool:
    """Whether a name that begins so may be that of a total or a charge, or stand for the name above."""
    return word.rstrip(":").casefold() in _opening_words() or (len(word) <= _DITTO_CHARS and is_ditto(word))


@cache
def _opening_words() -> frozenset[str]:
    return lexicon().opening_words()

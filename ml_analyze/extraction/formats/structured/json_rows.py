"""JSON → rows of named values, wherever in the file the articles stand and however deep their prices.

One room: one descent into values of any depth.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from ml_analyze.extraction.limits import Unreadable

from .article import LEVELS, amount, spelled
from .known import Row, is_code, is_priced, name_key, says_price

_CHUNK = 1 << 20
_LEAST_NAMES = 2
_LOOKED_AT = 20  # objects of a list that tell whether it has prices
_LONGEST = 64 << 20
_DEEPEST = 5  # groups within groups
_BRACKETS = 64  # characters: a bracket and what stands around it
_GAP = re.compile(r"[\s,]*")
_LIST = re.compile(r"(?:\A|(?<=[:\[,]))\s*+\[\s*+(?=\{)")
_SHARED = re.compile(r'"(currency(?:_?(?:id|code))?|валюта)"\s*+:\s*+"([A-Za-z]{3})"', re.IGNORECASE)
_PRICES = re.compile("price|preis|prix|precio|prezzo|цен", re.IGNORECASE)
_VARIANTS = re.compile("varia|sku|option|modif|size|child|combination|offer|предложени|модификаци", re.IGNORECASE)
_FROM = re.compile(r"(?:min|from|start|lower|ab|от|break)(?:_?(?:qty|quantity|amount|menge))?|qty|quantity|menge")
_MONEY = ("price", "amount", "value", "net", "gross", "preis", "цена")
_SMALLEST = ("unit_amount", "unit_amount_decimal")
_NO_CENTS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
_NAMELESS = frozenset(("default title", "default", "standard"))

Found = dict[str, Any]


def json_rows(path: Path, encoding: str) -> Iterator[Row]:
    """The articles of all lists in the file that name prices; of the first list where none does; or one a line.

    A currency that stands outside the lists is that of every row without one.
    """
    decoder = json.JSONDecoder(parse_float=str, parse_int=str)
    for priced in (True, False):
        count = 0
        with path.open(encoding=encoding, newline=None) as file:
            for row in _rows(_Text(file, decoder), priced=priced):
                count += 1
                yield _in_cents(row)
        if count:
            return


def _in_cents(row: Row) -> Row:
    """The row with its name of an amount saying that it is in cents where it is: payment services' ``unit_amount`` is
    a whole number of a currency's smallest unit."""
    return {(f"{key} cents" if _is_in_cents(row, key) else key): text for key, text in row.items()}


def _is_in_cents(row: Row, key: str) -> bool:
    if key.rpartition(" ")[2] not in _SMALLEST or not row[key].isdecimal():
        return False
    beside = f"{key.rpartition(' ')[0]} currency".strip()
    code = row.get(beside, row.get("currency", "")).upper()
    return len(code) == len("EUR") and code not in _NO_CENTS


class _Text:
    """A file's text from ``at`` on, read further as it is needed; what was passed is let go only then."""

    def __init__(self, file: TextIO, decoder: json.JSONDecoder) -> None:
        self._file, self._decoder = file, decoder
        self.held, self.at = file.read(_CHUNK).lstrip("\ufeff"), 0
        self.currency = ""

    def _more(self) -> bool:
        added = self._file.read(_CHUNK)
        self.held, self.at = self.held[self.at :] + added, 0
        return bool(added)

    def next_list(self) -> bool:
        """Go on behind the bracket of the next list of objects."""
        while True:
            found = _LIST.search(self.held, self.at)
            end = found.start() if found else max(self.at, len(self.held) - _BRACKETS)
            for shared in _SHARED.finditer(self.held, self.at, end):
                self.currency = shared[2]
            self.at = found.end() if found else end
            if found or not self._more():
                return found is not None

    def value(self) -> Any:
        """The next value; None at the end of a list or of the file. Raises Unreadable where it is damaged."""
        while True:
            self.at = _GAP.match(self.held, self.at).end()  # type: ignore[union-attr]  # it matches the empty text
            if self.held.startswith("]", self.at):
                self.at += 1
                return None
            try:
                found, self.at = self._decoder.raw_decode(self.held, self.at)
            except json.JSONDecodeError as error:
                if len(self.held) - self.at <= _LONGEST and self._more():
                    continue
                if self.at == len(self.held):
                    return None
                message = f"The JSON file is damaged ({error.msg}). Ask for it again."
                raise Unreadable("CORRUPT_FILE", message) from error
            return found


def _rows(text: _Text, *, priced: bool) -> Iterator[Row]:
    if _is_lines(text.held) or not _LIST.search(text.held):
        while (found := text.value()) is not None:
            yield from _whole(found)
        return
    while text.next_list():
        listed = iter(text.value, None)
        first = [row for found in islice(listed, _LOOKED_AT) for row in _articles(found)]
        if priced and not any(map(is_priced, first)):
            deque(listed, maxlen=0)
            continue
        for row in chain(first, (row for found in listed for row in _articles(found))):
            yield row | {"currency": text.currency} if text.currency and "currency" not in row else row
        if not priced:
            return


def _is_lines(text: str) -> bool:
    """Whether the first line is an object by itself and another follows."""
    first, _, rest = text.partition("\n")
    return first.strip().startswith("{") and first.strip().endswith("}") and rest.lstrip().startswith("{")


def _whole(found: Any) -> Iterator[Row]:
    """A value that stands alone: an article, articles under their codes, a table as lists of cells or of columns."""
    if isinstance(found, list):
        yield from _table(found)
        return
    if not isinstance(found, dict):
        raise Unreadable("NOT_A_TABLE", "The JSON file holds no list of objects with names and values.")
    columns = _columns(found)
    if columns:
        for cells in zip(*columns.values(), strict=True):
            yield {name: str(cell) for name, cell in zip(columns, cells, strict=True) if cell is not None}
        return
    values = list(found.values())
    inner = values[0] if len(values) == 1 else next((each for each in values if _is_table(each)), None)
    if (isinstance(inner, dict) and len(values) == 1) or _is_table(inner):
        yield from _whole(inner)
        return
    yield from _articles(found)


def _is_table(found: Any) -> bool:
    return isinstance(found, list) and len(found) > 1 and all(isinstance(each, list) for each in found)


def _table(found: list[Any]) -> Iterator[Row]:
    """Lists of cells, the first of which names the columns."""
    head = found[0] if _is_table(found) else []
    if len(head) < _LEAST_NAMES or not all(isinstance(cell, str) for cell in head) or not says_price(head):
        raise Unreadable("NOT_A_TABLE", "The JSON file holds no list of objects with names and values.")
    for cells in found[1:]:
        yield {name: str(cell) for name, cell in zip(head, cells, strict=False) if cell is not None}


def _columns(found: Found) -> dict[str, list[Any]]:
    """The columns of a table that is written column by column; none where the object is anything else."""
    columns = {name: each for name, each in found.items() if isinstance(each, list) and len(each) > 1}
    lengths = {len(each) for each in columns.values()}
    plain = all(not isinstance(cell, (dict, list)) for each in columns.values() for cell in each)
    return columns if len(columns) >= _LEAST_NAMES and len(lengths) == 1 and plain and says_price(columns) else {}


def _articles(found: Any) -> list[Row]:
    """One object, or several that stand under their codes as names: ``{"A-1": {…}, "A-2": {…}}``."""
    if not isinstance(found, dict):
        return []
    values = list(found.values())
    alike = len(values) > 1 and all(isinstance(each, dict) and each.keys() == values[0].keys() for each in values)
    if not alike or len(values[0]) < _LEAST_NAMES:
        return article_rows(found)
    rows: list[Row] = []
    for code, each in found.items():
        coded = any(is_code(key) for key in each)
        rows += article_rows(each if coded else {"code": code, **each})
    return rows


def article_rows(found: Found, depth: int = _DEEPEST) -> list[Row]:
    """An object's own row; or those of the variants or of the group's articles in it, where the prices are theirs."""
    lists = {key: value for key, value in found.items() if _is_objects(value)}
    row: Row = {}
    for key, value in found.items():
        more = _named_prices(key, value) if key in lists and _PRICES.search(key) else _flat({key: value})
        row |= {name: text for name, text in more.items() if name not in row}
    if not depth:
        return [row]
    own = bool(lists) and is_priced(row)
    rows: list[Row] = []
    for key, value in lists.items():
        if _PRICES.search(key) or (own and not _VARIANTS.search(key)):
            continue
        inside = [each for part in value for each in article_rows(part, depth - 1)]
        if any(map(is_priced, inside)):
            rows += [_under(row, each, variant=bool(own or _VARIANTS.search(key))) for each in inside]
    return rows or [row]


def _is_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _under(above: Row, row: Row, *, variant: bool) -> Row:
    """A variant has all that its product says but for what it says itself; of a group its articles have the name."""
    group, own = name_key(above), name_key(row)
    if not variant:
        path = [above[group]] if group else []
        path += [row["category"]] if "category" in row else []
        shared = {key: text for key, text in above.items() if key.casefold().startswith("currency")}
        return shared | row | ({"category": LEVELS.join(path)} if path else {})
    made = above | row
    if group and own:
        del made[own]
        made[group] = _variant_name(above[group], row[own])
    return made


def _variant_name(product: str, own: str) -> str:
    if own.casefold() in _NAMELESS or own in product:
        return product
    return own if product in own else f"{product} {own}"


def _named_prices(key: str, prices: Sequence[Found]) -> Row:
    """Prices of one article: each under what tells it apart, those of larger quantities with where they begin."""
    row: Row = {}
    for at, price in enumerate(prices):
        money = next((name for word in _MONEY for name in price if word in name.casefold()), None)
        if money is None:
            continue
        others = {name: each for name, each in _flat(price).items() if name != money}
        starts = next((name for name in others if _FROM.fullmatch(name.casefold())), None)
        start = amount(others.pop(starts)) if starts else None
        said = [text for name, text in others.items() if not text.isdecimal() and not name.casefold().endswith("id")]
        if start is not None and start > 1:
            said.append(f"from {spelled(start)} pcs")
        elif start is not None and len(said) == 1 and said[0].upper() == said[0] and len(said[0]) == len("EUR"):
            row.setdefault("currency", said.pop())
        name = " ".join(["price", *said]) if said or start is not None else f"{key} {at + 1}"
        row |= _flat({name: price[money]})
    return row


def _flat(found: Found, above: str = "") -> Row:
    """Values as text. An object inside gives its values under both names, a list of texts one text."""
    row: Row = {}
    for key, value in found.items():
        name = f"{above}{key}"
        if isinstance(value, dict):
            row |= _flat(value, f"{name} ")
        elif isinstance(value, list):
            if value and not any(isinstance(each, (dict, list)) for each in value):
                row[name] = LEVELS.join(map(str, value)) if "categor" in name.lower() else ", ".join(map(str, value))
        elif value is not None:
            row[name] = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return row

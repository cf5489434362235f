"""JSON and XML that are nothing but rows of named values: a table whose header are the names."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ml_analyze.extraction.limits import Unreadable

from .record import LEVELS
from .xml import beginning, elements, inside, local, text_in

_CHUNK = 1 << 20
_LEAST_NAMES = 2
_LONGEST = 64 << 20
_GAP = re.compile(r"[\s,]*")
_LIST = re.compile(r"\[\s*(?=\{)")

#: names that leave no doubt, without case and strokes
_ROLES = {
    "sku": ("sku", "code", "article", "articlenumber", "vendorcode", "artnr", "артикул", "productid", "itemid", "id"),
    "name": ("name", "title", "productname", "itemname", "наименование", "название"),
    "price": ("price", "цена"),
    "currency": ("currency", "currencyid", "currencycode", "валюта"),
    "brand": ("brand", "vendor", "manufacturer", "бренд", "производитель"),
    "category": ("category", "категория"),
    "barcode": ("barcode", "ean", "ean13", "gtin", "штрихкод"),
    "stock": ("stock", "quantity", "остаток", "количество"),
    "unit": ("unit", "единица"),
    "description": ("description", "описание"),
}

Row = dict[str, str]


def known_names(names: Iterable[str]) -> dict[str, str] | None:
    """Name → key of a record, where names tell item and price beyond doubt; None where they must be understood.

    A second name for a price leaves a doubt; a model is the name of what has no other.
    """
    plain = {name: re.sub(r"[\s_-]", "", name).casefold() for name in names}
    found: dict[str, str] = {}
    for role, words in _ROLES.items():
        if (name := next((each for word in words for each in plain if plain[each] == word), None)) is not None:
            found[name] = role
    if "name" not in found.values():
        found |= {each: "name" for each in plain if plain[each] == "model" and each not in found}
    rivals = [each for each in plain if each not in found and re.search("price|цена|cost|preis|prix", plain[each])]
    if rivals or not {"name", "price"} <= set(found.values()):
        return None
    return found


def json_rows(path: Path, encoding: str) -> Iterator[Row]:
    """The objects of a JSON array, wherever in the file the first one stands, or one a line."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str)
    with path.open(encoding=encoding, newline=None) as file:
        held = file.read(_CHUNK).lstrip("\ufeff")
        if (start := _LIST.search(held)) and not _is_lines(held):
            held = held[start.end() :]
        while True:
            held = held[_GAP.match(held).end() :]  # type: ignore[union-attr]  # it matches the empty text
            if held[:1] == "]":
                return
            try:
                found, end = decoder.raw_decode(held)
            except json.JSONDecodeError as error:
                more = file.read(_CHUNK)
                if not more and not held.strip():
                    return
                if not more or len(held) > _LONGEST:
                    raise _damaged(error) from error
                held += more
                continue
            if not isinstance(found, dict):
                raise Unreadable("NOT_A_TABLE", "The JSON file holds no list of objects with names and values.")
            yield from _articles(found)
            held = held[end:]


def _articles(found: dict[str, Any]) -> Iterator[Row]:
    """One object, or several that stand under their codes as names: ``{"A-1": {…}, "A-2": {…}}``."""
    inside_ = list(found.values())
    alike = len(inside_) > 1 and all(isinstance(each, dict) and each.keys() == inside_[0].keys() for each in inside_)
    if not alike or len(inside_[0]) < _LEAST_NAMES:
        yield _flat(found)
        return
    for code, each in found.items():
        coded = any(key.casefold() in _ROLES["sku"] for key in each)
        yield _flat(each) if coded else {"code": code, **_flat(each)}


def _is_lines(text: str) -> bool:
    """Whether the first line is an object by itself and another follows."""
    first, _, rest = text.partition("\n")
    return first.strip().startswith("{") and first.strip().endswith("}") and rest.lstrip().startswith("{")


def _damaged(error: json.JSONDecodeError) -> Unreadable:
    return Unreadable("CORRUPT_FILE", f"The JSON file is damaged ({error.msg}). Ask for it again.")


def _flat(found: dict[str, Any], above: str = "") -> Row:
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


def row_element(path: Path) -> str | None:
    """The element that stands for a row: the outermost that comes again and again and holds several values."""
    openings = beginning(path)[1:]
    if not openings:
        next(elements(path, "*"), None)  # raises where the file is damaged from the start
    counts = Counter(opening.name for opening in openings)
    values: dict[str, set[str]] = {}
    for opening in openings:
        values.setdefault(opening.parent, set()).add(opening.name)
    for opening in openings:
        held = values.get(opening.name, set())
        alone = len(openings) == len(held) + 1  # a list of one
        if (len(held) >= 2 or opening.attributes >= 3) and (counts[opening.name] > 1 or alone):
            return opening.name
    return None


def xml_rows(path: Path, name: str) -> Iterator[Row]:
    """The rows: an element's attributes and what stands in it."""
    for element in elements(path, name):
        row = {str(key).rpartition("}")[2]: str(value) for key, value in element.attrib.items()}
        for each in inside(element):
            _take(each, row)
        yield {key: text for key, text in row.items() if text}


def _take(element: Any, row: Row) -> None:
    """A value under its element's name; a parameter under the name that it bears."""
    name = local(element)
    named = element.get("name") or element.get("Name")
    children = inside(element)
    if children and len(children) <= 2 and {local(each).lower() for each in children} >= {"name", "value"}:
        parts = {local(each).lower(): text_in(each).strip() for each in children}
        row.setdefault(parts["name"], parts["value"])
    elif children:
        for each in children:
            row.setdefault(f"{name} {local(each)}", text_in(each).strip())
    elif named:
        row.setdefault(str(named), text_in(element).strip() or str(element.get("value") or ""))
    else:
        row.setdefault(name, text_in(element).strip())
        for key, value in element.attrib.items():
            if str(key).casefold().startswith("currency"):
                row.setdefault("currency", str(value))

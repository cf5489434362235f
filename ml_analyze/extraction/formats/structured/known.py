"""Rows of named values: which name means what, where the names leave no doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ml_analyze.extraction.understanding.header import said_roles

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

_PRICE = re.compile(r"\b(?:unit|net|gross)?(?:price|cost|preis|prix|precio|prezzo|цена|цены)", re.IGNORECASE)
_AMOUNT = re.compile(r"[^\d,]{0,4}+\d(?:[\d.'\u00a0]|[, ](?=\d))*+[^\d,]{0,5}+")

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


def says_price(names: Iterable[str]) -> bool:
    """Whether one of the names says a price."""
    return any(map(_is_price, names))


def is_priced(row: Row) -> bool:
    """Whether one of the names says a price and has an amount."""
    return any(_is_price(name) and _AMOUNT.fullmatch(text) for name, text in row.items())


@lru_cache(4096)
def _is_price(name: str) -> bool:
    plain = re.sub(r"[_-]+", " ", name)
    return _PRICE.search(plain) is not None or "price" in said_roles([plain])[0]


def name_key(row: Row) -> str | None:
    """The key of a row that says what it is called; None where none does."""
    plain = {re.sub(r"[\s_-]", "", key).casefold(): key for key in reversed(row)}
    return next((plain[word] for word in _ROLES["name"] if word in plain), None)


def is_code(name: str) -> bool:
    return name.casefold() in _ROLES["sku"]

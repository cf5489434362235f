"""The product feed of Google Merchant Center and its likes: RSS, Atom, or a table with the same names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from .article import LEVELS, Record, put, put_currency, put_price
from .xml import elements, inside, local, text_in

_PLAIN = {
    "id": "sku", "title": "name", "description": "description", "brand": "brand", "gtin": "barcode", "mpn": "has:mpn",
    "availability": "stock", "unit_pricing_measure": "pack_size",
}  # fmt: skip
_LEFT_OUT = frozenset(("link", "mobile_link", "image_link", "additional_image_link", "guid", "pubDate", "updated"))
_MONEY = re.compile(r"\s*+(?:([A-Za-z]{3}|[$€£])\s*+)?([\d.,][\d.,\s\u00a0]*+)([A-Za-z]{3}|[$€£])?\s*+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+")
_SIGNS = {"€": "EUR", "£": "GBP"}  # a dollar is of many countries
#: a table has these names in its header, and enough of them
NAMES = frozenset((
    *_PLAIN, *_LEFT_OUT, "price", "sale_price", "product_type", "google_product_category", "condition", "item_group_id",
    "shipping", "color", "size", "shipping_weight", "identifier_exists", "custom_label_0",
))  # fmt: skip


def records(path: Path) -> Iterator[Record]:
    for item in elements(path, "item", "entry"):
        yield record_of([(local(each), _whole(each)) for each in inside(item)])


def _whole(element: etree._Element) -> str:
    """A value's text; of a shipping block or the like its parts side by side."""
    parts = [text_in(each).strip() for each in inside(element)]
    return " ".join(parts) if parts else text_in(element).strip()


def record_of(values: list[tuple[str, str]]) -> Record:
    """One product: what it costs now is its price, what it cost before the offer its list price."""
    record: Record = {}
    found = dict(reversed(values))
    sale, price = found.get("sale_price"), found.get("price")
    _put_money(record, "price", sale or price)
    if sale:
        _put_money(record, "list_price", price)
        record["price_kind"] = "discounted"
    group = found.get("product_type") or found.get("google_product_category") or ""
    put(record, "category", LEVELS.join(part.strip() for part in group.split(">") if part.strip()))
    for name, text in values:
        if name in _PLAIN:
            put(record, _PLAIN[name], text)
        elif name not in _LEFT_OUT and name not in ("price", "sale_price", "product_type"):
            put(record, f"has:{name}", text)
    return record


def _put_money(record: Record, key: str, text: str | None) -> None:
    match = _MONEY.fullmatch(text or "")
    if match is None:
        put(record, f"has:{key}", text)
        return
    before, digits, behind = match[1], match[2].strip(), match[3]
    put_price(record, key, digits.replace(",", "") if _THOUSANDS.fullmatch(digits) else digits)
    code = behind or before or ""
    put_currency(record, _SIGNS.get(code, code.strip("$")))

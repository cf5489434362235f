"""YML, the product feed of Yandex Market and of shops all over the CIS."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from lxml import etree

from .article import LEVELS, Record, amount, put, put_currency, put_price, put_tiers
from .prices import choose
from .xml import child, elements, inside, local, text_in, value

_PLAIN = {"barcode": "barcode", "description": "description", "vendor": "brand", "vendorCode": "has:mpn"}
_STOCK = ("quantity_in_stock", "stock_quantity", "quantity", "count")
_LEFT_OUT = frozenset((
    "url", "picture", "store", "pickup", "delivery", "delivery-options", "pickup-options", "price", "oldprice", "name",
    "model", "typePrefix", "title", "currencyId", "categoryId", "param", "prices", "enable_auto_discounts", "vat",
    "min-quantity", "sales_notes", "manufacturer_warranty", "adult", "cpa", *_PLAIN, *_STOCK,
))  # fmt: skip


def records(path: Path) -> Iterator[Record]:
    """The offers. Categories stand before them and give each its path."""
    groups: dict[str, tuple[str, str]] = {}
    for element in elements(path, "category", "offer"):
        if local(element) == "category":
            groups[element.get("id", "")] = (text_in(element).strip(), element.get("parentId", ""))
        else:
            yield _offer(element, groups)


def path_of(group: str, groups: dict[str, tuple[str, str]]) -> str:
    """The names from the topmost group down to this one."""
    names: list[str] = []
    while group in groups and len(names) < 20:
        name, group = groups[group]
        names.insert(0, name)
    return LEVELS.join(names)


def _offer(offer: etree._Element, groups: dict[str, tuple[str, str]]) -> Record:
    record: Record = {}
    put(record, "sku", offer.get("id") or value(offer, "vendorCode"))
    put(record, "name", value(offer, "name") or _composed(offer))
    _put_prices(record, offer)
    put_price(record, "old_price", value(offer, "oldprice"))
    put_currency(record, value(offer, "currencyId"))
    put(record, "category", path_of(value(offer, "categoryId"), groups))
    put(record, "minimum_order", value(offer, "min-quantity"))
    put(record, "stock", next((text for name in _STOCK if (text := value(offer, name))), offer.get("available")))
    _put_tiers(record, offer)
    for element in inside(offer):
        name = local(element)
        if name in _PLAIN:
            put(record, _PLAIN[name], text_in(element))
        elif name == "param":
            unit = element.get("unit")
            put(
                record, f"has:{element.get('name') or 'param'}", text_in(element).strip() + (f" {unit}" if unit else "")
            )
        elif name not in _LEFT_OUT and not _is_price(name):
            put(record, f"has:{name}", text_in(element))
    return record


def _is_price(name: str) -> bool:
    return "price" in name.lower() and name not in _LEFT_OUT


def _put_prices(record: Record, offer: etree._Element) -> None:
    """What resellers pay before what a shop asks; the others go out under their names."""
    told = {local(each): text_in(each) for each in inside(offer) if local(each) == "price" or _is_price(local(each))}
    found = {name: text for name, text in told.items() if amount(text)}
    chosen = list(found)[choose(record, list(found))] if len(found) > 1 else next(iter(found or told), "price")
    for name, text in told.items():
        other = f"price:{'retail' if name == 'price' else name}"
        put_price(record, "price" if name == chosen else other, text)


def _composed(offer: etree._Element) -> str:
    """The name of an offer that gives kind, maker and model apart."""
    parts = [value(offer, name) for name in ("typePrefix", "vendor", "model")]
    return " ".join(part for part in parts if part) or value(offer, "title")


def _put_tiers(record: Record, offer: etree._Element) -> None:
    """Wholesale prices from a quantity on, as some market places have them."""
    tiers: list[tuple[Decimal, Decimal]] = []
    for price in inside(child(offer, "prices")):
        start, money = amount(value(price, "quantity")), amount(value(price, "value"))
        if start is not None and money is not None:
            tiers.append((start, money))
    put_tiers(record, tiers)

"""BMEcat 1.2 and 2005: catalogues of industry and trade."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from lxml import etree

from handoff.conditions import PriceKind

from .article import LEVELS, Record, amount, put, put_currency, put_tiers, spelled
from .prices import ORDER
from .xml import elements, inside, local, text_in, value

_ARTICLES = ("ARTICLE", "PRODUCT")
_KINDS = {
    "net_customer": PriceKind.NET, "net_customer_exp": PriceKind.NET, "net_list": PriceKind.PRICE,
    "gros_list": PriceKind.GROSS, "nrp": PriceKind.LIST, "udp_": PriceKind.OTHER,
}  # fmt: skip
_PRICES = ("ARTICLE_PRICE", "PRODUCT_PRICE")
_GONE = ("delete",)


def records(path: Path) -> Iterator[Record]:
    """The articles; those that the catalogue deletes are no items. Groups may stand behind them and are read before."""
    groups, members = _groups(path)
    currency = ""
    for element in elements(path, "CURRENCY", *_ARTICLES):
        if local(element) == "CURRENCY":
            currency = currency or text_in(element).strip()
        elif element.get("mode") not in _GONE and _number(element):
            record = _article(element, currency)
            put(record, "category", _path(members.get(record.get("sku", ""), ""), groups))
            yield record


def _number(article: etree._Element) -> str:
    return value(article, "SUPPLIER_AID") or value(article, "SUPPLIER_PID")


def _groups(path: Path) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Group → (name, group above), and article → group."""
    groups: dict[str, tuple[str, str]] = {}
    members: dict[str, str] = {}
    names = ("CATALOG_STRUCTURE", "ARTICLE_TO_CATALOGGROUP_MAP", "PRODUCT_TO_CATALOGGROUP_MAP", *_ARTICLES)
    for element in elements(path, *names):
        if local(element) == "CATALOG_STRUCTURE":
            groups[value(element, "GROUP_ID")] = (value(element, "GROUP_NAME"), value(element, "PARENT_ID"))
        elif "MAP" in local(element):
            article = value(element, "ART_ID") or value(element, "PROD_ID")
            members.setdefault(article, value(element, "CATALOG_GROUP_ID"))
    return groups, members


def _path(group: str, groups: dict[str, tuple[str, str]]) -> str:
    names: list[str] = []
    while group in groups and len(names) < 20:
        name, above = groups[group]
        if above not in groups and names:
            break  # the root is the catalogue itself
        names.insert(0, name)
        group = above
    return LEVELS.join(names)


def _article(article: etree._Element, currency: str) -> Record:
    record: Record = {}
    details = next((each for each in inside(article) if local(each) in ("ARTICLE_DETAILS", "PRODUCT_DETAILS")), article)
    order = next(
        (each for each in inside(article) if local(each) in ("ARTICLE_ORDER_DETAILS", "PRODUCT_ORDER_DETAILS")), article
    )
    put(record, "sku", _number(article))
    put(record, "name", value(details, "DESCRIPTION_SHORT"))
    put(record, "description", value(details, "DESCRIPTION_LONG"))
    put(record, "brand", value(details, "MANUFACTURER_NAME"))
    put(record, "has:mpn", value(details, "MANUFACTURER_AID") or value(details, "MANUFACTURER_PID"))
    put(record, "barcode", value(details, "EAN") or value(details, "INTERNATIONAL_PID"))
    put(record, "stock", value(details, "STOCK"))
    put(record, "unit", value(order, "ORDER_UNIT"))
    put(record, "pack_size", value(order, "NO_CU_PER_OU"))
    put(record, "minimum_order", value(order, "QUANTITY_MIN"))
    _put_prices(record, article, unit=amount(value(order, "PRICE_QUANTITY")), currency=currency)
    for features in inside(article):
        if local(features) in ("ARTICLE_FEATURES", "PRODUCT_FEATURES"):
            for feature in inside(features):
                if local(feature) == "FEATURE":
                    unit = value(feature, "FUNIT")
                    put(record, f"has:{value(feature, 'FNAME')}", f"{value(feature, 'FVALUE')} {unit}".strip())
    return record


def _put_prices(record: Record, article: etree._Element, *, unit: Decimal | None, currency: str) -> None:
    """The buyer's own price before the list's, the net one before the gross; those of larger quantities are tiers."""
    found = [
        (_kind(price), holder, price)
        for holder in inside(article)
        if local(holder) in ("ARTICLE_PRICE_DETAILS", "PRODUCT_PRICE_DETAILS")
        for price in inside(holder)
        if local(price) in _PRICES and _money(price) is not None
    ]
    if not found:
        return
    kind = min((kind for kind, _, _ in found), key=ORDER.index)
    mine = sorted((_start(price), at) for at, (own, _, price) in enumerate(found) if own is kind)
    _, holder, chosen = found[mine[0][1]]
    record["price"], record["price_kind"] = spelled(_money(chosen) or Decimal(0)), kind.value
    put_currency(record, value(chosen, "PRICE_CURRENCY") or value(holder, "PRICE_CURRENCY") or currency)
    put_tiers(record, [(start, _money(found[at][2]) or Decimal(0)) for start, at in mine[1:] if start > mine[0][0]])
    if unit is not None and unit != 1:
        record["price_unit"] = spelled(unit)
    if (rate := amount(value(chosen, "TAX"))) is not None:
        record["vat_rate"] = spelled((rate * 100 if rate < 1 else rate).normalize())
    record["vat_included"] = "true" if kind is PriceKind.GROSS else "false"
    for own, _, price in found:
        if own is not kind and _start(price) <= 1:
            record.setdefault(f"price:{price.get('price_type')}", spelled(_money(price) or Decimal(0)))
    for date in inside(holder):
        if local(date) == "DATETIME" and date.get("type") in ("valid_start_date", "valid_end_date"):
            put(record, "valid_from" if "start" in date.get("type", "") else "valid_to", value(date, "DATE")[:10])


def _kind(price: etree._Element) -> PriceKind:
    said = price.get("price_type", "")
    return _KINDS.get(said, PriceKind.OTHER)


def _start(price: etree._Element) -> Decimal:
    return amount(value(price, "LOWER_BOUND")) or Decimal(1)


def _money(price: etree._Element) -> Decimal | None:
    """The amount with its factor, which is the buyer's discount on it."""
    money, factor = amount(value(price, "PRICE_AMOUNT")), amount(value(price, "PRICE_FACTOR"))
    return money if money is None or factor is None or factor == 1 else money * factor

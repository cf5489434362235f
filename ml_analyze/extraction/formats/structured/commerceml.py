"""CommerceML, the exchange of 1C: the goods of ``import.xml`` and the offers with prices of ``offers.xml``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from .article import LEVELS, Record, put, put_currency, put_price
from .prices import choose
from .xml import child, elements, inside, local, text_in, value

_PLAIN = {
    "Артикул": "sku", "Наименование": "name", "Штрихкод": "barcode", "Количество": "stock", "БазоваяЕдиница": "unit",
    "Описание": "description",
}  # fmt: skip


def records(path: Path) -> Iterator[Record]:
    """Goods and offers. Price types and groups stand before them."""
    types: dict[str, str] = {}
    groups: dict[str, str] = {}
    for element in elements(path, "ТипЦены", "Классификатор", "Товар", "Предложение"):
        name = local(element)
        if name == "ТипЦены":
            types[value(element, "Ид")] = value(element, "Наименование")
        elif name == "Классификатор":
            _read_groups(element, (), groups)
        else:
            yield _article(element, types, groups)


def _read_groups(parent: etree._Element, above: tuple[str, ...], groups: dict[str, str]) -> None:
    for group in inside(child(parent, "Группы")):
        path = (*above, value(group, "Наименование"))
        groups[value(group, "Ид")] = LEVELS.join(path)
        _read_groups(group, path, groups)


def _article(article: etree._Element, types: dict[str, str], groups: dict[str, str]) -> Record:
    record: Record = {}
    for element in inside(article):
        if role := _PLAIN.get(local(element)):
            put(record, role, text_in(element) or element.get("НаименованиеКраткое"))
    put(record, "sku", value(article, "Ид"))
    put(record, "brand", value(article, "Изготовитель", "Наименование"))
    put(record, "category", groups.get(value(article, "Группы", "Ид")))
    put(record, "vat_rate", value(article, "СтавкиНалогов", "СтавкаНалога", "Ставка"))
    _put_prices(record, article, types)
    for holder, item in (("ХарактеристикиТовара", "ХарактеристикаТовара"), ("ЗначенияРеквизитов", "ЗначениеРеквизита")):
        for element in inside(child(article, holder)):
            if local(element) == item:
                put(record, f"has:{value(element, 'Наименование')}", value(element, "Значение"))
    return record


def _put_prices(record: Record, article: etree._Element, types: dict[str, str]) -> None:
    """Prices by type: what a dealer pays before what a shop asks; the others go out under their names."""
    found = [(types.get(value(price, "ИдТипаЦены"), ""), price) for price in inside(child(article, "Цены"))]
    if not found:
        return
    chosen = choose(record, [name for name, _ in found])
    for place, (name, price) in enumerate(found):
        text = value(price, "ЦенаЗаЕдиницу")
        if place == chosen:
            put_price(record, "price", text)
            put_currency(record, value(price, "Валюта"))
            put(record, "unit", value(price, "Единица"))
        else:
            put_price(record, f"price:{name or 'price'}", text)

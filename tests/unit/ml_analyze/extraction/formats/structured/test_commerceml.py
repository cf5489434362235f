"""Goods and offers of 1C: prices by their types, groups by their paths, whatever else an article says."""

from __future__ import annotations

from pathlib import Path

from ml_analyze.extraction.formats.structured.article import Record
from ml_analyze.extraction.formats.structured.commerceml import records

TYPES = "".join(
    f"<ТипЦены><Ид>{own}</Ид><Наименование>{name}</Наименование></ТипЦены>"
    for own, name in (("r", "Розничная"), ("o", "Оптовая"))
)


def read(tmp_path: Path, inside: str) -> list[Record]:
    path = tmp_path / "offers.xml"
    path.write_text(f"<КоммерческаяИнформация>{inside}</КоммерческаяИнформация>", encoding="utf-8")
    return list(records(path))


def price(kind: str, amount: str, currency: str = "руб") -> str:
    inside = f"<ИдТипаЦены>{kind}</ИдТипаЦены><ЦенаЗаЕдиницу>{amount}</ЦенаЗаЕдиницу><Валюта>{currency}</Валюта>"
    return f"<Цена>{inside}</Цена>"


def test_what_a_dealer_pays_is_the_price_and_the_shops_goes_under_its_name(tmp_path: Path) -> None:
    prices = price("r", "200") + price("o", "150.50")
    (record,) = read(
        tmp_path,
        f"{TYPES}<Предложение><Ид>7</Ид><Артикул>A-1</Артикул><Наименование>Пила</Наименование>"
        f"<Цены>{prices}</Цены></Предложение>",
    )
    assert (record["sku"], record["name"], record["price"], record["currency"]) == ("A-1", "Пила", "150.50", "RUB")
    assert record["price:Розничная"] == "200"


def test_a_price_of_a_type_that_nobody_named_is_a_price(tmp_path: Path) -> None:
    (record,) = read(tmp_path, f"<Предложение><Ид>7</Ид><Цены>{price('x', '5')}</Цены></Предложение>")
    assert (record["sku"], record["price"]) == ("7", "5")


def test_groups_within_groups_are_the_path_of_an_article(tmp_path: Path) -> None:
    inner = "<Группы><Группа><Ид>2</Ид><Наименование>Пилы</Наименование></Группа></Группы>"
    outer = f"<Группы><Группа><Ид>1</Ид><Наименование>Всё</Наименование>{inner}</Группа></Группы>"
    groups = f"<Классификатор>{outer}</Классификатор>"
    (record,) = read(tmp_path, f"{groups}<Товар><Ид>7</Ид><Группы><Ид>2</Ид></Группы></Товар>")
    assert record == {"sku": "7", "category": "Всё\nПилы"}


def test_properties_units_and_tax_are_kept(tmp_path: Path) -> None:
    (record,) = read(
        tmp_path,
        "<Товар><Ид>7</Ид><БазоваяЕдиница НаименованиеКраткое='шт'/><Количество>12</Количество>"
        "<СтавкиНалогов><СтавкаНалога><Ставка>20</Ставка></СтавкаНалога></СтавкиНалогов>"
        "<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Вес</Наименование><Значение>2</Значение>"
        "</ЗначениеРеквизита></ЗначенияРеквизитов></Товар>",
    )
    assert record == {"unit": "шт", "stock": "12", "sku": "7", "vat_rate": "20", "has:Вес": "2"}


def test_goods_without_prices_are_records_all_the_same_and_an_empty_exchange_has_none(tmp_path: Path) -> None:
    assert read(tmp_path, "<Товар><Ид>7</Ид><Наименование>Пила</Наименование></Товар>") == [
        {"sku": "7", "name": "Пила"}
    ]
    assert read(tmp_path, "") == []

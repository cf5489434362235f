"""Which price is the price: the same goods under headers of many languages, in every order of the columns."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from handoff.doubts import DoubtCode
from ml_analyze.extraction import read_price_list

#: (code, name, what the buyer pays, what he does not)
HEADS = [
    ("SKU", "Name", "Dealer price", "Retail price"),
    ("SKU", "Name", "Price after discount", "Price before discount"),
    ("SKU", "Name", "Price ex VAT", "Price inc VAT"),
    ("Artikelnummer", "Bezeichnung", "Händlerpreis", "UVP"),
    ("Artikelnummer", "Bezeichnung", "Preis netto", "Preis brutto"),
    ("Art.-Nr.", "Bezeichnung", "Aktionspreis", "Listenpreis"),
    ("Référence", "Désignation", "Prix HT", "Prix TTC"),
    ("Référence", "Désignation", "Prix net", "Prix public"),
    ("Código", "Descripción", "Precio mayorista", "Precio público"),
    ("Código", "Descrição", "Preço atacado", "Preço varejo"),
    ("Codice", "Descrizione", "Prezzo netto", "Prezzo listino"),
    ("Artikelnummer", "Omschrijving", "Inkoopprijs", "Adviesprijs"),
    ("Indeks", "Nazwa towaru", "Cena hurtowa", "Cena detaliczna"),
    ("Kód", "Název", "Cena bez DPH", "Cena s DPH"),
    ("Артикул", "Наименование", "Цена опт", "Цена розничная"),
    ("Артикул", "Наименование", "Цена со скидкой", "Цена без скидки"),
    ("Артикул", "Назва", "Ціна оптова", "Ціна роздрібна"),
    ("Cikkszám", "Megnevezés", "Nettó ár", "Bruttó ár"),
    ("Cod", "Denumire", "Pret angro", "Pret amanunt"),
    ("Stok kodu", "Ürün adı", "Bayi fiyatı", "Liste fiyatı"),
    ("Artikelnummer", "Benämning", "Pris exkl moms", "Pris inkl moms"),
    ("货号", "品名", "批发价", "零售价"),
    ("品番", "商品名", "仕切価格", "希望小売価格"),
    ("الكود", "اسم الصنف", "السعر قبل الضريبة", "السعر بعد الضريبة"),
]
GOODS = [
    ("AB-10", "Claw hammer 300 g"),
    ("AB-11", "Ball hammer 500 g"),
    ("AB-12", "Wood chisel 12 mm"),
    ("AB-13", "Saw"),
]


@pytest.mark.parametrize("head", HEADS, ids=lambda head: f"{head[2]} / {head[3]}")
def test_the_buyers_price_is_taken_in_every_order_of_the_columns(tmp_path: Path, head: tuple[str, ...]) -> None:
    rows = [(code, name, f"{10.5 + at * 7:.2f}", f"{14.9 + at * 9.1:.2f}") for at, (code, name) in enumerate(GOODS)]
    for number, order in enumerate(permutations(range(4))):
        path = tmp_path / f"{number}.csv"
        lines = [";".join(row[at] for at in order) for row in (head, *rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        items = [line for line in read_price_list(path).lines if line["kind"] == "item"]
        assert [item["price"] for item in items] == [row[2] for row in rows], order
        assert [list(item["prices"].values()) for item in items] == [[row[3]] for row in rows], order


def read(path: Path, *rows: str) -> list[dict[str, object]]:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return [line for line in read_price_list(path).lines if line["kind"] == "item"]


def test_columns_that_say_the_same_are_told_apart_by_the_tax_on_top_of_one(tmp_path: Path) -> None:
    rows = [f"A-{at};Hammer {at};{net * 1.2:.2f};{net:.2f}" for at, net in enumerate((10.0, 15.5, 22.0, 7.25))]
    items = read(tmp_path / "a.csv", "Code;Name;Price A;Price B", *rows)
    assert [item["price"] for item in items] == ["10.00", "15.50", "22.00", "7.25"]


def test_quantities_in_headers_are_tiers_and_the_smallest_is_the_price(tmp_path: Path) -> None:
    items = read(tmp_path / "a.csv", "Code;Name;100+;10+;Price", "A;Bolt M8;0.80;0.90;1.00", "B;Nut M8;0.40;0.45;0.50")
    assert items[0]["price"] == "1.00"
    assert items[0]["conditions"] == {
        "tiers": [{"from_quantity": "10", "price": "0.90"}, {"from_quantity": "100", "price": "0.80"}]
    }


def test_what_is_in_stock_times_the_price_is_no_price(tmp_path: Path) -> None:
    rows = [f"A-{at};Hammer {at};{n};{p};{n * p:.2f}" for at, (n, p) in enumerate([(3, 10.5), (7, 22.25), (12, 7.4)])]
    items = read(tmp_path / "a.csv", "Code;Name;Stock;Price;Value", *rows)
    assert [item["price"] for item in items] == ["10.5", "22.25", "7.4"]
    assert "prices" not in items[0]


def test_a_choice_between_two_prices_that_say_nothing_is_a_doubt(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Code;Name;Tarif;Rate\nA;Hammer 1;10.5;17.1\nB;Hammer 2;9.9;12.3\nC;Saw;4.2;9.1\n")
    listed = read_price_list(path)
    assert [doubt.what for doubt in listed.findings.doubts] == [DoubtCode.PRICE_COLUMN]

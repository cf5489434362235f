"""Layouts that suppliers' own hands make: each test holds one trouble."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from handoff.api import Hints
from ml_analyze.extraction import Unreadable, read_price_list
from tests.unit.ml_analyze.extraction.price_files import (
    Page,
    items_of,
    names_and_prices,
    write_csv,
    write_text,
    write_xlsx,
)


def test_prices_with_kronor_colons_are_read(tmp_path: Path) -> None:
    rows = [["Art.nr", "Benämning", "Cirkapris"], ["701", "Snöskyffel", "199:-"], ["702", "Ljuslykta", "49:50"]]
    rows += [["703", "Fågelholk liten", "89:-"], ["704", "Vedkorg ek", "412:50"]]
    assert [price for _, price in names_and_prices(write_csv(tmp_path / "a.csv", rows))] == [
        "199", "49.50", "89", "412.50",
    ]  # fmt: skip


def test_a_telephone_list_is_no_price_list(tmp_path: Path) -> None:
    rows = [["First name", "Last name", "Phone"], *[[f"Ann{at}", "Miller", f"+44 20 7946 0{at}18"] for at in range(9)]]
    with pytest.raises(Unreadable):
        list(read_price_list(write_csv(tmp_path / "a.csv", rows)).lines)


def test_blocks_side_by_side_may_have_headers_of_their_own(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["PROCESSOR", "PRICE", None, "MEMORY", "PRICE"]]
    rows += [[f"Core i{at} boxed", 1000 + at, None, f"Kingston {at} GB kit", 50 + at] for at in range(3, 9)]
    rows.append([None, None, None, "Corsair 64 GB kit", 300])
    found = names_and_prices(write_xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert len(found) == 13
    assert ("Core i3 boxed", "1003") in found and ("Corsair 64 GB kit", "300") in found


def test_quantities_in_the_header_are_tiers_of_the_price(tmp_path: Path) -> None:
    rows = [
        ["Ref", "Article", 25, 50, 100],
        *[[f"M{at}", f"Mug no {at}", at + 0.9, at + 0.8, at + 0.7] for at in range(1, 6)],
    ]
    items = items_of(write_xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert [item["price"] for item in items] == ["1.9", "2.9", "3.9", "4.9", "5.9"]
    assert items[0]["prices"] == {"50": "1.8", "100": "1.7"}


def test_a_list_above_the_first_known_header_is_read_too(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["VINS", None],
        ["Cuvée", "Bouteille"],
        *[[f"Clos Marie {2015 + at}", f"{at + 7},50 €"] for at in range(5)],
    ]
    rows += [[None, None], ["Produit", "Prix TTC"], *[[f"Calvados {at} ans", f"{at + 20},00 €"] for at in range(5)]]
    found = names_and_prices(write_xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert found[0] == ("Clos Marie 2015", "7.50") and found[-1] == ("Calvados 4 ans", "24.00") and len(found) == 10


def test_a_line_quoted_as_a_whole_is_opened(tmp_path: Path) -> None:
    lines = ['"Code,""Name"",Price"', *[f'"F{at},""Rose, red {at}"",{at}.50"' for at in range(1, 6)]]
    items = items_of(write_text(tmp_path / "a.csv", "\n".join(lines)))
    assert (items[0]["sku"], items[0]["name"], items[0]["price"]) == ("F1", "Rose, red 1", "1.50")


def test_commas_of_thousands_are_no_delimiters(tmp_path: Path) -> None:
    lines = ["CODE      DESCRIPTION         PACK       PRICE"]
    lines += [f"CT{at}       HAMMER NO {at}            6    1,{at}35.06" for at in range(1, 7)]
    items = items_of(write_text(tmp_path / "a.txt", "\r\n".join(lines)))
    assert (items[0]["sku"], items[0]["name"], items[0]["price"]) == ("CT1", "HAMMER NO 1", "1135.06")


def test_words_that_come_again_in_the_price_column_mean_no_price(tmp_path: Path) -> None:
    rows = [["Model", "Cena brutto"], ["Krzesło dębowe", "190"], ["Stół sosnowy", "zapyt."], ["Szafa biała", "2100"]]
    rows += [["Komoda mała", "zapyt."], ["Łóżko duże", "1400"], ["Regał wąski", "350"]]
    items = items_of(write_csv(tmp_path / "a.csv", rows))
    assert [item.get("price") for item in items] == ["190", None, "2100", None, "1400", "350"]


def test_a_row_without_a_name_but_with_its_own_code_does_not_take_the_name_above(tmp_path: Path) -> None:
    rows = [["SKU", "Name", "Size", "Price"]]
    for at in range(6):
        rows += [[f"A{at}", f"Garden chair {at}", "S", f"{at + 10}.50"], [f"B{at}", "", "L", f"{at + 20}.50"]]
    names = [item["name"] for item in items_of(write_csv(tmp_path / "a.csv", rows))]
    assert names[:2] == ["Garden chair 0", "B0"]


@pytest.mark.parametrize(
    "header", ["MPN", "Herstellernummer", "Symbol producenta", "Артикул производителя", "Référence fabricant", "OEM No"]
)
def test_the_makers_number_has_one_key_whatever_its_header(tmp_path: Path, header: str) -> None:
    rows = [
        ["SKU", header, "Name", "Price EUR"],
        *[[f"S{at}", f"LC1D{at}P7", f"Contactor {at} A", f"{at}.50"] for at in range(1, 7)],
    ]
    item = items_of(write_csv(tmp_path / "a.csv", rows))[0]
    assert item["sku"] == "S1"
    assert item["characteristics"]["mpn"] == "LC1D1P7" and item["characteristics"][header] == "LC1D1P7"


def test_a_header_that_the_values_deny_is_not_believed(tmp_path: Path) -> None:
    rows = [
        ["Коллекция", "Артикул", "Цена, руб."],
        *[[f"Ламинат дуб светлый {at}", f"ЛА{at}01", str(290 + at)] for at in range(6)],
    ]
    items = items_of(write_csv(tmp_path / "a.csv", rows))
    assert (items[0]["name"], items[0]["sku"], items[0]["price"]) == ("Ламинат дуб светлый 0", "ЛА001", "290")


def test_a_header_of_words_and_tiers_is_found_below_a_row_of_percents(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Скидки от объёма", None, "0%", "-5%"],
        ["Артикул", "Наименование", "Розница", "от 50 т.р."],
    ]
    rows += [[f"СМ-{at}", f"Смеситель для кухни {at}", 1900 + at, 1800 + at] for at in range(6)]
    items = items_of(write_xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert len(items) == 6
    assert (items[0]["sku"], items[0]["price"]) == ("СМ-0", "1900")


def test_a_title_above_a_header_and_headers_beside_their_numbers_in_pdf(tmp_path: Path) -> None:
    page = Page()
    page.put(10, 10, "STOCK AND PRICE REPORT")
    page.put(60, 10, "Branch 04")
    for x, text in ((10, "PART NO"), (60, "DESCRIPTION"), (130, "LIST"), (165, "COST")):
        page.put(x, 16, text)
    for at in range(12):
        page.put(10, 22 + 6 * at, str(4000 + 13 * at))
        page.put(60, 22 + 6 * at, f"BALL BEARING {6200 + at}")
        page.put(155, 22 + 6 * at, f"{at + 11}.82", right=True)
        page.put(190, 22 + 6 * at, f"{at + 6}.50", right=True)
    item = items_of(page.save(tmp_path / "a.pdf"))[0]
    assert (item["sku"], item["name"], item["price"]) == ("4000", "BALL BEARING 6200", "6.50")


def test_a_sheet_that_the_file_has_not_is_named_with_those_that_it_has(tmp_path: Path) -> None:
    rows = [["SKU", "Name", "Price"], ["A", "Anvil", 10], ["B", "Bolt", 20]]
    file = write_xlsx(tmp_path / "list.xlsx", {"Prices": rows, "Terms": [["Pay soon"]]})
    with pytest.raises(Unreadable, match="The file has no sheet Preise; its sheets are: Prices, Terms"):
        read_price_list(file, hints=Hints(sheets=["Preise"]))
    text = write_text(tmp_path / "list.csv", "SKU;Name;Price\nA;Anvil;10\nB;Bolt;20\n")
    assert len(items_of(text, Hints(sheets=["Preise"]))) == 2, "a text file has no sheets"

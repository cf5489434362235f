"""Whole files, by kind of trouble."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from handoff.api import Hints, ItemLine, ResultLine
from ml_analyze.extraction import Limits, Unreadable, read_price_list
from tests.unit.ml_analyze.extraction.price_files import (
    items_of,
    names_and_prices,
    write_csv,
    write_text,
    write_xlsx,
)


def test_a_preamble_a_footer_and_a_group_title_are_no_items(tmp_path: Path) -> None:
    rows = [
        ["ТОВ Насос"], ["Прайс-лист 2024"],
        ["№ з/п", "Код", "Найменування", "Од. вим.", "Ціна, грн", ""],
        ["", "", "", "", "роздріб", "опт"],
        ["Насоси", "", "", "", "", ""],
        [1, "1001", "Насос ЕЦВ 6-10-80", "шт", 12500.5, 11000],
        [2, "1002", "Насос ЕЦВ 8-25-100", "шт", 22500, 20100],
        ["Труби", "", "", "", "", ""],
        [3, "1003", "Труба ПЕ 32", "м", 32.4, 30],
        ["Разом", "", "", "", 35032.9, 31130],
    ]  # fmt: skip
    listed = read_price_list(write_xlsx(tmp_path / "list.xlsx", {"Лист1": rows}, merges=["E3:F3"]))
    items = list(listed.lines)
    assert [(item["name"], item["price"], item["sku"], item["category"]) for item in items] == [
        ("Насос ЕЦВ 6-10-80", "11000", "1001", ["Насоси"]),
        ("Насос ЕЦВ 8-25-100", "20100", "1002", ["Насоси"]),
        ("Труба ПЕ 32", "30", "1003", ["Труби"]),
    ]
    assert {item["currency"] for item in items} == {"UAH"}
    assert items[0]["prices"] == {"Ціна, грн роздріб": "12500.5"}
    assert listed.reading.skipped_rows == {"preamble": 2, "header": 2, "category": 2, "total": 1}


def test_every_line_is_what_the_treaty_says(tmp_path: Path) -> None:
    rows = [["SKU", "Name", "Price", "Stock", "Colour"], ["A1", "Chair", "12,50 €", "4", "red"]]
    rows += [[f"B{number}", f"Desk {number}", f"{number},00 €", "1", "grey"] for number in range(12)]
    rows += [["", "", "9,00 €", "2", ""], ["A3", "Shelf", "n/a", "3", ""]]
    lines = list(read_price_list(write_csv(tmp_path / "list.csv", rows)).lines)
    adapter: TypeAdapter[ResultLine] = TypeAdapter(ResultLine)
    for line in lines:
        adapter.validate_python(line)
    chair = ItemLine.model_validate(lines[0])
    assert (chair.price, chair.currency, chair.characteristics) == ("12.50", "EUR", {"Colour": "red"})
    assert chair.source.cells == {"sku": "A2", "name": "B2", "price": "C2", "stock": "D2"}
    assert (chair.source.row, chair.source.text) == (2, {"price": "12,50 €"})
    assert [line["code"] for line in lines if line["kind"] == "error"] == ["NO_NAME"]
    assert lines[-1]["price"] is None


def test_total_and_quantity_columns_are_not_taken_for_the_price(tmp_path: Path) -> None:
    rows = [
        ["Item", "Qty", "Unit Price", "Total"],
        ["Widget A", 2, "$5.00", "$10.00"],
        ["Widget B", 3, "$7.50", "$22.50"],
        ["Widget C", 4, "$2.25", "$9.00"],
        ["", "", "Subtotal", "$41.50"],
        ["", "", "Total", "$44.82"],
    ]
    assert names_and_prices(write_csv(tmp_path / "list.csv", rows)) == [
        ("Widget A", "5.00"),
        ("Widget B", "7.50"),
        ("Widget C", "2.25"),
    ]


def test_tables_side_by_side_are_both_read(tmp_path: Path) -> None:
    rows = [
        ["Name", "Price", None, "Name", "Price"],
        ["Apple", 1.2, None, "Pear", 1.4],
        ["Plum", 2.1, None, "Cherry", 5],
        ["Fig", 3, None, None, None],
    ]
    read = names_and_prices(write_xlsx(tmp_path / "list.xlsx", {"A": rows}))
    assert read == [("Apple", "1.2"), ("Plum", "2.1"), ("Fig", "3"), ("Pear", "1.4"), ("Cherry", "5")]


def test_sheets_with_other_columns_are_read_and_sheets_without_items_are_not(tmp_path: Path) -> None:
    book = {
        "About": [["We sell things"], ["since 1990"]],
        "Parts": [["Code", "Name", "Price"], ["a1", "Item one", 10], ["a2", "Item two", 20]],
        "Teile": [["Nr", "Bezeichnung", "Einheit", "Preis"], [1, "Ding eins", "St", 5], [2, "Ding zwei", "St", 6]],
        "groups": [["PG1", 30], ["PG2", 40], ["PG3", 35]],
    }
    listed = read_price_list(write_xlsx(tmp_path / "list.xlsx", book))
    assert [line["name"] for line in listed.lines] == ["Item one", "Item two", "Ding eins", "Ding zwei"]
    used = {sheet.name: sheet.used for sheet in listed.reading.sheets}
    assert used == {"About": False, "Parts": True, "Teile": True, "groups": False}
    assert all(sheet.reason for sheet in listed.reading.sheets)


def test_one_item_over_several_rows_becomes_one_item_a_variant(tmp_path: Path) -> None:
    rows = [
        ["Name", "Size", "Unit", "Price"],
        ["Ball valve", "20", "pcs", 5.5],
        ["", "25", "pcs", 7.5],
        ["", "32", "pcs", 12],
        ["Elbow", "20", "pcs", 1.1],
        ["", "25", "pcs", 1.4],
    ]
    read = names_and_prices(write_csv(tmp_path / "list.csv", rows))
    assert read == [
        ("Ball valve 20", "5.5"),
        ("Ball valve 25", "7.5"),
        ("Ball valve 32", "12"),
        ("Elbow 20", "1.1"),
        ("Elbow 25", "1.4"),
    ]


def test_a_list_without_a_header_is_known_by_its_values(tmp_path: Path) -> None:
    rows = [
        ["A-100", "Wooden chair with arms", "pcs", 45.5],
        ["A-101", "Round table 120 cm", "pcs", 120],
        ["A-102", "Bookshelf five levels", "pcs", 89.9],
    ]
    items = items_of(write_xlsx(tmp_path / "list.xlsx", {"A": rows}))
    assert next((item["sku"], item["name"], item["price"]) for item in items) == (
        "A-100",
        "Wooden chair with arms",
        "45.5",
    )


def test_a_header_in_unknown_words_is_known_by_the_values_below(tmp_path: Path) -> None:
    rows = [
        ["xqv", "plomb kwerty", "zzut"],
        ["1", "Blue pen fine", "25.00"],
        ["2", "Copy book A4", "40.00"],
        ["3", "Rubber large", "10.00"],
    ]
    assert names_and_prices(write_csv(tmp_path / "list.csv", rows)) == [
        ("Blue pen fine", "25.00"),
        ("Copy book A4", "40.00"),
        ("Rubber large", "10.00"),
    ]


def test_unquoted_commas_in_a_text_column_are_joined_again(tmp_path: Path) -> None:
    text = "code,price,description\nA1,10.50,Plain thing\nA2,11.00,Thing, with comma\nA3,9.00,Last\nA4,8.00,More\n"
    listed = read_price_list(write_text(tmp_path / "list.csv", text))
    assert [line["name"] for line in listed.lines][1] == "Thing, with comma"
    assert listed.reading.warnings


def test_site_columns_give_the_first_filled_price(tmp_path: Path) -> None:
    rows = [
        ["Code", "Name", "North", "South"],
        ["c1", "Room day", "$10.00", ""],
        ["c2", "Room night", "", "$12.00"],
        ["c3", "Lab test", "$3.00", "$4.00"],
    ]
    items = items_of(write_csv(tmp_path / "list.csv", rows))
    assert [item["price"] for item in items] == ["10.00", "12.00", "3.00"]
    assert items[2]["prices"] == {"South": "4.00"}


def test_the_currency_of_a_number_format_is_seen(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = write_xlsx(tmp_path / "list.xlsx", {"A": [["Name", "Price"], ["Bolt", 2.5], ["Nut", 3.5], ["Pin", 4.5]]})
    book = load_workbook(path)
    for cell in book.active["B"][1:]:
        cell.number_format = "#,##0.00\\ [$€-407]"
    book.save(path)
    assert {item["currency"] for item in items_of(path)} == {"EUR"}


@pytest.mark.parametrize(
    "text",
    [
        "timestamp,level,message\n2020-01-01 10:00:00,INFO,Server on port 8080\n2020-01-01 10:00:01,WARN,Disk full\n",
        "Sehr geehrte Damen und Herren,\n\nanbei erhalten Sie unsere Preisliste.\n\nMit freundlichen Grüßen\nMax\n",
        '{"name": "x", "version": "1.0.0", "scripts": {"start": "node index.js"}}\n',
        "Date,Open,High,Low,Close\n"
        + "".join(f"2020-01-{day},{day}.5,{day}.7,{day}.1,{day}.3\n" for day in range(10, 28)),
    ],
)
def test_what_is_no_price_list_is_refused_with_what_was_seen(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        list(read_price_list(write_text(tmp_path / "list.csv", text)).lines)
    assert refusal.value.reading is not None


def test_hints_win_over_every_guess(tmp_path: Path) -> None:
    rows = [
        ["junk", "x", "y", "z"],
        ["Code", "Name", "Price", "Cost"],
        ["A1", "Chair", "1,500", "1,100"],
        ["A2", "Desk", "2,250", "2,000"],
    ]
    path = write_csv(tmp_path / "list.csv", rows, delimiter="|", encoding="cp1252")
    hints = Hints(
        header_row=2,
        columns={"price": "Cost", "name": 0, "sku": "", "price:list": "Price"},
        currency="CHF",
        decimal_mark=",",
        delimiter="|",
        encoding="cp1252",
    )
    listed = read_price_list(path, hints=hints)
    first = next(listed.lines)
    assert (first["name"], first["price"], first["currency"], first["prices"]) == (
        "A1",
        "1.100",
        "CHF",
        {"list": "1.500"},
    )
    assert "sku" not in first
    assert listed.reading.hints_used == ["columns", "currency", "decimal_mark", "delimiter", "encoding", "header_row"]


def test_a_hint_names_the_sheets(tmp_path: Path) -> None:
    sheet = [["Name", "Price"], ["Bolt", 2], ["Nut", 3]]
    path = write_xlsx(tmp_path / "list.xlsx", {"old": sheet, "new": [["Name", "Price"], ["Pin", 4], ["Rod", 5]]})
    assert names_and_prices(path, Hints(sheets=["new"])) == [("Pin", "4"), ("Rod", "5")]


def test_header_row_zero_says_that_there_is_no_header(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [["Price list", "12"], ["Big hammer", "14"], ["Small hammer", "9"]])
    assert len(names_and_prices(path, Hints(header_row=0, columns={"name": 0, "price": 1}))) == 3


def test_rows_beyond_those_held_are_streamed_with_the_same_reading(tmp_path: Path) -> None:
    rows = [
        ["SKU", "Name", "Price"],
        *([f"S{number}", f"Thing number {number}", f"{number}.50"] for number in range(1, 5_001)),
    ]
    for path in (write_csv(tmp_path / "list.csv", rows), write_xlsx(tmp_path / "list.xlsx", {"A": rows})):
        listed = read_price_list(path, limits=Limits(held_rows=800))
        lines = list(listed.lines)
        assert (lines[-1]["name"], lines[-1]["price"], lines[-1]["source"]["row"]) == (
            "Thing number 5000",
            "5000.50",
            5_001,
        )
        assert len(lines) == 5_000
        assert listed.rows_read >= 5_000
        assert listed.rows_total and abs(listed.rows_total - 5_001) < 1_000


def test_a_group_and_a_price_merged_over_rows_hold_for_each_of_them(tmp_path: Path) -> None:
    rows = [["Group", "Name", "Price"], ["Tools", "Hammer", 12], ["", "Saw", ""], ["", "File", 9]]
    rows.append(["Paint", "Brush", 3])
    items = items_of(write_xlsx(tmp_path / "list.xlsx", {"A": rows}, merges=["A2:A4", "C2:C3"]))
    assert [(item["name"], item["price"], item["category"]) for item in items] == [
        ("Hammer", "12", ["Tools"]),
        ("Saw", "12", ["Tools"]),
        ("File", "9", ["Tools"]),
        ("Brush", "3", ["Paint"]),
    ]

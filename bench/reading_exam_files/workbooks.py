"""Workbooks of many trades: category rows, sheets without items, decoy columns, currencies in formats."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal

import openpyxl
import xlwt
from openpyxl.worksheet.worksheet import Worksheet

from bench.reading_exam_files.paper import Paper, Row, Truth, amounts, exam, mix, plain

CENT = Decimal("0.01")


def book(*sheets: tuple[str, Sequence[Row]]) -> tuple[openpyxl.Workbook, list[Worksheet]]:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return made, list(made.worksheets)


def saved(made: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def old_book(rows: Sequence[Row], merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    made = xlwt.Workbook()
    sheet = made.add_sheet("Лист1")
    covered = {
        (row, column)
        for top, bottom, left, right in merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
    for top, bottom, left, right in merged:
        sheet.write_merge(top, bottom, left, right, rows[top][left])
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            if value not in ("", None) and (index, column) not in covered:
                sheet.write(index, column, value)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


@exam
def xlsx_uk_nested_categories() -> Paper:
    rows: list[Row] = [
        ["ТОВ «Електросвіт»"],
        ["Прайс-лист від 12.11.2026. Ціни вказані в грн. з ПДВ"],
        [],
        ["Код", "Номенклатура", "Од.", "Ціна", "Залишок"],
    ]
    items = []
    merges = []
    for group, title in enumerate(("Кабель і провід", "Освітлення", "Автоматика")):
        rows.append([title])
        merges.append(len(rows))
        for part, base in enumerate(("мідний|гнучкий", "настінний|стельовий")):
            rows.append([f"{title} / {'Серія А' if part else 'Базова серія'}"])
            merges.append(len(rows))
            names = mix(
                base,
                f"{title.split()[0]} 3х1,5|{title.split()[0]} 3х2,5|{title.split()[0]} 10 Вт",
                5,
                60 + group * 2 + part,
            )
            for place, (name, price) in enumerate(
                zip(names, amounts(5, 14, 5200, 60 + group * 2 + part), strict=False)
            ):
                sku = f"{group + 1}{part}{place:05d}"
                rows.append([sku, name, "шт", float(price), ">10" if place % 2 else place])
                items.append(Truth(name, plain(price), sku, "UAH"))
    made, sheets = book(("TDSheet", rows))
    for row in merges:
        sheets[0].merge_cells(start_row=row, end_row=row, start_column=1, end_column=5)
    return Paper(
        "xlsx", "prais.xlsx", "uk", saved(made), items, "category_rows merged preamble currency_in_title", "title"
    )


@exam
def xlsx_de_three_row_header_sites() -> Paper:
    names = mix("Beton|Kies|Splitt|Estrich", "C20/25 F3|0/32|2/5|CT-C25-F4|8/16", 16, 66)
    rows: list[Row] = [
        ["", "Preisliste Transportbeton 2026", "", "", "", "", ""],
        ["", "", "", "", "", "", ""],
        ["", "Sorte", "Einheit", "Preise in € netto", "", "", "Bemerkung"],
        ["", "", "", "Werk", "", "", ""],
        ["", "", "", "Ulm", "Neu-Ulm", "Ehingen", ""],
    ]
    items = []
    for name, price in zip(names, amounts(16, 9, 180, 66), strict=False):
        sites = [price, price + Decimal("1.5"), price + 3]
        rows.append(["", name, "m³", *[float(site) for site in sites], ""])
        items.append(Truth(name, plain(price), None, "EUR", tuple(plain(site) for site in sites[1:])))
    rows += [["", "", "", "", "", "", ""], ["", "Mindermengenzuschlag unter 3 m³: 25,00 € je m³", "", "", "", "", ""]]
    made, sheets = book(("Preise", rows))
    for area in ("D3:F3", "D4:F4", "B3:B5", "C3:C5"):
        sheets[0].merge_cells(area)
    return Paper(
        "xlsx", "beton.xlsx", "de", saved(made), items, "multi_header merged site_matrix leading_empty footer", "header"
    )


@exam
def xlsx_en_third_sheet() -> Paper:
    cover = [
        ["Northwind Catering Supplies"],
        ["Trade price list"],
        ["Spring 2026"],
        [],
        ["Tel", "01632 960 144"],
        ["Order cut-off", "15:00"],
    ]
    terms = [
        ["Terms"],
        ["1. Minimum order £75.00 ex VAT"],
        ["2. Carriage £9.50 on orders under £150.00"],
        ["3. Goods remain our property until paid"],
    ]
    first = mix("Chef knife|Cutting board|Saucepan|Ladle", "8 in|10 in|red|24 cm|stainless", 16, 67)
    second = mix("Dinner plate|Soup bowl|Wine glass", "27 cm|white|6-pack|40 cl", 10, 68)
    items, kitchen, table = (
        [],
        [["Code", "Product", "Case", "Price ex VAT"]],
        [["Product", "Colour", "Ref", "Each £", "Case £"]],
    )
    for place, (name, price) in enumerate(zip(first, amounts(16, 2, 140, 67), strict=False)):
        kitchen.append([f"K{place + 10}", name, "6", float(price)])  # type: ignore[list-item]
        items.append(Truth(name, plain(price), f"K{place + 10}"))
    for place, (name, price) in enumerate(zip(second, amounts(10, 1, 30, 68), strict=False)):
        table.append([name, "white", f"T/{place + 10}", float(price), float(price * 6)])  # type: ignore[list-item]
        items.append(Truth(name, plain(price), f"T/{place + 10}", None, (plain(price * 6),)))
    made, _ = book(("Cover", cover), ("Terms", terms), ("Kitchen", kitchen), ("Table", table))
    return Paper("xlsx", "trade.xlsx", "en", saved(made), items, "third_sheet different_columns non_item_sheets")


@exam
def xlsx_en_books() -> Paper:
    names = mix(
        "A History of|The Secret Life of|Understanding|Field Guide to|Introduction to",
        "Bees|Rivers|1984 and After|Typography|Trees",
        22,
        69,
    )
    rows: list[Row] = [["ISBN", "Title", "Author", "Publisher", "Year", "Pages", "Format", "RRP"]]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(22, 6, 60, 69, "99"), strict=False)):
        isbn = 9780140000000 + place * 1237
        rows.append(
            [isbn, name, f"J. Smith{place}", "Penbrook Press", 1998 + place, 120 + place * 13, "Pbk", float(price)]
        )
        items.append(Truth(name, plain(price), str(isbn)))
    made, sheets = book(("Stocklist", rows))
    for cell in sheets[0]["H"][1:]:
        cell.number_format = '"£"#,##0.00'
    return Paper("xlsx", "books.xlsx", "en", saved(made), items, "year_decoy pages_decoy isbn number_format")


@exam
def xlsx_vi_running_numbers() -> Paper:
    names = mix(
        "Sơn nội thất|Sơn chống thấm|Bột trét tường|Cọ lăn", "thùng 18L|lon 5L|bao 40kg|màu trắng|cao cấp", 16, 70
    )
    rows: list[Row] = [
        ["CÔNG TY TNHH SƠN HÒA BÌNH"],
        ["BẢNG BÁO GIÁ"],
        ["Điện thoại: 0903 123 456"],
        [],
        ["STT", "Tên hàng", "ĐVT", "Đơn giá (VNĐ)", "Ghi chú"],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(16, 45, 3900, 70), strict=False), 1):
        dong = int(price) * 1000
        rows.append([place, name, "Thùng", f"{dong:,}".replace(",", "."), ""])
        items.append(Truth(name, str(dong), None, "VND"))
    rows.append(["", "Giá trên chưa bao gồm thuế VAT 10%"])
    made, _ = book(("Sheet1", rows))
    return Paper("xlsx", "baogia.xlsx", "vi", saved(made), items, "row_numbers dot_thousands preamble footer", "header")


@exam
def xlsx_id_rupiah() -> Paper:
    names = mix("Kertas HVS|Pulpen Gel|Map Plastik|Buku Tulis", "A4 70 gr|0.5 mm hitam|F4|38 lembar|isi 10", 16, 71)
    rows: list[Row] = [["No.", "Kode", "Nama Barang", "Isi/Dus", "Harga Satuan", "Harga Dus"]]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(16, 2, 90, 71), strict=False), 1):
        single = int(price) * 500
        rows.append(
            [
                place,
                f"ATK-{place:03d}",
                name,
                12,
                f"Rp {single:,}".replace(",", "."),
                f"Rp {single * 12:,}".replace(",", "."),
            ]
        )
        items.append(Truth(name, str(single), f"ATK-{place:03d}", "IDR", (str(single * 12),)))
    made, _ = book(("Daftar Harga", rows))
    return Paper("xlsx", "daftar.xlsx", "id", saved(made), items, "row_numbers dot_thousands several_prices", "cell")


@exam
def xlsx_cs_min_max() -> Paper:
    names = mix(
        "Malování pokoje|Pokládka dlažby|Výměna zásuvky|Štukování",
        "do 20 m²|za m²|materiál zákazníka|vč. úklidu",
        12,
        72,
    )
    rows: list[Row] = [["Ceník řemeslných prací"], [], ["Práce", "Jednotka", "Cena od (Kč)", "Cena do (Kč)"]]
    items = []
    for name, price in zip(names, amounts(12, 120, 4800, 72, "00"), strict=False):
        top = int(price) + 150
        rows.append([name, "m²", int(price), top])
        items.append(Truth(name, str(int(price)), None, "CZK", (str(top),)))
    made, _ = book(("List1", rows))
    return Paper("xlsx", "cenik.xlsx", "cs", saved(made), items, "min_max services no_sku", "header")


@exam
def xlsx_en_services_words() -> Paper:
    stated = [
        ("Gents cut", "£18", "18"),
        ("Ladies cut & blow dry", "from £42", "42"),
        ("Full head colour", "£75 - £95", "75"),
        ("Bridal package", "POA", None),
        ("Fringe trim", "£6.50", "6.50"),
        ("Olaplex No.1 add-on", "+ £15", "15"),
        ("Balayage", "from £110.00", "110"),
        ("Kids (under 10)", "£12.00", "12"),
        ("Patch test", "Free", None),
        ("Beard trim", "£9", "9"),
    ]
    rows: list[Row] = [["Lola's Hair Studio"], ["Service", "Time (min)", "Price"]]
    rows += [[name, 15 * (place % 5 + 1), text] for place, (name, text, _) in enumerate(stated)]
    items = [Truth(name, price, None, "GBP" if price else None) for name, _, price in stated]
    items[8] = Truth("Patch test", None, None, None, ("0",))
    made, _ = book(("Menu", rows))
    return Paper(
        "xlsx",
        "salon.xlsx",
        "en",
        saved(made),
        items,
        "from_prices ranges on_request few_rows no_sku",
        "cell",
        pick=[2, 3, 5, 8],
    )

"""Writes the sample price lists and the catalogue beside this file: ``python -m embedded.samples.make_samples``.

Run at development time; the files are committed. Every supplier writes the same assortment its own way, as
suppliers do: own article numbers, own language, own column order, some articles that we do not carry.

One room: one maker a sample.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from fpdf import FPDF
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from embedded.samples.invented import FAMILIES, Product, assortment

HERE = Path(__file__).parent
_STRANGERS = ("Zenkraft", "Ostermann", "Pulsar")


def main() -> None:
    products = assortment()
    write_catalogue(products)
    german_csv(products)
    russian_workbook(products)
    english_workbook(products)
    spanish_csv(products)
    french_pdf(products)
    polish_workbook(products)
    american_tsv(products)
    faulty_csv(products)


def write_catalogue(products: Sequence[Product]) -> None:
    rows = [
        [p.sku, p.name, p.brand, p.barcode, p.family.category("en"), str(round(p.price * Decimal("1.45"), 2))]
        for p in products
    ]
    _write_csv("catalogue.csv", ["internal_sku", "name", "brand", "barcode", "category", "price"], rows)


def pick(products: Sequence[Product], seed: int, count: int, *, own: int) -> list[Product]:
    """``count`` products of ours in the order of families, and ``own`` articles that the catalogue does not have."""
    chance = random.Random(seed)
    picked = chance.sample(list(products), count)
    for number in range(own):
        model = chance.choice(products)
        brand = _STRANGERS[number % len(_STRANGERS)]
        code = f"{brand[0]}{model.family.code}-{chance.randint(300, 999)}Q"
        price = round(model.price * Decimal(str(chance.uniform(0.8, 1.2))), 2)
        picked.append(Product(5000 + seed * 100 + number, model.family, brand, code, model.spec, price))
    order = [family.code for family in FAMILIES]
    return sorted(picked, key=lambda p: (order.index(p.family.code), p.brand, p.model))


def cost(product: Product, factor: float) -> Decimal:
    return round(product.price * Decimal(str(factor)), 2)


def german_csv(products: Sequence[Product]) -> None:
    """cp1252, semicolons, decimal comma, dot for thousands (a case of twenty), one article number per row."""
    head = ["Artikelnummer", "Bezeichnung", "Marke", "EAN", "VPE", "ME", "EK netto EUR", "Lagerbestand", "Warengruppe"]
    chance, rows = random.Random(11), []
    for place, p in enumerate(pick(products, 1, 140, own=12)):
        amount = f"{cost(p, 0.92):,.2f}".translate(str.maketrans(",.", ".,"))
        name = f"{p.family.word('de')} {p.model} {p.spec.replace('.', ',').replace(' pcs', ' St.')}"
        stock = str(chance.choice([0, 4, 12, 60, 240]))
        rows.append(
            [f"WB{40210 + place * 7}", name, p.brand, p.barcode, "1", "Stk", amount, stock, p.family.category("de")]
        )
    case = pick(products, 1, 140, own=12)[0]
    rows.append(
        ["WB99001", f"Sortimentskoffer {case.brand} 20-teilig", case.brand, "", "20", "Set", "1.849,00", "2", "Aktion"]
    )
    _write_csv("werkzeug-brandt.csv", head, rows, delimiter=";", encoding="cp1252")


def russian_workbook(products: Sequence[Product]) -> None:
    """A preamble, merged category rows, prices in roubles as numbers, a total nobody should take for an article."""
    book = Workbook()
    sheet = _first_sheet(book, "Прайс-лист")
    sheet["A1"], sheet["A1"].font = "ООО «Инструмент-Опт»", Font(bold=True, size=14)
    sheet["A2"] = "г. Екатеринбург, ул. Заводская, 14, тел. +7 (343) 000-00-00"
    sheet["A3"] = "Прайс-лист оптовый, цены с НДС, действителен с 01.10.2026"
    sheet["A5"] = "Курс: 1 EUR = 92,40 руб."
    for row in (1, 2, 3):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=7)
    _header(sheet, 7, ["№", "Артикул", "Наименование", "Производитель", "Штрихкод", "Ед. изм.", "Цена опт, руб."])
    row, number = 8, 0
    for category, group in groupby(pick(products, 2, 150, own=14), key=lambda p: p.family.word("ru")):
        sheet.cell(row, 1, category).font = Font(bold=True)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=7)
        row += 1
        for p in group:
            number += 1
            name = f"{category} {p.brand} {p.model} {_russian(p.spec)}"
            price = float(round(p.price * Decimal("88.7"), 2))
            cells = [number, f"ИО-{10300 + number * 3}", name, p.brand, p.barcode, "шт", price]
            for column, value in enumerate(cells, 1):
                sheet.cell(row, column, value)
            sheet.cell(row, 7).number_format = "#,##0.00"
            row += 1
    sheet.cell(row + 1, 1, f"Всего позиций: {number}")
    _widths(sheet, [6, 14, 62, 16, 18, 10, 16])
    book.save(HERE / "instrument-opt.xlsx")


def english_workbook(products: Sequence[Product]) -> None:
    """Three sheets of articles with different columns, a sheet of terms, a hidden sheet of calculations."""
    book = Workbook()
    terms = _first_sheet(book, "Terms")
    for line in ("Harrow & Finch Trade Supplies Ltd", "Price list Autumn 2026", "All prices in GBP, excluding VAT",
                 "Minimum order £150; carriage paid above £500"):  # fmt: skip
        terms.append([line])
    chosen = pick(products, 3, 150, own=10)
    for title, categories in {
        "Tools": ("Power Tools", "Hand Tools"),
        "Electrical": ("Lighting", "Cable & Wiring"),
        "Site": ("Fixings", "Workwear & Safety"),
    }.items():
        sheet = book.create_sheet(title)
        _header(sheet, 1, ["Code", "Manufacturer", "Description", "Barcode", "Pack", "Trade Price (£)", "RRP (£)"])
        for p in (p for p in chosen if p.family.category("en") in categories):
            text = f"{p.family.word('en')} {p.model}, {p.spec}"
            trade = float(cost(p, 0.79))
            sheet.append([f"HF/{p.number:04d}", p.brand, text, p.barcode, 1, trade, round(trade * 1.6, 2)])
        _widths(sheet, [12, 16, 58, 16, 8, 16, 12])
    hidden = book.create_sheet("calc")
    hidden.append(["margin", 0.4])
    hidden.sheet_state = "hidden"
    book.save(HERE / "harrow-finch.xlsx")


def spanish_csv(products: Sequence[Product]) -> None:
    """UTF-8 with a byte-order mark, prices as text with the euro sign, no manufacturer's column."""
    head = ["Referencia", "Descripción", "Familia", "Código EAN", "Unidad", "Precio neto"]
    rows = []
    for place, p in enumerate(pick(products, 4, 110, own=8)):
        amount = f"{cost(p, 0.97):,.2f} €".translate(str.maketrans(",.", ".,"))
        text = f"{p.family.word('es')} {p.brand} {p.model} {p.spec.replace('.', ',').replace(' pcs', ' uds')}"
        rows.append([f"FA-{2200 + place * 4}", text, p.family.category("es"), p.barcode, "ud", amount])
    _write_csv("ferreteria-almazan.csv", head, rows, delimiter=";", encoding="utf-8-sig")


def french_pdf(products: Sequence[Product]) -> None:
    """A text PDF of several pages: ruled table, heading repeated on each page, a line for each family."""
    pdf = FPDF(format="A4")
    pdf.set_creation_date(datetime(2026, 10, 1, tzinfo=UTC))
    pdf.set_auto_page_break(auto=True, margin=15)
    widths = (26, 84, 24, 32, 22)
    head = ("Référence", "Désignation", "Marque", "Code EAN", "Prix HT EUR")

    def header() -> None:
        pdf.set_font("Helvetica", "B", 9)
        for width, text in zip(widths, head, strict=True):
            pdf.cell(width, 6, text, border=1)
        pdf.ln()

    pdf.add_page()
    pdf.set_font("Helvetica", "B", 14)
    pdf.cell(0, 8, "Outillage Mercier SARL - Tarif professionnel", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", "", 9)
    pdf.cell(
        0, 6, "Valable du 1er octobre au 31 décembre 2026. Prix unitaires hors taxes.", new_x="LMARGIN", new_y="NEXT"
    )
    pdf.ln(3)
    header()
    place = 0
    for word, group in groupby(pick(products, 5, 84, own=6), key=lambda p: p.family.word("fr")):
        if pdf.will_page_break(12):
            pdf.add_page()
            header()
        pdf.set_font("Helvetica", "B", 8)
        pdf.cell(sum(widths), 5, word, border=1, new_x="LMARGIN", new_y="NEXT")
        for p in group:
            if pdf.will_page_break(5):
                pdf.add_page()
                header()
            place += 1
            pdf.set_font("Helvetica", "", 8)
            spec = p.spec.replace(".", ",").replace(" pcs", " pces")
            amount = f"{cost(p, 0.95):,.2f}".replace(",", " ").replace(".", ",")
            cells = (f"OM{7000 + place * 5}", f"{word} {p.model} {spec}", p.brand, p.barcode)
            for width, text in zip(widths, cells, strict=False):
                pdf.cell(width, 5, text, border=1)
            pdf.cell(widths[-1], 5, amount, border=1, align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.output(str(HERE / "outillage-mercier.pdf"))


def polish_workbook(products: Sequence[Product]) -> None:
    """Prices as text with the currency in the cell, no barcodes: only brand, model and words lead to a product."""
    book = Workbook()
    sheet = _first_sheet(book, "Cennik")
    sheet["A1"] = "Hurtownia Łącznik sp. z o.o. – cennik hurtowy"
    _header(sheet, 3, ["Indeks", "Nazwa towaru", "Producent", "Symbol producenta", "J.m.", "Cena netto", "Stan"])
    chance = random.Random(61)
    for place, p in enumerate(pick(products, 6, 100, own=10)):
        amount = f"{p.price * Decimal('4.1'):,.2f} zł".replace(",", " ").replace(".", ",")
        text = f"{p.family.word('pl')} {p.spec.replace('.', ',').replace(' pcs', ' szt')}"
        cells = [f"L{3001 + place}", text, p.brand, p.model, "szt", amount, chance.choice(["dużo", "mało", "brak"])]
        sheet.append(cells)
    _widths(sheet, [10, 56, 16, 18, 8, 14, 10])
    book.save(HERE / "hurtownia-lacznik.xlsx")


def american_tsv(products: Sequence[Product]) -> None:
    """Tabs and dollar signs, UTF-16 as a spreadsheet's "Unicode text" writes it."""
    head = ["Item #", "Brand", "Model", "Product Description", "UPC/EAN", "Unit", "Dealer Cost", "In Stock"]
    rows, chance = [], random.Random(71)
    for p in pick(products, 7, 90, own=6):
        amount = f"${cost(p, 1.04):,.2f}"
        text = f"{p.family.word('en')} {p.spec}"
        stock = str(chance.randint(0, 300))
        rows.append([f"KS-{p.number + 600}", p.brand, p.model, text, p.barcode, "EA", amount, stock])
    _write_csv("kestrel-supply.csv", head, rows, delimiter="\t", encoding="utf-16")


def faulty_csv(products: Sequence[Product]) -> None:
    """A list as it comes on a bad day: rows whose article was lost, prices on request, a negative price."""
    head = ["sku", "name", "brand", "ean", "price_eur"]
    rows = []
    for place, p in enumerate(pick(products, 8, 60, own=4)):
        text = f"{p.family.word('en')} {p.model} {p.spec}"
        rows.append([f"BC{500 + place}", text, p.brand, p.barcode, str(cost(p, 0.9))])
    for place in (7, 23, 41):
        rows[place][0] = rows[place][1] = rows[place][3] = ""
    for place, words in ((12, "call us"), (30, "see quote"), (52, "-14.20")):
        rows[place][4] = words
    _write_csv("baltic-cable.csv", head, rows)


def _russian(spec: str) -> str:
    words = {"Ah": "Ач", "V": "В", "W": "Вт", "mm": "мм", "mm²": "мм²", "pcs": "шт", "m": "м", "J": "Дж"}
    return " ".join(words.get(word, word.replace(".", ",")) for word in spec.split(" "))


def _first_sheet(book: Workbook, title: str) -> Worksheet:
    sheet: Worksheet = book.worksheets[0]
    sheet.title = title
    return sheet


def _header(sheet: Worksheet, row: int, names: Iterable[str]) -> None:
    for column, name in enumerate(names, 1):
        cell = sheet.cell(row, column, name)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDDDDD")


def _widths(sheet: Worksheet, widths: Iterable[int]) -> None:
    for letter, width in zip("ABCDEFGHIJ", widths, strict=False):
        sheet.column_dimensions[letter].width = width


def _write_csv(
    name: str, head: list[str], rows: Iterable[list[str]], *, delimiter: str = ",", encoding: str = "utf-8"
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    # Superscripts and dashes that a code page lacks are written the plain way, as a supplier's program would.
    content = text.getvalue()
    (HERE / name).write_bytes(content.encode(encoding, errors="replace"))


if __name__ == "__main__":
    main()

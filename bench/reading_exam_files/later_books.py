"""A later sitting: workbooks and PDF files made after the reader had been mended by the first papers."""

from __future__ import annotations

from decimal import Decimal

from bench.reading_exam_files.paper import Paper, Row, Truth, amounts, exam, mix, number, plain
from bench.reading_exam_files.pdfs import Sheet
from bench.reading_exam_files.workbooks import CENT, book, old_book, saved


@exam
def xlsx_de_item_over_two_rows() -> Paper:
    """The second row of an item holds its long text; it has no price and no number."""
    rows: list[Row] = [["Pos", "Artikel-Nr.", "Bezeichnung", "ME", "EP netto"]]
    items = []
    for place, (name, price) in enumerate(
        zip(
            mix("Schaltschrank|Klemmleiste|Netzteil", "IP54 600x600|12-polig|24 V 5 A", 9, 320),
            amounts(9, 8, 890, 320),
            strict=False,
        ),
        1,
    ):
        rows += [
            [place, f"E{place + 400}", name, "Stk", float(price)],
            [None, None, f"Lieferumfang: {name} mit Zubehör, ohne Montage", None, None],
        ]
        items.append(Truth(name, plain(price), f"E{place + 400}"))
    made, _ = book(("LV", rows))
    return Paper("xlsx", "lv.xlsx", "de", saved(made), items, "long_text_rows row_numbers")


@exam
def xlsx_ru_discount_levels_with_percent() -> Paper:
    names = mix("Смеситель для кухни|Душевая стойка|Полотенцесушитель", "хром|чёрный|белый|бронза", 11, 321)
    rows: list[Row] = [
        ["Скидки от объёма", None, "0%", "-5%", "-10%"],
        ["Артикул", "Наименование", "Розница", "от 50 т.р.", "от 100 т.р."],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(11, 1900, 24000, 321, "00"), strict=False)):
        steps = [float((price * Decimal(share)).quantize(CENT)) for share in ("1", "0.95", "0.9")]
        rows.append([f"СМ-{place + 5}", name, *steps])
        items.append(Truth(name, plain(price), f"СМ-{place + 5}", None, tuple(str(step) for step in steps[1:])))
    made, _ = book(("Прайс", rows))
    return Paper("xlsx", "santeh.xlsx", "ru", saved(made), items, "multi_header percent_row several_prices")


@exam
def xlsx_en_two_sheets_same_columns_total() -> Paper:
    items, sheets = [], []
    for group, title in enumerate(("Summer 26", "Winter 26")):
        rows: list[Row] = [[f"{title} price list"], ["Style", "Description", "Colour", "Wholesale GBP", "RRP GBP"]]
        for place, (name, price) in enumerate(
            zip(
                mix("Canvas shoe|Leather boot|Sandal", "men|women|kids", 8, 322 + group),
                amounts(8, 9, 80, 322 + group),
                strict=False,
            )
        ):
            rows.append([f"S{group}{place:02d}", name, "black", float(price), float(price * 2)])
            items.append(Truth(name, plain(price), f"S{group}{place:02d}", "GBP", (plain(price * 2),)))
        sheets.append((title, [*rows, [None], ["Minimum order 12 pairs per style"]]))
    made, _ = book(*sheets)
    return Paper("xlsx", "shoes.xlsx", "en", saved(made), items, "items_on_several_sheets footer", "header")


@exam
def xlsx_es_merged_category_column() -> Paper:
    rows: list[Row] = [["TARIFA DE PRECIOS"], ["Familia", "Código", "Producto", "Precio €"]]
    items, merges = [], []
    for group, family in enumerate(("Quesos", "Embutidos", "Conservas")):
        start = len(rows) + 1
        for place, (name, price) in enumerate(
            zip(
                mix(f"{family} curado|{family} ibérico", "250 g|1 kg|lata", 5, 324 + group),
                amounts(5, 2, 44, 324 + group),
                strict=False,
            )
        ):
            rows.append([family if place == 0 else None, f"{group}{place}0", name, float(price)])
            items.append(Truth(name, plain(price), f"{group}{place}0", "EUR"))
        merges.append(f"A{start}:A{len(rows)}")
    made, pages = book(("Hoja1", rows))
    for area in merges:
        pages[0].merge_cells(area)
    return Paper("xlsx", "quesos.xlsx", "es", saved(made), items, "merged_down category_column", "header")


@exam
def xls_uk_groups_by_number_and_indent() -> Paper:
    rows: list[Row] = [["", "Прайс", "", ""], ["№", "Назва", "Од.", "Ціна, грн"]]
    items = []
    for group, title in enumerate(("Роботи земляні", "Роботи бетонні"), 1):
        rows.append([str(group), title, "", ""])
        for place, (name, price) in enumerate(
            zip(
                mix(f"   {title} вручну|   {title} механізовано", "до 1 м|до 3 м|понад 3 м", 5, 327 + group),
                amounts(5, 90, 2400, 327 + group),
                strict=False,
            ),
            1,
        ):
            rows.append([f"{group}.{place}", name, "м3", float(price)])
            items.append(Truth(name.strip(), plain(price), None, "UAH"))
    return Paper("xls", "roboty.xls", "uk", old_book(rows), items, "numbered_groups indent services", "header")


@exam
def xlsx_en_price_per_case_and_unit_size() -> Paper:
    rows: list[Row] = [["Supplier code", "Brand", "Product", "Pack", "Case price", "Unit price", "RSP", "POR %", "VAT"]]
    items = []
    for place, (name, price) in enumerate(
        zip(
            mix("Cola|Lemonade|Still water|Crisps salted", "330ml|500ml|1.5L|32.5g", 13, 330),
            amounts(13, 4, 24, 330),
            strict=False,
        )
    ):
        unit = (price / 24).quantize(CENT)
        rows.append([f"{place + 300100}", "Fizzo", name, "24x1", float(price), float(unit), float(unit * 2), 0.4, "S"])
        items.append(Truth(name, plain(price), f"{place + 300100}", None, (plain(unit), plain(unit * 2))))
    made, _ = book(("Order", rows))
    return Paper("xlsx", "drinks.xlsx", "en", saved(made), items, "case_and_unit_price percent")


@exam
def pdf_sv_category_in_left_column() -> Paper:
    sheet = Sheet(foot="Sida {}")
    sheet.line_of("Prislista målarfärg, SEK inkl. moms", 12, True, 8)
    items = []
    sheet.row(("Typ", "Produkt", "Volym", "Pris"), (32, 80, 25, 30), True)
    for group, title in enumerate(("Väggfärg", "Takfärg", "Lack")):
        for place, (name, price) in enumerate(
            zip(
                mix(f"{title} matt|{title} halvblank|{title} premium", "vit|bas A|grå", 6, 331 + group),
                amounts(6, 99, 1900, 331 + group, "00"),
                strict=False,
            )
        ):
            sheet.row(
                (title if place == 0 else "", name, "2,7 l", number(price, " ", ",")), (32, 80, 25, 30), True, (3,)
            )
            items.append(Truth(name, str(int(price)), None, "SEK"))
    return Paper("pdf", "farg.pdf", "sv", sheet.bytes(), items, "ruled category_column no_sku", "title")


@exam
def pdf_en_unruled_codes_and_stock() -> Paper:
    sheet = Sheet(foot="Printed 14/11/2026 09:12  Page {}")
    sheet.line_of("STOCK AND PRICE REPORT   Branch: 04   User: JSM", 9)
    items = []
    for place, (name, price) in enumerate(
        zip(
            mix(
                "BRG BALL|SEAL OIL|BELT V|CHAIN ROLLER|SPROCKET",
                "|".join(f"{size}{kind}" for size in (6203, 6204, 6305, 25, 35) for kind in ("ZZ", "2RS", "X7")),
                70,
                340,
            ),
            amounts(70, 1, 480, 340),
            strict=False,
        )
    ):
        if place % 35 == 0:
            sheet.row(("PART NO", "DESCRIPTION", "BIN", "ON HAND", "LIST", "COST"), (30, 60, 18, 20, 25, 25))
        cost = (price * Decimal("0.55")).quantize(CENT)
        sheet.row(
            (f"{place * 13 + 4000}", name, f"A{place % 9}", str(place % 14), number(price, ","), number(cost, ",")),
            (30, 60, 18, 20, 25, 25),
            right=(3, 4, 5),
        )
        items.append(Truth(name, plain(price), f"{place * 13 + 4000}", None, (plain(cost),)))
    return Paper(
        "pdf", "stock.pdf", "en", sheet.bytes(), items, "unruled pages repeated_header stock several_prices footer"
    )


@exam
def pdf_pt_two_blocks_ruled() -> Paper:
    sheet = Sheet()
    sheet.line_of("Tabela de preços - Lavandaria", 13, True, 9)
    items = []
    names = mix("Camisa|Calça|Fato|Casaco|Vestido|Edredão", "lavar e passar|só passar|limpeza a seco", 16, 341)
    truths = [
        Truth(name, plain(price), None, "EUR") for name, price in zip(names, amounts(16, 1.5, 28, 341), strict=False)
    ]
    widths = (58, 25, 10, 58, 25)
    sheet.row(("Peça", "Preço", "", "Peça", "Preço"), widths, True)
    for left, right in zip(truths[:8], truths[8:], strict=True):
        cells = [number(Decimal(each.price or 0), "", ",", 2, "{} €") for each in (left, right)]
        sheet.row((left.name, cells[0], "", right.name, cells[1]), widths, True, (1, 4))
    items = truths
    return Paper("pdf", "lavandaria.pdf", "pt", sheet.bytes(), items, "ruled two_blocks no_sku", "cell")


@exam
def pdf_pl_price_under_name() -> Paper:
    """Cards: the name, below it a line with code and price."""
    sheet = Sheet()
    sheet.line_of("Oferta świąteczna", 14, True, 9)
    items = []
    for place, (name, price) in enumerate(
        zip(
            mix("Kosz prezentowy|Zestaw herbat|Bombonierka", "mały|duży|premium", 8, 342),
            amounts(8, 29, 390, 342),
            strict=False,
        )
    ):
        sheet.line_of(name, 10, True)
        sheet.line_of(f"kod {3300 + place}    cena: {number(price, ' ', ',')} zł", 9)
        sheet.ln(2)
        items.append(Truth(name, plain(price), None, "PLN", tokens=(name,)))
    return Paper("pdf", "swieta.pdf", "pl", sheet.bytes(), items, "unruled cards price_below_name few_rows", "cell")

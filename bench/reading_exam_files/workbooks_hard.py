"""Workbooks with several troubles at once, as dealers' own hands make them."""

from __future__ import annotations

from decimal import Decimal

from bench.reading_exam_files.paper import Paper, Row, Truth, amounts, exam, mix, number, plain
from bench.reading_exam_files.workbooks import CENT, book, old_book, saved


@exam
def xlsx_en_computer_shop_blocks() -> Paper:
    """Three blocks side by side, the head of each block is its category, two levels of blocks one under another."""
    blocks = [
        [
            ("PROCESSOR", "Core i3|Core i5|Ryzen 5", "10th gen|12th gen|tray"),
            ("MOTHERBOARD", "H610M|B550M|X570", "DDR4|DDR5|WiFi"),
            ("RAM", "Kingston|Corsair", "8GB 3200|16GB 3600|32GB kit"),
        ],
        [
            ("HARD DISK", "Seagate|WD Blue", "1TB|2TB|4TB"),
            ("CABINET", "Ant Value|Zebronics", "mid tower|mini|RGB"),
            ("PRINTER", "HP Laser|Epson", "108w|L3250|M15w"),
        ],
    ]
    rows: list[Row] = [
        ["CITY COMPUTERS", None, None, None, None, None, None, None],
        ["Ph: 98450 12345", None, None, None, None, None, None, None],
    ]
    items = []
    for level, line in enumerate(blocks):
        made = [
            mix(bases, variants, 6 - side, 160 + level * 3 + side) for side, (_, bases, variants) in enumerate(line)
        ]
        prices = [amounts(6, 1500, 32000, 160 + level * 3 + side, "00") for side in range(3)]
        rows.append([cell for title, _, _ in line for cell in (title, "PRICE", None)][:8])
        for place in range(6):
            cells: list[object] = []
            for side in range(3):
                there = place < len(made[side])
                cells += [made[side][place], int(prices[side][place]), None] if there else [None] * 3
                if there:
                    items.append(Truth(made[side][place], str(int(prices[side][place]))))
            rows.append(cells[:8])
        rows.append([None])
    workbook, _ = book(("Sheet1", rows))
    return Paper(
        "xlsx", "rates.xlsx", "en", saved(workbook), items, "side_by_side stacked category_as_header preamble no_sku"
    )


@exam
def xlsx_ru_sheet_per_group() -> Paper:
    sheets: list[tuple[str, list[Row]]] = [("Содержание", [["Раздел", "Лист"], ["Ламинат", 2], ["Плитка", 3]])]
    items = []
    for group, title in enumerate(("Ламинат", "Плитка", "Обои", "Плинтус")):
        rows: list[Row] = [[None, f"{title}: цены действительны с 01.10.2026"], [None]]
        if group != 3:
            rows.append(
                [
                    None,
                    "№ п/п",
                    "Коллекция",
                    "Артикул",
                    "Ед.\nизм.",
                    "Цена,\nруб./м²" if group < 2 else "Цена,\nруб./рул.",
                ]
            )
        names = mix(f"{title} Дуб|{title} Орех|{title} Лофт", "светлый|тёмный|33 класс|белый", 8, 170 + group)
        for place, (name, price) in enumerate(zip(names, amounts(8, 290, 5200, 170 + group), strict=False), 1):
            rows.append([None, place, name, f"{title[:2].upper()}{group}{place:03d}", "м²", float(price)])
            items.append(Truth(name, plain(price), f"{title[:2].upper()}{group}{place:03d}"))
        sheets.append((title, rows))
    workbook, _ = book(*sheets)
    return Paper(
        "xlsx",
        "otdelka.xlsx",
        "ru",
        saved(workbook),
        items,
        "sheet_per_group sheet_without_header multi_line_header contents_sheet leading_empty",
    )


@exam
def xlsx_zh_bilingual_header() -> Paper:
    names = mix("LED Floodlight|LED Strip|Solar Street Light|LED Panel", "50W|100W|5m RGB|600x600|200W", 16, 175)
    rows: list[Row] = [
        ["NINGBO BRIGHT LIGHTING CO., LTD"],
        ["QUOTATION SHEET  Date: 2026-10-12  Valid: 30 days"],
        ["序号", "图片", "型号", "品名", "装箱数", "毛重", "单价"],
        ["NO.", "PICTURE", "MODEL", "DESCRIPTION", "PCS/CTN", "G.W.(KG)", "FOB PRICE(USD)"],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(16, 1.2, 120, 175), strict=False), 1):
        rows.append([place, None, f"BL-{place * 3:03d}A", name, 20, 8.5 + place, float(price)])
        items.append(Truth(name, plain(price), f"BL-{place * 3:03d}A", "USD"))
    rows += [["Remarks: 1. Payment: 30% T/T deposit, 70% before shipment"], ["2. Delivery time: 25 days"]]
    workbook, _ = book(("Quotation", rows))
    return Paper(
        "xlsx",
        "quotation.xlsx",
        "zh",
        saved(workbook),
        items,
        "bilingual_header row_numbers weight footer empty_picture_column",
        "header",
    )


@exam
def xlsx_ru_steel_per_tonne_and_metre() -> Paper:
    names = mix("Арматура А500С|Труба профильная|Швеллер|Уголок", "12|16 мм|40х20х1,5|10П|50х50х5", 14, 176)
    rows: list[Row] = [
        ["Наименование", "Длина, м", "Вес 1 м, кг", "Цена, руб.", None, None],
        [None, None, None, "за тонну", "за метр", "за шт."],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(14, 49000, 96000, 176, "00"), strict=False)):
        metre = (price * Decimal("0.00152")).quantize(CENT)
        rows.append([name, 11.7 if place % 2 else 6, 0.617 + place / 10, int(price), float(metre), float(metre * 6)])
        items.append(Truth(name, str(int(price)), None, "RUB", (plain(metre), plain(metre * 6))))
    workbook, sheets = book(("Металл", rows))
    sheets[0].merge_cells("D1:F1")
    return Paper(
        "xlsx",
        "metall.xlsx",
        "ru",
        saved(workbook),
        items,
        "multi_header several_prices weights lengths no_sku",
        "header",
    )


@exam
def xls_ru_headers_repeated_subtotals() -> Paper:
    rows: list[Row] = [["", "Приложение №1 к договору № 14/26 от 03.02.2026", "", "", "", ""], ["", "", "", "", "", ""]]
    items = []
    running = 0
    for group, title in enumerate(("Раздел 1. Овощи", "Раздел 2. Фрукты", "Раздел 3. Бакалея")):
        rows += [["", title, "", "", "", ""], ["№", "Наименование продукта", "Ед.", "Кол-во", "Цена с НДС", "Сумма"]]
        total = Decimal(0)
        names = mix(
            "Картофель|Морковь|Лук" if group == 0 else "Яблоки|Груши|Бананы" if group == 1 else "Гречка|Рис|Сахар",
            "фас. 1 кг|вес.|сетка 3 кг",
            6,
            180 + group,
        )
        for place, (name, price) in enumerate(zip(names, amounts(6, 25, 390, 180 + group), strict=False)):
            running += 1
            quantity = 10 + place * 5
            total += price * quantity
            rows.append([running, name, "кг", quantity, float(price), float(price * quantity)])
            items.append(Truth(name, plain(price)))
        rows += [["", "Итого по разделу", "", "", "", float(total)], ["", "", "", "", "", ""]]
    rows += [["", "ВСЕГО с НДС", "", "", "", 99999.9], ["", "Директор ______________ Иванов И.И.", "", "", "", ""]]
    return Paper(
        "xls",
        "spec.xls",
        "ru",
        old_book(rows),
        items,
        "repeated_headers subtotals quantities row_numbers footer no_sku",
    )


@exam
def xlsx_en_tyres_without_names() -> Paper:
    """No column is a name: brand, pattern and size together are."""
    rows: list[Row] = [["Brand", "Pattern", "Width", "Profile", "Rim", "LI/SI", "Stock", "Net £"]]
    items = []
    for place in range(20):
        brand, pattern = (
            ("Michelin", "Continental", "Nexen")[place % 3],
            ("Primacy 4", "EcoContact 6", "N'blue HD")[place % 3],
        )
        width, profile, rim = 185 + place * 5, 65 - place % 4 * 5, 15 + place % 4
        price = f"{48 + place * 6.35:.2f}"
        rows.append([brand, pattern, width, profile, rim, f"{88 + place}V", place * 2, float(price)])
        items.append(Truth(pattern, price, None, "GBP", tokens=(pattern,), names=(f"{brand} {pattern}",)))
    workbook, _ = book(("Tyres", rows))
    return Paper(
        "xlsx", "tyres.xlsx", "en", saved(workbook), items, "no_name_column duplicates size_columns no_sku", "header"
    )


@exam
def xlsx_es_price_bands_header_numbers() -> Paper:
    """The heads of the price columns are numbers of pieces."""
    names = mix("Taza personalizada|Camiseta estampada|Bolígrafo grabado|Llavero", "blanca|negra|metal|color", 12, 184)
    rows: list[Row] = [
        ["TARIFA MERCHANDISING 2026 (€/ud., IVA no incluido)"],
        [None],
        ["Ref", "Artículo", 25, 50, 100, 250, 500],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(12, 0.9, 14, 184), strict=False)):
        bands = [(price * Decimal(share)).quantize(CENT) for share in ("1", "0.92", "0.85", "0.78", "0.7")]
        rows.append([f"M-{place + 21}", name, *[float(band) for band in bands]])
        items.append(Truth(name, plain(bands[0]), f"M-{place + 21}", "EUR", tuple(plain(band) for band in bands[1:])))
    workbook, _ = book(("Tarifa", rows))
    return Paper(
        "xlsx", "merch.xlsx", "es", saved(workbook), items, "numeric_headers tiers currency_in_title preamble", "title"
    )


@exam
def xlsx_pl_price_only_some_rows() -> Paper:
    """More than half of the rows have no price; marks instead of prices, notes in the price column."""
    names = mix("Krzesło|Stół|Szafa|Komoda|Łóżko", "dębowe 160|sosnowe|białe mat|z szufladą|140x200", 22, 185)
    marks = ["tel.", "-", "na zapytanie", "b/d", "wkrótce", None]
    rows: list[Row] = [["Meble Kowalski", None, None], [None], ["Model", "Cena brutto", "Termin"]]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(22, 190, 4600, 185, "00"), strict=False)):
        priced = place % 5 in (0, 3)
        rows.append([name, int(price) if priced else marks[place % 6], "6 tyg."])
        items.append(Truth(name, str(int(price)) if priced else None))
    workbook, _ = book(("Arkusz1", rows))
    return Paper(
        "xlsx",
        "meble.xlsx",
        "pl",
        saved(workbook),
        items,
        "mostly_missing_prices marks no_sku preamble",
        pick=[1, 2, 3, 4, 6],
    )


@exam
def xlsx_fr_hidden_sheet_and_totals_column() -> Paper:
    names = mix("Plaquette avant|Disque ventilé|Filtre habitacle|Batterie", "Clio|308|C3|Mégane", 12, 186)
    rows: list[Row] = [
        ["BON DE COMMANDE", None, None, None, None, None],
        ["Client :", None, "N° :", None, "Date :", None],
        [None],
        ["Réf. fabricant", "Désignation article", "P.U. HT", "Qté", "Total HT", "Poids (g)"],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(12, 8, 190, 186), strict=False)):
        rows.append([f"GDB{1300 + place * 7}", name, float(price), None, 0, 300 + place * 40])
        items.append(Truth(name, plain(price), None))
    rows += [
        [None, None, None, "TOTAL HT", 0, None],
        [None, None, None, "TVA 20 %", 0, None],
        [None, None, None, "TOTAL TTC", 0, None],
    ]
    workbook, sheets = book(("Commande", rows), ("Paramètres", [["Taux", 0.2], ["Franco", 350]]))
    sheets[1].sheet_state = "hidden"
    return Paper(
        "xlsx", "commande.xlsx", "fr", saved(workbook), items, "order_form totals hidden_sheet weight zero_total_column"
    )


@exam
def xlsx_en_category_column_headers_inside() -> Paper:
    """Each group has its own head row, whose first cell is the name of the group."""
    rows: list[Row] = [["FARM SHOP WHOLESALE", None, None], ["Week 46", None, None]]
    items = []
    for group, title in enumerate(("Dairy", "Bakery", "Meat", "Preserves")):
        rows.append([title, "Size", "Price per unit"])
        names = mix(f"{title} box|{title} special|{title} organic", "small|large|family", 6, 190 + group)
        for name, price in zip(names, amounts(6, 1, 28, 190 + group), strict=False):
            rows.append([name, "each", float(price)])
            items.append(Truth(name, plain(price)))
        rows.append([None])
    workbook, _ = book(("Sheet1", rows))
    return Paper(
        "xlsx", "farm.xlsx", "en", saved(workbook), items, "category_row_is_header repeated_headers blank_rows no_sku"
    )


@exam
def xls_cs_name_over_two_columns() -> Paper:
    rows: list[Row] = [["Skupina", "Typ", "Provedení", "Obj. č.", "MOC Kč"]]
    items = []
    for place, (price, kind) in enumerate(
        zip(amounts(15, 90, 9900, 194, "00"), ("Čerpadlo", "Vodoměr", "Ventil") * 5, strict=True)
    ):
        type_, finish = f"{kind} {('AX', 'BX', 'CX')[place % 3]}{place * 10}", ("nerez", "mosaz", "litina")[place // 5]
        rows.append([("Voda", "Topení")[place % 2], type_, finish, f"{4400 + place}.1", number(price, " ", ",", 0)])
        items.append(
            Truth(type_, str(int(price)), f"{4400 + place}.1", "CZK", names=(f"{type_} {finish}",), tokens=(type_,))
        )
    return Paper(
        "xls", "voda.xls", "cs", old_book(rows), items, "name_in_two_columns price_as_text category_column", "header"
    )

"""Workbooks in the old format, with wrong names, prices as text and noise in their numbers."""

from __future__ import annotations

import datetime
from decimal import Decimal

from bench.reading_exam_files.paper import Paper, Row, Truth, amounts, exam, mix, number, plain
from bench.reading_exam_files.workbooks import CENT, book, old_book, saved


@exam
def xlsx_fr_dates_and_customs() -> Paper:
    names = mix(
        "Roulement à billes|Courroie trapézoïdale|Joint torique|Palier",
        "6204-2RS|SPA 1250|20x2,5 NBR|UCP 205|6305 C3",
        18,
        73,
    )
    rows: list[Row] = [
        [
            "Article",
            "Libellé",
            "Nomencl. douanière",
            "Poids net (kg)",
            "Valable du",
            "Valable au",
            "Tarif HT",
            "Devise",
            "Remise max.",
        ]
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(18, 1.2, 780, 73), strict=False)):
        rows.append(
            [
                5100200 + place * 3,
                name,
                84821010,
                0.12 + place / 10,
                datetime.date(2026, 1, 1),
                datetime.date(2026, 12, 31),
                float(price),
                "EUR",
                0.35,
            ]
        )
        items.append(Truth(name, plain(price), str(5100200 + place * 3), "EUR"))
    made, _ = book(("Export", rows))
    return Paper(
        "xlsx", "tarif.xlsx", "fr", saved(made), items, "dates hs_code weight discount numeric_codes", "column"
    )


@exam
def xlsx_en_float_noise_named_xls() -> Paper:
    names = mix("Nitrile gloves|Syringe|Gauze swab|Face mask", "S|M|L|5 ml|10x10 cm|type IIR", 18, 74)
    rows: list[Row] = [["Stock code", "Description", "Pack", "Trade", "VAT"]]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(18, 0.4, 90, 74), strict=False)):
        noisy = float(price) * 1.1 / 1.1 + 1e-15
        rows.append([f"MED{place:04d}", name, "100", noisy, float(price) * 0.2])
        items.append(Truth(name, plain(price), f"MED{place:04d}"))
    made, _ = book(("Sheet1", rows))
    return Paper("xlsx", "medical.xls", "en", saved(made), items, "wrong_extension float_noise tax")


@exam
def xlsx_named_csv() -> Paper:
    names = mix("Oak table|Beech chair|Pine shelf", "small|large|oiled|white", 10, 75)
    rows: list[Row] = [["SKU", "Name", "Price USD"]]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(10, 30, 900, 75), strict=False)):
        rows.append([f"F-{place}", name, float(price)])
        items.append(Truth(name, plain(price), f"F-{place}", "USD"))
    made, _ = book(("Data", rows))
    return Paper("xlsx", "furniture.csv", "en", saved(made), items, "wrong_extension", "header")


@exam
def xls_ru_categories_on_order() -> Paper:
    rows: list[Row] = [
        ["ООО «ТехноСклад», г. Пермь, тел. (342) 200-55-11", "", "", "", ""],
        ["Прайс-лист на 01.11.2026", "", "", "", ""],
        ["", "", "", "", ""],
        ["Артикул", "Наименование", "Ед.", "Розница, руб", "Опт, руб"],
    ]
    merged = [(0, 0, 0, 4)]
    items = []
    for group, title in enumerate(("Насосы", "Фильтры", "Запорная арматура")):
        rows.append([title, "", "", "", ""])
        merged.append((len(rows) - 1, len(rows) - 1, 0, 4))
        names = mix(f"{title[:-1]} тип А|{title[:-1]} тип Б", 'DN15|DN25|1"|усиленный', 6, 76 + group)
        for place, (name, price) in enumerate(zip(names, amounts(6, 150, 52000, 76 + group), strict=False)):
            asked = place == 4
            opt = (price * Decimal("0.85")).quantize(CENT)
            sku = f"{title[:1]}Т-{group}{place:03d}"
            rows.append([sku, name, "шт", "под заказ" if asked else float(price), "" if asked else float(opt)])
            items.append(
                Truth(
                    name, None if asked else plain(price), sku, None if asked else "RUB", () if asked else (plain(opt),)
                )
            )
    rows.append(["Итого позиций: 18", "", "", "", ""])
    return Paper(
        "xls",
        "price.xls",
        "ru",
        old_book(rows, merged),
        items,
        "category_rows merged on_request footer preamble",
        "header",
    )


@exam
def xls_es_two_row_header() -> Paper:
    names = mix(
        "Aceite de oliva|Vinagre de Jerez|Aceituna gordal|Miel de romero", "500 ml|1 L|lata 2,5 kg|caja 12 u.", 14, 80
    )
    rows: list[Row] = [["", "", "", "Precio (€)", "", "IVA"], ["Ref.", "Producto", "Formato", "Unidad", "Caja", "%"]]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(14, 2, 40, 80), strict=False)):
        box = price * 12
        rows.append([f"{place + 1:03d}/26", name, "vidrio", float(price), float(box), 10])
        items.append(Truth(name, plain(price), f"{place + 1:03d}/26", "EUR", (plain(box),)))
    return Paper("xls", "tarifa.xls", "es", old_book(rows, [(0, 0, 3, 4)]), items, "multi_header merged tax", "header")


@exam
def xlsx_pl_price_text_and_codes() -> Paper:
    names = mix(
        "Opona letnia|Opona zimowa|Felga stalowa", "205/55 R16 91V|195/65 R15 91T|225/45 R17 94W XL|5x112 ET45", 11, 81
    )
    rows: list[Row] = [["EAN", "Nazwa", "DOT", "Szt.", "Cena hurt", "Cena det."]]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(11, 160, 1400, 81), strict=False)):
        retail = price + 40
        code = f"590{place:010d}"
        rows.append(
            [
                code,
                name,
                f"{place + 10}25",
                place,
                number(price, "", ",", 2, "{} zł"),
                number(retail, "", ",", 2, "{} zł"),
            ]
        )
        items.append(Truth(name, plain(price), None, "PLN", (plain(retail),)))
    made, _ = book(("opony", rows))
    return Paper("xlsx", "opony.xlsx", "pl", saved(made), items, "tyres week_codes several_prices", "cell")

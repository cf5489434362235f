"""Workbooks whose layout is the trouble: blocks side by side, items over several rows, categories in odd columns."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from xml.sax.saxutils import escape

from bench.reading_exam_files.paper import Paper, Row, Truth, amounts, exam, mix, number, plain
from bench.reading_exam_files.workbooks import CENT, book, old_book, saved


def open_document(rows: Sequence[Row]) -> bytes:
    """A spreadsheet of one sheet in the OpenDocument format."""
    cells = {
        str: lambda value: (
            f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
        ),
        float: lambda value: f'<table:table-cell office:value-type="float" office:value="{value}"/>',
    }
    body = "".join(
        f"<table:table-row>{''.join(cells[type(value)](value) for value in row)}</table:table-row>" for row in rows
    )
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{names} office:version="1.2"><office:body><office:spreadsheet>'
    )
    content += f'<table:table table:name="Tabelle1">{body}</table:table>'
    content += "</office:spreadsheet></office:body></office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media}"/>'
        for path, media in (("/", kind), ("content.xml", "text/xml"))
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{space}">{entries}</manifest:manifest>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in (("mimetype", kind), ("META-INF/manifest.xml", manifest), ("content.xml", content)):
            archive.writestr(name, text)
    return target.getvalue()


@exam
def ods_de_workshop() -> Paper:
    names = mix(
        "Ölwechsel|Bremsscheiben vorne|Inspektion|Achsvermessung", "Kleinwagen|Kompaktklasse|SUV|Transporter", 12, 90
    )
    rows: list[Row] = [["Werkstattpreise", "", ""], ["Leistung", "Arbeitswerte", "Festpreis inkl. MwSt. (EUR)"]]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(12, 49, 690, 90), strict=False)):
        rows.append([name, float(place + 3), float(price)])
        items.append(Truth(name, plain(price), None, "EUR"))
    return Paper("ods", "werkstatt.ods", "de", open_document(rows), items, "services no_sku", "header")


@exam
def xlsx_ru_plants_sizes() -> Paper:
    rows: list[Row] = [["Питомник «Зелёный дом»"], ["Наименование", "Размер, см", "Контейнер", "Цена, руб.", "Кол-во"]]
    items = []
    for place, name in enumerate(
        (
            "Туя западная Smaragd",
            "Гортензия метельчатая Limelight",
            "Сирень обыкновенная",
            "Ель голубая Hoopsi",
            "Барбарис Тунберга",
        )
    ):
        for step, size in enumerate(("40-60", "60-80", "80-100")):
            price = 350 + place * 200 + step * 450
            rows.append([name if step == 0 else None, size, f"С{step + 3}", price, None])
            items.append(Truth(name, str(price), None, "RUB", tokens=(name, size)))
    made, _ = book(("Прайс", rows))
    return Paper(
        "xlsx", "pitomnik.xlsx", "ru", saved(made), items, "continuation_rows no_sku", "header", pick=[1, 2, 4]
    )


@exam
def xlsx_en_wide_leading_empty() -> Paper:
    names = mix("Office chair|Standing desk|Monitor arm|Footrest", "black|grey|dual|electric|mesh", 16, 91)
    rows: list[Row] = [[] for _ in range(6)]
    rows.append([None] * 3 + ["Line", "Model", "Product"] + [None] * 30 + ["Qty", "Unit cost (USD)", "Ext. cost (USD)"])
    items = []
    total = Decimal(0)
    for place, (name, price) in enumerate(zip(names, amounts(16, 35, 1250, 91), strict=False), 1):
        quantity = place % 4 + 1
        total += price * quantity
        rows.append(
            [None] * 3
            + [place, f"OC-{place * 5}", name]
            + [None] * 30
            + [quantity, float(price), float(price * quantity)]
        )
        items.append(Truth(name, plain(price), f"OC-{place * 5}", "USD"))
    rows.append([None] * 36 + ["Total", None, float(total)])
    made, _ = book(("Quote", rows))
    return Paper(
        "xlsx", "quote.xlsx", "en", saved(made), items, "leading_empty wide total quantities row_numbers", "header"
    )


@exam
def xlsx_nl_side_by_side_titles() -> Paper:
    left = mix("Hortensia|Lavendel|Buxus", "wit|paars|P9|C2|bol 30", 12, 92)
    right = mix("Appelboom|Perenboom|Pruim", "halfstam|leivorm|C10", 9, 93)
    rows: list[Row] = [
        ["Vaste planten", None, None, None, "Fruitbomen", None, None],
        ["Plant", "Maat", "Prijs €", None, "Boom", "Maat", "Prijs €"],
    ]
    items = []
    pairs = [list(zip(names, amounts(12, 2, 60, seed), strict=False)) for names, seed in ((left, 92), (right, 93))]
    for place in range(12):
        cells: list[object] = []
        for side in pairs:
            cells += [side[place][0], "20-30", float(side[place][1])] if place < len(side) else [None] * 3
            cells.append(None)
        rows.append(cells)
    for side in pairs:
        items += [Truth(name, plain(price), None, "EUR") for name, price in side]
    made, sheets = book(("Assortiment", rows))
    sheets[0].merge_cells("A1:C1")
    sheets[0].merge_cells("E1:G1")
    return Paper("xlsx", "assortiment.xlsx", "nl", saved(made), items, "side_by_side uneven no_sku", "header")


@exam
def xlsx_it_categories_in_code_column() -> Paper:
    rows: list[Row] = [["COD.", "ARTICOLO", "CONF.", "PREZZO", "PREZZO PROMO"]]
    items = []
    for group, title in enumerate(("PASTA SECCA", "SUGHI PRONTI", "DOLCI DA FORNO", "VINI ROSSI")):
        rows.append([title, None, None, None, None])
        names = mix(
            f"{title.split()[0].title()} artigianale|{title.split()[0].title()} bio",
            "500 g|1 kg|vasetto 180 g|cartone",
            6,
            94 + group,
        )
        for place, (name, price) in enumerate(zip(names, amounts(6, 1.2, 38, 94 + group), strict=False)):
            promo = float((price * Decimal("0.9")).quantize(CENT)) if place % 3 == 0 else None
            rows.append([f"{group + 1}{place + 10}", name, "x12", float(price), promo])
            items.append(
                Truth(name, plain(price), f"{group + 1}{place + 10}", None, () if promo is None else (str(promo),))
            )
    made, _ = book(("Foglio1", rows))
    return Paper("xlsx", "alimentari.xlsx", "it", saved(made), items, "category_in_sku_column promo_price")


@exam
def xlsx_fr_stacked_tables() -> Paper:
    wines = mix("Château Bellevue|Domaine des Pins|Clos Marie", "2018|2019|2020 rouge|blanc", 9, 98)
    spirits = mix("Cognac VS|Armagnac|Calvados", "70 cl|50 cl|mignonnette", 7, 99)
    rows: list[Row] = [["VINS", None, None, None], ["Cuvée", "Appellation", "Bouteille", "Magnum"]]
    items = []
    for name, price in zip(wines, amounts(9, 7, 90, 98), strict=False):
        rows.append([name, "AOC Bordeaux", f"{number(price, '', ',')} €", f"{number(price * 2 + 3, '', ',')} €"])
        items.append(Truth(name, plain(price), None, "EUR", (plain(price * 2 + 3),)))
    rows += [[], ["SPIRITUEUX", None, None, None], ["Produit", "Alc. % vol.", "Prix TTC"]]
    for name, price in zip(spirits, amounts(7, 12, 110, 99), strict=False):
        rows.append([name, 40, f"{number(price, '', ',')} €"])
        items.append(Truth(name, plain(price), None, "EUR"))
    rows += [[], ["L'abus d'alcool est dangereux pour la santé."]]
    made, _ = book(("Carte", rows))
    return Paper(
        "xlsx",
        "vins.xlsx",
        "fr",
        saved(made),
        items,
        "several_tables no_sku several_prices footer alcohol_decoy",
        "cell",
    )


@exam
def xlsx_zh_series_merged_down() -> Paper:
    rows: list[Row] = [["产品价格表", None, None, None, None], ["系列", "型号", "功率(W)", "尺寸(mm)", "单价(元)"]]
    items = []
    merges = []
    for group, series in enumerate(("面板灯", "筒灯", "射灯", "灯带")):
        start = len(rows) + 1
        for step in range(4):
            model = f"{'MTSD'[group]}L-{group + 1}{step + 1:02d}"
            price = Decimal(18 + group * 11 + step * 7) + Decimal("0.5")
            rows.append(
                [
                    series if step == 0 else None,
                    model,
                    3 * (step + 1),
                    f"{100 + step * 50}*{100 + step * 50}",
                    float(price),
                ]
            )
            items.append(Truth(model, plain(price), model, "CNY", names=(series, f"{series} {model}"), tokens=(model,)))
        merges.append(f"A{start}:A{len(rows)}")
    made, sheets = book(("价格", rows))
    for area in merges:
        sheets[0].merge_cells(area)
    return Paper("xlsx", "lights.xlsx", "zh", saved(made), items, "merged_down series_column numbers_decoy", "header")


@exam
def xlsx_en_no_name_header_stock_feed() -> Paper:
    names = mix("USB-C cable|HDMI cable|Patch lead|Power bank", "1 m|2 m|black|10000 mAh|Cat6 0.5 m", 18, 100)
    rows: list[Row] = []
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(18, 1.5, 60, 100), strict=False)):
        rows.append([f"CB{place + 120}", name, "Voltix", place * 13 + 4, float(price), float(price * 2)])
        items.append(Truth(name, plain(price), f"CB{place + 120}", None, (plain(price * 2),)))
    made, _ = book(("Sheet1", rows))
    return Paper("xlsx", "feed.xlsx", "en", saved(made), items, "no_header stock_decoy several_prices")


@exam
def xlsx_en_staff_not_a_list() -> Paper:
    rows: list[Row] = [["Shift plan week 46"], [], ["Name", "Mon", "Tue", "Wed", "Hours"]]
    rows += [
        [name, "06-14", "14-22", "off", 16 + place]
        for place, name in enumerate(("Amira", "Bo", "Cleo", "Dario", "Evi", "Finn"))
    ]
    made, _ = book(("KW46", rows))
    return Paper("xlsx", "preise.xlsx", "en", saved(made), [], "not_a_price_list")


@exam
def xlsx_sv_blank_rows_and_notes() -> Paper:
    names = mix("Kaffe mellanrost|Te Earl Grey|Kardemummabulle|Havredryck", "450 g|1 kg|20-pack|ekologisk", 14, 101)
    rows: list[Row] = [
        ["Prislista kontorsfika", None, None],
        ["Gäller t.o.m. 2026-12-31. Alla priser i SEK exkl. moms.", None, None],
        [None],
        ["Vara", "Art nr", "Pris/st"],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(14, 9, 320, 101), strict=False)):
        rows.append([name, 88001 + place, float(price)])
        if place % 3 == 2:
            rows.append([None, None, None])
        if place == 6:
            rows.append(["OBS! Ny leverantör från mars", None, None])
        items.append(Truth(name, plain(price), str(88001 + place), "SEK"))
    made, _ = book(("Blad1", rows))
    return Paper("xlsx", "fika.xlsx", "sv", saved(made), items, "blank_rows notes_between currency_in_title", "title")


@exam
def xls_pl_quantity_total_form() -> Paper:
    names = mix("Zeszyt A5|Długopis|Blok rysunkowy|Farby plakatowe", "w kratkę|60 kartek|niebieski|12 kolorów", 14, 102)
    rows: list[Row] = [
        ["FORMULARZ ZAMÓWIENIA", "", "", "", ""],
        ["Lp", "Nazwa artykułu", "Cena jedn. zł", "Ilość", "Wartość zł"],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(14, 1, 44, 102), strict=False), 1):
        quantity = place * 2 if place % 3 else 0
        rows.append([place, name, float(price), quantity or "", float(price * quantity)])
        items.append(Truth(name, plain(price), None, "PLN"))
    rows.append(["", "RAZEM", "", "", 1234.5])
    return Paper("xls", "formularz.xls", "pl", old_book(rows), items, "order_form totals row_numbers no_sku", "header")

"""Text files with awkward layouts: blocks side by side, ragged rows, repeated headers, none or partial headers."""

from __future__ import annotations

from decimal import Decimal

from bench.reading_exam_files.paper import Paper, Row, Truth, amounts, delimited, ean, exam, mix, number, plain


@exam
def csv_de_no_header() -> Paper:
    names = mix(
        "Bio-Apfelsaft|Dinkelmehl Typ 630|Rapsöl kaltgepresst|Haferflocken zart",
        "1 l|500 g|0,75 l|6er-Kiste|25 kg",
        18,
        21,
    )
    prices = amounts(len(names), 0.89, 48, 21)
    rows, items = [], []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        code = ean(401234500000 + place * 113)
        rows.append([code, name, "7", number(price, ".", ","), "Stk"])
        items.append(Truth(name, plain(price), code))
    return Paper("csv", "liste.csv", "de", delimited(rows, ";", "cp1252"), items, "no_header barcode tax_column")


@exam
def csv_hu_side_by_side() -> Paper:
    names = mix("Csavar|Facsavar|Alátét|Anya|Tipli|Menetes szár", "M4x20|M5x30|M6|M8x80|3,5x35|10 mm", 32, 22)
    prices = amounts(len(names), 4, 1900, 22, "00")
    items = [
        Truth(name, str(int(price)), f"CS{place:03d}", "HUF")
        for place, (name, price) in enumerate(zip(names, prices, strict=True), 1)
    ]
    half = len(items) // 2
    rows: list[Row] = [["ÁRLISTA 2026. november", "", "", "", "", "", ""]]
    rows.append(["Cikkszám", "Megnevezés", "Ár (Ft)", "", "Cikkszám", "Megnevezés", "Ár (Ft)"])
    for left, right in zip(items[:half], items[half:], strict=True):
        cells = [[each.sku, each.name, number(Decimal(each.price or 0), " ", ",", 0)] for each in (left, right)]
        rows.append([*cells[0], "", *cells[1]])
    return Paper("csv", "arlista.csv", "hu", delimited(rows, ";"), items, "side_by_side preamble", "header")


@exam
def csv_it_unquoted_tail() -> Paper:
    names = mix(
        "Tubo multistrato|Raccordo diritto|Valvola a sfera|Miscelatore lavabo",
        '16x2|20x2|1/2" F|cromato|serie Onda',
        18,
        23,
    )
    prices = amounts(len(names), 1.1, 390, 23)
    notes = ["", "disponibile, spedizione 24h", "fino a esaurimento", "min. 10 pz, non cumulabile, salvo venduto"]
    lines = ["Codice,Descrizione,UM,Prezzo listino EUR,Note"]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        tail = notes[place % 4]
        lines.append(f"IT{place + 700},{name},PZ,{price}" + (f",{tail}" if tail else ""))
        items.append(Truth(name, plain(price), f"IT{place + 700}", "EUR"))
    data = "\r\n".join(lines).encode()
    return Paper("csv", "listino.csv", "it", data, items, "ragged unquoted_commas", "header")


@exam
def csv_en_repeated_headers() -> Paper:
    header = ["Part #", "Description", "Qty/Box", "List Price", "Net"]
    rows: list[Row] = [
        ["ACME FASTENER SUPPLY - DEALER PRICE SHEET", "", "", "", ""],
        ["Effective 01/15/2026", "", "", "", ""],
    ]
    items = []
    for group, base in enumerate(("HEX BOLTS", "LAG SCREWS", "WASHERS", "ANCHORS")):
        names = mix(
            f"{base[:-1].title()} zinc|{base[:-1].title()} SS304", '1/4-20 x 1"|3/8-16 x 2"|#10|5/16"', 7, 24 + group
        )
        rows += [[f"*** {base} ***", "", "", "", ""], header]
        for place, (name, price) in enumerate(zip(names, amounts(len(names), 3, 1500, 24 + group), strict=True)):
            sku = f"{base[:2]}-{group + 1}{place:03d}"
            net = (price * Decimal("0.55")).quantize(Decimal("0.01"))
            rows.append([sku, name, "100", number(price, ",", ".", 2, "${}"), number(net, ",", ".", 2, "${}")])
            items.append(Truth(name, plain(price), sku, "USD", (plain(net),)))
        rows.append([f"Items in group: {len(names)}", "", "", "", ""])
        rows.append(["", "", "", "", ""])
    return Paper(
        "csv", "dealer.csv", "en", delimited(rows), items, "repeated_headers category_in_sku_column footer", "cell"
    )


@exam
def csv_fr_multiline_cells() -> Paper:
    names = mix(
        "Fauteuil de bureau|Caisson mobile|Lampe LED|Armoire haute",
        "noir|blanc|chêne clair|à rideaux|2 tiroirs",
        16,
        28,
    )
    prices = amounts(len(names), 39, 1450, 28)
    rows: list[Row] = [["Réf.", "Désignation", "Descriptif", "Cond.", "P.U. HT", "Éco-part."]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        text = f"Garantie {place % 3 + 2} ans\nDim. {60 + place} x 45 cm\nLivraison 15,00 € en sus; montage non compris"
        rows.append([f"MB{place * 10:04d}", name, text, "1", number(price, "\u202f", ",", 2, "{} €"), "0,42 €"])
        items.append(Truth(name, plain(price), f"MB{place * 10:04d}", "EUR"))
    return Paper(
        "csv", "tarif.csv", "fr", delimited(rows, ";", "utf-8-sig"), items, "multi_line_cells bom narrow_nbsp", "cell"
    )


@exam
def csv_uk_partial_header() -> Paper:
    names = mix(
        "Насіння томату|Насіння огірка|Добриво мінеральне|Ґрунт універсальний", "0,1 г|10 шт.|1 кг|5 л|25 л", 18, 29
    )
    prices = amounts(len(names), 8, 640, 29)
    rows: list[Row] = [["", "Товар", "Ціна", ""]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        rows.append([f"Н-{place + 41}", name, number(price, " ", ","), "є" if place % 3 else "немає"])
        items.append(Truth(name, plain(price), f"Н-{place + 41}"))
    return Paper("csv", "prais.csv", "uk", delimited(rows, ";", "cp1251"), items, "partial_header code_page")


@exam
def csv_en_large_with_dates() -> Paper:
    names = mix(
        "Ball valve|Gate valve|Check valve|Elbow 90|Tee equal|Reducer|Union|Flange blind|Gasket|Nipple",
        "|".join(
            f"{size} {grade} {ends}"
            for size in ("DN15", "DN20", "DN25", "DN32", "DN40", "DN50", "DN65", "DN80")
            for grade in ("A105", "F304L", "F316L", "WCB", "brass", "PVC-U", "PP-H", "ductile")
            for ends in ("BSPP", "NPT", "RF", "SW", "BW", "FF", "RTJ", "PN16", "PN40", "CL150")
        ),
        6200,
        30,
    )
    prices = amounts(len(names), 0.8, 18500, 30)
    rows: list[Row] = [
        ["item_id", "item_name", "uom", "unit_price", "last_updated", "weight_kg", "country_of_origin", "hs_code"]
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        sku = f"{place * 3 + 17:08d}"
        cells = [
            sku,
            name,
            "EA",
            plain(price),
            f"2026-{place % 12 + 1:02d}-{place % 28 + 1:02d}",
            f"{place % 97 / 10 + 0.1:.2f}",
        ]
        rows.append([*cells, ("CN", "DE", "IT")[place % 3], "84818099"])
        items.append(Truth(name, plain(price), sku))
    return Paper(
        "csv", "export.csv", "en", delimited(rows, ",", "utf-8", "\n"), items, "large leading_zero_codes hs_code weight"
    )


@exam
def csv_nl_pipe_on_request() -> Paper:
    names = mix(
        "Tuintegel grijs|Opsluitband|Siergrind|Metselzand|Vijverfolie",
        "30x30 cm|60x60 cm|per m³|big bag|0,5 mm",
        20,
        31,
    )
    prices = amounts(len(names), 1.5, 410, 31)
    rows: list[Row] = [["Artikelnummer", "Omschrijving", "Eenheid", "Prijs per eenheid", "Levertijd (dagen)"]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        asked = place % 6 == 5
        stated = "op aanvraag" if asked else number(price, ".", ",", 2, "€  {}")
        rows.append([f"{330100 + place}", name, "st", stated, str(place % 9 + 1)])
        items.append(Truth(name, None if asked else plain(price), f"{330100 + place}", None if asked else "EUR"))
    return Paper("csv", "prijslijst.txt", "nl", delimited(rows, "|"), items, "pipe on_request", "cell")


@exam
def csv_sv_kronor_colon() -> Paper:
    names = mix("Fågelholk|Snöskyffel|Ljuslykta|Vedkorg|Trädgårdssax", "liten|stor|svart|ek|galvad", 20, 32)
    prices = amounts(len(names), 29, 1900, 32, "50")
    rows: list[Row] = [["Art.nr", "Benämning", "Förp.", "Cirkapris inkl moms", "EAN"]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        whole = place % 2 == 0
        stated = f"{int(price)}:-" if whole else f"{int(price)}:50"
        rows.append([f"{70100 + place * 5}", name, "6", stated, ean(735000000000 + place * 77)])
        items.append(Truth(name, str(int(price)) if whole else plain(price), f"{70100 + place * 5}"))
    return Paper("csv", "prislista.csv", "sv", delimited(rows, ";", "cp1252"), items, "colon_decimals barcode")


@exam
def csv_en_contacts_not_a_list() -> Paper:
    rows: list[Row] = [["First name", "Last name", "Department", "Phone", "E-mail", "Birthday"]]
    for place, name in enumerate(("Anna", "Bertram", "Chloe", "Dmitri", "Esra", "Farid", "Gwen", "Hiro")):
        rows.append(
            [
                name,
                "Miller",
                "Sales",
                f"+44 20 7946 0{place}18",
                f"{name.lower()}@example.com",
                f"19{70 + place}-04-1{place}",
            ]
        )
    return Paper("csv", "prices.csv", "en", delimited(rows), [], "not_a_price_list")


@exam
def csv_ru_two_tables_stacked() -> Paper:
    doors = mix("Дверь межкомнатная|Дверь входная", "венге 80 см|белёный дуб 70 см|металл 2 мм|с зеркалом", 8, 34)
    locks = mix("Замок врезной|Ручка раздельная|Петля накладная", "хром|бронза|золото", 9, 35)
    rows: list[Row] = [["Двери", "", "", ""], ["№", "Модель", "Размер", "Цена за полотно"]]
    items = []
    for place, (name, price) in enumerate(zip(doors, amounts(8, 3900, 48000, 34, "00"), strict=True), 1):
        rows.append([str(place), name, "2000х800", number(price, " ", ",", 0, "{} р.")])
        items.append(Truth(name, str(int(price)), None, "RUB"))
    rows += [["", "", "", ""], ["Фурнитура", "", "", ""], ["№", "Артикул", "Наименование", "Цена"]]
    for place, (name, price) in enumerate(zip(locks, amounts(9, 90, 2900, 35, "00"), strict=True), 1):
        rows.append([str(place), f"ФР-{place + 200}", name, number(price, " ", ",", 0, "{} р.")])
        items.append(Truth(name, str(int(price)), f"ФР-{place + 200}", "RUB"))
    rows += [["", "", "", ""], ["Доставка по городу — 500 р., подъём на этаж — 100 р.", "", "", ""]]
    return Paper(
        "csv", "dveri.csv", "ru", delimited(rows, ";", "cp1251"), items, "several_tables row_numbers footer", "cell"
    )

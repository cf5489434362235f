"""A later sitting: text files made after the reader had been mended by the first papers."""

from __future__ import annotations

from decimal import Decimal

from bench.reading_exam_files.paper import Paper, Row, Truth, amounts, delimited, ean, exam, mix, number, plain

CENT = Decimal("0.01")


@exam
def csv_da_marine_two_price_columns() -> Paper:
    names = mix("Fortøjningsline|Fender|Ankerkæde|Redningsvest", "10 mm 8 m|str. L|galvaniseret|voksen", 14, 300)
    rows: list[Row] = [["Varenr.", "Varetekst", "Enhed", "Vejl. udsalgspris", "Nettopris", "Rabatgruppe"]]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(14, 39, 4900, 300), strict=False)):
        net = (price * Decimal("0.6")).quantize(CENT)
        rows.append([f"{10020 + place}", name, "stk", number(price, ".", ","), number(net, ".", ","), f"R{place % 4}"])
        items.append(Truth(name, plain(price), f"{10020 + place}", None, (plain(net),)))
    return Paper("csv", "vareliste.csv", "da", delimited(rows, ";", "cp1252"), items, "code_page several_prices")


@exam
def csv_fi_unit_prices() -> Paper:
    names = mix("Maali sisäkattoon|Pensseli|Telasarja|Suojapeite", "2,7 l|50 mm|18 cm|4 x 5 m", 14, 301)
    rows: list[Row] = [["Tuotenro", "Tuote", "Pakkaus", "á-hinta alv 0 %", "Hinta sis. alv 25,5 %"]]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(14, 2, 140, 301), strict=False)):
        taxed = (price * Decimal("1.255")).quantize(CENT)
        rows.append(
            [f"T-{place + 77}", name, "kpl", number(price, " ", ",", 2, "{} €"), number(taxed, " ", ",", 2, "{} €")]
        )
        items.append(Truth(name, plain(price), f"T-{place + 77}", "EUR", (plain(taxed),)))
    return Paper("csv", "hinnasto.csv", "fi", delimited(rows, ";"), items, "several_prices", "cell")


@exam
def csv_ko_cosmetics_won() -> Paper:
    names = mix("수분 크림|선크림|클렌징 폼|마스크팩", "50ml|SPF50+|150ml|10매입", 14, 302)
    rows: list[Row] = [["No", "상품코드", "상품명", "규격", "소비자가", "공급가(VAT별도)"]]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(14, 30, 590, 302), strict=False), 1):
        won = int(price) * 100
        rows.append([str(place), f"KB{place:04d}", name, "1BOX=20EA", f"{won:,}", f"{won * 6 // 10:,}"])
        items.append(Truth(name, str(won), f"KB{place:04d}", None, (str(won * 6 // 10),)))
    return Paper(
        "csv", "단가표.csv", "ko", delimited(rows, ",", "cp949"), items, "code_page row_numbers several_prices"
    )


@exam
def csv_hr_semicolons_in_quotes() -> Paper:
    names = mix("Vijak za drvo|Tipla|Kutnik|Matica", "4x40; pocinčani|8 mm|60x60|M8; inox", 14, 303)
    rows: list[Row] = [["Šifra", "Naziv artikla", "JM", "VPC", "MPC", "Zaliha"]]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(14, 0.05, 12, 303), strict=False)):
        retail = (price * Decimal("1.25")).quantize(CENT)
        rows.append([f"{place + 1:05d}", name, "kom", number(price, "", ","), number(retail, "", ","), f"{place * 40}"])
        items.append(Truth(name, plain(price), f"{place + 1:05d}", None, (plain(retail),)))
    return Paper("csv", "cjenik.csv", "hr", delimited(rows, ";", "cp1250"), items, "leading_zero_codes stock")


@exam
def csv_en_school_menu_dates() -> Paper:
    rows: list[Row] = [["Code", "Course", "Start date", "End date", "Sessions", "Fee", "Concession fee", "Tutor"]]
    items = []
    for place, name in enumerate(
        mix("Pottery|Watercolour|Spanish|Yoga|Guitar", "beginners|improvers|weekend", 13, 304)
    ):
        fee = 60 + place * 7
        rows.append(
            [
                f"AC{place + 11}",
                name,
                f"{place + 1:02d}/09/2026",
                f"{place + 1:02d}/12/2026",
                "10",
                f"£{fee}",
                f"£{fee // 2}",
                "M. Webb",
            ]
        )
        items.append(Truth(name, str(fee), f"AC{place + 11}", "GBP", (str(fee // 2),)))
    return Paper("csv", "courses.csv", "en", delimited(rows), items, "dates several_prices", "cell")


@exam
def csv_ru_price_with_units_in_cell() -> Paper:
    names = mix("Щебень гранитный|Песок речной|Отсев|Керамзит", "фр. 5-20|мытый|фр. 0-5|в мешках 50 л", 12, 305)
    rows: list[Row] = [["Материал", "Фракция", "Самовывоз", "С доставкой"]]
    items = []
    for name, price in zip(names, amounts(12, 350, 3900, 305, "00"), strict=False):
        there = int(price) + 400
        rows.append([name, "ГОСТ 8267-93", f"{int(price)} руб/м3", f"от {there} руб/м3"])
        items.append(Truth(name, str(int(price)), None, "RUB", (str(there),)))
    return Paper(
        "csv", "nerud.csv", "ru", delimited(rows, ";", "cp1251"), items, "unit_in_price norms_decoy no_sku", "cell"
    )


@exam
def csv_en_lab_tests_turnaround() -> Paper:
    rows: list[Row] = [["LAB FEE SCHEDULE 2026", "", "", ""], ["Test", "CPT", "Turnaround", "Client Price"]]
    items = []
    for place, name in enumerate(
        mix("Hemoglobin A1c|Lipid panel|TSH|Vitamin D 25-OH|CBC", "with diff|reflex|serum|whole blood", 16, 306)
    ):
        price = f"{4 + place * 3.25:.2f}"
        rows.append([name, f"{80048 + place * 3}", f"{place % 4 + 1} days", price])
        items.append(Truth(name, price))
    rows += [
        ["", "", "", ""],
        ["STAT fee per order", "", "", "25.00"],
        ["Prices subject to change without notice.", "", "", ""],
    ]
    return Paper("csv", "labfees.csv", "en", delimited(rows), items, "preamble footer fee_row", spare=1)


@exam
def csv_it_wine_no_header_mixed() -> Paper:
    names = mix("Barolo DOCG|Chianti Classico|Soave|Primitivo", "2019|Riserva 2018|0,75|magnum", 14, 307)
    rows: list[Row] = []
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(14, 6, 88, 307), strict=False)):
        rows.append([f"V{place + 10}", name, "6", number(price, "", ",", 2, "€ {}")])
        items.append(Truth(name, plain(price), f"V{place + 10}", "EUR"))
    return Paper("csv", "vini.csv", "it", delimited(rows, ";", "cp1252"), items, "no_header pack_decoy", "cell")


@exam
def csv_en_marketplace_feed() -> Paper:
    header = [
        "id",
        "title",
        "description",
        "link",
        "image_link",
        "availability",
        "price",
        "sale_price",
        "brand",
        "gtin",
        "mpn",
        "google_product_category",
    ]
    rows: list[Row] = [header]
    items = []
    for place, (name, price) in enumerate(
        zip(
            mix("Drone|Action camera|Gimbal", "4K|mini|pro kit|2-axis", 11, 308),
            amounts(11, 49, 900, 308, "99"),
            strict=False,
        )
    ):
        sale = f"{price - 10} USD" if place % 4 == 0 else ""
        link = f"https://shop.example/p/{place}"
        rows.append(
            [
                f"sku-{place}",
                name,
                f"The {name}, in stock now",
                link,
                link + ".jpg",
                "in_stock",
                f"{price} USD",
                sale,
                "Skyo",
                ean(81012300000 + place),
                f"SK{place}M",
                "Cameras",
            ]
        )
        items.append(Truth(name, plain(price), f"sku-{place}", "USD", (sale[:-4],) if sale else ()))
    return Paper("tsv", "feed.txt", "en", delimited(rows, "\t"), items, "feed links mpn sale_price", "cell")


@exam
def csv_th_hotel_rates() -> Paper:
    rows: list[Row] = [
        ["ประเภทห้อง", "ฤดูต่ำ", "ฤดูสูง", "เตียงเสริม"],
    ]
    items = []
    for place, name in enumerate(("ห้องมาตรฐาน", "ห้องดีลักซ์วิวทะเล", "ห้องสวีท", "บ้านพักสองห้องนอน", "พูลวิลล่า")):
        low = 900 + place * 650
        rows.append([name, f"฿{low:,}", f"฿{low * 2:,}", "฿500"])
        items.append(Truth(name, str(low), None, "THB", (str(low * 2),)))
    return Paper(
        "csv",
        "rates.csv",
        "th",
        delimited(rows, ",", "utf-8-sig"),
        items,
        "few_rows seasons unknown_header no_sku",
        "cell",
    )

"""Text files as shops, portals and old programs write them: several troubles at once."""

from __future__ import annotations

from decimal import Decimal

from bench.reading_exam_files.paper import Paper, Row, Truth, amounts, delimited, exam, mix, number, plain

CENT = Decimal("0.01")


@exam
def csv_en_woocommerce_variations() -> Paper:
    header = [
        "ID",
        "Type",
        "SKU",
        "Name",
        "Published",
        "Is featured?",
        "Short description",
        "Tax status",
        "In stock?",
        "Stock",
        "Weight (kg)",
        "Sale price",
        "Regular price",
        "Categories",
        "Tags",
        "Images",
        "Parent",
        "Position",
        "Attribute 1 name",
        "Attribute 1 value(s)",
    ]
    rows: list[Row] = [header]
    items = []
    for place, name in enumerate(
        mix("Ceramic mug|Linen apron|Tea towel|Bread bin", "blue|green|natural|striped", 12, 150)
    ):
        shared = ["1", "0", f"<p>Our {name.lower()}, 2 sizes</p>", "taxable", "1"]
        price = Decimal(9 + place * 2) + Decimal("0.5")
        if place % 4 == 3:
            rows.append(
                [
                    str(800 + place * 10),
                    "variable",
                    f"WC{place}",
                    name,
                    *shared,
                    "",
                    "0.3",
                    "",
                    "",
                    "Home",
                    "",
                    "https://x.example/1.jpg",
                    "",
                    "0",
                    "Size",
                    "S, L",
                ]
            )
            for step, size in enumerate("SL"):
                each = price + step * 4
                rows.append(
                    [
                        str(801 + place * 10 + step),
                        "variation",
                        f"WC{place}-{size}",
                        f"{name} - {size}",
                        *shared,
                        "5",
                        "0.3",
                        "",
                        plain(each),
                        "",
                        "",
                        "",
                        f"WC{place}",
                        str(step),
                        "Size",
                        size,
                    ]
                )
                items.append(Truth(f"{name} - {size}", plain(each), f"WC{place}-{size}"))
        else:
            sale = plain(price - 2) if place % 3 == 0 else ""
            rows.append(
                [
                    str(800 + place * 10),
                    "simple",
                    f"WC{place}",
                    name,
                    *shared,
                    "12",
                    "0.3",
                    sale,
                    plain(price),
                    "Home > Kitchen",
                    "gift",
                    "https://x.example/2.jpg",
                    "",
                    "0",
                    "",
                    "",
                ]
            )
            items.append(Truth(name, plain(price), f"WC{place}", None, (sale,) if sale else ()))
    return Paper(
        "csv", "wc-product-export.csv", "en", delimited(rows), items, "wide shop_export variants sale_price", spare=3
    )


@exam
def csv_de_sep_line() -> Paper:
    names = mix("Hundefutter|Katzenstreu|Vogelkäfig|Aquarium-Filter", "2 kg|10 kg|Rind & Reis|groß|innen", 14, 151)
    lines = ["sep=;", "Artikel;Text;EK netto;VK brutto;Rabattgr."]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(14, 2, 90, 151), strict=False)):
        retail = (price * Decimal("1.9")).quantize(CENT)
        lines.append(f"{place + 10:05d};{name};{number(price, '', ',')};{number(retail, '', ',')};R{place % 3}")
        items.append(Truth(name, plain(price), f"{place + 10:05d}", None, (plain(retail),)))
    return Paper(
        "csv", "tier.csv", "de", "\r\n".join(lines).encode("cp1252"), items, "sep_line code_page leading_zero_codes"
    )


@exam
def csv_en_inch_marks_unescaped() -> Paper:
    lines = ["Part,Description,UOM,Price"]
    items = []
    for place, size in enumerate(("1/2", "3/4", "1", "1-1/4", "2", "3", "4", "6")):
        for kind, base in (("PVC PIPE", 2), ("COPPER TEE", 6), ("BRASS VALVE", 15)):
            name = f"{size}\" {kind} 10'"
            price = f"{base + place * 1.35:.2f}"
            lines.append(f"{kind[:2]}{place}{base},{name},EA,{price}")
            items.append(Truth(name, price, f"{kind[:2]}{place}{base}"))
    return Paper("csv", "plumbing.csv", "en", "\n".join(lines).encode(), items, "stray_quotes")


@exam
def txt_en_fixed_width() -> Paper:
    names = mix("HAMMER CLAW|PLIERS COMBI|SPIRIT LEVEL|TAPE MEASURE", "16OZ|200MM|5M|PRO", 14, 152)
    lines = [
        "CARTER TOOLS                 PRICE FILE 11/2026",
        "",
        f"{'CODE':<10}{'DESCRIPTION':<34}{'PACK':>6}{'PRICE':>12}",
        "-" * 62,
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(14, 3, 1300, 152), strict=False)):
        lines.append(f"{f'CT{place * 7 + 100}':<10}{name:<34}{'6':>6}{number(price, ','):>12}")
        items.append(Truth(name, plain(price), f"CT{place * 7 + 100}"))
    lines += ["-" * 62, "END OF FILE"]
    return Paper("csv", "pricefile.txt", "en", "\r\n".join(lines).encode(), items, "fixed_width preamble footer")


@exam
def csv_en_shilling_strokes() -> Paper:
    names = mix(
        "Cement Portland|Iron sheet|Binding wire|Nails|Paint emulsion", "50kg|gauge 30|1kg|4 inch|20L white", 16, 153
    )
    rows: list[Row] = [
        ["MWANGI HARDWARE LTD", "", ""],
        ["P.O. Box 1182-00100 Nairobi, Tel: 0722 000 111", "", ""],
        ["ITEM", "QTY", "PRICE (KSHS)"],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(16, 90, 9800, 153, "00"), strict=False)):
        stated = (f"{int(price):,}/=", f"{int(price):,}/-", f"{int(price)}/=")[place % 3]
        rows.append([name, "1", stated])
        items.append(Truth(name, str(int(price)), None, "KES"))
    return Paper("csv", "hardware.csv", "en", delimited(rows), items, "strokes_after_numbers preamble no_sku", "header")


@exam
def csv_ru_dash_kopecks_from() -> Paper:
    names = mix("Пошив шторы|Ремонт куртки|Замена молнии|Подгонка брюк", "простой|сложный|на подкладке|срочно", 12, 154)
    rows: list[Row] = [["Прейскурант ателье «Игла»", ""], ["", ""], ["Вид услуги", "Стоимость"]]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(12, 150, 4900, 154, "00"), strict=False)):
        whole = int(price)
        stated = (
            f"{whole}-00",
            f"от {whole} руб.",
            f"{whole:,} руб".replace(",", " "),
            f"{whole} – {whole + 200} руб.",
        )[place % 4]
        rows.append([name, stated])
        items.append(Truth(name, str(whole), None, None, (str(whole + 200),) if place % 4 == 3 else ()))
    return Paper(
        "csv",
        "atelier.csv",
        "ru",
        delimited(rows, ";", "cp1251"),
        items,
        "dash_kopecks from_prices ranges services no_sku",
    )


@exam
def csv_en_aws_like_tariff() -> Paper:
    rows: list[Row] = [
        ["FormatVersion", "v1.0"],
        ["Disclaimer", "This list is for information only"],
        ["Publication Date", "2026-10-01T00:00:00Z"],
        ["Version", "20261001"],
        [
            "SKU",
            "OfferTermCode",
            "TermType",
            "PriceDescription",
            "EffectiveDate",
            "StartingRange",
            "EndingRange",
            "Unit",
            "PricePerUnit",
            "Currency",
            "Product Family",
            "Location",
        ],
    ]
    items = []
    for place in range(40):
        price = f"{0.0000004 * (place + 1) ** 3:.10f}"
        name = f"${price} per request - tier {place % 4}, region {place // 4}"
        sku = f"{(place * 7919) % 99991:05d}QWX{place:02d}ZK"
        rows.append(
            [
                sku,
                "JRTCKXETXF",
                "OnDemand",
                name,
                "2026-10-01",
                "0",
                "Inf",
                "Requests",
                price,
                "USD",
                "API Request",
                f"EU zone {place // 4}",
            ]
        )
        items.append(Truth(name, price, sku, "USD"))
    return Paper(
        "csv", "index.csv", "en", delimited(rows), items, "preamble_pairs tiny_prices number_in_name wide", "column"
    )


@exam
def csv_uk_multi_currency_rate() -> Paper:
    names = mix("Ноутбук|Монітор|Клавіатура|Миша", '15,6" i5/16/512|24" IPS|механічна|бездротова|27" 144Гц', 14, 155)
    rows: list[Row] = [
        ["Курс НБУ", "41,25", "", "", ""],
        ["Модель", "Гарантія, міс", "Ціна, $", "Ціна, грн", "РРЦ, грн"],
    ]
    items = []
    for name, price in zip(names, amounts(14, 9, 1400, 155), strict=False):
        local = (price * Decimal("41.25")).quantize(CENT)
        retail = (local * Decimal("1.15")).quantize(Decimal(1))
        rows.append([name, "12", number(price, "", ","), number(local, " ", ","), number(retail, " ", ",", 0)])
        items.append(Truth(name, plain(price), None, None, (plain(local), plain(retail))))
    return Paper("csv", "noutbuky.csv", "uk", delimited(rows, ";"), items, "several_currencies rate_in_preamble no_sku")


@exam
def csv_en_lines_wholly_quoted() -> Paper:
    """Every line is wrapped in quotes as a whole, as a badly set up export does."""
    lines = ['"Code,""Name"",Price"']
    items = []
    for place, (name, price) in enumerate(
        zip(
            mix("Rose|Tulip|Daffodil|Iris", "red|white|yellow|mixed 10 bulbs", 12, 156),
            amounts(12, 1, 25, 156),
            strict=False,
        )
    ):
        lines.append(f'"FL{place},""{name}"",{price}"')
        items.append(Truth(name, plain(price), f"FL{place}"))
    return Paper("csv", "bulbs.csv", "en", "\n".join(lines).encode(), items, "lines_wholly_quoted")


@exam
def csv_de_transposed_months_decoy() -> Paper:
    names = mix("Heizöl|Holzpellets|Flüssiggas|Braunkohlebriketts", "Standard|Premium|lose|Sackware 15 kg", 10, 157)
    rows: list[Row] = [
        ["Brennstoffe Huber KG - Stand 17.11.2026", "", "", "", ""],
        ["Produkt", "Abnahme ab", "Heizwert kWh", "alter Preis", "neuer Preis"],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(10, 40, 1400, 157), strict=False)):
        new = price + 5
        rows.append(
            [
                name,
                f"{(place + 1) * 500} l",
                "9,8",
                number(price, ".", ",", 2, "{} EUR"),
                number(new, ".", ",", 2, "{} EUR"),
            ]
        )
        items.append(Truth(name, plain(new), None, "EUR", (plain(price),)))
    return Paper(
        "csv",
        "brennstoff.csv",
        "de",
        delimited(rows, ";", "cp1252"),
        items,
        "old_and_new_price preamble no_sku",
        "cell",
    )


@exam
def csv_en_accounting_and_blanks() -> Paper:
    names = mix(
        "OBSERVATION HOUR|ANESTHESIA LEVEL|RECOVERY ROOM|BLOOD TRANSFUSION",
        "ADULT|PEDIATRIC|FIRST 30 MIN|ADDL 15 MIN",
        14,
        158,
    )
    rows: list[Row] = [
        ["", "MERCY REGIONAL - CHARGE DESCRIPTION MASTER", "", "", ""],
        ["", "", "", "", ""],
        ["", "Charge Number", "Charge Description", "Dept", " Amount "],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(14, 30, 39000, 158), strict=False)):
        blank = place % 6 == 5
        rows.append(
            ["", f"{270000 + place * 11}", f"{name}  ", "270", " $-   " if blank else f" $ {number(price, ',')} "]
        )
        items.append(
            Truth(
                name,
                None if blank else plain(price),
                f"{270000 + place * 11}",
                None if blank else "USD",
                ("0",) if blank else (),
            )
        )
        if place % 5 == 4:
            rows.append(["", "", "", "", ""])
    return Paper(
        "csv",
        "cdm.csv",
        "en",
        delimited(rows),
        items,
        "accounting_format dash_zero blank_rows leading_empty preamble",
        "cell",
        pick=[5],
    )

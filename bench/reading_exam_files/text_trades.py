"""Text files of many trades: chargemasters, tiers, tariffs, rentals, invoices' number styles."""

from __future__ import annotations

from decimal import Decimal

from bench.reading_exam_files.paper import Paper, Row, Truth, amounts, delimited, exam, mix, number, plain

CENT = Decimal("0.01")


@exam
def csv_en_hospital_cms_wide() -> Paper:
    names = mix(
        "HC CT SCAN|HC MRI|HC XRAY|HC LAB PANEL|HC ROOM AND BOARD|HC INJECTION",
        "HEAD W/O CONTRAST|SPINE W CONTRAST|CHEST 2 VIEWS|PRIVATE|LEVEL 3|1 MG",
        30,
        41,
    )
    gross = amounts(len(names), 12, 24000, 41)
    rows: list[Row] = [
        ["hospital_name", "last_updated_on", "version", "hospital_location", "hospital_address", "license_number|OH"],
        ["St. Anne Medical Center", "2026-01-01", "2.0.0", "Main Campus", "100 Elm St, Toledo, OH 43604", "1234"],
        [
            "description",
            "code|1",
            "code|1|type",
            "code|2",
            "code|2|type",
            "setting",
            "standard_charge|gross",
            "standard_charge|discounted_cash",
            "standard_charge|min",
            "standard_charge|max",
        ],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, gross, strict=True)):
        others = [plain((price * Decimal(share)).quantize(CENT)) for share in ("0.65", "0.4", "0.9")]
        rows.append([name, f"{40010 + place}", "CDM", f"7{place + 1000}", "CPT", "both", plain(price), *others])
        items.append(Truth(name, plain(price), None, None, tuple(others[:1])))
    return Paper(
        "csv", "standardcharges.csv", "en", delimited(rows), items, "chargemaster metadata_rows several_prices"
    )


@exam
def csv_en_component_tiers() -> Paper:
    names = mix(
        "RES SMD|CAP CER|LED GREEN CLEAR|IC REG LINEAR|DIODE SCHOTTKY",
        "10K OHM 1% 1/10W 0603|0.1UF 50V X7R|SOT23-5|40V 1A|5V 100MA",
        24,
        42,
    )
    base = amounts(len(names), 0.1, 6, 42)
    rows: list[Row] = [
        [
            "Distributor Part No",
            "Manufacturer",
            "MPN",
            "Description",
            "Stock",
            "MOQ",
            "HTS Code",
            "1",
            "10",
            "100",
            "1000",
            "Lead Time (wks)",
        ]
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, base, strict=True)):
        tiers = [(price * Decimal(share)).quantize(Decimal("0.0001")) for share in ("1", "0.8", "0.51", "0.333")]
        sku = f"P{place * 97 + 1201}-ND"
        cells = [
            sku,
            ("Yageo", "Murata", "onsemi")[place % 3],
            f"RC0603FR-07{place}KL",
            name,
            str(place * 1200),
            "1",
            "8533.21.0030",
        ]
        rows.append([*cells, *[f"${tier}" for tier in tiers], str(place % 20 + 2)])
        items.append(Truth(name, plain(tiers[0]), sku, "USD", tuple(plain(tier) for tier in tiers[1:])))
    return Paper("csv", "pricebreaks.csv", "en", delimited(rows), items, "tiers mpn hs_code stock", "cell")


@exam
def csv_es_mx_wholesale() -> Paper:
    names = mix(
        "TALADRO PERCUTOR|DISCO DE CORTE|LLAVE STILSON|CINTA AISLANTE|BROCHA",
        '1/2 PULG.|4 1/2|14"|NEGRA 18M|3"|PROFESIONAL',
        24,
        43,
    )
    prices = amounts(len(names), 12, 3900, 43)
    rows: list[Row] = [
        ["FERRETERA DEL BAJÍO S.A. DE C.V.", "", "", "", "", "", ""],
        ["LISTA DE PRECIOS VIGENTE A PARTIR DEL 3 DE MARZO DE 2026 - PRECIOS EN M.N. MÁS IVA", "", "", "", "", "", ""],
        ["CLAVE", "DESCRIPCIÓN", "PZAS/CAJA", "PÚBLICO", "MEDIO MAYOREO", "MAYOREO", "CÓDIGO SAT"],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        tiers = [price, (price * Decimal("0.9")).quantize(CENT), (price * Decimal("0.8")).quantize(CENT)]
        rows.append(
            [
                str(10023 + place),
                name,
                str(place % 5 * 6 + 6),
                *[number(tier, ",", ".", 2, "${}") for tier in tiers],
                "27112700",
            ]
        )
        items.append(Truth(name, plain(price), str(10023 + place), "MXN", tuple(plain(tier) for tier in tiers[1:])))
    return Paper("csv", "lista.csv", "es", delimited(rows, ",", "cp1252"), items, "preamble tiers tax_code", "implied")


@exam
def csv_pt_br_beverages() -> Paper:
    names = mix(
        "Cerveja Pilsen|Refrigerante Guaraná|Água Mineral|Suco de Laranja",
        "lata 350 ml|2 L|500 ml c/ gás|1 L|long neck",
        18,
        44,
    )
    prices = amounts(len(names), 1.9, 1250, 44)
    rows: list[Row] = [["Cód.", "Descrição", "NCM", "UN", "Preço Unit.", "% ICMS", "Preço c/ ST"]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        taxed = (price * Decimal("1.1")).quantize(CENT)
        both = [number(each, ".", ",", 2, "R$ {}") for each in (price, taxed)]
        rows.append([str(place + 1), name, "2202.10.00", "CX", both[0], "18,00", both[1]])
        items.append(Truth(name, plain(price), str(place + 1), "BRL", (plain(taxed),)))
    return Paper("csv", "tabela.csv", "pt", delimited(rows, ";"), items, "hs_code tax running_codes", "cell")


@exam
def csv_en_india_grouping() -> Paper:
    names = mix(
        "Submersible Pump|Diesel Genset|Control Panel|Copper Cable",
        "3 HP|15 KVA|DOL|2.5 sqmm 90m|single phase|silent",
        20,
        45,
    )
    prices = amounts(len(names), 900, 900000, 45, "00")
    rows: list[Row] = [["Sr No", "Item Description", "HSN", "GST %", "MRP (Rs.)", "Dealer Rate (Rs.)"]]
    items = []

    def lakhs(value: Decimal) -> str:
        digits = str(int(value))
        head, tail = digits[:-3], digits[-3:]
        pairs: list[str] = []
        while len(head) > 2:
            pairs.insert(0, head[-2:])
            head = head[:-2]
        return ",".join([part for part in (head, *pairs, tail) if part]) + ".00"

    for place, (name, price) in enumerate(zip(names, prices, strict=True), 1):
        dealer = (price * Decimal("0.75")).quantize(Decimal(1))
        rows.append([str(place), name, "8413", "18", lakhs(price), lakhs(dealer)])
        items.append(Truth(name, plain(price), None, "INR", (plain(dealer),)))
    rows.append(["", "E. & O. E. Prices ex-works Coimbatore", "", "", "", ""])
    return Paper("csv", "pumps.csv", "en", delimited(rows), items, "lakh_grouping row_numbers hs_code footer", "header")


@exam
def csv_de_ch_apostrophe() -> Paper:
    names = mix("Holzofen|Cheminée-Einsatz|Kaminrohr|Ofenlack", "Modell Säntis|150 mm|schwarz|Speckstein|gross", 18, 46)
    prices = amounts(len(names), 18, 9800, 46)
    rows: list[Row] = [["Art.-Nr.", "Bezeichnung", "Gewicht kg", "Preis CHF exkl. MWST"]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        sku = f"{place + 10}.{place * 7 % 90 + 10}.{place % 9}00"
        rounded = (price * 20).quantize(Decimal(1)) / 20
        rows.append([sku, name, number(price / 40, "’", ".", 1), number(rounded, "’", ".")])
        items.append(Truth(name, number(rounded), sku, "CHF"))
    return Paper("csv", "preise.csv", "de", delimited(rows, ";"), items, "apostrophe dotted_codes weight", "header")


@exam
def csv_en_rentals() -> Paper:
    names = mix(
        "Mini excavator|Plate compactor|Scissor lift|Tower light|Generator", "1.5 t|90 kg|8 m|diesel|60 kVA", 18, 47
    )
    prices = amounts(len(names), 18, 420, 47, "00")
    rows: list[Row] = [["Equipment", "Day", "Week", "Month", "Deposit"]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        day = int(price)
        cells = [f"£{day}", f"£{day * 4}", f"£{day * 12:,}", f"£{day * 2}"]
        if place % 7 == 6:
            cells[2] = "POA"
        rows.append([name, *cells])
        items.append(Truth(name, str(day), None, "GBP", (str(day * 4), str(day * 12))))
    return Paper("csv", "hire.csv", "en", delimited(rows), items, "price_per_period deposit no_sku", "cell")


@exam
def csv_de_parcel_zones() -> Paper:
    names = [f"Paket bis {weight} kg" for weight in (1, 2, 3, 5, 10, 15, 20, 25, 31)]
    rows: list[Row] = [["Versandpreise 2026", "", "", "", ""], ["Produkt", "Zone 1", "Zone 2", "Zone 3", "Zone 4"]]
    items = []
    for name, price in zip(names, sorted(amounts(9, 4, 29, 48)), strict=True):
        zones = [price, price + 3, price + 7, price + 15]
        rows.append([name, *[number(zone, ".", ",", 2, "{} €") for zone in zones]])
        items.append(Truth(name, plain(price), None, "EUR", tuple(plain(zone) for zone in zones[1:])))
    rows.append(["Sperrgutzuschlag 20,00 € je Paket", "", "", "", ""])
    return Paper("csv", "zonen.csv", "de", delimited(rows, ";"), items, "site_matrix few_rows footer", "cell", spare=1)


@exam
def csv_ro_pharmacy() -> Paper:
    names = mix(
        "PARACETAMOL|IBUPROFEN|AMOXICILINĂ|VITAMINA C|OMEPRAZOL",
        "500mg x 20 cpr|400mg x 10 cps|susp. orală 100ml|1000mg eff.",
        18,
        49,
    )
    prices = amounts(len(names), 3, 88, 49)
    rows: list[Row] = [
        [
            "Nr. crt.",
            "Cod CIM",
            "Denumire comercială",
            "Producător",
            "Preț cu amănuntul maximal cu TVA (lei)",
            "Preț de ridicata (lei)",
        ]
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True), 1):
        sku = f"W{place * 1013 + 41000:05d}001"
        whole = (price * Decimal("0.8")).quantize(CENT)
        rows.append([str(place), sku, name, "ANTIBIOTICE SA", number(price, ".", ","), number(whole, ".", ",")])
        items.append(Truth(name, plain(price), sku, "RON", (plain(whole),)))
    return Paper("csv", "preturi.csv", "ro", delimited(rows, ";"), items, "row_numbers maker several_prices", "header")


@exam
def csv_en_variants_duplicates() -> Paper:
    rows: list[Row] = [["Style", "Product", "Size", "Colour", "Wholesale", "RRP", "Barcode"]]
    items = []
    place = 0
    for style, name in enumerate(("Merino crew sweater", "Organic tee", "Chino trouser", "Rain shell")):
        for size in ("S", "M", "L", "XL"):
            for colour in ("Navy", "Sand"):
                price = Decimal(20 + style * 12)
                rows.append(
                    [f"ST{style + 1}", name, size, colour, f"{price:.2f}", f"{price * 2:.2f}", f"50{place:011d}"]
                )
                items.append(Truth(name, f"{price:.2f}", f"ST{style + 1}", None, (f"{price * 2:.2f}",)))
                place += 1
    return Paper("csv", "linesheet.csv", "en", delimited(rows), items, "duplicates variants")


@exam
def csv_pl_manufacturer_numbers() -> Paper:
    names = mix(
        "Czujnik indukcyjny|Stycznik|Wyłącznik nadprądowy|Przekaźnik",
        "M12 PNP|9A 230V AC|B16 1P|4P 24V DC|C20 3P",
        18,
        51,
    )
    prices = amounts(len(names), 12, 690, 51)
    rows: list[Row] = [
        [
            "Nr kat.",
            "Symbol producenta",
            "Producent",
            "Nazwa",
            "EAN",
            "Masa [kg]",
            "Cena katalogowa PLN",
            "Rabat %",
            "Cena po rabacie PLN",
        ]
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        cut = (price * Decimal("0.62")).quantize(CENT)
        sku = f"EL{place + 3300}"
        rows.append(
            [
                sku,
                f"LC1D{place:02d}P7",
                "Schneider",
                name,
                f"3606480{place:05d}1",
                "0,33",
                number(price, "", ","),
                "38",
                number(cut, "", ","),
            ]
        )
        items.append(Truth(name, plain(price), sku, "PLN", (plain(cut),)))
    return Paper("csv", "katalog.csv", "pl", delimited(rows, ";", "cp1250"), items, "mpn discount weight", "header")

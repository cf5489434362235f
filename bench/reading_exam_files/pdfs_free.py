"""PDF files without rulings, with prose between the tables, without items, and pictures only."""

from __future__ import annotations

from bench.reading_exam_files.paper import Paper, Truth, amounts, exam, mix, number, plain
from bench.reading_exam_files.pdfs import Sheet


@exam
def pdf_es_services_consult() -> Paper:
    stated = [
        ("Consulta general", "35,00 €", "35"),
        ("Vacuna antirrábica", "42,50 €", "42.50"),
        ("Microchip con alta", "48,00 €", "48"),
        ("Esterilización gata", "180,00 €", "180"),
        ("Radiografía (1 placa)", "55,00 €", "55"),
        ("Cirugía traumatológica", "Consultar", None),
        ("Hospitalización 24 h", "90,00 €", "90"),
        ("Limpieza dental", "desde 150,00 €", "150"),
    ]
    sheet = Sheet()
    sheet.line_of("Clínica Veterinaria Sol — Tarifas 2026", 14, True, 10)
    sheet.line_of("C/ Mayor 5, 28013 Madrid · Tel. 915 22 33 44")
    sheet.ln(4)
    for name, text, _ in stated:
        sheet.row((name, text), (110, 40), right=(1,))
    sheet.ln(4)
    sheet.line_of("Urgencias nocturnas: recargo del 50 %. IVA incluido.", 8)
    items = [Truth(name, price, None, "EUR" if price else None) for name, _, price in stated]
    return Paper(
        "pdf",
        "tarifas.pdf",
        "es",
        sheet.bytes(),
        items,
        "unruled no_header on_request from_prices few_rows no_sku",
        "cell",
        pick=[5, 7],
    )


@exam
def pdf_en_letter_not_a_list() -> Paper:
    sheet = Sheet()
    for text in (
        "Greenfield Ltd, 5 High Street, Leeds LS1 4DY",
        "14 November 2026",
        "Dear customer,",
        "as announced in our letter of 2 October 2026 our prices will rise by 4.5 % on average from 1 January 2027.",
        "Orders received by 15 December 2026 will still be invoiced at the old prices.",
        "Yours faithfully,",
        "J. Whitcombe, Sales Director",
    ):
        sheet.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")
        sheet.ln(3)
    return Paper("pdf", "prices2027.pdf", "en", sheet.bytes(), [], "not_a_price_list letter")


@exam
def pdf_image_only() -> Paper:
    sheet = Sheet()
    sheet.set_fill_color(120, 120, 120)
    sheet.rect(20, 20, 150, 220, style="F")
    return Paper("pdf", "scan.pdf", "en", sheet.bytes(), [], "image_only")


@exam
def pdf_en_wine_vintages() -> Paper:
    sheet = Sheet()
    sheet.line_of("Wine list", 16, True, 10)
    items = []
    for group, title in enumerate(("Champagne & Sparkling", "White", "Red")):
        sheet.line_of(title, 11, True, 7)
        names = mix("Domaine Laroche|Cloudy Ridge|Casa Nova", "Brut|Chablis|Rioja Reserva|Pinot Noir", 6, 130 + group)
        for place, (name, price) in enumerate(zip(names, amounts(6, 19, 140, 130 + group, "00"), strict=False)):
            glass = f"{int(price) // 4 + 1}.50"
            sheet.row((name, str(2016 + place), f"{int(price)}.00", glass), (90, 20, 30, 30), right=(2, 3))
            items.append(Truth(name, str(int(price)), None, None, (glass,), names=(f"{name} {2016 + place}",)))
    return Paper(
        "pdf", "wine.pdf", "en", sheet.bytes(), items, "unruled no_header vintages several_prices category_rows no_sku"
    )


@exam
def pdf_named_csv_nl() -> Paper:
    names = mix("Kozijn|Dakraam|Binnendeur|Vensterbank", "hardhout|kunststof wit|78x118|stomp", 13, 134)
    sheet = Sheet()
    sheet.line_of("Prijslijst kozijnen", 13, True, 9)
    sheet.row(("Artikel", "Omschrijving", "Prijs per stuk"), (30, 90, 40), True)
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(13, 45, 1900, 134), strict=False)):
        sheet.row((f"KZ{place + 5}", name, number(price, ".", ",", 2, "€ {}")), (30, 90, 40), True, (2,))
        items.append(Truth(name, plain(price), f"KZ{place + 5}", "EUR"))
    return Paper("pdf", "prijslijst.csv", "nl", sheet.bytes(), items, "wrong_extension ruled", "cell")


@exam
def pdf_de_prose_between_tables() -> Paper:
    sheet = Sheet()
    sheet.line_of("Gebührenordnung der Musikschule", 14, True, 9)
    items = []
    blocks = [
        (
            "1. Unterricht",
            (
                "Einzelunterricht 30 Min.",
                "Einzelunterricht 45 Min.",
                "Gruppenunterricht (3 Schüler)",
                "Musikalische Früherziehung",
            ),
        ),
        ("2. Leihinstrumente", ("Violine", "Klarinette", "Querflöte", "Akkordeon 72 Bass")),
    ]
    for group, (title, names) in enumerate(blocks):
        sheet.ln(3)
        sheet.line_of(title, 11, True, 7)
        sheet.multi_cell(
            0,
            5,
            "Die Gebühren werden monatlich im Voraus erhoben. Bei Abmeldung gilt eine Frist von 6 Wochen "
            "zum Quartalsende; für Geschwister gewähren wir 10 % Ermäßigung auf das zweite Kind.",
            new_x="LMARGIN",
            new_y="NEXT",
        )
        sheet.ln(2)
        for name, price in zip(names, amounts(4, 12, 110, 135 + group), strict=True):
            sheet.row((name, number(price, ".", ",", 2, "{} € / Monat")), (100, 45), right=(1,))
            items.append(Truth(name, plain(price), None, "EUR"))
    return Paper(
        "pdf",
        "gebuehren.pdf",
        "de",
        sheet.bytes(),
        items,
        "unruled prose_between several_tables no_header few_rows no_sku",
        "cell",
    )


@exam
def pdf_cs_duplicate_rows_prices_at_margin() -> Paper:
    sheet = Sheet()
    sheet.line_of("Ceník kadeřnictví platný od 1. 3. 2026", 13, True, 9)
    items = []
    for title, share in (("Dámské", 2), ("Pánské", 1)):
        sheet.line_of(title, 11, True, 7)
        for place, name in enumerate(("Střih", "Mytí a foukaná", "Barvení", "Melír", "Střih dětský do 10 let")):
            price = (190 + place * 180) * share
            sheet.row(
                (name, f"{price:,},-".replace(",", " ", 1) if price > 999 else f"{price},-"), (120, 40), right=(1,)
            )
            items.append(Truth(name, str(price), None, None))
    return Paper(
        "pdf",
        "kadernictvi.pdf",
        "cs",
        sheet.bytes(),
        items,
        "unruled no_header duplicates dash_decimals category_rows no_sku",
    )


@exam
def pdf_tr_ruled_category_cells() -> Paper:
    sheet = Sheet()
    widths = (30, 90, 20, 40)
    sheet.row(("KOD", "ÜRÜN", "BİRİM", "FİYAT (TL)"), widths, True)
    items = []
    for group, title in enumerate(("TEMİZLİK", "KAĞIT ÜRÜNLERİ", "AMBALAJ")):
        sheet.write_as(9, True)
        sheet.cell(sum(widths), 5.5, title, border=1, align="C")
        sheet.ln(5.5)
        sheet.write_as(9)
        names = mix(f"{title.title()} ürün A|{title.title()} ürün B", "1 LT|5 LT|24'lü|koli", 7, 140 + group)
        for place, (name, price) in enumerate(zip(names, amounts(7, 20, 4200, 140 + group), strict=False)):
            sheet.row((f"T{group}{place:02d}", name, "ADET", number(price, ".", ",")), widths, True, (3,))
            items.append(Truth(name, plain(price), f"T{group}{place:02d}", "TRY"))
    sheet.ln(3)
    sheet.line_of("Fiyatlarımıza KDV dahil değildir. 31.12.2026 tarihine kadar geçerlidir.", 8)
    return Paper("pdf", "fiyat.pdf", "tr", sheet.bytes(), items, "ruled category_rows merged footer", "header")


@exam
def pdf_en_descriptions_below() -> Paper:
    """A boutique's sheet: name and price on one line, the description in small print on the next."""
    sheet = Sheet()
    sheet.line_of("Spa treatments", 15, True, 10)
    items = []
    treatments = [
        ("Swedish massage", "60 min / £55", "55"),
        ("Hot stone massage", "75 min / £70", "70"),
        ("Express facial", "30 min / £35", "35"),
        ("Aromatherapy facial", "60 min / £58", "58"),
        ("Luxury manicure", "45 min / £32", "32"),
        ("Full leg wax", "40 min / £28", "28"),
    ]
    for name, text, price in treatments:
        sheet.write_as(10, True)
        sheet.row((name, text), (110, 50), right=(1,))
        sheet.line_of("A relaxing treatment with warm oils, tailored to your skin and mood.", 7)
        items.append(Truth(name, price, None, "GBP", tokens=(name,)))
    return Paper(
        "pdf",
        "spa.pdf",
        "en",
        sheet.bytes(),
        items,
        "unruled no_header descriptions duration_in_price few_rows no_sku",
        "cell",
    )

"""PDF files with several troubles at once: currency apart from the number, blocks, side notes, vertical cells."""

from __future__ import annotations

from decimal import Decimal

from bench.reading_exam_files.paper import Paper, Truth, amounts, exam, mix, number, plain
from bench.reading_exam_files.pdfs import Sheet


@exam
def pdf_en_accounting_dollar_apart() -> Paper:
    names = mix(
        "ROOM CHARGE|LAB CBC|XRAY CHEST|PHYSICAL THERAPY|ER VISIT", "PRIVATE|LEVEL 1|LEVEL 5|2 VIEW|15 MIN", 60, 200
    )
    sheet = Sheet(foot="Page {} of 2")
    widths = (30, 100, 6, 26)
    items = []
    sheet.row(("CPT Code", "Procedure Description", "", "Charge"), widths)
    for place, (name, price) in enumerate(zip(names, amounts(len(names), 14, 21000, 200), strict=True)):
        sheet.row((f"{99200 + place}", name, "$", number(price, ",")), widths, right=(3,))
        items.append(Truth(name, plain(price), None, "USD"))
    return Paper("pdf", "charges.pdf", "en", sheet.bytes(), items, "unruled currency_apart pages footer", "cell")


@exam
def pdf_ru_merged_groups_sizes() -> Paper:
    """The name stands once in a tall cell, sizes and prices of its kinds beside it."""
    sheet = Sheet()
    sheet.line_of("Цены на кованые изделия, руб.", 13, True, 9)
    items = []
    with sheet.table(col_widths=(60, 40, 40), line_height=6) as table:
        table.row(("Изделие", "Размер, мм", "Цена, руб."))
        for place, name in enumerate(("Кольцо декоративное", "Пика литая", "Балясина витая")):
            for step in range(3):
                row = table.row()
                price, size = 120 + place * 90 + step * 35, f"{100 + step * 20}х{10 + place}"
                if step == 0:
                    row.cell(name, rowspan=3)
                row.cell(size)
                row.cell(f"{price},00")
                items.append(Truth(name, str(price), None, "RUB", tokens=(name, size)))
    return Paper(
        "pdf",
        "kovka.pdf",
        "ru",
        sheet.bytes(),
        items,
        "ruled merged_down continuation_rows no_sku few_rows",
        "header",
        pick=[1, 2, 4],
    )


@exam
def pdf_en_two_column_blocks_with_headers() -> Paper:
    """Two newspaper columns, each with its own categories; the right one goes on where the left one ends."""
    sheet = Sheet()
    sheet.line_of("Seed catalogue price list - packets", 14, True, 10)
    items: list[Truth] = []
    lines: list[tuple[str, str]] = []
    for group, title in enumerate(("BEANS", "BRASSICAS", "ROOTS", "SALADS", "HERBS", "SQUASH")):
        lines.append((title, ""))
        for name, price in zip(
            mix(
                f"{title.title()} early|{title.title()} main|{title.title()} heirloom",
                "dwarf|giant|purple",
                7,
                210 + group,
            ),
            amounts(7, 1, 6, 210 + group),
            strict=False,
        ):
            lines.append((name, f"£{price}"))
            items.append(Truth(name, plain(price), None, "GBP"))
    half = len(lines) // 2
    for left, right in zip(lines[:half], lines[half:], strict=True):
        sheet.row((*left, "", *right), (62, 18, 12, 62, 18), right=(1, 4))
    return Paper("pdf", "seeds.pdf", "en", sheet.bytes(), items, "unruled two_columns category_rows no_sku", "cell")


@exam
def pdf_de_price_matrix_sizes() -> Paper:
    sheet = Sheet()
    sheet.line_of("Pizzeria Da Marco", 16, True, 10)
    widths = (12, 80, 26, 26, 26)
    sheet.row(("Nr.", "Pizza", "klein 26 cm", "mittel 30 cm", "groß 36 cm"), widths)
    items = []
    for place, name in enumerate(
        ("Margherita", "Salami", "Prosciutto e Funghi", "Quattro Stagioni", "Tonno", "Hawaii", "Diavola", "Vegetaria"),
        1,
    ):
        prices = [Decimal("6.50") + place * Decimal("0.5") + step * 2 for step in range(3)]
        sheet.row(
            (f"{place}.", name, *[number(price, "", ",", 2, "{} €") for price in prices]), widths, right=(2, 3, 4)
        )
        sheet.write_as(6.5)
        sheet.cell(12, 3.5, "")
        sheet.cell(80, 3.5, "mit Tomatensauce, Käse und Oregano (a, g, 2)", new_x="LMARGIN", new_y="NEXT")
        sheet.write_as(9)
        items.append(
            Truth(name, plain(prices[0]), None, "EUR", tuple(plain(price) for price in prices[1:]), tokens=(name,))
        )
    sheet.ln(4)
    sheet.line_of("Jede weitere Zutat 0,80 €. Alle Preise inkl. MwSt. Lieferung ab 15,00 € frei Haus.", 8)
    return Paper(
        "pdf",
        "pizza.pdf",
        "de",
        sheet.bytes(),
        items,
        "unruled sizes numbered descriptions_below footer no_sku few_rows",
        "cell",
    )


@exam
def pdf_en_letterhead_then_table() -> Paper:
    sheet = Sheet(foot="Registered in England 01234567 · VAT GB 123 4567 89 · Page {}")
    for text in (
        "Harper & Co Timber Merchants",
        "Unit 4, Dock Road, Hull HU1 2AB",
        "Tel. 01482 555 0101   sales@harper.example",
        "Our ref. HT/2026/118                14 October 2026",
    ):
        sheet.line_of(text)
    sheet.ln(5)
    sheet.multi_cell(
        0,
        5,
        "Dear customer, please find below our revised prices valid from 1 November 2026. "
        "Orders over £500.00 are delivered free of charge; below that we charge £35.00.",
        new_x="LMARGIN",
        new_y="NEXT",
    )
    sheet.ln(4)
    widths = (70, 30, 30, 30)
    sheet.row(("Section", "Length (m)", "£ per metre", "£ each"), widths, True)
    items = []
    for place, (name, price) in enumerate(
        zip(
            mix("C16 treated|C24 planed|Oak sawn", "47 x 100|47 x 150|75 x 225|22 x 150", 11, 220),
            amounts(11, 2, 19, 220),
            strict=False,
        )
    ):
        length = Decimal("4.8") if place % 2 else Decimal("3.6")
        each = (price * length).quantize(Decimal("0.01"))
        sheet.row((name, plain(length), plain(price), plain(each)), widths, True, (1, 2, 3))
        items.append(Truth(name, plain(price), None, "GBP", (plain(each),)))
    sheet.ln(5)
    sheet.line_of("Yours sincerely, T. Harper")
    return Paper(
        "pdf",
        "timber.pdf",
        "en",
        sheet.bytes(),
        items,
        "ruled letterhead prose_between footer lengths several_prices no_sku",
        "header",
    )


@exam
def pdf_fr_currency_only_in_head_no_codes_long() -> Paper:
    """Six pages without rulings, categories in capitals, names that end in numbers, prices without decimals."""
    sheet = Sheet(foot="{}")
    items = []
    for group, title in enumerate(("MAÇONNERIE", "CHARPENTE", "COUVERTURE", "PLOMBERIE", "ÉLECTRICITÉ", "PEINTURE")):
        if group:
            sheet.add_page()
        sheet.line_of("Bordereau de prix unitaires — montants en euros HT", 8)
        sheet.line_of(title, 11, True, 8)
        sheet.row(("Désignation", "Unité", "P.U."), (120, 20, 30))
        names = mix(
            f"Fourniture et pose {title.lower()} lot|Dépose {title.lower()} lot",
            "|".join(str(each) for each in range(1, 16)),
            26,
            230 + group,
        )
        for name, price in zip(names, amounts(26, 8, 4900, 230 + group, "00"), strict=False):
            sheet.row((name, "m²", f"{int(price):,}".replace(",", " ")), (120, 20, 30), right=(2,))
            items.append(Truth(name, str(int(price)), None, "EUR"))
    return Paper(
        "pdf",
        "bordereau.pdf",
        "fr",
        sheet.bytes(),
        items,
        "unruled pages numbers_at_name_end currency_in_title repeated_header category_rows no_sku",
        "title",
    )

"""PDF files with tables, ruled and unruled."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from fpdf import FPDF

from bench.reading_exam_files.paper import Paper, Truth, amounts, ean, exam, mix, number, plain

FONTS = "/usr/share/fonts/truetype/dejavu/"
Widths = Sequence[float]


class Sheet(FPDF):
    """A page of a supplier's list; ``foot`` is printed at the end of each page with its number."""

    def __init__(self, orientation: str = "P", foot: str = "") -> None:
        super().__init__(orientation=orientation, format="A4")
        self.foot = foot
        self.add_font("plain", "", FONTS + "DejaVuSans.ttf")
        self.add_font("plain", "B", FONTS + "DejaVuSans-Bold.ttf")
        self.set_auto_page_break(True, 18)
        self.add_page()
        self.write_as(9)

    def footer(self) -> None:
        if self.foot:
            self.set_y(-14)
            self.write_as(7)
            self.cell(0, 5, self.foot.format(self.page_no()), align="C")

    def write_as(self, size: float, bold: bool = False) -> None:
        self.set_font("plain", "B" if bold else "", size)

    def line_of(self, text: str, size: float = 9, bold: bool = False, height: float = 5) -> None:
        self.write_as(size, bold)
        self.cell(0, height, text, new_x="LMARGIN", new_y="NEXT")
        self.write_as(9)

    def row(
        self, cells: Sequence[str], widths: Widths, ruled: bool = False, right: Sequence[int] = (), height: float = 5.5
    ) -> None:
        if self.will_page_break(height):
            self.add_page()
            self.write_as(9)
        for index, (text, width) in enumerate(zip(cells, widths, strict=True)):
            self.cell(width, height, text, border=1 if ruled else 0, align="R" if index in right else "L")
        self.ln(height)

    def bytes(self) -> bytes:
        return bytes(self.output())


@exam
def pdf_de_ruled_many_pages() -> Paper:
    names = mix(
        "Sechskantschraube|Zylinderschraube|Gewindestange|Federring|Scheibe|Mutter",
        "|".join(f"M{size} {kind}" for size in (4, 5, 6, 8, 10, 12, 16) for kind in ("verzinkt", "A2", "A4", "8.8")),
        150,
        120,
    )
    sheet = Sheet(foot="Schrauben Maier GmbH · Tel. 07031/4455-0 · Seite {}")
    sheet.line_of("Preisliste 2026/1", 16, True, 9)
    sheet.line_of("Preise in EUR je 100 Stück, zzgl. 19 % MwSt.")
    widths = (12, 28, 90, 20, 30)
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(150, 1.5, 1450, 120), strict=False), 1):
        if place % 38 == 1:
            if place > 1:
                sheet.add_page()
            sheet.write_as(9, True)
            sheet.row(("Pos.", "Art.-Nr.", "Bezeichnung", "VPE", "Preis EUR"), widths, True)
            sheet.write_as(9)
        sku = f"{93100 + place * 4}"
        sheet.row((str(place), sku, name, "100", number(price, ".", ",")), widths, True, (4,))
        items.append(Truth(name, plain(price), sku, "EUR"))
    return Paper(
        "pdf", "preisliste.pdf", "de", sheet.bytes(), items, "ruled pages repeated_header row_numbers footer", "header"
    )


@exam
def pdf_en_menu_leaders() -> Paper:
    menu = [
        ("STARTERS", [("Soup of the day", "6.50"), ("Grilled halloumi", "8.25"), ("Prawn cocktail", "9.95")]),
        (
            "MAINS",
            [
                ("Fish and chips", "15.50"),
                ("Wild mushroom risotto", "14.00"),
                ("8oz sirloin steak", "24.95"),
                ("Vegan burger", "13.75"),
            ],
        ),
        ("DESSERTS", [("Sticky toffee pudding", "7.00"), ("Cheese board for two", "16.00")]),
    ]
    sheet = Sheet()
    sheet.line_of("The Old Mill", 18, True, 12)
    items = []
    for title, dishes in menu:
        sheet.ln(3)
        sheet.line_of(title, 12, True, 8)
        for name, price in dishes:
            dots = "." * int((150 - sheet.get_string_width(name)) / sheet.get_string_width("."))
            sheet.cell(160, 6, f"{name} {dots}")
            sheet.cell(25, 6, f"£{price}", align="R", new_x="LMARGIN", new_y="NEXT")
            items.append(Truth(name, price, None, "GBP"))
    sheet.ln(4)
    sheet.line_of("A discretionary 12.5% service charge will be added to your bill.", 7)
    return Paper(
        "pdf",
        "menu.pdf",
        "en",
        sheet.bytes(),
        items,
        "unruled dot_leaders category_rows no_sku few_rows footer",
        "cell",
    )


@exam
def pdf_fr_two_columns() -> Paper:
    names = mix("Pelle|Râteau|Sécateur|Arrosoir|Brouette|Tuyau", "manche bois|aluminium|25 m|pro|junior|10 L", 28, 121)
    prices = amounts(28, 4, 180, 121)
    sheet = Sheet()
    sheet.line_of("Tarif jardin — printemps", 14, True, 10)
    items = [Truth(name, plain(price), None, "EUR") for name, price in zip(names, prices, strict=False)]
    for left, right in zip(items[:14], items[14:], strict=True):
        cells: list[str] = []
        for each in (left, right):
            cells += [each.name, number(Decimal(each.price or 0), " ", ",", 2, "{} €")]
        sheet.row((cells[0], cells[1], "", cells[2], cells[3]), (58, 25, 14, 58, 25), right=(1, 4))
    return Paper("pdf", "tarif.pdf", "fr", sheet.bytes(), items, "unruled two_columns no_sku", "cell")


@exam
def pdf_pl_net_gross() -> Paper:
    names = mix(
        "Panel podłogowy|Listwa przypodłogowa|Podkład|Klej montażowy",
        "dąb 8 mm|biała 2,4 m|XPS 3 mm|290 ml|AC4",
        20,
        122,
    )
    sheet = Sheet()
    sheet.line_of("CENNIK DETALICZNY", 14, True, 9)
    widths = (26, 82, 14, 32, 32)
    sheet.row(("Symbol", "Nazwa", "J.m.", "Netto", "Brutto"), widths, True)
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(20, 9, 1300, 122), strict=False)):
        gross = (price * Decimal("1.23")).quantize(Decimal("0.01"))
        both = [number(each, " ", ",", 2, "{} zł") for each in (price, gross)]
        sheet.row((f"PP-{place + 31}", name, "m²", *both), widths, True, (3, 4))
        items.append(Truth(name, plain(price), f"PP-{place + 31}", "PLN", (plain(gross),)))
    return Paper("pdf", "cennik.pdf", "pl", sheet.bytes(), items, "ruled several_prices space_thousands", "cell")


@exam
def pdf_ru_unruled_categories() -> Paper:
    sheet = Sheet(foot="ООО «Стройдом»   стр. {}")
    sheet.line_of("Прайс-лист на сухие смеси. Цены в рублях", 12, True, 8)
    widths = (25, 95, 18, 30)
    items = []
    for group, title in enumerate(("Штукатурки", "Шпатлёвки", "Клеи плиточные", "Наливные полы", "Грунтовки")):
        sheet.write_as(9, True)
        sheet.row(("Код", "Наименование", "Ед.", "Цена"), widths)
        sheet.line_of(title, 10, True)
        names = mix(
            f"{title[:-1]} гипсовая|{title[:-1]} цементная|{title[:-1]} финишная",
            "5 кг|15 кг|25 кг|30 кг зимняя",
            11,
            123 + group,
        )
        for place, (name, price) in enumerate(zip(names, amounts(11, 90, 2400, 123 + group), strict=False)):
            sheet.row((f"{group + 1}0{place:03d}", name, "меш.", number(price, " ", ",")), widths, right=(3,))
            items.append(Truth(name, plain(price), f"{group + 1}0{place:03d}", "RUB"))
    return Paper(
        "pdf", "smesi.pdf", "ru", sheet.bytes(), items, "unruled category_rows repeated_header pages footer", "title"
    )


@exam
def pdf_en_wide_landscape() -> Paper:
    names = mix("Bluetooth speaker|Desk lamp|Kettle|Toaster|Fan heater", "black|white|1.7 L|2-slice|2 kW", 22, 128)
    sheet = Sheet("L")
    sheet.line_of("Importer price list 2026 - all prices FOB Ningbo, USD", 11, True, 8)
    widths = (22, 66, 34, 14, 20, 20, 26, 24, 24, 24)
    sheet.row(
        ("Item No", "Description", "EAN", "Ctn", "G.W. kg", "CBM", "HS Code", "MOQ", "USD FOB", "USD DDP"), widths, True
    )
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(22, 2.1, 48, 128), strict=False)):
        landed = (price * Decimal("1.3")).quantize(Decimal("0.01"))
        cells = (
            f"NB{place + 240}",
            name,
            ean(697000000000 + place * 3),
            "24",
            f"{place + 8}.5",
            "0.081",
            "8518220000",
            "500",
            plain(price),
            plain(landed),
        )
        sheet.row(cells, widths, True, (8, 9))
        items.append(Truth(name, plain(price), f"NB{place + 240}", "USD", (plain(landed),)))
    return Paper("pdf", "import.pdf", "en", sheet.bytes(), items, "ruled wide decoys several_prices", "header")


@exam
def pdf_it_wrapped_names() -> Paper:
    names = mix(
        "Caldaia murale a condensazione|Scaldabagno elettrico verticale|Climatizzatore monosplit inverter",
        "24 kW metano completa di kit fumi e valvola|80 litri con termostato regolabile esterno|"
        "12000 BTU classe A+++ con telecomando",
        9,
        129,
    )
    sheet = Sheet()
    items = []
    with sheet.table(col_widths=(25, 110, 30), line_height=5) as table:
        table.row(("Codice", "Descrizione", "Prezzo €"))
        for place, (name, price) in enumerate(zip(names, amounts(9, 190, 2900, 129), strict=False)):
            stated = "a richiesta" if place == 5 else number(price, ".", ",")
            table.row((f"CL{place + 11}", name, stated))
            items.append(
                Truth(name, None if place == 5 else plain(price), f"CL{place + 11}", None if place == 5 else "EUR")
            )
    return Paper("pdf", "clima.pdf", "it", sheet.bytes(), items, "ruled wrapped_names on_request", "header", pick=[5])

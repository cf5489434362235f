"""Tables of web pages called .xls, and letters that are no price list."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from bench.reading_exam_files.paper import Paper, Row, Truth, amounts, delimited, exam, mix, number, plain


def cells(values: list[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(value)}</{tag}>" for value in values) + "</tr>\n"


@exam
def html_ru_shop_export_cp1251() -> Paper:
    parts = ["<html><head><meta http-equiv='Content-Type' content='text/html; charset=windows-1251'></head><body>"]
    parts.append("<table border=1>" + cells(["Артикул", "Товар", "Цена, руб.", "Наличие"], "th"))
    items = []
    for group, title in enumerate(("Чай", "Кофе", "Сладости")):
        parts.append(f"<tr><td colspan=4><b>{title}</b></td></tr>")
        names = mix(f"{title} «Утро»|{title} «Восток»", "100 г|250 г|1 кг|подарочный", 6, 110 + group)
        for place, (name, price) in enumerate(zip(names, amounts(6, 60, 2900, 110 + group), strict=False)):
            parts.append(cells([f"{group + 3}{place:04d}", name, number(price, " ", ","), "есть"]))
            items.append(Truth(name, plain(price), f"{group + 3}{place:04d}", "RUB"))
    parts.append("</table></body></html>")
    data = "".join(parts).encode("cp1251")
    return Paper("html", "export.xls", "ru", data, items, "html_as_xls category_rows code_page", "header")


@exam
def html_en_layout_tables() -> Paper:
    names = mix("Trail shoe|Running sock|Head torch|Hydration vest", "men|women|S/M|400 lm|5 L", 14, 114)
    parts = ["<html><body><table><tr><td><a href='/'>Home</a></td><td>Cart (0)</td><td>Login</td></tr></table>"]
    parts.append("<table id='p'>" + cells(["Style", "Description", "Was", "Now"], "th"))
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(14, 9, 190, 114, "95"), strict=False)):
        was = price + 20
        parts.append(cells([f"TR{place + 60}", name, f"${was}", f"${price}"]))
        items.append(Truth(name, plain(price), f"TR{place + 60}", "USD", (plain(was),)))
    parts.append("</table><table><tr><td>Copyright 2026</td><td>Contact</td></tr></table></body></html>")
    return Paper("html", "shop.xls", "en", "".join(parts).encode(), items, "html_as_xls several_tables was_now", "cell")


@exam
def text_letter_not_a_list() -> Paper:
    text = """Dear Mr Okafor,

thank you for your enquiry of 12 March 2026, reference 4711/26. Our new price list will be sent to you in April,
once the board has agreed it. Until then last year's terms hold: 3 % discount within 14 days, minimum order 250.00 EUR.

Please call me on +49 711 2345-678 between 9:00 and 16:30 if you have any questions.

Kind regards,
Petra Lang
Sales, Lang & Sohn GmbH, Hauptstr. 12, 70173 Stuttgart
"""
    return Paper("csv", "pricelist.csv", "en", text.encode(), [], "not_a_price_list letter")


@exam
def csv_de_several_units_per_item() -> Paper:
    """One article takes three rows: the piece, the carton and the pallet have their own numbers and prices."""
    rows: list[Row] = [["Artikel", "Bezeichnung", "Einheit", "Menge", "Preis/Einheit"]]
    items = []
    for place, name in enumerate(mix("Fliesenkleber|Silikon|Spachtelmasse", "flex|grau|transparent|25 kg", 8, 115)):
        base = Decimal(6 + place * 3)
        for unit, amount, share in (("Stück", 1, "1"), ("Karton", 12, "11.4"), ("Palette", 480, "430")):
            price = (base * Decimal(share)).quantize(Decimal("0.01"))
            rows.append([f"{2200 + place}-{unit[0]}", name, unit, str(amount), number(price, ".", ",")])
            items.append(Truth(name, plain(price), f"{2200 + place}-{unit[0]}"))
    return Paper("csv", "bau.csv", "de", delimited(rows, ";"), items, "duplicates units quantity_decoy")


@exam
def csv_fr_mojibake() -> Paper:
    names = mix("Crème fraîche|Pâté de campagne|Bœuf haché|Thé glacé", "250 g|1 kg|5 % MG|pêche", 12, 116)
    prices = amounts(12, 1.1, 29, 116)
    rows: list[Row] = [["Référence", "Désignation", "Prix HT (€)"]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=False)):
        rows.append([f"EP{place + 50}", name, number(price, "", ",")])
        items.append(Truth(name, plain(price), f"EP{place + 50}", "EUR"))
    data = delimited(rows, ";").decode().encode("utf-8").decode("cp1252").encode("utf-8")
    return Paper("csv", "epicerie.csv", "fr", data, items, "mojibake", "header")


@exam
def csv_es_codes_everywhere() -> Paper:
    """Five code columns and a short and a long text: only the article's own code and the long text are right."""
    names = mix(
        "Filtro de aceite|Pastillas de freno|Correa de distribución|Bujía",
        "Seat León 1.6 TDI|Renault Clio 1.2|Opel Corsa D",
        11,
        117,
    )
    rows: list[Row] = [
        ["Fam.", "Subfam.", "Código", "Cód. barras", "Cód. proveedor", "Descripción", "Abrev.", "PVP", "Neto", "Ud."]
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, amounts(11, 4, 240, 117), strict=False)):
        net = (price * Decimal("0.7")).quantize(Decimal("0.01"))
        cells_ = [
            "012",
            f"{place % 3:03d}",
            f"RC{place * 9 + 1200}",
            f"84{place:011d}",
            "P0033",
            name,
            name[:6].upper(),
        ]
        rows.append([*cells_, number(price, ".", ","), number(net, ".", ","), "1"])
        items.append(Truth(name, plain(price), f"RC{place * 9 + 1200}", None, (plain(net),)))
    return Paper(
        "csv", "recambios.csv", "es", delimited(rows, ";", "cp1252"), items, "several_code_columns short_name_decoy"
    )

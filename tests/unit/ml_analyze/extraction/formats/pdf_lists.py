"""Price lists as PDFs, made up by chance: fonts, languages, columns and the awkward kinds of pages."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from fpdf import FPDF

LATIN = {
    "en": (("Code", "Description", "Unit", "Price EUR"), ("Ball valve", "Hose clamp", "Pipe", "Gasket set"), "pcs"),
    "de": (
        ("Art.-Nr.", "Bezeichnung", "Einheit", "Preis EUR"),
        ("Kugelhahn", "Schlauchschelle", "Rohr", "Muffe"),
        "Stk",
    ),
    "fr": (("Réf.", "Désignation", "Unité", "Prix EUR"), ("Robinet à boule", "Collier", "Tuyau", "Joint plat"), "pce"),
    "es": (("Código", "Descripción", "Unidad", "Precio EUR"), ("Válvula", "Abrazadera", "Tubo", "Junta"), "ud"),
}
FONTS = ("Helvetica", "Times", "Courier")
HEBREW = (("קוד", "תיאור", "מחיר"), ("ברז כדורי", "צינור גמיש", "אטם שטוח", "מסנן מים"))
ARABIC = (("الرمز", "الصنف", "السعر"), ("صمام كروي", "خرطوم مياه", "سخان فوري", "مروحة صغيرة"))


@dataclass
class Made:
    """What a made-up list holds: (code, name, price), in order."""

    items: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Plan:
    """One list: its words, its type and where its columns stand, in millimetres."""

    chance: random.Random
    heads: tuple[str, ...]
    names: tuple[str, ...]
    unit: str
    font: str
    size: float
    comma: bool

    def item(self, number: int) -> tuple[str, str, str]:
        name = f"{self.chance.choice(self.names)} DN{number} {self.chance.choice('ABC')}"
        return f"K-{100 + number}", name, f"{self.chance.randint(1, 900)}.{self.chance.randint(10, 99)}"

    def money(self, price: str) -> str:
        return price.replace(".", ",") if self.comma else price


def plan(seed: int) -> Plan:
    chance = random.Random(seed)
    language = chance.choice(sorted(LATIN))
    heads, names, unit = LATIN[language]
    return Plan(chance, heads, names, unit, chance.choice(FONTS), chance.choice((7.5, 9.0, 10.0)), language != "en")


def paper(made: Plan) -> FPDF:
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_font(made.font, size=made.size)
    pdf.add_page()
    return pdf


def put(pdf: FPDF, x: float, y: float, text: str, *, right: bool = False) -> None:
    pdf.text(x - pdf.get_string_width(text) if right else x, y, text)


def row(pdf: FPDF, made: Plan, y: float, item: tuple[str, str, str], xs: tuple[float, float, float, float]) -> None:
    code, name, price = item
    put(pdf, xs[0], y, code)
    put(pdf, xs[1], y, name)
    put(pdf, xs[2], y, made.unit)
    put(pdf, xs[3], y, made.money(price), right=True)


def heading(pdf: FPDF, made: Plan, y: float, xs: tuple[float, float, float, float]) -> None:
    for at, (x, text) in enumerate(zip(xs, made.heads, strict=True)):
        put(pdf, x, y, text, right=at == 3)


def plain(path: Path, seed: int, *, gap: float = 12.0, watermark: bool = False, margin: bool = False) -> Made:
    """An undrawn table; ``gap`` is the white between columns in millimetres, where their longest texts stand."""
    made, held = plan(seed), Made()
    pdf = paper(made)
    items = [made.item(number) for number in range(made.chance.randint(8, 30))]
    widest = max(pdf.get_string_width(text) for text in [made.heads[1], *(item[1] for item in items)])
    code = max(pdf.get_string_width(text) for text in [made.heads[0], *(item[0] for item in items)])
    unit = max(pdf.get_string_width(text) for text in (made.heads[2], made.unit))
    gap = max(gap, 1.6 * pdf.get_string_width(" "))
    second = 15 + code + gap
    third = second + widest + gap
    xs = (15.0, second, third, third + unit + gap + pdf.get_string_width(made.heads[3]))
    heading(pdf, made, 20, xs)
    for place, item in enumerate(items):
        row(pdf, made, 27 + 6 * place, item, xs)
        held.items.append(item)
    if watermark:
        pdf.set_font("Helvetica", size=50)
        with pdf.rotation(made.chance.choice((30, 45, 60)), 40, 120):
            pdf.text(40, 120, made.chance.choice(("CONFIDENTIAL", "DRAFT", "MUSTER", "COPY 2026")))
    if margin:
        pdf.set_font("Helvetica", size=8)
        with pdf.rotation(90, 8, 150):
            pdf.text(8, 150, "Printed by order system on 12.03.2026 - page 1")
    pdf.output(str(path))
    return held


def framed(path: Path, seed: int) -> Made:
    """A boxed header, lines between the rows and a frame around them, but no lines between their columns."""
    made, held = plan(seed), Made()
    pdf = paper(made)
    edges = (15.0, 45.0, 130.0, 150.0, 190.0)
    xs = (17.0, 47.0, 132.0, 188.0)
    count = made.chance.randint(6, 20)
    for left, right in pairwise(edges):
        pdf.rect(left, 15, right - left, 8)
    heading(pdf, made, 20, xs)
    for number in range(count):
        item = made.item(number)
        row(pdf, made, 28 + 8 * number, item, xs)
        pdf.rect(15, 23 + 8 * number, 175, 8)
        held.items.append(item)
    pdf.output(str(path))
    return held


def centred(path: Path, seed: int) -> Made:
    """Code, unit and price beside the middle of a text of three lines; nothing parts one text from the next."""
    made, held = plan(seed), Made()
    pdf = paper(made)
    xs = (15.0, 45.0, 130.0, 180.0)
    heading(pdf, made, 20, xs)
    for number in range(made.chance.randint(3, 12)):
        code, name, price = made.item(number)
        y = 30 + 15 * number
        put(pdf, xs[1], y - 5, f"{name} first")
        row(pdf, made, y, (code, "with second line", price), xs)
        put(pdf, xs[1], y + 5, "and with the last")
        held.items.append((code, f"{name} first with second line and with the last", price))
    pdf.output(str(path))
    return held


def among_prose(path: Path, seed: int) -> Made:
    """A table that goes on behind a paragraph, with the same columns and no second header."""
    made, held = plan(seed), Made()
    pdf = paper(made)
    xs = (15.0, 45.0, 130.0, 180.0)
    sentence = "All deliveries of our house are made under the terms which we have sent to you with the first order."
    heading(pdf, made, 20, xs)
    y = 27.0
    for number in range(12):
        if number == 6:
            for line in range(5):
                put(pdf, 15, y + 4 + 4 * line, sentence)
            y += 30
        item = made.item(number)
        row(pdf, made, y, item, xs)
        held.items.append(item)
        y += 6
    pdf.output(str(path))
    return held


def sideways(path: Path, seed: int) -> Made:
    """A table printed upwards on an upright page."""
    made, held = plan(seed), Made()
    pdf = paper(made)
    xs = (15.0, 45.0, 130.0, 180.0)
    with pdf.rotation(90, 100, 150):
        heading(pdf, made, 120, xs)
        for number in range(10):
            item = made.item(number)
            row(pdf, made, 127 + 6 * number, item, xs)
            held.items.append(item)
    pdf.output(str(path))
    return held


def right_to_left(path: Path, seed: int) -> Made:
    """A list in a script that runs from right to left, its letters drawn from left to right as layout programs do."""
    chance = random.Random(seed)
    heads, names = chance.choice((HEBREW, ARABIC))
    made = Made()
    texts: list[tuple[float, float, str]] = []
    for x, head in zip((545, 460, 120), heads, strict=True):
        texts.append((x, 780, head))
    for number in range(chance.randint(5, 15)):
        code, name, price = f"{10_000 + 7 * number}", chance.choice(names), f"{chance.randint(5, 900)}.50"
        y = 760 - 18 * number
        texts += [(545, y, code), (460, y, name), (120, y, price)]
        made.items.append((code, name, price))
    path.write_bytes(_pdf_of_letters(texts))
    return made


def _pdf_of_letters(texts: list[tuple[float, float, str]]) -> bytes:
    """A PDF whose letters carry their code and a width and no drawing: (right edge, baseline, text) in points."""
    shown = []
    for right, y, text in texts:
        visual = _visual(text)
        codes = "".join(f"{ord(char):04X}" for char in visual)
        shown.append(f"1 0 0 1 {right - 5 * len(visual):.2f} {y} Tm <{codes}> Tj")
    content = ("BT /F1 10 Tf\n" + "\n".join(shown) + "\nET").encode()
    ranges = "<0000> <FFFF> <0000>"
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Own def /CMapType 2 def "
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange {ranges} endbfrange "
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type0/BaseFont/Own/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 8 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Own/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/FontDescriptor 7 0 R/DW 500>>",
        b"<</Type/FontDescriptor/FontName/Own/Flags 4/FontBBox[0 -200 500 800]/ItalicAngle 0/Ascent 800/Descent -200"
        b"/CapHeight 700/StemV 80>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap),
    ]
    written = b"%PDF-1.5\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return written + tail % (len(objects) + 1, table, len(objects) + 1, len(written))


def _visual(text: str) -> str:
    """A text as it stands on paper from left to right."""
    return text if text.isascii() else text[::-1]

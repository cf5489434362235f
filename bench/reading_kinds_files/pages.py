"""Lists as PDFs: drawn tables, undrawn ones, lines, and the kinds that only pages have."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from fpdf import FPDF

from .lists import Made
from .writers import WRITERS, text_of

#: languages that the font of the pages can write
PAGES = "en de fr es it pt nl pl cs sk hu ro hr sr sl bg ru uk sv da fi tr el lt et"
_FONTS = Path("/usr/share/fonts/truetype/dejavu")
_LEFT, _TOP, _BOTTOM, _WIDTH, _LINE = 12.0, 18.0, 275.0, 186.0, 5.6


def page() -> FPDF:
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.add_font("plain", "", str(_FONTS / "DejaVuSans.ttf"))
    pdf.set_font("plain", size=8)
    pdf.add_page()
    return pdf


def _widths(pdf: FPDF, rows: list[list[str]]) -> list[float]:
    """As wide as the longest text of each column that does not stand alone in its row, spread over the page."""
    count = max(map(len, rows))
    full = [row for row in rows if sum(map(bool, row)) > 1] or rows
    wide = [max((pdf.get_string_width(row[at]) for row in full if at < len(row)), default=1) + 4 for at in range(count)]
    spare = max(0.0, _WIDTH - sum(wide)) / count
    return [width + spare for width in wide]


def write_pdf(path: Path, made: Made, seed: int, *, ruled: bool = False) -> None:
    """The first sheet that holds items, from page to page."""
    pdf = page()
    rows = [[text_of(cell, made).replace("\n", " ") for cell in row] for row in made.sheet.rows]
    money = {column for row in made.sheet.rows for column, cell in enumerate(row) if isinstance(cell, Decimal)}
    widths = _widths(pdf, rows)
    y = _TOP
    for row in rows:
        if y > _BOTTOM:
            pdf.add_page()
            y = _TOP
        _put_row(pdf, row, widths, y, right=money, ruled=ruled)
        y += _LINE
    pdf.output(str(path))


def _put_row(pdf: FPDF, row: list[str], widths: list[float], y: float, *, right: set[int], ruled: bool) -> None:
    x = _LEFT
    alone = sum(map(bool, row)) == 1
    for column, text in enumerate(row):
        width = widths[column]
        if ruled and not alone:
            pdf.rect(x, y - 4, width, _LINE)
        if text:
            pdf.text(x + width - 2 - pdf.get_string_width(text) if column in right else x + 1, y, text)
        x += width
    if ruled and alone:
        pdf.rect(_LEFT, y - 4, sum(widths[: max(len(row), 1)]), _LINE)


def write_drawn(path: Path, made: Made, seed: int) -> None:
    write_pdf(path, made, seed, ruled=True)


WRITERS["pdf"] = write_pdf
WRITERS["pdf-ruled"] = write_drawn

"""Kinds of pages by an author who had not seen the reader of pages: what browsers, office programs and presses do."""

from __future__ import annotations

import re
from dataclasses import replace

from fpdf import FPDF
from pypdfium2 import PdfDocument

from .desk import Desk, drawn

#: where a browser that prints sets the next piece of a word by itself, a hair closer
_PAIRS = re.compile(r"(?<=1)(?=1)|(?<=[AFKPRTVWY])(?=\w)|(?<=f)(?=[fil])|(?<=[rf])(?=[.,])")
_CLOSER = -0.06  # of the size of type


@drawn
def kerned_pieces(desk: Desk) -> None:
    """As browsers print: a text is set in pieces wherever two letters stand closer than usual."""
    table, y = desk.table(8, 30), desk.top
    widths = desk.widths([table.heads, *table.rows], gap=5)
    closer = _CLOSER * desk.size * 0.3528  # points to millimetres
    for texts in (table.heads, *table.rows):
        x = desk.left
        for at, (text, wide) in enumerate(zip(texts, widths, strict=True)):
            cursor = x + wide - 1.5 - desk.width(text) if at in table.right else x + 0.8
            for piece in _PAIRS.split(text):
                cursor = desk.put(cursor, y, piece) + closer
            x += wide
        y += desk.line
    desk.made.items += table.items


@drawn
def close_blanks(desk: Desk) -> None:
    """As browsers print small type: every letter by itself, with no blanks and little room where they were."""
    table, y = desk.table(8, 30), desk.top
    widths = desk.widths([table.heads, *table.rows], gap=5)
    for texts in (table.heads, *table.rows):
        x = desk.left
        for at, (text, wide) in enumerate(zip(texts, widths, strict=True)):
            cursor = x + wide - 1.5 - desk.width(text) if at in table.right else x + 0.8
            for letter in text:
                cursor = cursor + 0.075 * desk.size if letter == " " else desk.put(cursor, y, letter)
            x += wide
        y += desk.line
    desk.made.items += table.items


@drawn
def lines_below(desk: Desk) -> None:
    """Address and bank close below the last row of each page; above the first the program, the day and the page."""
    table, head = desk.table(70, 110, "code name price"), desk.chance.random() < 0.5
    widths, y = desk.widths([table.heads, *table.rows]), 0.0
    for at, texts in enumerate(table.rows):
        if y > desk.bottom - 2 * desk.line or not at:
            if at:
                desk.pdf.add_page()
            y = desk.top
            if head:
                day = "01.03.2026" if desk.made.comma else "01/03/2026"
                desk.put(desk.left, y, f"TRADE V4.2{' ' * 30}{day}   {desk.pdf.page_no()}")
                y += 2 * desk.line
            y = desk._line(table.heads, widths, y, table.right, "")
            desk.put(desk.left, desk.bottom + desk.line, "Velora GmbH · HRB 12345 · Tel 030 1234-56")
            desk.put(desk.left, desk.bottom + 2 * desk.line, "IBAN DE12 5001 0517 0648 4898 90 BIC ABCDDEFF")
        y = desk._line(texts, widths, y, table.right, "")
    desk.made.items += table.items


@drawn
def broken_by_browsers(desk: Desk) -> None:
    """Long words that a browser broke at the end of a line of their cell, with the hyphen that only it writes."""
    table, y = desk.table(8, 14, "code name price"), desk.top
    widths = [32.0, 60.0, 40.0]
    lines = desk.chance.choice(("grid", ""))
    y = desk._line(table.heads, widths, y, table.right, lines)
    for at, (texts, item) in enumerate(zip(table.rows, table.items, strict=True)):
        long = at % 2
        desk.row([texts[0], f"{texts[1]} Stahl\u2010" if long else texts[1], texts[2]], widths, y, right={2})
        if long:
            desk.put(desk.left + 32.8, y + desk.line, "rohr")
        tall = (1 + long) * desk.line
        for place, wide in enumerate(widths if lines else ()):
            desk.pdf.rect(desk.left + sum(widths[:place]), y - 0.7 * desk.line, wide, tall)
        y += tall if lines else tall + 0.8 * desk.line
        desk.made.items.append(replace(item, name=f"{item.name} Stahlrohr") if long else item)


@drawn
def shared_prices(desk: Desk) -> None:
    """A drawn table whose cell of the price belongs to several rows at once."""
    table, y = desk.table(8, 24, "code name price"), desk.top
    widths = desk.widths([table.heads, *table.rows])
    y = desk._line(table.heads, widths, y, table.right, "grid")
    start = desk.left
    while table.rows:
        some = desk.chance.randint(1, 3)
        rows, table.rows = table.rows[:some], table.rows[some:]
        items, table.items = table.items[:some], table.items[some:]
        desk.pdf.rect(start + sum(widths[:2]), y - 0.7 * desk.line, widths[2], len(rows) * desk.line)
        desk.put(start + sum(widths) - 1.5, y + (len(rows) - 1) * desk.line / 2, rows[0][2], right=True)
        for texts, item in zip(rows, items, strict=True):
            y = desk._line(texts[:2], widths[:2], y, set(), "grid")
            desk.made.items.append(replace(item, price=items[0].price))


@drawn
def scanned_leaf(desk: Desk) -> None:
    """A page that is a picture of rows, between pages of text."""
    first, last = desk.table(10, 25, "code name price"), desk.table(10, 25, "code name price")
    last.heads = first.heads
    desk.lay(first)
    desk.pdf.add_page()
    picture = PdfDocument(bytes(_one_page(desk).output()))[0].render(scale=1.5).to_pil()
    desk.pdf.image(picture, 0, 0, 210, 297)
    desk.pdf.add_page()
    desk.lay(last)
    desk.made.items.clear()  # whatever is read lacks rows: asking alone is right


def _one_page(desk: Desk) -> FPDF:
    other = Desk(desk.shop)
    other.lay(other.table(30, 40, "code name price"))
    return other.pdf

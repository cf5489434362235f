"""Kinds of pages by another author who had not seen the reader: report writers, word processors, catalogues."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from fpdf import FPDF

from .desk import Desk, Table, drawn
from .lists import plain

_NOTES = (
    "Prices do not include value added tax.",
    "Az árak az áfát nem tartalmazzák.",
    "Preços sem IVA. Portes pagos acima de 250,00 €.",
    "Alle Preise zuzüglich Fracht und Verpackung ab Werk.",
)
_UNSAID = re.compile(rb"<([0-9A-Fa-f]{4})> <(?:00[C-Fc-f]|0[1-4])[0-9A-Fa-f]{1,2}>")


class _Nameless(FPDF):
    """Its fonts name no letter outside of ASCII."""

    def output(self) -> bytes:  # type: ignore[override]
        return _UNSAID.sub(lambda found: b" " * len(found[0]), bytes(super().output()))


@drawn
def framed_thousands(desk: Desk) -> None:
    """A frame with lines between its columns and none between its rows; thousands are set apart by a blank."""
    table = desk.table(12, 30, "code name unit price")
    for at, item in enumerate(table.items):
        price = Decimal(str(item.price)) + 1000 * (at % 4) * (at % 3)
        table.items[at] = replace(item, price=plain(price))
        table.rows[at][3] = f"{price:,.2f}".replace(",", " ").replace(".", "," if desk.made.comma else ".")
    widths = desk.widths([table.heads, *table.rows])
    top = y = desk.top
    for texts in (table.heads, *table.rows):
        desk.row(texts, widths, y, right=table.right)
        y += desk.line
    desk.made.items += table.items
    x = desk.left
    for wide in (*widths, 0.0):
        desk.pdf.line(x, top - desk.line, x, y)
        x += wide
    for level in (top - desk.line, top + 0.3 * desk.line, y):  # above and below the headers, and at the foot
        desk.pdf.line(desk.left, level, desk.left + sum(widths), level)


@drawn
def upended_heads(desk: Desk) -> None:
    """Headers of narrow columns run upwards; those of the wide ones lie."""
    table = desk.table(8, 30, desk.chance.choice(("code name stock unit price", "code name stock price")))
    widths = desk.widths(table.rows, gap=6)
    desk.top += 30
    x, foot = desk.left, desk.top - desk.line
    for at, (head, wide) in enumerate(zip(table.heads, widths, strict=True)):
        if at < 2:
            desk.put(x + 0.8, foot, head)
        else:
            middle = x + (wide - 1.5 - desk.size * 0.1 if at in table.right else 3.0)
            with desk.pdf.rotation(90, middle, foot):
                desk.put(middle, foot, head)
        x += wide
    for texts in table.rows:
        desk.row(texts, widths, desk.top, right=table.right)
        desk.top += desk.line
    desk.made.items += table.items


@drawn
def note_below(desk: Desk) -> None:
    """A sentence stands closer below the last row than rows stand to each other."""
    table = desk.table(8, 25, desk.chance.choice(("name unit price", "name price", "code name price")))
    desk.line = max(desk.line, desk.size * 0.7)
    y = desk.lay(table, heads="first")
    desk.put(desk.left + 0.8, y - 0.35 * desk.line, desk.chance.choice(_NOTES))


@drawn
def unnamed_letters(desk: Desk) -> None:
    """A font that does not say which letters its glyphs are, but for those of ASCII."""
    paper = _Nameless()
    paper.set_compression(False)
    paper.add_page()
    paper.add_font("plain", "", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    desk.set_paper(paper)
    desk.face = "plain"
    table = desk.table(8, 30, "code name price")
    for at, item in enumerate(table.items):
        name = f"{item.name} Größe {at + 1}é"
        table.items[at], table.rows[at][1] = replace(item, name=name), name
    desk.lay(table)


@drawn
def blocks_of_a_catalogue(desk: Desk) -> None:
    """Two columns of blocks: name, a line about it, its code, and the price set at the right."""
    table, beside = desk.table(16, 36, "code name price"), 90.0
    for at, (item, (code, name, _)) in enumerate(zip(table.items, table.rows, strict=True)):
        if at % 12 == 0 and at:
            desk.pdf.add_page()
        x, y = desk.left + beside * (at % 2), desk.top + 8 + 38 * (at % 12 // 2)
        lines = (name[:40], f"{desk.words['piece']}, DIN EN {700 + at}", f"{table.heads[0]} {code}")
        for step, text in enumerate(lines):
            desk.put(x, y + 4.2 * step, text)
        desk.put(x + beside - 8, y + 14, desk.tag(Decimal(str(item.price))), right=True)
    desk.made.items += table.items


@drawn
def clauses_behind(desk: Desk) -> None:
    """Conditions on a page of their own, counted, two of them with the charges for freight."""
    table = desk.table(8, 30, "code name price")
    desk.lay(table)
    desk.pdf.add_page()
    charge = desk.tag(Decimal("8.90")), desk.tag(Decimal("24.50"))
    for at, text in enumerate(
        (desk.chance.choice(_NOTES), f"DHL 5 kg: {charge[0]}", f"DHL 31 kg: {charge[1]}", "30 d: 2 %"), 1
    ):
        desk.put(desk.left, desk.top + at * desk.line, f"{at}. {text}")


@drawn
def spaced_heads(desk: Desk) -> None:
    """Headers in capitals with room between their letters."""
    table = desk.table(8, 30, "code name price")
    widths = desk.widths([[" ".join(head) for head in table.heads], *table.rows], gap=6)
    _spaced(desk, table, widths)
    for texts in table.rows:
        desk.top += desk.line
        desk.row(texts, widths, desk.top, right=table.right)
    desk.made.items += table.items


def _spaced(desk: Desk, table: Table, widths: list[float]) -> None:
    room = 0.1 * desk.size
    for at, (head, wide) in enumerate(zip(table.heads, widths, strict=True)):
        text = head.upper()
        x = (
            desk.left
            + sum(widths[:at])
            + (wide - 1.5 - desk.width(text) - room * len(text) if at in table.right else 0.8)
        )
        for letter in text:
            x = desk.put(x, desk.top, letter) + room


@drawn
def woven_heads(desk: Desk) -> None:
    """Headers of one to three lines, each at the middle of its row and at the left of its numbers."""
    table = desk.table(8, 30, "code name stock price")
    heads = [[head] for head in table.heads[:2]] + [[table.heads[2], "(x)"], [table.heads[3].split()[0], "/", "x"]]
    widths = desk.widths([["".join(head) for head in heads], *table.rows], gap=8)
    high = desk.size * 0.4
    desk.top += 3 * high
    x = desk.left
    for head, wide in zip(heads, widths, strict=True):
        for at, text in enumerate(head):
            desk.put(x + 0.8, desk.top + high * (at - (len(head) - 1) / 2), text)
        x += wide
    desk.top += max(desk.line, 2.5 * high)
    for texts in table.rows:
        desk.row(texts, widths, desk.top, right=table.right)
        desk.top += desk.line
    desk.made.items += table.items

"""Small price lists of our own making, one writer a format, and the items that are read from them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from fpdf import FPDF
from openpyxl import Workbook

from handoff.api import Hints
from ml_analyze.extraction import read_price_list

Rows = Sequence[Sequence[Any]]


def write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def write_csv(path: Path, rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def write_xlsx(path: Path, sheets: dict[str, Rows], merges: Iterable[str] = ()) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for span in merges:
            sheet.merge_cells(span)
    book.save(path)
    return path


class Page:
    """A PDF made of texts at places in millimetres, without any line drawn."""

    def __init__(self) -> None:
        self.pdf = FPDF(format="A4")
        self.pdf.set_auto_page_break(False)
        self.pdf.set_font("Helvetica", size=9)
        self.pdf.add_page()

    def put(self, x: float, y: float, text: str, *, right: bool = False) -> None:
        self.pdf.text(x - self.pdf.get_string_width(text) if right else x, y, text)

    def turn(self) -> None:
        self.pdf.add_page()

    def save(self, path: Path) -> Path:
        self.pdf.output(str(path))
        return path


def write_pdf(path: Path, rows: Rows) -> Path:
    """A table with lines around its cells."""
    pdf = FPDF()
    pdf.set_font("helvetica", size=9)
    pdf.add_page()
    with pdf.table() as table:
        for row in rows:
            table.row([str(cell) for cell in row])
    pdf.output(str(path))
    return path


def items_of(path: Path, hints: Hints | None = None) -> list[dict[str, Any]]:
    return [line for line in read_price_list(path, hints=hints or Hints()).lines if line["kind"] == "item"]


def names_and_prices(path: Path, hints: Hints | None = None) -> list[tuple[str, str | None]]:
    return [(item["name"], item.get("price")) for item in items_of(path, hints)]

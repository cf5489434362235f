"""PDF with text → grid: drawn tables by their lines, others by their gaps; tables go on over page breaks."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2

from ml_analyze.extraction.grid import Grid, Row, Sheet, Span
from ml_analyze.extraction.limits import Limits, Unreadable
from ml_analyze.extraction.understanding.header import said_roles
from ml_analyze.extraction.understanding.profile import number_of

from .columns import alike_columns, regions, without_leaders
from .direction import runs_rtl
from .letters import page_text
from .ruled import ruled_tables
from .rulings import Rulings, page_rulings
from .text import TextLine, text_lines

_PAGE_NUMBER = re.compile(
    r"(?:page|seite|pagina|página|стр\.?|страница|s\.|p\.)?\s*+(?:[-–]\s*+)?\d{1,4}\s*+(?:[-–]\s*+)?(?:(?:/|of|von|de|из|z)\s*+\d{1,4})?",
    re.IGNORECASE,
)
_BORDER_TOLERANCE = 6.0


@dataclass
class _Piece:
    """A table or a stretch of text of one page, ready to be joined with the next."""

    page: int
    top: float
    columns: list[tuple[float, float]]
    rows: list[Row]
    ruled: bool
    merges: list[Span] = field(default_factory=list)


def read_pdf(path: Path, limits: Limits) -> Grid:
    """One sheet for each table, however many pages it spans. Raises Unreadable for images, passwords and damage."""
    try:
        document = pypdfium2.PdfDocument(str(path))
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise Unreadable("ENCRYPTED", "The PDF is protected by a password. Ask for it without one.") from error
        raise Unreadable("CORRUPT_FILE", "The PDF is damaged and cannot be opened. Ask for it again.") from error
    try:
        return _read(document, path.stem, limits)
    finally:
        document.close()


def _read(document: Any, name: str, limits: Limits) -> Grid:
    if len(document) > limits.pages:
        raise Unreadable("TOO_LARGE", f"The PDF has {len(document)} pages, more than the {limits.pages} that are read.")
    letters = 0
    titles: list[str] = []
    loose: list[list[TextLine]] = []
    drawn: list[list[_Piece]] = []
    for number in range(len(document)):
        pieces, lines, count = _page(document, number, limits)
        letters += count
        drawn.append(pieces)
        loose.append(lines)
        if number < 3:
            titles += [line.text for line in lines[:40]]
    if letters < 8 * max(1, len(document) // 4):
        raise Unreadable(
            "IMAGE_ONLY_PDF",
            "The PDF holds pictures of pages but no text. Ask for a PDF with text, or for Excel or CSV.",
        )
    furniture = _furniture(loose)
    sheets: list[_Joined] = []
    for number, (pieces, lines) in enumerate(zip(drawn, loose, strict=True), 1):
        kept = [line for line in lines if number == furniture.get(_key(line), number)]
        kept = [line for line in kept if not _PAGE_NUMBER.fullmatch(line.text)]
        for piece in sorted([*pieces, *_unruled(kept, pieces, number)], key=lambda piece: piece.top):
            _join(sheets, piece)
    return Grid(
        "pdf",
        [joined.sheet(f"{name} {index}" if index else name) for index, joined in enumerate(sheets)],
        titles=titles,
    )


def _page(document: Any, number: int, limits: Limits) -> tuple[list[_Piece], list[TextLine], int]:
    """Drawn tables of a page, its other lines, and how many characters it has."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return [], [], 0
    try:
        text = page_text(page, limits.page_chars)
        words = without_leaders(text.words)
        rulings = page_rulings(page, text.turn, limits.page_objects) if words else Rulings([], [], [])
        tables = ruled_tables(rulings, [*words, *text.upended])
    finally:
        page.close()
    held: set[int] = set()
    pieces = []
    for table in tables:
        held |= table.held
        borders = list(zip(table.columns, table.columns[1:], strict=False))
        pieces.append(_Piece(number + 1, table.top, borders, table.rows, True, table.merges))
    lines = text_lines([word for index, word in enumerate(words) if index not in held])
    return pieces, lines, sum(len(word.text) for word in words)


def _key(line: TextLine) -> tuple[str, int]:
    return re.sub(r"\d+", "0", line.text), round(line.top / 4)


def _furniture(pages: list[list[TextLine]]) -> dict[tuple[str, int], int]:
    """Lines that stand at the same place of most pages, letterheads and running titles: each with its first page.

    They are kept where they stand first. What names columns is no furniture, nor what has a price.
    """
    seen: Counter[tuple[str, int]] = Counter()
    first: dict[tuple[str, int], int] = {}
    for number, lines in enumerate(pages, 1):
        for key, text in {_key(line): line.text for line in lines}.items():
            seen[key] += 1
            if seen[key] == 1 and not re.search(r"\d[.,]\d\d\b", text) and len(said_roles(text.split())[0]) < 2:
                first[key] = number
    most = max(2, 0.6 * len(pages))
    return {key: number for key, number in first.items() if seen[key] >= most}


def _unruled(lines: list[TextLine], drawn: list[_Piece], number: int) -> list[_Piece]:
    """The lines between drawn tables, each stretch with columns of its own."""
    stretches: list[list[TextLine]] = [[]]
    borders = sorted(piece.top for piece in drawn)
    at = 0
    for line in lines:
        while at < len(borders) and line.top > borders[at]:
            stretches.append([])
            at += 1
        stretches[-1].append(line)
    return [
        _Piece(number, region.lines[0].top, region.columns, region.rows, False)
        for stretch in stretches
        if stretch
        for region in regions(stretch)
    ]


@dataclass
class _Joined:
    columns: list[tuple[float, float]]
    ruled: bool
    rows: list[Row] = field(default_factory=list)
    merges: list[Span] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    counted: dict[int, int] = field(default_factory=dict)

    def add(self, piece: _Piece) -> None:
        offset = len(self.rows)
        for row in piece.rows:
            self.counted[piece.page] = self.counted.get(piece.page, 0) + 1
            self.places.append((piece.page, self.counted[piece.page]))
            self.rows.append(row)
        self.merges += [(top + offset, left, bottom + offset, right) for top, left, bottom, right in piece.merges]

    def sheet(self, name: str) -> Sheet:
        rows, merges = self.rows, self.merges
        if runs_rtl("".join(str(cell) for row in rows for cell in row if cell)):
            # the first column is the one that is read first
            last = max(map(len, rows)) - 1
            rows = [[*row, *[None] * (last + 1 - len(row))][::-1] for row in rows]
            merges = [(top, last - right, bottom, last - left) for top, left, bottom, right in merges]
        return Sheet(name, rows, merges=merges, places=self.places, rows_total=len(rows))


def _join(sheets: list[_Joined], piece: _Piece) -> None:
    """Put a piece where it goes on: behind the last table with the same columns, or as a table of its own."""
    last = sheets[-1] if sheets else None
    if last is not None and _goes_on(last, piece):
        last.add(piece)
        return
    if last is not None and not piece.ruled and len(piece.columns) < 2:
        wide: Row = [None] * len(last.columns)
        for row in piece.rows:
            text = " ".join(str(cell) for cell in row if cell)
            last.add(_Piece(piece.page, piece.top, last.columns, [[text, *wide[1:]]], False))
        return
    made = _Joined(piece.columns, piece.ruled)
    made.add(piece)
    sheets.append(made)


def _goes_on(last: _Joined, piece: _Piece) -> bool:
    if last.ruled != piece.ruled or len(last.columns) != len(piece.columns):
        return False
    if piece.ruled:
        return all(
            abs(a[0] - b[0]) < _BORDER_TOLERANCE and abs(a[1] - b[1]) < _BORDER_TOLERANCE
            for a, b in zip(last.columns, piece.columns, strict=True)
        )
    kinds = _kinds(piece.rows)
    return alike_columns(last.columns, piece.columns) or ("n" in kinds and "t" in kinds and kinds == _kinds(last.rows))


def _kinds(rows: list[Row]) -> str:
    """One letter a column: numbers, text, or neither for the most part."""
    width = max(map(len, rows), default=0)
    full = [row for row in rows if sum(bool(cell) for cell in row) >= 2]
    kinds = []
    for at in range(width):
        cells = [cell for row in full if at < len(row) and (cell := row[at])]
        numbers = sum(number_of(cell) is not None for cell in cells)
        kinds.append(
            "-" if not cells else "n" if numbers > 0.7 * len(cells) else "t" if numbers < 0.3 * len(cells) else "m"
        )
    return "".join(kinds)

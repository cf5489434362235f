"""PDF with text → grid: drawn tables by their lines, others by their gaps; tables go on over page breaks."""

from __future__ import annotations

import re
from collections import Counter
from itertools import takewhile
from pathlib import Path
from typing import Any

import pypdfium2

from handoff.doubts import Doubt, DoubtCode
from ml_analyze.extraction.grid import Grid, Sheet
from ml_analyze.extraction.limits import Limits, Unreadable
from ml_analyze.extraction.understanding.header import said_roles

from .columns import regions
from .join import Joined, Piece, join
from .letters import page_text
from .ruled import ruled_tables
from .rulings import Rulings, page_rulings
from .scans import is_scan
from .segments import without_leaders
from .struck import without_struck
from .text import TextLine, text_lines
from .upended import laid_down
from .woven import unwoven

_PAGE_NUMBER = re.compile(
    r"(?:page|seite|pagina|página|стр\.?|страница|s\.|p\.)?\s*+(?:[-–]\s*+)?\d{1,4}\s*+(?:[-–]\s*+)?(?:(?:/|of|von|de|из|z)\s*+\d{1,4})?",
    re.IGNORECASE,
)

_FEW_LETTERS = 30
_SCANNED = 0.3  # that nothing is lacking
_LOOKED_AT = 40  # pages that are drawn to see whether they are pictures of text
_PRICED = re.compile(r"\d[.,]\d\d(?!\.?\d)")  # and no date


def read_pdf(path: Path, limits: Limits) -> Grid:
    """One sheet for each table, however many pages it spans. Raises Unreadable for images, passwords and damage."""
    try:  # opened by us: a file without a name (unpacked, or out of an archive) has no path that could be resolved
        document = pypdfium2.PdfDocument(path.open("rb"), autoclose=True)
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
    counts: list[int] = []
    titles: list[str] = []
    loose: list[list[TextLine]] = []
    drawn: list[list[Piece]] = []
    for number in range(len(document)):
        pieces, lines, count = _page(document, number, limits)
        counts.append(count)
        drawn.append(pieces)
        loose.append(lines)
        if number < 3:
            titles += [line.text for line in lines[:40]]
    if sum(counts) < 8 * max(1, len(document) // 4):
        raise Unreadable(
            "IMAGE_ONLY_PDF",
            "The PDF holds pictures of pages but no text. Ask for a PDF with text, or for Excel or CSV.",
        )
    furniture, feet = _furniture(loose), _feet(loose)
    low = _low(loose, furniture)
    sheets: list[Joined] = []
    counted: Counter[int] = Counter()
    prose = Joined([], False, counted=counted)
    for number, (pieces, lines) in enumerate(zip(drawn, loose, strict=True), 1):
        kept = [line for line in lines if number == furniture.get(_key(line), number)]
        kept = [line for line in kept if not _PAGE_NUMBER.fullmatch(line.text) and _place(line) not in feet]
        below = [line for line in kept if _key(line) in low]
        kept = [line for line in kept if _key(line) not in low]
        for piece in sorted([*pieces, *_unruled(kept, pieces, number)], key=lambda piece: piece.top):
            if piece.prose:
                prose.add(piece)
            else:
                join(sheets, piece, counted)
        if below:
            prose.add(Piece(number, below[0].top, [], [[line.text] for line in below], False, prose=True))
    doubts = _pictured(document, [number for number, count in enumerate(counts, 1) if count < _FEW_LETTERS])
    named = [joined.sheet(f"{name} {index}" if index else name) for index, joined in enumerate(sheets)]
    doubts += _strewn(named)
    return Grid("pdf", [*named, prose.sheet(f"{name} text")] if prose.rows else named, titles=titles, doubts=doubts)


def _strewn(sheets: list[Sheet]) -> list[Doubt]:
    """A doubt of the whole document where tables with most of its rows are doubtful, whichever of them is the list."""
    doubtful = [sheet for sheet in sheets if sheet.doubts]
    most = 2 * sum(len(sheet.rows) for sheet in doubtful) >= sum(len(sheet.rows) for sheet in sheets)
    if len(sheets) < 2 or not doubtful or not most:
        return []
    said = doubtful[0].doubts
    for sheet in doubtful:
        sheet.doubts = []  # once is enough
    return said


def _pictured(document: Any, bare: list[int]) -> list[Doubt]:
    """A doubt for the first page that is a picture of text among pages that have letters."""
    for number in bare[:_LOOKED_AT]:
        try:
            page = document[number - 1]
        except pypdfium2.PdfiumError:
            continue
        try:
            if is_scan(page):
                return [Doubt(what=DoubtCode.TABLE_LEFT_OUT, where=f"page {number}", probability=_SCANNED)]
        finally:
            page.close()
    return []


def _page(document: Any, number: int, limits: Limits) -> tuple[list[Piece], list[TextLine], int]:
    """Drawn tables of a page, its other lines, and how many characters it has."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return [], [], 0
    try:
        text = page_text(page, limits.page_chars)
        words = without_leaders(text.words)
        rulings = page_rulings(page, text.turn, limits.page_objects) if words else Rulings([], [], [])
        words = without_struck(words, rulings.strokes)
        tables = ruled_tables(rulings, [*words, *text.upended])
    finally:
        page.close()
    held: set[int] = set()
    pieces = []
    for table in tables:
        held |= table.held
        borders = list(zip(table.columns, table.columns[1:], strict=False))
        pieces.append(Piece(number + 1, table.top, borders, table.rows, True, merges=table.merges))
    loose = [word for index, word in enumerate(words) if index not in held]
    if text.upended:
        loose += laid_down([word for at, word in enumerate(text.upended, len(words)) if at not in held], loose)
    lines = unwoven(text_lines(loose))
    return pieces, lines, sum(len(word.text) for word in words)


def _key(line: TextLine) -> tuple[str, int]:
    return re.sub(r"\d+", "0", line.text), round(line.top / 4)


def _place(line: TextLine) -> tuple[str, int]:
    return line.text, round(line.top / 4)


def _feet(pages: list[list[TextLine]]) -> set[tuple[str, int]]:
    """Lines with amounts at the foot of most pages, letter by letter the same: conditions, and no items."""
    seen = Counter(place for lines in pages for place in set(map(_place, lines)))
    alike = Counter(key for lines in pages for key in set(map(_key, lines)))
    most = max(2, 0.6 * len(pages))
    feet: set[tuple[str, int]] = set()
    for lines in pages:
        run = list(takewhile(lambda line: alike[_key(line)] >= most, reversed(lines)))
        if 2 * len(run) < len(lines):  # else the whole page is there twice
            feet |= {place for line in run if seen[place := _place(line)] >= most and _PRICED.search(line.text)}
    return feet


def _furniture(pages: list[list[TextLine]]) -> dict[tuple[str, int], int]:
    """Lines that stand at the same place of most pages, letterheads and running titles: each with its first page.

    They are kept where they stand first. What names columns is no furniture, nor what has a price.
    """
    seen: Counter[tuple[str, int]] = Counter()
    first: dict[tuple[str, int], int] = {}
    for number, lines in enumerate(pages, 1):
        often = Counter(_key(line)[0] for line in lines)  # rows that only their numbers tell apart are none either
        for key, text in {_key(line): line.text for line in lines if often[_key(line)[0]] == 1}.items():
            seen[key] += 1
            if seen[key] == 1 and not _PRICED.search(text) and len(said_roles(text.split())[0]) < 2:
                first[key] = number
    most = max(2, 0.6 * len(pages))
    return {key: number for key, number in first.items() if seen[key] >= most}


def _low(pages: list[list[TextLine]], furniture: dict[tuple[str, int], int]) -> set[tuple[str, int]]:
    """The furniture below all else of its page: it is no last line of the row above it."""
    low: set[tuple[str, int]] = set()
    for lines in pages:
        foot = takewhile(lambda line: _key(line) in furniture or _PAGE_NUMBER.fullmatch(line.text), reversed(lines))
        low |= {_key(line) for line in foot}
    return low


def _unruled(lines: list[TextLine], drawn: list[Piece], number: int) -> list[Piece]:
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
        Piece(
            number,
            region.lines[0].top,
            region.columns,
            region.rows,
            False,
            region.prose,
            overlapping=[line.text for line in region.lines if line.overlaps],
        )
        for stretch in stretches
        if stretch
        for region in regions(stretch)
    ]

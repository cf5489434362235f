"""Pieces of pages → sheets: a table goes on over page breaks and behind prose."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from handoff.doubts import Doubt, DoubtCode
from ml_analyze.extraction.grid import Row, Sheet, Span
from ml_analyze.extraction.understanding.currency import CODES
from ml_analyze.extraction.understanding.profile import number_of

from .columns import alike_columns
from .direction import runs_rtl

_BORDER_TOLERANCE = 6.0
_GLUED = re.compile(r"\d[\d.,']*[.,]\d\d(?: +\d[\d.,']*[.,]\d\d)+")
_UNREAD = re.compile(r"\w\ufffd|\ufffd\w")
_GLUED_SHARE = 0.1
# codes of currencies: DNP200 is one of an article, and PCS, DIN or MMX are none
_SIGN = rf"(?:[€£$₽₴₹₺]|zł|Kč|{'|'.join(sorted(CODES))}|kr|Ft|lei|TL|грн|руб)"
_PRICED = re.compile(rf"(?<!\w){_SIGN} ?\d[\d., ]{{0,15}}+|\d[\d., ]{{0,15}}+{_SIGN}\.?(?!\w)")
_TEXT, _LEAST, _CARDS_SHARE = 3, 2, 0.2


@dataclass
class Piece:
    """A table or a stretch of text of one page, ready to be joined with the next."""

    page: int
    top: float
    columns: list[tuple[float, float]]
    rows: list[Row]
    ruled: bool
    prose: bool = False
    merges: list[Span] = field(default_factory=list)
    overlapping: list[str] = field(default_factory=list)


@dataclass
class Joined:
    columns: list[tuple[float, float]]
    ruled: bool
    rows: list[Row] = field(default_factory=list)
    merges: list[Span] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    counted: Counter[int] = field(default_factory=Counter)
    overlapping: list[str] = field(default_factory=list)

    def add(self, piece: Piece) -> None:
        offset = len(self.rows)
        self.overlapping += piece.overlapping
        for row in piece.rows:
            self.counted[piece.page] += 1
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
        doubts = _doubts(name, rows, self.overlapping)
        return Sheet(name, rows, merges=merges, places=self.places, rows_total=len(rows), doubts=doubts)


def _doubts(name: str, rows: list[Row], overlapping: list[str]) -> list[Doubt]:
    """Two amounts in one cell of several rows: columns may have run together. Texts beside rows that lack them.

    Texts printed over each other; amounts within texts or in the column of names, as cards of products have them.
    """
    full = [row for row in rows if sum(bool(cell) for cell in row) >= 2]
    glued = [cell for row in full for cell in row if isinstance(cell, str) and _GLUED.fullmatch(cell)]
    beside = _beside(rows, full)
    least = max(2, _GLUED_SHARE * len(full))
    found = (_unread(rows), glued, overlapping, _priced_texts(full), _cards(rows), _bare(rows), _led(rows))
    suspect = next((texts for texts in found if len(texts) >= least), beside) or found[0]
    if not suspect:
        return []
    sure = max(0.1, 1 - len(suspect) / max(1, len(full)))
    return [Doubt(what=DoubtCode.PAGE_LAYOUT, where=name, choice=suspect[0][:60], probability=round(sure, 2))]


def _unread(rows: list[Row]) -> list[str]:
    """Words with letters that their font does not name, among others that it does."""
    return [cell for row in rows for cell in row if isinstance(cell, str) and _UNREAD.search(cell)]


def _priced_texts(full: list[Row]) -> list[str]:
    """Texts of several words with an amount and its currency among them."""
    cells = [cell for row in full for cell in row if isinstance(cell, str) and len(cell.split()) > _TEXT]
    return [cell for cell in cells if _PRICED.search(cell) and number_of(cell) is None]


def _cards(rows: list[Row]) -> list[str]:
    """Amounts with their currency from a column that holds as many different texts."""
    found: list[str] = []
    for at in range(max(map(len, rows), default=0) if any(sum(map(bool, row)) > 1 for row in rows) else 0):
        cells = [str(cell) for row in rows if at < len(row) and (cell := row[at])]
        amounts = [cell for cell in cells if _PRICED.fullmatch(cell)]
        texts = {cell for cell in cells if number_of(cell) is None and not any(map(str.isdigit, cell[:1]))}
        if min(len(amounts), len(texts - set(amounts))) >= max(_LEAST, _CARDS_SHARE * len(cells)):
            found += amounts
    return found


def _bare(rows: list[Row]) -> list[str]:
    """Amounts with their currency side by side in rows that hold nothing else: the prices of blocks."""
    bare = [[str(cell) for cell in row if cell] for row in rows]
    return [row[0] for row in bare if len(row) > 1 and all(map(_PRICED.fullmatch, row))]


def _beside(rows: list[Row], full: list[Row]) -> list[str]:
    """Lone texts of a column that as many rows with amounts lack: lines of cells that were not put together."""
    lone = [(at, str(row[at])) for row in rows if sum(map(bool, row)) == 1 for at in range(len(row)) if row[at]]
    if not lone or len(full) < 2:
        return []
    home, _ = Counter(at for at, _ in lone).most_common(1)[0]
    texts = [text for at, text in lone if at == home]
    lacking = [row for row in full if home < len(row) and not row[home] and any(map(number_of, row))]
    few = len(lacking) < max(2, _GLUED_SHARE * len(full))
    return [] if few or len(texts) < len(lacking) else texts[: len(lacking)]


def _led(rows: list[Row]) -> list[str]:
    """Lone texts above rows that go on with a small letter, where other rows begin with a great one: cut names."""
    led: list[str] = []
    great = small = 0
    for above, row in pairwise(rows):
        lone = [(at, cell) for at, cell in enumerate(above) if cell]
        texts = [(at, cell) for at, cell in enumerate(row) if isinstance(cell, str) and cell[:1].isalpha()]
        if sum(map(bool, row)) < 2 or not texts:
            continue
        at, text = max(texts, key=lambda cell: len(cell[1]))
        if len(lone) == 1 and lone[0][0] == at and text[0].islower():
            led.append(str(lone[0][1]))
        great, small = great + text[0].isupper(), small + text[0].islower()
    return led if great > small else []


def join(sheets: list[Joined], piece: Piece, counted: Counter[int]) -> None:
    """Put a piece where it goes on: behind the last table with the same columns, or as a table of its own.

    ``counted``: the rows of each page so far, whichever table they belong to.
    """
    last = sheets[-1] if sheets else None
    if last is not None and _goes_on(last, piece):
        last.add(piece)
        return
    if last is not None and not piece.ruled and len(piece.columns) < 2:
        wide: Row = [None] * len(last.columns)
        for row in piece.rows:
            text = " ".join(str(cell) for cell in row if cell)
            last.add(Piece(piece.page, piece.top, last.columns, [[text, *wide[1:]]], False))
        return
    made = Joined(piece.columns, piece.ruled, counted=counted)
    made.add(piece)
    sheets.append(made)


def _goes_on(last: Joined, piece: Piece) -> bool:
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

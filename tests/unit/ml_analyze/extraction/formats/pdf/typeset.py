"""Words, lines and parts of a page, as if set in letters that are all five points wide and ten high."""

from __future__ import annotations

from ml_analyze.extraction.formats.pdf.lines import Part
from ml_analyze.extraction.formats.pdf.segments import segments
from ml_analyze.extraction.formats.pdf.text import TextLine, Word

WIDE, HIGH, BLANK = 5.0, 10.0, 3.0


def word(left: float, text: str, top: float = 0.0, *, high: float = HIGH) -> Word:
    starts = [left + WIDE * at for at in range(len(text))]
    return Word(left, left + WIDE * len(text), top, top + high, text, starts)


def words(left: float, text: str, top: float = 0.0) -> list[Word]:
    """A text's words, a blank between each two."""
    made: list[Word] = []
    for each in text.split():
        made.append(word(left, each, top))
        left = made[-1].right + BLANK
    return made


def line(top: float, *cells: tuple[float, str]) -> TextLine:
    """A line of cells, each given as its left edge and its text."""
    return TextLine([each for left, text in cells for each in words(left, text, top)], top, top + HIGH)


def part(top: float, *cells: tuple[float, str]) -> Part:
    made = line(top, *cells)
    return made, segments(made)


def texts_of(block: list[Part]) -> list[list[str]]:
    """The texts of each line's cells."""
    return [[" ".join(word.text for word in each.words) for each in found] for _, found in block]

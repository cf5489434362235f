"""Words of a PDF page and the lines that they stand in, in points from the page's top left corner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .direction import in_reading_order

_SOFT = "\u00ad"  # parts a word at the end of a line; some fonts call every hyphen so
_HYPHEN = "\u2010"  # what browsers put there
_WRAPPED = re.compile(rf"(?<=[^\W\d_])[{_SOFT}{_HYPHEN}] (?=[^\W\d_])")
_OVER = 0.3  # of the line's height
_TOUCHING = 3.0  # points between a border and the letter that begins behind it


@dataclass(slots=True)
class Word:
    """A run of letters without a gap; ``starts`` are its letters' left edges, empty where the word is no plain run."""

    left: float
    right: float
    top: float
    bottom: float
    text: str
    starts: Sequence[float] = ()

    @property
    def size(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2

    def cut(self, at: float) -> tuple[Word, Word] | None:
        """The word in two, before the letter that begins next behind ``at``, or else nearest to it; None for no letter.

        A text begins behind its border; one that is too long for its cell ends behind it too.
        """
        if len(self.starts) != len(self.text) or not self.left < at < self.right:
            return None
        behind = (index for index in range(1, len(self.starts)) if 0 <= self.starts[index] - at < _TOUCHING)
        nearest = min(range(1, len(self.starts)), key=lambda index: abs(self.starts[index] - at), default=0)
        place = next(behind, nearest)
        if not place:
            return None
        border = self.starts[place]
        return (
            Word(self.left, border, self.top, self.bottom, self.text[:place], self.starts[:place]),
            Word(border, self.right, self.top, self.bottom, self.text[place:], self.starts[place:]),
        )


@dataclass(slots=True)
class TextLine:
    """Words of one line from left to right."""

    words: list[Word]
    top: float
    bottom: float

    @property
    def text(self) -> str:
        return joined(self.words)

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return max(word.right for word in self.words)

    @property
    def size(self) -> float:
        return self.bottom - self.top

    @property
    def overlaps(self) -> bool:
        """Whether a word begins within the one before it: a text too long for its cell, cut only on paper."""
        return any(after.left < before.right - _OVER * self.size for before, after in pairwise(self.words))


def joined(words: Iterable[Word]) -> str:
    """Words from left to right as a text in reading order."""
    texts = [word.text for word in words]
    text = " ".join(texts)
    if _SOFT in text or _HYPHEN in text:
        text = unhyphenated(text)
        texts = text.split(" ")
    return text if text.isascii() else " ".join(in_reading_order(texts))


def unhyphenated(text: str) -> str:
    """A text of several lines with the words whole that were broken at their ends."""
    return _WRAPPED.sub("", text).replace(_SOFT, "-")


def text_lines(words: list[Word]) -> list[TextLine]:
    """Words into lines, from top to bottom: a word belongs to the line whose middle it covers."""
    lines: list[TextLine] = []
    for word in sorted(words, key=lambda word: (word.top + word.bottom, word.left)):
        home = None
        top, bottom = word.top, word.bottom
        size = bottom - top
        for at in range(len(lines) - 1, max(len(lines) - 5, -1), -1):
            line = lines[at]
            upper, lower = line.top, line.bottom  # without min and max, whose calls were half of the time
            tall = lower - upper
            overlap = (lower if lower < bottom else bottom) - (upper if upper > top else top)
            if overlap > 0.55 * (tall if tall < size else size):
                home = line
                break
        if home is None:
            lines.append(TextLine([word], word.top, word.bottom))
        else:
            home.words.append(word)
            if word.size < 1.6 * home.size:
                home.top, home.bottom = (
                    min(home.top, word.top),
                    max(home.bottom, min(word.bottom, home.bottom + 0.25 * home.size)),
                )
    for line in lines:
        line.words.sort(key=lambda word: word.left)
    lines.sort(key=lambda line: line.top)
    return lines

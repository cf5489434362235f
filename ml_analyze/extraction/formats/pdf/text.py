"""A PDF page's characters → words and lines, in points from the page's top left corner."""

from __future__ import annotations

import ctypes
import unicodedata
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

_WORD_GAP = 0.22  # of the font size; narrower gaps are kerning
_COMBINING = {
    "´": "\u0301",
    "`": "\u0300",
    "ˆ": "\u0302",
    "^": "\u0302",
    "¨": "\u0308",
    "˜": "\u0303",
    "~": "\u0303",
    "¸": "\u0327",
    "ˇ": "\u030c",
    "˙": "\u0307",
    "˚": "\u030a",
}
_BLANKS = frozenset((0x20, 0xA0, 0x09, 0x0A, 0x0D, 0x00, 0x2003, 0x2002, 0x2009, 0x200B, 0xFFFE, 0xFFFF, 0x02))


@dataclass(slots=True)
class Word:
    left: float
    right: float
    top: float
    bottom: float
    text: str

    @property
    def size(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class TextLine:
    """Words of one line from left to right."""

    words: list[Word]
    top: float
    bottom: float

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return max(word.right for word in self.words)

    @property
    def size(self) -> float:
        return self.bottom - self.top


def page_words(page: Any, limit: int) -> list[Word]:
    """The words of a page in its own order; at most ``limit`` characters are looked at."""
    text_page = page.get_textpage()
    raw = text_page.raw
    count = min(text_page.count_chars(), limit)
    box = pdfium.FS_RECTF()
    reference = ctypes.byref(box)
    loose, unicode_of = pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetUnicode
    chars: list[tuple[int, float, float, float, float]] = []
    for index in range(count):
        code = unicode_of(raw, index)
        if code in _BLANKS:
            chars.append((0x20, 0.0, 0.0, 0.0, 0.0))
            continue
        loose(raw, index, reference)
        chars.append((code, box.left, box.right, box.bottom, box.top))
    turn = _turned(page)
    return _deduplicated(_words(chars, turn))


def _turned(page: Any) -> Any:
    """From PDF coordinates (left, right, bottom, top) to (left, right, top, bottom) as the page is seen."""
    rotation = page.get_rotation()
    left0, bottom0, right0, top0 = page.get_cropbox() if rotation else page.get_bbox()
    if rotation == 90:
        return lambda left, right, bottom, top: (bottom - bottom0, top - bottom0, left - left0, right - left0)
    if rotation == 180:
        return lambda left, right, bottom, top: (right0 - right, right0 - left, bottom - bottom0, top - bottom0)
    if rotation == 270:
        return lambda left, right, bottom, top: (top0 - top, top0 - bottom, right0 - right, right0 - left)
    return lambda left, right, bottom, top: (left, right, top0 - top, top0 - bottom)


page_turn = _turned


def _words(chars: list[tuple[int, float, float, float, float]], turn: Any) -> list[Word]:
    words: list[Word] = []
    letters: list[str] = []
    start = end = upper = lower = 0.0
    accent: tuple[str, float, float] | None = None
    for code, left, right, bottom, top in chars:
        if code == 0x20:
            if letters:
                words.append(Word(start, end, upper, lower, "".join(letters)))
                letters = []
            continue
        left, right, top, bottom = turn(left, right, bottom, top)  # noqa: PLW2901
        if left > right:
            left, right = right, left  # noqa: PLW2901
        char = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        if letters:
            size = lower - upper if lower - upper > 1.0 else 1.0
            apart = left - end
            far = apart > _WORD_GAP * size or right < start - 0.2 * size or apart < -1.5 * size
            if far or abs((top + bottom) - (upper + lower)) > size:
                words.append(Word(start, end, upper, lower, "".join(letters)))
                letters = []
        if accent is not None and letters and (composed := _compose(accent, char, left, right)):
            letters[-1] = composed
            accent = None
            end = max(end, right)
            continue
        accent = (char, left, right) if char in _COMBINING else None
        if letters:
            letters.append(char)
            # Without min and max: their calls were a quarter of a page's time.
            start, end = left if left < start else start, right if right > end else end
            upper, lower = top if top < upper else upper, bottom if bottom > lower else lower
        else:
            letters, start, end, upper, lower = [char], left, right, top, bottom
    if letters:
        words.append(Word(start, end, upper, lower, "".join(letters)))
    return words


def _compose(accent: tuple[str, float, float], char: str, left: float, right: float) -> str | None:
    """Old TeX fonts draw an accent over the letter that follows it; the two are one letter."""
    mark, mark_left, mark_right = accent
    over = min(mark_right, right) - max(mark_left, left)
    if over < 0.4 * min(mark_right - mark_left, right - left):
        return None
    composed = unicodedata.normalize("NFC", char + _COMBINING[mark])
    return composed if len(composed) == 1 else None


def _deduplicated(words: list[Word]) -> list[Word]:
    """Bold by printing twice: the same word at the same place counts once."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for word in words:
        key = (word.text, round(word.left / 1.5), round(word.top / 1.5))
        if key not in seen:
            seen.add(key)
            kept.append(word)
    return kept


def text_lines(words: list[Word]) -> list[TextLine]:
    """Words into lines, from top to bottom: a word belongs to the line whose middle it covers."""
    lines: list[TextLine] = []
    for word in sorted(words, key=lambda word: (word.middle, word.left)):
        home = None
        for line in reversed(lines[-4:]):
            overlap = min(line.bottom, word.bottom) - max(line.top, word.top)
            if overlap > 0.55 * min(line.size, word.size):
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

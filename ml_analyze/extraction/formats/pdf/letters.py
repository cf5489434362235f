"""A PDF page's characters → words, in points from the page's top left corner as it is read."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import Any

import pypdfium2.raw as pdfium

from .direction import has_rtl, is_rtl, word_in_reading_order
from .raised import ENDS, SMALL, with_raised
from .text import Word, text_lines

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
# embedded fonts count the letters they need from ``!`` on, and a tab or the end of a line may be the first of them
_FIRST_CODES = frozenset(map(ord, '!"#%&'))
_NO_HEIGHT = 0.1  # points
_TOUCHING = 0.05  # of the line's height
_SAMPLED = 48  # characters whose direction tells that of the page
_SLUGS = 4  # lines for the printer beyond the edges of a page
_MANY = 20  # runs of letters, of which half tell something
_HUGE = 2.2  # times the usual size: letters that large, printed over others, are a watermark

Box = tuple[float, float, float, float]
Turn = Callable[[float, float, float, float], Box]
# code, left, right, bottom, top, index on the page; a blank has code 0x20 and no box
Char = tuple[int, float, float, float, float, int]


@dataclass
class PageText:
    """The words of a page, those that run upwards or downwards apart, and the turn that made the page upright."""

    words: list[Word]
    turn: Turn
    upended: list[Word] = field(default_factory=list)


def page_text(page: Any, limit: int) -> PageText:
    """The words of a page in its own order; at most ``limit`` characters are looked at."""
    text_page = page.get_textpage()
    chars = _chars(text_page, limit)
    quarter = _usual_quarter(text_page.raw, chars)
    paper = page.get_cropbox() if page.get_rotation() else page.get_bbox()
    found = PageText([], _turned(paper, quarter))
    if _are_lone(chars):  # the blanks between letters that were set one by one are none of the text
        chars = [char for char in chars if char[0] != 0x20]
    if any(is_rtl(char[0]) for char in chars):
        words = _rejoined(_words(chars, found.turn, Slant(text_page.raw, quarter), found.upended, rtl=True))
    else:
        words = _words(chars, found.turn, Slant(text_page.raw, quarter), found.upended)
    found.words = _without_watermarks(with_raised(_deduplicated(_on_paper(words, found.turn, paper))))
    return found


def _are_lone(chars: list[Char]) -> bool:
    """Whether most runs without a blank are single letters."""
    runs = [len(list(run)) for inked, run in groupby(chars, key=lambda char: char[0] != 0x20) if inked]
    return len(runs) > _MANY and runs.count(1) > 0.5 * len(runs)


def _on_paper(words: list[Word], turn: Turn, paper: Box) -> list[Word]:
    """Without a few lines beyond the edges, which nobody sees; a sheet too wide for its paper goes on there."""
    left, bottom, right, top = paper
    first, last, upper, lower = turn(left, right, bottom, top)
    kept = [word for word in words if first < word.centre < last and upper < word.middle < lower]
    if len(kept) == len(words):
        return words
    seen = set(map(id, kept))
    return kept if len({round(word.top) for word in words if id(word) not in seen}) <= _SLUGS else words


def _chars(text_page: Any, limit: int) -> list[Char]:
    raw = text_page.raw
    box = pdfium.FS_RECTF()
    reference = ctypes.byref(box)
    loose, unicode_of = pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetUnicode
    chars: list[Char] = []
    for index in range(min(text_page.count_chars(), limit)):
        code = unicode_of(raw, index)
        if code in _BLANKS:
            chars.append((0x20, 0.0, 0.0, 0.0, 0.0, index))
            continue
        if code in _FIRST_CODES and not _has_ink(raw, index):
            chars.append((0x20, 0.0, 0.0, 0.0, 0.0, index))
            continue
        loose(raw, index, reference)
        chars.append((code, box.left, box.right, box.bottom, box.top, index))
    return chars


def _has_ink(raw: Any, index: int) -> bool:
    sides = [ctypes.c_double() for _ in range(4)]
    pdfium.FPDFText_GetCharBox(raw, index, *sides)
    _, _, bottom, top = (side.value for side in sides)
    return top - bottom > _NO_HEIGHT


@dataclass(slots=True)
class Slant:
    """How a character lies against the page's usual direction: 0 along it, 1-3 quarters to the left, None aslant."""

    raw: Any
    usual: int

    def of(self, index: int) -> int | None:
        angle = pdfium.FPDFText_GetCharAngle(self.raw, index)
        quarters = 4 - max(angle, 0.0) / (math.pi / 2)  # the library counts to the right
        whole = round(quarters)
        return (whole - self.usual) % 4 if abs(quarters - whole) < 0.06 else None


def _usual_quarter(raw: Any, chars: list[Char]) -> int:
    """In which of four directions most of a page's text runs; a table may be printed sideways on an upright page."""
    inked = [char[5] for char in chars if char[0] != 0x20]
    slant = Slant(raw, 0)
    found = Counter(slant.of(index) for index in inked[:: max(1, len(inked) // _SAMPLED)])
    del found[None]
    return found.most_common(1)[0][0] or 0 if found else 0


def _turned(paper: Box, quarter: int) -> Turn:
    """From PDF coordinates (left, right, bottom, top) to (left, right, top, bottom) as the text is read."""
    left0, bottom0, right0, top0 = paper
    if quarter == 1:
        return lambda left, right, bottom, top: (bottom - bottom0, top - bottom0, left - left0, right - left0)
    if quarter == 2:
        return lambda left, right, bottom, top: (right0 - right, right0 - left, bottom - bottom0, top - bottom0)
    if quarter == 3:
        return lambda left, right, bottom, top: (top0 - top, top0 - bottom, right0 - right, right0 - left)
    return lambda left, right, bottom, top: (left, right, top0 - top, top0 - bottom)


def _words(chars: list[Char], turn: Turn, slant: Slant, upended: list[Word], *, rtl: bool = False) -> list[Word]:
    """Runs of characters without a gap. Those that run up or down go to ``upended``, those aslant nowhere.

    With ``rtl`` a word may also grow to the left, and its letters are put in reading order.
    """
    words: list[Word] = []
    letters: list[str] = []
    places: list[tuple[float, float]] = []
    starts: list[float] = []
    start = end = upper = lower = height = 0.0
    accent: tuple[str, float, float] | None = None
    lying: int | None = 0

    def close() -> None:
        text = word_in_reading_order(letters, places) if rtl else "".join(letters)
        if lying == 0:
            words.append(Word(start, end, upper, lower, text, () if rtl else starts))
        elif lying is not None:
            _upend(upended, Word(start, end, upper, lower, text), down=lying == 3)
        del letters[:], places[:]

    for code, left, right, bottom, top, index in chars:
        if code == 0x20:
            if letters:
                close()
            continue
        left, right, top, bottom = turn(left, right, bottom, top)  # noqa: PLW2901
        if left > right:
            left, right = right, left  # noqa: PLW2901
        char = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        if letters:
            size = lower - upper if lower - upper > 1.0 else 1.0
            apart = left - end
            far = apart > _WORD_GAP * size or right < start - 0.2 * size or apart < -1.5 * size
            if far and rtl and is_rtl(code):
                far = start - right > _WORD_GAP * size or apart > _WORD_GAP * size
            # a figure raised behind another is told apart later: cents or a footnote
            raised = bottom - top < SMALL * height and bottom < lower and char.isdigit() and letters[-1] in ENDS
            if far or raised or abs((top + bottom) - (upper + lower)) > size:
                close()
        if accent is not None and letters and (composed := _compose(accent, char, left, right)):
            letters[-1] = composed
            accent, end = None, max(end, right)
            continue
        accent = (char, left, right) if char in _COMBINING else None
        if letters:
            letters.append(char)
            starts.append(left)
            # Without min and max: their calls were a quarter of a page's time.
            start, end = left if left < start else start, right if right > end else end
            upper, lower = top if top < upper else upper, bottom if bottom > lower else lower
        else:
            letters, starts, start, end, upper, lower = [char], [left], left, right, top, bottom
            lying = slant.of(index)
        height = bottom - top
        if rtl:
            places.append((left, right))
    if letters:
        close()
    return words


def _rejoined(words: list[Word]) -> list[Word]:
    """Words whose letters a page that runs from right to left does not hold in one run, codes too, whole again."""
    whole: list[Word] = []
    for line in text_lines(words):
        for word in line.words:
            last = whole[-1] if whole else None
            rtl = has_rtl(word.text)
            if (
                last is not None
                and word.left - last.right < (0.8 * _WORD_GAP if rtl else _TOUCHING) * line.size
                and word.left > last.left
                and min(word.bottom, last.bottom) > max(word.top, last.top) - 0.3 * line.size
                and rtl == has_rtl(last.text)
            ):
                last.text = word.text + last.text if rtl else last.text + word.text
                last.right = max(last.right, word.right)
                last.top, last.bottom = min(last.top, word.top), max(last.bottom, word.bottom)
            else:
                whole.append(word)
    return whole


def _upend(upended: list[Word], word: Word, *, down: bool) -> None:
    """Add a piece of a text that runs up or down to the piece before it, if it goes on there."""
    last = upended[-1] if upended else None
    wide = word.right - word.left
    if last is not None and abs((last.left + last.right) - (word.left + word.right)) < wide:
        gap = word.top - last.bottom if down else last.top - word.bottom
        if -0.5 * wide < gap < 1.5 * wide:
            last.text += f"{' ' if gap > _WORD_GAP * wide else ''}{word.text}"
            last.top, last.bottom = min(last.top, word.top), max(last.bottom, word.bottom)
            return
    upended.append(word)


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


def _without_watermarks(words: list[Word]) -> list[Word]:
    """Without upright words of huge letters that lie over others."""
    if not words:
        return words
    huge = _HUGE * median([word.size for word in words])
    large = {id(word) for word in words if word.size > huge}
    if not large:
        return words
    usual = [word for word in words if id(word) not in large]
    covering = {id(word) for word in words if id(word) in large and sum(_over(word, other) for other in usual) >= 2}
    return [word for word in words if id(word) not in covering]


def _over(large: Word, other: Word) -> bool:
    return min(large.right, other.right) - max(large.left, other.left) > 1 and large.top < other.middle < large.bottom

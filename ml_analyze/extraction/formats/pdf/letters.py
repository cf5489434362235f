"""A PDF page's characters → words, in points from the page's top left corner as it is read."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from .chars import WORD_GAP, Box, Char, Slant, Turn, are_lone, chars_of, lone_gap, usual_quarter, without_blanks
from .direction import FIRST_RTL, has_rtl, is_rtl, word_in_reading_order
from .raised import ENDS, SMALL, with_raised
from .spaced import spaced_out
from .text import Word, text_lines

_KERNED = 0.1  # of the font size: a blank that the library put between letters this close is none of the text
_LEVEL = 0.25  # of the font size: how far the feet of letters of one word may lie apart, those of ligatures included
_UNEVEN = 0.03  # of the font size: how much the gaps between letters that are spaced differ
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
_TOUCHING = 0.05  # of the line's height
_SLUGS = 4  # lines for the printer beyond the edges of a page
_HUGE = 2.2  # times the usual size: letters that large, printed over others, are a watermark


@dataclass
class PageText:
    """The words of a page, those that run upwards or downwards apart, and the turn that made the page upright."""

    words: list[Word]
    turn: Turn
    upended: list[Word] = field(default_factory=list)


def page_text(page: Any, limit: int) -> PageText:
    """The words of a page in its own order; at most ``limit`` characters are looked at."""
    text_page = page.get_textpage()
    chars = chars_of(text_page, limit)
    quarter = usual_quarter(text_page.raw, chars)
    paper = page.get_cropbox() if page.get_rotation() else page.get_bbox()
    found = PageText([], _turned(paper, quarter))
    gap = WORD_GAP
    if are_lone(chars):  # the blanks between letters that were set one by one are none of the text
        chars = without_blanks(chars, Slant(text_page.raw, quarter))
        gap = lone_gap(chars, found.turn)
    if any(char[0] >= FIRST_RTL and is_rtl(char[0]) for char in chars):
        words = _rejoined(_words(chars, found.turn, Slant(text_page.raw, quarter), found.upended, gap, rtl=True))
    else:
        words = _words(chars, found.turn, Slant(text_page.raw, quarter), found.upended, gap)
    found.words = _without_watermarks(with_raised(spaced_out(_deduplicated(_on_paper(words, found.turn, paper)))))
    return found


def _on_paper(words: list[Word], turn: Turn, paper: Box) -> list[Word]:
    """Without a few lines beyond the edges, which nobody sees; a sheet too wide for its paper goes on there."""
    left, bottom, right, top = paper
    first, last, upper, lower = turn(left, right, bottom, top)
    kept = [word for word in words if first < word.centre < last and upper < word.middle < lower]
    if len(kept) == len(words):
        return words
    seen = set(map(id, kept))
    return kept if len({round(word.top) for word in words if id(word) not in seen}) <= _SLUGS else words


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


def _words(  # noqa: PLR0912, PLR0915 - one pass over every letter of a page; calls would take half of its time
    chars: list[Char], turn: Turn, slant: Slant, upended: list[Word], gap: float, *, rtl: bool = False
) -> list[Word]:
    """Runs of characters without a ``gap``, which is a share of their height.

    Those that run up or down go to ``upended``, those aslant nowhere.
    With ``rtl`` a word may also grow to the left, and its letters are put in reading order.
    """
    words: list[Word] = []
    letters: list[str] = []
    places: list[tuple[float, float]] = []
    starts: list[float] = []
    start = end = upper = lower = height = spaced = 0.0
    accent: tuple[str, float, float] | None = None
    lying: int | None = 0
    blank = -1  # the index of a blank behind the last letter, of which the next letter tells whether it is one

    def close() -> None:
        text = word_in_reading_order(letters, places) if rtl else "".join(letters)
        if lying == 0:
            words.append(Word(start, end, upper, lower, text, () if rtl else starts))
        elif lying is not None:
            _upend(upended, Word(start, end, upper, lower, text), down=lying == 3)
        del letters[:], places[:]

    for code, left, right, bottom, top, index in chars:
        if code == 0x20:
            if letters and blank < 0:
                blank = index
            continue
        left, right, top, bottom = turn(left, right, bottom, top)  # noqa: PLW2901
        if left > right:
            left, right = right, left  # noqa: PLW2901
        char = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        if blank >= 0:
            size = max(lower - upper, bottom - top)
            near = -_KERNED * size < left - end < max(_KERNED, spaced) * size and abs(bottom - lower) < _LEVEL * size
            if not near or not slant.are_made_up(range(blank, index)):
                close()
            blank = -1
        if letters:
            size = lower - upper if lower - upper > 1.0 else 1.0
            apart = left - end
            far = apart > gap * size or right < start - 0.2 * size or apart < -1.5 * size
            if far and rtl and is_rtl(code):
                far = start - right > gap * size or apart > gap * size
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
            spaced = (left - end) / (bottom - top or 1.0) + _UNEVEN
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
                and word.left - last.right < (0.8 * WORD_GAP if rtl else _TOUCHING) * line.size
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
            last.text += f"{' ' if gap > WORD_GAP * wide else ''}{word.text}"
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

"""A line's words → segments: runs without a wide gap, cut at leader dots and before a price at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .text import TextLine, Word, joined

SEGMENT_GAP = 0.8  # of the line's height: wider gaps part cells
_MONEY = r"(?:€|£|\$|₽|zł|Kč|CHF|EUR|USD|GBP|PLN|грн\.?|руб\.?|р\.|kr\.?|Ft|lei|TL|₴|₹)"
_PRICE_TAIL = re.compile(
    rf"{_MONEY}\s?\d[\d.,' ]*|\d[\d.,' ]*\s?{_MONEY}|\d{{1,3}}(?:[.,' ]?\d{{3}})*[.,]\d\d(?:\s?e)?"
)
#: one number, its thousands apart
_GROUPED = re.compile(rf"(?:{_MONEY}\s?)?\d{{1,3}}(?: \d{{3}})+(?:[.,]\d+)?(?:\s?{_MONEY})?")
_BULLET = re.compile(r"[-–—•*·▪●○]")
_SEPARATORS = ",;"
_DOTS = re.compile(r"[.…·_]{4,}|…{2,}|(?:\. ){4,}")


@dataclass(slots=True)
class Segment:
    left: float
    right: float
    words: list[Word]
    text: str = ""
    tail: bool = False
    led: bool = False  #: an amount behind leader dots

    def __post_init__(self) -> None:
        self.text = joined(self.words)


def segments(line: TextLine) -> list[Segment]:
    """A line's words in runs without a wide gap; leader dots part runs too."""
    runs: list[list[Word]] = []
    size = max(line.size, 4.0)
    cut, right, led, dotted = True, 0.0, False, False
    for word in line.words:
        if _DOTS.fullmatch(word.text):
            cut = led = True
            continue
        if not cut and word.left - right <= SEGMENT_GAP * size:
            runs[-1].append(word)
            right = max(right, word.right)
        else:
            runs.append([word])
            right, dotted, led = word.right, led, False
        cut = False
    found = [Segment(run[0].left, max(word.right for word in run), run) for run in runs]
    if len(found) == 1:
        return _tail_parted(found[0])
    if found and dotted and _PRICE_TAIL.fullmatch(found[-1].text):
        found[-1].led = True
    return found


def _tail_parted(segment: Segment) -> list[Segment]:
    """A line that runs as one text but ends in a price, ``Haircut 20.00 EUR``, is two cells."""
    if _GROUPED.fullmatch(segment.text):
        return [segment]
    for count in (1, 2, 3):
        tail = segment.words[-count:]
        if len(segment.words) > count and _PRICE_TAIL.fullmatch(" ".join(word.text for word in tail)):
            head = _without_separator(segment.words[:-count])
            return [Segment(segment.left, head[-1].right, head), Segment(tail[0].left, segment.right, tail, tail=True)]
    return [segment]


def _without_separator(words: list[Word]) -> list[Word]:
    """A name without the comma that parts it from its price; dashes and colons, which labels have, are read later."""
    text = words[-1].text.rstrip(_SEPARATORS)
    if text == words[-1].text:
        return words
    if len(words) > 1 and _BULLET.fullmatch(words[0].text):
        words = words[1:]
    if text:
        return [*words[:-1], replace(words[-1], text=text, starts=())]
    return words[:-1] or words


def without_leaders(words: list[Word]) -> list[Word]:
    """Words with leader dots taken off: ``Tea.......1,50`` is two words and dots."""
    kept: list[Word] = []
    for word in _dots_together(words):
        if not _DOTS.search(word.text):
            kept.append(word)
            continue
        step = (word.right - word.left) / max(len(word.text), 1)
        at = 0
        for match in [*_DOTS.finditer(word.text), None]:
            end = match.start() if match else len(word.text)
            if word.text[at:end].strip():
                kept.append(
                    Word(
                        word.left + at * step, word.left + end * step, word.top, word.bottom, word.text[at:end].strip()
                    )
                )
            if match:
                kept.append(Word(word.left + end * step, word.left + match.end() * step, word.top, word.bottom, "...."))
                at = match.end()
    return kept


def _dots_together(words: list[Word]) -> list[Word]:
    """Leader dots that are set apart, ``Tea . . . . 1,50``, as one word."""
    kept: list[Word] = []
    for word in words:
        last = kept[-1] if kept else None
        if (
            last
            and _is_dot(word)
            and _is_dot(last)
            and 0 <= word.left - last.right < word.size
            and last.top == word.top
        ):
            kept[-1] = replace(last, right=word.right, text=last.text + word.text, starts=())
        else:
            kept.append(word)
    return kept


def _is_dot(word: Word) -> bool:
    return word.text[0] in ".…·_" and not word.text.strip(".…·_")

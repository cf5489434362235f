"""A page's characters with their boxes, and how they lie: what the library tells of each."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import Any

import pypdfium2.raw as pdfium

WORD_GAP = 0.22  # of the font size; narrower gaps are kerning
_BLANKS = frozenset((0x20, 0xA0, 0x09, 0x0A, 0x0D, 0x00, 0x2003, 0x2002, 0x2009, 0x200B, 0xFFFE, 0xFFFF, 0x02))
# embedded fonts count the letters they need from ``!`` on, and a tab or the end of a line may be the first of them
_FIRST_CODES = frozenset(map(ord, '!"#%&'))
#: of letters whose font does not say which they are: their numbers within it are no letters
_UNSAID = frozenset(range(1, 0x20)) - {0x09, 0x0A, 0x0D}
_UNKNOWN = 0xFFFD
_NO_HEIGHT = 0.1  # points
_SAMPLED = 48  # characters whose direction tells that of the page
_MANY = 20  # runs of letters, of which half tell something
_CLEARLY = 0.14  # of the font size: how much wider a blank is than the gaps between letters set one by one

Box = tuple[float, float, float, float]
Turn = Callable[[float, float, float, float], Box]
# code, left, right, bottom, top, index on the page; a blank has code 0x20 and no box
Char = tuple[int, float, float, float, float, int]


def chars_of(text_page: Any, limit: int) -> list[Char]:
    """The characters of a page in its own order, at most ``limit``; boxes are in its own points."""
    raw = text_page.raw
    box = pdfium.FS_RECTF()
    reference = ctypes.byref(box)
    loose, unicode_of = pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetUnicode
    chars: list[Char] = []
    for index in range(min(text_page.count_chars(), limit)):
        code = unicode_of(raw, index)
        if code in _UNSAID and pdfium.FPDFText_HasUnicodeMapError(raw, index) == 1:
            code = _UNKNOWN
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
    """What the library knows of single characters.

    How a character lies against the page's usual direction: 0 along it, 1-3 quarters to the left, None aslant.
    """

    raw: Any
    usual: int

    def of(self, index: int) -> int | None:
        angle = pdfium.FPDFText_GetCharAngle(self.raw, index)
        quarters = 4 - max(angle, 0.0) / (math.pi / 2)  # the library counts to the right
        whole = round(quarters)
        return (whole - self.usual) % 4 if abs(quarters - whole) < 0.06 else None

    def are_made_up(self, blanks: Iterable[int]) -> bool:
        """Whether the library put all these blanks there, since the letters came in several pieces."""
        return all(pdfium.FPDFText_IsGenerated(self.raw, blank) == 1 for blank in blanks)


def usual_quarter(raw: Any, chars: list[Char]) -> int:
    """In which of four directions most of a page's text runs; a table may be printed sideways on an upright page."""
    inked = [char[5] for char in chars if char[0] != 0x20]
    slant = Slant(raw, 0)
    found = Counter(slant.of(index) for index in inked[:: max(1, len(inked) // _SAMPLED)])
    del found[None]
    return found.most_common(1)[0][0] or 0 if found else 0


def are_lone(chars: list[Char]) -> bool:
    """Whether most runs without a blank are single letters."""
    runs = [len(list(run)) for inked, run in groupby(chars, key=lambda char: char[0] != 0x20) if inked]
    return len(runs) > _MANY and runs.count(1) > 0.5 * len(runs)


def without_blanks(chars: list[Char], slant: Slant) -> list[Char]:
    """Without the blanks that the library made up; without the others too, where they part single letters."""
    kept = [char for char in chars if char[0] != 0x20 or not slant.are_made_up((char[5],))]
    return [char for char in kept if char[0] != 0x20] if are_lone(kept) else kept


def lone_gap(chars: list[Char], turn: Turn) -> float:
    """The gap that parts words whose letters stand by themselves: clearly wider than the usual one between letters."""
    boxes = [turn(*char[1:5]) for char in chars if char[0] != 0x20]
    gaps = [
        (after[0] - before[1]) / max(before[3] - before[2], 1.0)
        for before, after in pairwise(boxes)
        if before[2] < (after[2] + after[3]) / 2 < before[3]
    ]
    near = [gap for gap in gaps if abs(gap) < 2 * WORD_GAP]
    # never wider than elsewhere: the dots of a menu stand alone as well, and far apart
    return min(WORD_GAP, max(0.0, median(near)) + _CLEARLY) if near else WORD_GAP

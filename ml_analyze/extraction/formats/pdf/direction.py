"""Text that runs from right to left: letters of a word and words of a cell in the order in which they are read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby

FIRST_RTL = 0x0590  # no code below is of a letter that runs from right to left
_LAST = 0x08FF  # Hebrew, Arabic and their neighbours
_FORMS_FIRST, _FORMS_LAST = 0xFB1D, 0xFEFC  # letters as they are drawn at a word's start, middle and end
_STROKES = frozenset("-–/")
_RTL = re.compile("[\u0590-\u065f\u066d-\u06ef\u06fa-\u08ff\ufb1d-\ufefc]")  # as ``is_rtl`` says


def is_rtl(code: int) -> bool:
    """Whether a character is a letter of a script that runs from right to left; its digits run as ours do."""
    if FIRST_RTL <= code <= _LAST:
        return not (0x0660 <= code <= 0x0669 or 0x06F0 <= code <= 0x06F9 or 0x066A <= code <= 0x066C)
    return _FORMS_FIRST <= code <= _FORMS_LAST


def has_rtl(text: str) -> bool:
    """Whether any letter of a text runs from right to left."""
    return not text.isascii() and _RTL.search(text) is not None


def runs_rtl(text: str) -> bool:
    """Whether a text has more letters that run from right to left than letters that do not."""
    if text.isascii() or not (rtl := len(_RTL.findall(text))):
        return False
    return rtl >= sum(map(str.isalpha, _RTL.sub("", text)))


def word_in_reading_order(letters: Sequence[str], places: Sequence[tuple[float, float]]) -> str:
    """Letters with their (left, right) as a word; where none runs from right to left, in the order given."""
    if not any(is_rtl(ord(letter[0])) for letter in letters):
        return "".join(letters)
    middles: list[float] = []
    for letter, (left, right) in zip(letters, places, strict=True):
        # a mark stands over its letter, not where its own box begins
        middles.append(middles[-1] if middles and unicodedata.combining(letter[0]) else (left + right) / 2)
    ordered = [letters[at] for at in sorted(range(len(letters)), key=lambda at: -middles[at])]
    parts = [list(run) for _, run in groupby(ordered, key=lambda letter: is_rtl(ord(letter[0])) or _is_mark(letter))]
    text = "".join("".join(run if is_rtl(ord(run[0][0])) or _is_mark(run[0]) else _turned(run)) for run in parts)
    return unicodedata.normalize("NFKC", text)


def _turned(run: list[str]) -> list[str]:
    """Letters and digits that run as ours, given from the right; strokes at their edges part them from the others."""
    first = next((at for at, letter in enumerate(run) if letter not in _STROKES), len(run))
    end = next((at for at in range(len(run), first, -1) if run[at - 1] not in _STROKES), first)
    return [*run[:first], *reversed(run[first:end]), *run[end:]]


def _is_mark(letter: str) -> bool:
    return unicodedata.combining(letter[0]) > 0


def in_reading_order(texts: list[str]) -> list[str]:
    """Words from left to right as they are read: turned round where most letters run from right to left."""
    if not runs_rtl("".join(texts)):
        return texts
    turned: list[str] = []
    for rtl, run in groupby(reversed(texts), key=has_rtl):
        same = list(run)
        turned += same if rtl else same[::-1]
    return turned

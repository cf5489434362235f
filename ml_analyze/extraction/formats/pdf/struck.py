"""Amounts that a page strikes out with a line through their middle: they do not hold any more."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from .rulings import Ruling
from .text import Word

_MIDDLE = 0.2  # of the letters' height, up or down from their middle: an underline lies lower
_COVERED = 0.6  # of the stroke's length; a table's line runs on between the words


def without_struck(words: list[Word], strokes: Sequence[Ruling]) -> list[Word]:
    """The words without struck amounts. Struck names stay: an item that is sold no more is still no other."""
    if not strokes or not words:
        return words
    lines = sorted(strokes, key=lambda stroke: stroke.at)
    places = [stroke.at for stroke in lines]
    crossed: dict[int, list[int]] = {}
    for index, word in enumerate(words):
        low, high = word.middle - _MIDDLE * word.size, word.middle + _MIDDLE * word.size
        for at in range(bisect_left(places, low), bisect_right(places, high)):
            if min(word.right, lines[at].end) - max(word.left, lines[at].start) > 0.7 * (word.right - word.left):
                crossed.setdefault(at, []).append(index)
    struck: set[int] = set()
    for at, indices in crossed.items():
        covered = sum(words[index].right - words[index].left for index in indices)
        if covered > _COVERED * (lines[at].end - lines[at].start):
            struck.update(index for index in indices if any(char.isdigit() for char in words[index].text))
    return [word for index, word in enumerate(words) if index not in struck]

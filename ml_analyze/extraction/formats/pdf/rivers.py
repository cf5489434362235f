"""Where columns stand: the rivers of white between them, weighed over the lines of a block.

A line speaks for a river where it leaves a gap, the more the wider the gap is against its letters, and against it where
it has ink. So one title over several columns does not close them, and words that happen to stand under each other do
not part a text: what a space between two words says is next to nothing, and between two numbers it is much.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from .segments import SEGMENT_GAP, Segment
from .text import Word

Columns = list[tuple[float, float]]

CLEAR = 0.45  # of the letters' height: a gap wider than a space
_CLEAR_TYPED = 0.75
_INK = 3.0
_WIDE, _SPACED, _NUMBERS, _AMOUNT = 2.5, 0.8, 2.0, 0.3
_SPACES = 1.5  # all spaces between words together: names often begin alike
_ENOUGH = 4.0
_EDGE = 0.01
_TITLED, _TOP = 5, 2  # where a lone text above so many lines is a title
_RARE = 25  # of so many lines one may have ink of its own in a river
_NUMBER = re.compile(r"[^\w\s]{0,2}\d[\d.,'’]*[^\w\s]{0,2}")
_AMOUNT_ENDS = re.compile(r"[.,]\d\d\D{0,2}$")
_TRIPLET = re.compile(r"\d{3}(?:[.,]\d+)?\D?")


def columns_of(lines: Sequence[Sequence[Segment]]) -> Columns:
    """(left, right) of each column that the lines of at least two cells share; none where there is no such line."""
    if not lines:
        return []
    events: list[tuple[float, float]] = []
    space = _SPACES / len(lines)
    for found in lines:
        for segment in found:
            for word in segment.words:
                events += [(word.left, -_INK), (word.right, _INK)]
            for before, after in pairwise(segment.words):
                said = _inside(before, after, space)
                events += [(before.right, said), (after.left, -said)]
        for one, other in pairwise(found):
            events += [(one.right, _WIDE), (other.left, -_WIDE)]
    events.sort()
    zones = _zones(events, least=min(_ENOUGH, 0.9 * _WIDE * len(lines)))
    return _kept_apart(_between(zones, lines), lines)


def _inside(before: Word, after: Word, space: float) -> float:
    """How much a gap narrower than those between cells speaks for a river."""
    gap = after.left - before.right
    size = max(before.size, after.size)
    if gap <= 0:
        return 0.0
    right = _NUMBER.fullmatch(after.text)
    if right and _NUMBER.fullmatch(before.text):
        return space if _TRIPLET.fullmatch(after.text) and before.text.isdigit() else _NUMBERS
    if gap > CLEAR * size:
        typed = _typed(before) and _typed(after)
        if not typed or gap > _CLEAR_TYPED * size:
            nearly = 0.0 if typed else min(1.0, (gap / size - CLEAR) / (SEGMENT_GAP - CLEAR))
            return _SPACED + nearly * (_WIDE - _SPACED)
    return _AMOUNT if right and _AMOUNT_ENDS.search(after.text) else space


def _typed(word: Word) -> bool:
    """Whether a word's letters are all equally wide, as a typewriter's: its spaces are as wide as its letters."""
    steps = [after - before for before, after in pairwise(word.starts)]
    return not steps or max(steps) - min(steps) < 0.02 * word.size


def _zones(events: list[tuple[float, float]], *, least: float) -> Columns:
    """Stretches that enough speaks for to be a river."""
    zones: Columns = []
    score = 0.0
    start: float | None = None
    for place, (at, said) in enumerate(events):
        score += said
        if place + 1 < len(events) and events[place + 1][0] == at:
            continue
        if score >= least - 1e-9:
            start = at if start is None else start
        elif start is not None:
            zones.append((start, at))
            start = None
    return zones


def _between(zones: Columns, lines: Sequence[Sequence[Segment]]) -> Columns:
    """The stretches of ink between rivers, and those within a river that more than a rare line fills."""
    starts, ends = [left for left, _ in zones], [right for _, right in zones]
    columns: list[tuple[float, float] | None] = [None] * (len(zones) + 1)
    islands: list[list[tuple[float, float, int]]] = [[] for _ in zones]
    for number, found in enumerate(lines):
        for segment in found:
            place = bisect_right(starts, segment.left + _EDGE) - 1
            if place >= 0 and segment.right <= ends[place] + _EDGE:
                islands[place].append((segment.left, segment.right, number))
                continue
            for word in segment.words:
                first, last = bisect_left(ends, word.left + _EDGE), bisect_right(starts, word.right - _EDGE)
                for at in range(first, last + 1):
                    left = max(word.left, ends[at - 1]) if at else word.left
                    right = min(word.right, starts[at]) if at < len(starts) else word.right
                    known = columns[at] or (left, right)
                    columns[at] = (min(known[0], left), max(known[1], right))
    made = [column for column in columns if column is not None]
    for held in islands:
        made += _islands(held, len(lines))
    return sorted(made)


def _islands(held: list[tuple[float, float, int]], lines: int) -> Columns:
    """Columns that only some lines fill. A lone text at the top of many lines is a title over its neighbours."""
    groups: list[list[tuple[float, float, int]]] = []
    right = 0.0
    for word in sorted(held):
        if groups and word[0] < right + 1:
            groups[-1].append(word)
            right = max(right, word[1])
        else:
            groups.append([word])
            right = word[1]
    made = []
    for group in groups:
        rows = {number for _, _, number in group}
        if len(rows) > lines // _RARE and not (lines >= _TITLED and len(rows) == 1 and min(rows) < _TOP):
            made.append((group[0][0], max(word[1] for word in group)))
    return made


def _kept_apart(columns: Columns, lines: Sequence[Sequence[Segment]]) -> Columns:
    """Columns joined where what stands in the one mostly goes on in the other after a mere space."""
    homes = Counter(_nearest(columns, word.centre) for found in lines for part in found for word in part.words)
    columns = [column for at, column in enumerate(columns) if homes[at]]
    while len(columns) > 1:
        over = _run_over(columns, lines)
        at = max(range(len(over)), key=lambda border: over[border])
        if over[at] <= 0:
            break
        columns[at : at + 2] = [(columns[at][0], columns[at + 1][1])]
    return columns


def _run_over(columns: Columns, lines: Sequence[Sequence[Segment]]) -> list[int]:
    """How much more often each border is run over by a text than it parts two, which counts twice.

    A mere space may cross several borders, between which only parts of texts stand. A gap across several parts none of
    them for sure; what is left when these are joined is parted by it.
    """
    ends = [(one[1] + other[0]) / 2 for one, other in pairwise(columns)]
    over = [0] * len(ends)
    for found in lines:
        last: tuple[Word, int] | None = None
        running = False  # whether the last word goes on with a text in its own column
        for segment in found:
            for place, word in enumerate(segment.words):
                at = bisect_right(ends, word.centre)
                mere = last is not None and place > 0 and _is_mere(last[0], word, running=running)
                if last is not None and at > last[1]:
                    if mere:
                        for border in range(last[1], at):
                            over[border] += 1
                    else:
                        over[last[1]] -= 2 * (at == last[1] + 1)
                running = mere and last is not None and at == last[1]
                last = (word, at)
    return over


def _is_mere(before: Word, word: Word, *, running: bool) -> bool:
    """Whether only a space parts two words; two numbers belong together only where the first ends a text."""
    numbers = _NUMBER.fullmatch(before.text) and _NUMBER.fullmatch(word.text)
    if numbers and running:
        return word.left - before.right <= CLEAR * max(before.size, word.size)
    return _inside(before, word, 0.0) < _SPACED


def _nearest(columns: Columns, centre: float) -> int:
    nearest, least = 0, float("inf")
    for at, (left, right) in enumerate(columns):
        away = left - centre if left - centre > centre - right else centre - right
        if away < least:
            nearest, least = at, away
    return nearest

"""Borders that a drawn table leaves out: open sides, frames without inner lines, columns drawn for the header alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise

from .rivers import columns_of
from .rulings import SNAP, Ruling
from .segments import SEGMENT_GAP, Segment, segments
from .text import Word, text_lines

Owners = list[list[tuple[int, int]]]  # of each cell: row and column of the merged cell's first
_LINES, _SHARE = 4, 0.6  # so many lines, and so large a share of them, stand in parts
_OPEN = 12.0  # points that lines across run on beyond the last line down
_PLAIN = re.compile(r"\d[\d.,]*%?")


def open_sides(across: list[Ruling], down: list[Ruling]) -> list[Ruling]:
    """The outer borders of a table that draws none: where its lines across end."""
    top, bottom = min(row.at for row in across) if across else 0.0, max((row.at for row in across), default=0.0)
    left, right = min(line.at for line in down), max(line.at for line in down)
    starts = [row.start for row in across if row.start < left - _OPEN]
    ends = [row.end for row in across if row.end > right + _OPEN]
    sides = ([min(starts)] if len(starts) > 1 else []) + ([max(ends)] if len(ends) > 1 else [])
    return [Ruling(at, top, bottom) for at in sides]


def undrawn(ys: list[float], xs: list[float], words: list[Word]) -> list[Ruling]:
    """Borders that are missing in a table whose rows are not drawn either: rivers within one drawn column."""
    made: list[Ruling] = []
    for left, right in pairwise(xs):
        lines = text_lines([word for word in words if left <= word.centre < right])
        parts = [found for line in lines if (found := segments(line))]
        parted = [found for found in parts if len(found) > 1 or _side_by_side(found[0].words)]
        if len(parted) < _LINES or len(parted) < _SHARE * len(lines) or len(lines) < _LINES * (len(ys) - 1) / 2:
            continue
        for (_, end), (start, _) in pairwise(columns_of(parted)):
            at = (end + start) / 2
            if left + SNAP < at < right - SNAP and _differ(parted, at):
                made += [Ruling(at, top, bottom) for top, bottom in pairwise(ys) if _is_clear(words, at, top, bottom)]
    return made


def _side_by_side(words: list[Word]) -> bool:
    return len(words) > 1 and all(_PLAIN.fullmatch(word.text) for word in words)


def _differ(lines: list[list[Segment]], at: float) -> bool:
    """Whether different things stand on each side of a border: a sign before every amount is no column."""
    words = [word for found in lines for segment in found for word in segment.words]
    sides = {word.text for word in words if word.centre < at}, {word.text for word in words if word.centre > at}
    return min(map(len, sides)) >= _LINES


def _is_clear(words: list[Word], at: float, top: float, bottom: float) -> bool:
    return not any(word.left + SNAP < at < word.right - SNAP and top < word.middle < bottom for word in words)


def part_standing_apart(owner: Owners, ys: list[float], xs: list[float], words: list[Word]) -> None:
    """Part merged cells whose texts stand apart, each in a column of its own: only the header's columns are drawn."""
    open_in_most = {
        column
        for column in range(1, len(xs) - 1)
        if 2 * sum(cells[column] == cells[column - 1] for cells in owner) > len(owner)
    }
    bands: dict[int, list[Word]] = {}
    for word in words:
        bands.setdefault(bisect_right(ys[1:-1], word.middle), []).append(word)
    for row, band in bands.items():
        lines = [_runs(line.words, xs) for line in text_lines(band)]
        for column in range(1, len(xs) - 1):
            merged = owner[row][column]
            if column in open_in_most and merged == owner[row][column - 1] and _stand_apart(lines, merged[1], column):
                for place in range(column, len(xs) - 1):
                    if owner[row][place] == merged:
                        owner[row][place] = (row, column)


def _stand_apart(lines: list[list[tuple[int, int]]], left: int, column: int) -> bool:
    """Whether a line has texts on both sides of a column's border and no text lies over it."""
    runs = [[run for run in line if run[0] >= left] for line in lines]
    parted = any(any(last < column for _, last in line) and any(first >= column for first, _ in line) for line in runs)
    return parted and not any(first < column <= last for line in runs for first, last in line)


def _runs(words: list[Word], xs: list[float]) -> list[tuple[int, int]]:
    """First and last column of each run of words without a wide gap."""
    runs: list[tuple[float, float]] = []
    for word in words:
        if runs and word.left - runs[-1][1] <= SEGMENT_GAP * word.size:
            runs[-1] = (runs[-1][0], max(runs[-1][1], word.right))
        else:
            runs.append((word.left, word.right))
    return [(bisect_right(xs[1:-1], left + SNAP), bisect_right(xs[1:-1], right - SNAP)) for left, right in runs]

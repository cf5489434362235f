"""Columns of text set apart by blanks: where each begins and ends, so that an empty cell leaves its place empty."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise

from ml_analyze.extraction.grid import Row
from ml_analyze.extraction.understanding.profile import number_of

from .detect import GAPS

_SAMPLED = 400
_LEAST_WIDTH, _LEAST_LINES = 3, 3
_MOSTLY = 0.7
_BEFORE_DIGITS = re.compile(r"[^\W\d_]*+")
Part = tuple[int, int, str]


@dataclass(frozen=True)
class _Column:
    """``left`` and ``right``: characters of the line. ``signs``: what stands before the amounts of a column of numbers,
    '' for nothing; None where it holds texts."""

    left: int
    right: int
    signs: frozenset[str] | None

    def takes(self, text: str) -> bool:
        """Whether a cell is like the others: *Page 2* in the corner of a footer is no price."""
        return self.signs is None or (number_of(text) is not None and _sign(text) in self.signs)


def parted_by_place(lines: Iterator[str]) -> Iterator[Row]:
    """The cells of each line. A line with fewer than the columns have is parted by where these stand, if each of its
    cells stands in one of them."""
    first = list(islice(lines, _SAMPLED))
    columns = _columns([_parts(line) for line in first if "\t" not in line])
    for line in chain(first, lines):
        parts = _parts(line)
        placed = _placed(line, parts, columns) if columns and "\t" not in line else None
        yield placed or [text for _, _, text in parts]


def _parts(line: str) -> list[Part]:
    """Start, end and text of each cell of a line."""
    line = line.strip("\r\n")
    parts, start = [], 0
    for gap in GAPS.finditer(line):
        parts.append((start, gap.start(), line[start : gap.start()]))
        start = gap.end()
    return [part for part in (*parts, (start, len(line), line[start:])) if part[2]]


def _columns(sampled: Sequence[Sequence[Part]]) -> list[_Column]:
    """The columns of the lines that have all of them; none where such lines are few, or columns overlap."""
    widths = Counter(len(parts) for parts in sampled if len(parts) >= _LEAST_WIDTH)
    width, count = max(widths.items(), key=lambda each: (each[1], each[0]), default=(0, 0))
    if count < _LEAST_LINES:
        return []
    whole = [parts for parts in sampled if len(parts) == width]
    columns = [_column([parts[at] for parts in whole]) for at in range(width)]
    return columns if all(before.right < after.left for before, after in pairwise(columns)) else []


def _column(parts: Sequence[Part]) -> _Column:
    left, right = min(start for start, _, _ in parts), max(end for _, end, _ in parts)
    amounts = [text for _, _, text in parts if number_of(text) is not None]
    numeric = len(amounts) >= _MOSTLY * (len(parts) - 1)  # one is the header
    return _Column(left, right, frozenset(map(_sign, amounts)) if numeric else None)


def _sign(text: str) -> str:
    return _BEFORE_DIGITS.match(text)[0]  # type: ignore[index]  # it matches the empty text


def _placed(line: str, parts: Sequence[Part], columns: Sequence[_Column]) -> Row | None:
    """The cells in their columns; None for a title, a whole line, and one whose cells stand elsewhere."""
    if not 1 < len(parts) < len(columns):
        return None
    row: Row = [""] * len(columns)
    for start, end, _ in parts:
        over = [at for at, column in enumerate(columns) if start < column.right and column.left < end]
        cuts = [_blank_between(line, columns[one], columns[two]) for one, two in pairwise(over)]
        edges = [start, *(cut for cut in cuts if cut is not None), end]
        if not over or None in cuts:
            return None
        for at, (left, right) in zip(over, pairwise(edges), strict=True):
            text = line[left:right].strip()
            if row[at] or not columns[at].takes(text):
                return None
            row[at] = text
    while not row[-1]:
        row.pop()
    return row


def _blank_between(line: str, before: _Column, after: _Column) -> int | None:
    """The last blank between two columns that one cell reaches over: it parts a long text from the amount behind it."""
    if after.signs is None:
        return None
    return next((at for at in range(after.left - 1, before.right - 1, -1) if line[at : at + 1] == " "), None)

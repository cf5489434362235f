"""Headers of one, two and three lines side by side, each at the middle of its row: lines lie between each other."""

from __future__ import annotations

from .lines import NUMBERISH
from .segments import segments
from .text import TextLine, Word, joined

_INTO = 0.3  # of a line's height that lies within the line before it
_LEAST = 3  # lines


def unwoven(lines: list[TextLine]) -> list[TextLine]:
    """Lines from top to bottom, with each run of lines that lie half within each other as one line of whole cells.

    Rows of numbers stay as they are: what belongs to which of them is told by their columns.
    """
    kept: list[TextLine] = []
    run: list[TextLine] = []
    for line in lines:
        if run and run[-1].bottom - line.top <= _INTO * min(run[-1].size, line.size):
            kept += _whole(run)
            run = []
        run.append(line)
    return kept + _whole(run)


def _whole(run: list[TextLine]) -> list[TextLine]:
    if len(run) < _LEAST or any(NUMBERISH.fullmatch(word.text) for line in run for word in line.words):
        return run
    cells: list[list[Word]] = []
    right = 0.0
    parts = sorted((part for line in run for part in segments(line)), key=lambda part: part.left)
    for part in parts:
        if not cells or part.left > right:
            cells.append([])
        cells[-1] += part.words
        right = max(right, part.right)
    if len(cells) < _LEAST or len(cells) == len(parts):
        return run
    size = max(line.size for line in run)
    middle = (run[0].top + run[-1].bottom) / 2
    top, bottom = middle - size / 2, middle + size / 2
    return [TextLine([_cell(words, top, bottom) for words in cells], top, bottom)]


def _cell(words: list[Word], top: float, bottom: float) -> Word:
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (round(word.top), word.left)):
        if not lines or word.top - lines[-1][-1].top > _INTO * word.size:
            lines.append([])
        lines[-1].append(word)
    text = " ".join(joined(line) for line in lines)
    return Word(min(word.left for word in words), max(word.right for word in words), top, bottom, text)

"""Cells of several lines joined to the row that they belong to."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from .clusters import clustered, gather, lone_home
from .lines import NUMBERISH, Part, home_of, is_prose, is_sentence, is_tabled
from .rivers import Columns
from .segments import Segment
from .text import TextLine

_ENOUGH_ROWS = 3
_BLANK = 1.0  # of a line's height: a blank and some room to its right


def unwrapped(block: list[Part], columns: Columns) -> list[Part]:
    """Second lines of a cell joined to its first: a lone text, close under a row, in a column that it fills too."""
    if known := clustered(block, columns) or _even(block, columns) or _centred(block, columns):
        return known
    tops = [line.top for line, found in block if is_tabled(found)]
    if len(tops) < 3 or len(columns) < 2:
        return block
    pitch = median([after - before for before, after in pairwise(tops)])
    led = sum(
        home_of(found[0].left, found[0].right, columns) == 0 for _, found in block if is_tabled(found)
    ) > 0.8 * len(tops)
    joined: list[Part] = []
    for line, found in _led_in(block, columns, pitch):
        last = joined[-1] if joined else None
        lone = last is not None and len(found) == 1 and is_tabled(last[1])
        if lone and _is_wrap(found[0], line, joined[-1], columns, pitch=pitch, led=led):
            mate = _mate(found[0], joined[-1][1], columns)
            if mate is not None:
                mate.words = [*mate.words, *found[0].words]
                mate.text = f"{mate.text} {found[0].text}"
            joined[-1][0].bottom = line.bottom
        else:
            joined.append((line, found))
    return joined


def _mate(segment: Segment, found: list[Segment], columns: Columns) -> Segment | None:
    """The cell of a row that stands in the same column as a lone text."""
    home = home_of(segment.left, segment.right, columns)
    return next((each for each in found if home_of(each.left, each.right, columns) == home), None)


def _led_in(block: list[Part], columns: Columns, pitch: float) -> list[Part]:
    """First lines of a cell joined to the row that ends it: a lone text close above it, far from the line before."""
    kept: list[Part] = []
    for place, (line, found) in enumerate(block):
        after = block[place + 1] if place + 1 < len(block) else None
        if after is not None and len(found) == 1 and not is_prose((line, found)) and is_tabled(after[1]):
            above = line.top - block[place - 1][0].top if place else 2 * pitch
            below = after[0].top - line.top
            mate = _mate(found[0], after[1], columns)
            tight = below < 1.3 * line.size and below < 0.7 * pitch and above > 1.35 * below
            if tight and mate is not None and abs(mate.left - found[0].left) < 4 and not NUMBERISH.fullmatch(mate.text):
                mate.words = [*found[0].words, *mate.words]
                mate.text = f"{found[0].text} {mate.text}"
                continue
        kept.append((line, found))
    return kept


def _is_wrap(segment: Segment, line: TextLine, last: Part, columns: Columns, *, pitch: float, led: bool) -> bool:
    home = home_of(segment.left, segment.right, columns)
    mates = [each for each in last[1] if home_of(each.left, each.right, columns) == home]
    if (
        not mates
        or NUMBERISH.fullmatch(segment.text)
        or is_sentence(segment.text)
        or NUMBERISH.fullmatch(mates[0].text)
        or abs(mates[0].left - segment.left) > 15
    ):
        return False
    gap = line.top - last[0].bottom
    tight = line.top - last[0].top < 0.8 * pitch
    end = columns[home + 1][0] if home + 1 < len(columns) else columns[home][1]
    would_fit = mates[0].right + (segment.words[0].right - segment.left) + _BLANK * line.size < end
    return gap < 0.9 * line.size and (tight or (home > 0 and led and not would_fit))


def _even(block: list[Part], columns: Columns) -> list[Part] | None:
    """Rows of as many lines each, however they are spaced; None where they are not.

    The lines above the first row and those below the last are then as many as those between two rows, and tell where
    in its text a row stands: at its first line, its middle or its last.
    """
    rows = [place for place, (_, found) in enumerate(block) if is_tabled(found)]
    if len(rows) < _ENOUGH_ROWS or len(columns) < 2:
        return None
    home = lone_home(block, columns)
    between = {after - before - 1 for before, after in pairwise(rows)}
    above, below = _lone_above(block, rows[0]), len(block) - 1 - rows[-1]
    if home is None or between != {above + below} or not above + below or (above and below and above != below):
        return None
    made = block[: rows[0] - above]
    for row in rows:
        gather(block, row, range(row - above, row + below + 1), columns, home)
        made.append(block[row])
    return made


def _centred(block: list[Part], columns: Columns) -> list[Part] | None:
    """Rows whose numbers stand beside the middle of a text of several lines; None where they do not.

    Between two rows stand the last lines of the one text and the first of the next. How many lines stand above the
    first row tells how many stand below it, and so on; what remains below the last row proves it.
    """
    rows = [place for place, (_, found) in enumerate(block) if is_tabled(found)]
    if len(rows) < 2 or len(columns) < 2:
        return None
    home = lone_home(block, columns)
    between = [after - before - 1 for before, after in pairwise(rows)]
    above, below = _lone_above(block, rows[0]), len(block) - 1 - rows[-1]
    if home is None or not above or not below:
        return None
    heads, tails = [above], []
    for count in between:
        tails.append(min(heads[-1], count))
        heads.append(count - tails[-1])
    tails.append(below)
    if any(abs(head - tail) > 1 for head, tail in zip(heads, tails, strict=True)) or not all(heads):
        return None
    made = block[: rows[0] - above]
    for row, head, tail in zip(rows, heads, tails, strict=True):
        gather(block, row, range(row - head, row + tail + 1), columns, home)
        made.append(block[row])
    return made


def _lone_above(block: list[Part], row: int) -> int:
    count = 0
    while count < row and len(block[row - count - 1][1]) == 1:
        count += 1
    return count

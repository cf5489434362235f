"""Cells of several lines told by how close their lines stand: closer than those of different rows."""

from __future__ import annotations

from itertools import pairwise, takewhile

from .lines import Part, home_of, is_prose, is_sentence, is_tabled
from .rivers import Columns
from .segments import Segment

_APART = 1.15  # times the widest step within a cell, the narrowest between cells


def clustered(block: list[Part], columns: Columns) -> list[Part] | None:
    """The block with each text of several lines in the cell of its one row; None where the steps do not tell them.

    A row stands at the middle of its text or at its first line. What stands only above a row may be a title over it.
    """
    rows = [place for place, (_, found) in enumerate(block) if is_tabled(found)]
    home = lone_home(block, columns) if len(rows) > 1 and len(columns) > 1 else None
    if home is None:
        return None
    first = rows[0]
    while first and len(block[first - 1][1]) == 1:
        first -= 1
    texts = [
        place
        for place in range(first, len(block) - _notes_below(block, rows[-1]))
        if any(home_of(each.left, each.right, columns) == home for each in block[place][1])
    ]
    step = _step_within(block, texts)
    if step is None:
        return None
    groups = _groups(block, texts, step)
    told = [(group, row) for group in groups if (row := _row_of(group, rows)) is not None]
    if len(told) < len(groups):
        return None
    made, done = list(block[:first]), first
    for group, row in told:
        made += block[done : group[0]]
        done = max(group[-1], row if row >= 0 else 0) + 1
        if row < 0:
            made += [block[place] for place in group]
            continue
        gather(block, row, range(min(group[0], row), done), columns, home)
        made.append(block[row])
    return [*made, *block[done:]]


def _notes_below(block: list[Part], row: int) -> int:
    """How many of the lines below the last row are notes to the table; none where texts of rows hold sentences too."""
    lone = [found[0].text for _, found in block if len(found) == 1]
    notes = sum(1 for _ in takewhile(is_sentence, (found[0].text for _, found in reversed(block[row + 1 :]))))
    return notes if sum(map(is_sentence, lone)) == notes else 0


def _step_within(block: list[Part], texts: list[int]) -> float | None:
    """The widest step between lines of one cell, where steps are of two clearly different sizes."""
    steps = sorted(block[after][0].top - block[before][0].top for before, after in pairwise(texts))
    jumps = [(after / max(before, 0.1), before) for before, after in pairwise(steps)]
    most, step = max(jumps, default=(0.0, 0.0))
    return step if most >= _APART else None


def _groups(block: list[Part], texts: list[int], step: float) -> list[list[int]]:
    groups = [texts[:1]]
    for before, after in pairwise(texts):
        if block[after][0].top - block[before][0].top <= step + 0.01:
            groups[-1].append(after)
        else:
            groups.append([after])
    return groups


def _row_of(group: list[int], rows: list[int]) -> int | None:
    """The one row that a text belongs to, -1 for a text of its own; None where it is not sure."""
    low, high = group[0], group[-1]
    own = [row for row in rows if low <= row <= high]
    if not own:
        return -1
    above, below = sum(place < own[0] for place in group), sum(place > own[0] for place in group)
    return own[0] if len(own) == 1 and (above == below or not above) else None


def lone_home(block: list[Part], columns: Columns) -> int | None:
    """The column of all the lone texts below the first row; None where they differ or prose is among them."""
    first = next(place for place, (_, found) in enumerate(block) if is_tabled(found))
    lone = [part for part in block[first:] if not is_tabled(part[1])]
    if not lone or any(len(found) != 1 or is_prose((line, found)) for line, found in lone):
        return None
    homes = {home_of(found[0].left, found[0].right, columns) for _, found in lone}
    return homes.pop() if len(homes) == 1 else None


def gather(block: list[Part], row: int, places: range, columns: Columns, home: int) -> None:
    """The lines of one text put together in its row's cell."""
    line, found = block[row]
    own = next((each for each in found if home_of(each.left, each.right, columns) == home), None)
    words = [
        word for place in places for each in ([own] if place == row else block[place][1]) if each for word in each.words
    ]
    if own is None:
        own = Segment(min(word.left for word in words), max(word.right for word in words), words)
        found.insert(sum(each.left < own.left for each in found), own)
    own.words = words
    line.bottom = max(line.bottom, block[places[-1]][0].bottom)

"""Tables that a PDF page does not draw: columns are where hardly any line has ink."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ml_analyze.extraction.grid import Row
from ml_analyze.extraction.understanding.profile import number_of

from .rivers import Columns, columns_of
from .segments import Segment, segments
from .text import TextLine, Word, joined

_CLEAR = 0.45  # of the letters' height: wider than a space
_ALIGNED, _TOUCHING = 1.5, 0.8  # points
_FAR_RIGHT = 1e4  # points: beyond any page
_NUMBERISH = re.compile(r"[^\w]*\d[\d.,'’\s]*\W{0,3}\w{0,4}\W{0,2}")


@dataclass
class Region:
    """Lines of a page that share columns: (left, right) of each column in points, one row a line."""

    columns: Columns
    rows: list[Row]
    lines: list[TextLine]


def regions(lines: list[TextLine]) -> list[Region]:
    """Lines from top to bottom, in regions of equal columns; prose between tables stays with the table before it."""
    parts = [(line, segments(line)) for line in lines]
    parts = [(line, found) for line, found in parts if found]
    if not parts:
        return []
    _set_apart(parts)
    made: list[Region] = []
    for wrapped in _blocks(parts):
        columns = _columns(wrapped)
        block = _unwrapped(wrapped, columns)
        if made and (len(columns) < 2 or alike_columns(made[-1].columns, columns) or not _is_table(block)):
            columns = made[-1].columns
            made[-1].rows.extend(_row(found, columns) for _, found in block)
            made[-1].lines.extend(line for line, _ in block)
        else:
            made.append(
                Region(
                    columns or [(0.0, 1e4)], [_row(found, columns) for _, found in block], [line for line, _ in block]
                )
            )
    return made


Part = tuple[TextLine, list[Segment]]


def _unwrapped(block: list[Part], columns: Columns) -> list[Part]:
    """Second lines of a cell joined to its first: a lone text, close under a row, in a column that it fills too."""
    tops = [line.top for line, found in block if _is_tabled(found)]
    if len(tops) < 3 or len(columns) < 2:
        return block
    pitch = median([after - before for before, after in pairwise(tops)])
    led = sum(
        _home(found[0].left, found[0].right, columns) == 0 for _, found in block if _is_tabled(found)
    ) > 0.8 * len(tops)
    joined: list[Part] = []
    for line, found in _led_in(block, columns, pitch):
        last = joined[-1] if joined else None
        lone = last is not None and len(found) == 1 and _is_tabled(last[1])
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
    home = _home(segment.left, segment.right, columns)
    return next((each for each in found if _home(each.left, each.right, columns) == home), None)


def _led_in(block: list[Part], columns: Columns, pitch: float) -> list[Part]:
    """First lines of a cell joined to the row that ends it: a lone text close above it, far from the line before."""
    kept: list[Part] = []
    for place, (line, found) in enumerate(block):
        after = block[place + 1] if place + 1 < len(block) else None
        if after is not None and len(found) == 1 and not _is_prose((line, found)) and _is_tabled(after[1]):
            above = line.top - block[place - 1][0].top if place else 2 * pitch
            below = after[0].top - line.top
            mate = _mate(found[0], after[1], columns)
            tight = below < 1.3 * line.size and below < 0.7 * pitch and above > 1.35 * below
            if (
                tight
                and mate is not None
                and abs(mate.left - found[0].left) < 4
                and not _NUMBERISH.fullmatch(mate.text)
            ):
                mate.words = [*found[0].words, *mate.words]
                mate.text = f"{found[0].text} {mate.text}"
                continue
        kept.append((line, found))
    return kept


def _is_wrap(segment: Segment, line: TextLine, last: Part, columns: Columns, *, pitch: float, led: bool) -> bool:
    home = _home(segment.left, segment.right, columns)
    mates = [each for each in last[1] if _home(each.left, each.right, columns) == home]
    if (
        not mates
        or _NUMBERISH.fullmatch(segment.text)
        or _NUMBERISH.fullmatch(mates[0].text)
        or abs(mates[0].left - segment.left) > 15
    ):
        return False
    gap = line.top - last[0].bottom
    near = line.top - last[0].top < 0.8 * pitch or gap < 0.35 * line.size
    return gap < 0.9 * line.size and ((home > 0 and led) or (near and line.top - last[0].top < 0.8 * pitch))


def _set_apart(parts: list[Part]) -> None:
    """Where prices mostly stand at the ends of lines, with no gap before them, they are given a column of their own."""
    tabled = [found for _, found in parts if _is_tabled(found)]
    tails = [segment for found in tabled for segment in found if segment.tail]
    if len(tails) * 2 > len(tabled):
        for segment in tails:
            segment.words = [
                replace(word, left=word.left + _FAR_RIGHT, right=word.right + _FAR_RIGHT) for word in segment.words
            ]
            segment.left, segment.right = segment.left + _FAR_RIGHT, segment.right + _FAR_RIGHT


def _is_table(block: list[Part]) -> bool:
    return sum(_is_tabled(found) for _, found in block) >= 1


def _is_tabled(found: list[Segment]) -> bool:
    return len(found) >= 2 and any(_NUMBERISH.fullmatch(each.text) for each in found)


def _is_prose(part: Part) -> bool:
    line, found = part
    return not _is_tabled(found) and len(line.words) > 9 and len(line.text) > 60


def _blocks(parts: list[Part]) -> list[list[Part]]:
    """Lines in blocks: a new one begins behind prose, behind a wide gap, and where a line would close columns."""
    pitch = median([max(after[0].top - before[0].top, 1.0) for before, after in pairwise(parts)] or [12.0])
    blocks: list[list[Part]] = [[parts[0]]]
    columns = _columns(blocks[-1])
    for before, part in pairwise(parts):
        block = blocks[-1]
        far = part[0].top - before[0].top > 2.6 * pitch
        behind_prose = _is_prose(before) and not _is_prose(part) and _is_table(block)
        if not behind_prose and len(part[1]) > 1 and _widened(columns, part[1]):
            block.append(part)
            continue
        columns = _columns(block)
        if behind_prose or (far and not _fits(columns, part)) or _breaks(block, columns, part):
            blocks.append([part])
        else:
            block.append(part)
        columns = _columns(blocks[-1])
    return blocks


def _widened(columns: Columns, found: list[Segment]) -> bool:
    """Whether each cell of a line stands in a column of its own; if so the columns are widened to hold it."""
    homes = [_home(segment.left, segment.right, columns) for segment in found] if columns else []
    if not homes or len(set(homes)) != len(homes):
        return False
    wider = dict(enumerate(columns))
    for home, segment in zip(homes, found, strict=True):
        left, right = columns[home]
        if min(right, segment.right) <= max(left, segment.left):
            return False
        wider[home] = (min(left, segment.left), max(right, segment.right))
    if any(wider[at][1] + 1.5 >= wider[at + 1][0] for at in range(len(columns) - 1)):
        return False
    columns[:] = [wider[at] for at in range(len(columns))]
    return True


def _breaks(block: list[Part], columns: Columns, part: Part) -> bool:
    """Whether a line of several cells closes every gap but those that fewer columns would have."""
    if len(part[1]) < 2:
        return False
    tabled = [found for _, found in block if len(found) >= 2]
    if len(tabled) < 2:
        return False
    return len(_columns([*block, part])) < min(len(columns), len(part[1]))


def _fits(columns: Columns, part: Part) -> bool:
    if len(part[1]) < 2 or not columns:
        return False
    homes = [_home(segment.left, segment.right, columns) for segment in part[1]]
    return len(set(homes)) == len(homes)


def _columns(block: list[Part]) -> Columns:
    return columns_of([found for part in block if len(found := part[1]) >= 2 and not _is_prose(part)])


def alike_columns(one: Columns, other: Columns) -> bool:
    """Whether the columns are the same in number and overlap one to one."""
    return len(one) == len(other) and all(
        min(a[1], b[1]) - max(a[0], b[0]) > -4 and (abs(a[0] - b[0]) < 25 or abs(a[1] - b[1]) < 25)
        for a, b in zip(one, other, strict=True)
    )


def _home(left: float, right: float, columns: Columns) -> int:
    """The column that an extent overlaps most, else the nearest."""
    best, most = 0, float("-inf")
    for index, (start, end) in enumerate(columns):
        overlap = min(right, end) - max(left, start)
        if overlap > most:
            best, most = index, overlap
    return best


def _row(found: list[Segment], columns: Columns) -> Row:
    if not columns:
        return [joined(word for segment in found for word in segment.words)]
    cells: list[list[Word]] = [[] for _ in columns]
    if len(found) == 1:
        cells[_first(found[0], columns)] = found[0].words
        return [joined(words) or None for words in cells]
    pieces = [words for segment in found for words in _parted(_cut(segment.words, columns), columns)]
    extents = [(words[0].left, max(word.right for word in words)) for words in pieces]
    homes = [_home(left, right, columns) for left, right in extents]
    for place, (home, (left, right)) in enumerate(zip(homes, extents, strict=True)):
        beside = home + 1 if left > columns[home][1] else home - 1 if right < columns[home][0] else home
        free = 0 <= beside < len(columns) and beside not in homes and homes.count(home) > 1
        homes[place] = beside if free else home  # between two columns, of which one has its text already
        cells[homes[place]] += pieces[place]
    return [joined(words) or None for words in cells]


def _first(segment: Segment, columns: Columns) -> int:
    """The first column that a lone text lies over, else the nearest."""
    over = (at for at, (left, right) in enumerate(columns) if min(segment.right, right) - max(segment.left, left) > 2)
    return next(over, _home(segment.left, segment.right, columns))


def _cut(words: list[Word], columns: Columns) -> list[Word]:
    """Words with those cut in two that touch the next column's first letters: ``A-100Ball``."""
    cut: list[Word] = []
    for word in words:
        for (_, right), (left, _) in pairwise(columns):
            over = word.left + _ALIGNED < right and left < word.right - _ALIGNED
            halves = word.cut(left) if over else None
            if halves is not None and abs(halves[1].left - left) < _TOUCHING:
                cut.append(halves[0])
                word = halves[1]  # noqa: PLW2901
        cut.append(word)
    return cut


def _parted(words: list[Word], columns: Columns) -> list[list[Word]]:
    """A run of words in pieces where it goes over into another column; a text that lies over a border stays whole."""
    homes = [_home(word.left, word.right, columns) for word in words]
    pieces = [[words[0]]]
    for (before, home), (word, other) in pairwise(zip(words, homes, strict=True)):
        if home == other:
            pieces[-1].append(word)
        else:
            pieces.append([word])
            clear = word.left - before.right > _CLEAR * max(word.size, before.size)
            aligned = abs(word.left - columns[other][0]) < _ALIGNED or abs(before.right - columns[home][1]) < _ALIGNED
            if not (clear or aligned) and all(number_of(each.text) is None for each in words):
                return [words]
    return pieces

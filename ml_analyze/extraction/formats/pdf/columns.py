"""Tables that a PDF page does not draw: columns are where hardly any line has ink.

One room: one search for columns: gaps, their votes and what breaks a tie.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ml_analyze.extraction.grid import Row
from ml_analyze.extraction.understanding.profile import number_of

from .blocks import blocks_across
from .lines import NUMBERISH, Part, home_of, is_prose, is_tabled, numbered, stretches
from .rivers import CLEAR, Columns, columns_of
from .segments import Segment, segments
from .text import TextLine, Word, joined
from .wrapped import unwrapped

_ALIGNED, _TOUCHING = 1.5, 0.8  # points
_ENOUGH_ROWS, _NAME_AND_PRICE = 3, 2
_FOOT = 3.0  # times a line's height
_EVEN = 0.05  # of the letters' height
_MARKED = re.compile(r"\d\|[.,]\d|\d[.,]\|\d")
_FAR_RIGHT = 1e4  # points: beyond any page


@dataclass
class Region:
    """Lines of a page that share columns: (left, right) of each column in points, one row a line."""

    columns: Columns
    rows: list[Row]
    lines: list[TextLine]
    prose: bool = False

    def beneath(self) -> Region:
        """Blocks of rows side by side, without headers, put beneath each other; any other region as it is."""
        across = blocks_across(self.columns, self.rows)
        if across < 2:
            return self
        wide = len(self.columns) // across
        parts = [row[at * wide : (at + 1) * wide] for at in range(across) for row in self.rows]
        return Region(self.columns[:wide], [part for part in parts if any(part)], self.lines)


def regions(lines: list[TextLine]) -> list[Region]:
    """Lines from top to bottom, in regions of equal columns; paragraphs of prose are regions of their own."""
    parts = [(line, segments(line)) for line in lines]
    parts = numbered([(line, found) for line, found in parts if found])
    made: list[Region] = []
    for prose, stretch in stretches(parts):
        if prose:
            rows: list[Row] = [[line.text] for line, _ in stretch]
            made.append(Region([(0.0, _FAR_RIGHT)], rows, [line for line, _ in stretch], prose=True))
        else:
            made += [region.beneath() for region in _tables(stretch)]
    return made


def _tables(parts: list[Part]) -> list[Region]:
    _set_apart(parts)
    made: list[Region] = []
    blocks = _blocks(parts)
    for wrapped in blocks:
        columns = _with_texts_between(wrapped, _columns(wrapped))
        block = unwrapped(wrapped, columns)
        if made and wrapped is blocks[-1] and _is_foot(blocks[-2][-1], wrapped):
            made.append(Region([(0.0, _FAR_RIGHT)], [[line.text] for line, _ in wrapped], [], prose=True))
            made[-1].lines = [line for line, _ in wrapped]
        elif made and (len(columns) < 2 or alike_columns(made[-1].columns, columns) or not _is_table(block)):
            columns = made[-1].columns
            made[-1].rows.extend(_row(found, columns) for _, found in block)
            made[-1].lines.extend(line for line, _ in block)
        else:
            rows = [_row(found, columns) for _, found in block]
            made.append(Region(columns or [(0.0, _FAR_RIGHT)], rows, [line for line, _ in block]))
    return made


def _is_foot(before: Part, block: list[Part]) -> bool:
    """Whether the last lines of a page stand far below its table and are none: conditions, the address."""
    line = block[0][0]
    return line.top - before[0].bottom > _FOOT * line.size and not _is_table(block)


def _with_texts_between(block: list[Part], columns: Columns) -> Columns:
    """With a column for texts of two lines, beside whose middle their rows stand: no row has a word in it."""
    rows = [found for _, found in block if is_tabled(found)]
    texts = [found[0] for line, found in block if len(found) == 1 and not is_prose((line, found))]
    if len(rows) < _ENOUGH_ROWS or len(texts) < 1.5 * len(rows):
        return columns
    bare, edge = columns_of(rows), median(text.left for text in texts)
    column = edge - _ALIGNED, max(text.right for text in texts)
    aligned = sum(abs(text.left - edge) < _ALIGNED for text in texts) >= 1.5 * len(rows)
    if not aligned or any(min(right, column[1]) > max(left, column[0]) for left, right in bare):
        return columns
    return sorted([*bare, column])


def _set_apart(parts: list[Part]) -> None:
    """Where prices mostly stand at the ends of lines, with no gap before them, they are given a column of their own."""
    tabled = [found for _, found in parts if is_tabled(found)]
    one_block = all(len(found) == _NAME_AND_PRICE for found in tabled)  # blocks side by side have amounts in each
    tails = [segment for found in tabled for segment in found if segment.tail or (segment.led and one_block)]
    if len(tails) * 2 > len(tabled):
        for segment in tails:
            by = _FAR_RIGHT - segment.left  # wherever its line's name or dots end
            segment.words = [replace(word, left=word.left + by, right=word.right + by) for word in segment.words]
            segment.left, segment.right = segment.left + by, segment.right + by
    else:
        _join_titles(tabled)


def _join_titles(tabled: list[list[Segment]]) -> None:
    """A title that ends in an amount, ``Valves - from 12.50 EUR``, is one text where no other row's number ends."""
    ends = [found[-1] for found in tabled if not found[-1].tail and NUMBERISH.fullmatch(found[-1].text)]
    for found in tabled:
        tail = found[-1]
        if tail.tail and len(ends) > _ENOUGH_ROWS:
            below = sum(min(tail.right, end.right) > max(tail.left, end.left) for end in ends)
            if 2 * below < len(ends):
                found[:] = [Segment(found[0].left, tail.right, [*found[0].words, *tail.words])]


def _is_table(block: list[Part]) -> bool:
    return sum(is_tabled(found) for _, found in block) >= 1


def _blocks(parts: list[Part]) -> list[list[Part]]:
    """Lines in blocks: a new one begins behind prose, behind a wide gap, and where a line would close columns."""
    pitch = median([max(after[0].top - before[0].top, 1.0) for before, after in pairwise(parts)] or [12.0])
    blocks: list[list[Part]] = [[parts[0]]]
    columns = _columns(blocks[-1])
    for before, part in pairwise(parts):
        block = blocks[-1]
        far = part[0].top - before[0].top > 2.6 * pitch
        behind_prose = is_prose(before) and not is_prose(part) and _is_table(block)
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
    homes = [home_of(segment.left, segment.right, columns) for segment in found] if columns else []
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
    homes = [home_of(segment.left, segment.right, columns) for segment in part[1]]
    inside = all(
        segment.right < columns[home + 1][0] and (home == 0 or segment.left > columns[home - 1][1])
        for home, segment in zip(homes, part[1], strict=True)
        if home + 1 < len(columns)
    )
    return inside and len(set(homes)) == len(homes)


def _columns(block: list[Part]) -> Columns:
    return columns_of([found for part in block if len(found := part[1]) >= 2 and not is_prose(part)])


def alike_columns(one: Columns, other: Columns) -> bool:
    """Whether the columns are the same in number and overlap one to one."""
    return len(one) == len(other) and all(
        min(a[1], b[1]) - max(a[0], b[0]) > -4 and (abs(a[0] - b[0]) < 25 or abs(a[1] - b[1]) < 25)
        for a, b in zip(one, other, strict=True)
    )


def _row(found: list[Segment], columns: Columns) -> Row:
    if not columns:
        return [joined(word for segment in found for word in segment.words)]
    cells: list[list[Word]] = [[] for _ in columns]
    if len(found) == 1 and not _fills_all(found[0], columns):
        cells[_first(found[0], columns)] = found[0].words
        return [joined(words) or None for words in cells]
    pieces = [words for segment in found for words in _pieces(segment, columns)]
    extents = [(words[0].left, max(word.right for word in words)) for words in pieces]
    homes = [home_of(left, right, columns) for left, right in extents]
    for place, (home, (left, right)) in enumerate(zip(homes, extents, strict=True)):
        beside = home + 1 if left > columns[home][1] else home - 1 if right < columns[home][0] else home
        free = 0 <= beside < len(columns) and beside not in homes and homes.count(home) > 1
        homes[place] = beside if free else home  # between two columns, of which one has its text already
        cells[homes[place]] += pieces[place]
    return [joined(words) or None for words in cells]


def _pieces(segment: Segment, columns: Columns) -> list[list[Word]]:
    """The words of a segment, apart by columns; most segments reach no neighbour and stay whole."""
    home = home_of(segment.left, segment.right, columns)
    clear_left = home == 0 or segment.left >= columns[home - 1][1]
    clear_right = home == len(columns) - 1 or segment.right <= columns[home + 1][0]
    return [segment.words] if clear_left and clear_right else _parted(_cut(segment.words, columns), columns)


def _fills_all(segment: Segment, columns: Columns) -> bool:
    """Whether a run of words is a whole row, whose columns stand closer than cells usually do."""
    pieces = _pieces(segment, columns)
    clear = all(
        after[0].left - before[-1].right > CLEAR * max(after[0].size, before[-1].size)
        for before, after in pairwise(pieces)
    )
    return clear and len(pieces) == len(columns) > 1 and any(NUMBERISH.fullmatch(joined(words)) for words in pieces)


def _first(segment: Segment, columns: Columns) -> int:
    """The first column that a lone text lies over, else the nearest."""
    over = (at for at, (left, right) in enumerate(columns) if min(segment.right, right) - max(segment.left, left) > 2)
    return next(over, home_of(segment.left, segment.right, columns))


def _cut(words: list[Word], columns: Columns) -> list[Word]:
    """Words with those cut in two that touch the next column's first letters: ``A-100Ball``."""
    cut: list[Word] = []
    for word in words:
        for (_, right), (left, _) in pairwise(columns):
            over = word.left + _ALIGNED < right and left < word.right - _ALIGNED and not word.text.isalpha()
            halves = word.cut(left) if over else None
            if halves is not None and abs(halves[1].left - left) < _TOUCHING and not _is_one_number(*halves):
                cut.append(halves[0])
                word = halves[1]  # noqa: PLW2901
        cut.append(word)
    return cut


def _is_one_number(before: Word, after: Word) -> bool:
    """Whether a cut would go through digits that follow each other as evenly as all of the word's digits do, or before
    or behind their decimal mark."""
    if _MARKED.search(f"{before.text[-2:]}|{after.text[:2]}"):
        return True
    if not (before.text[-1].isdigit() and after.text[0].isdigit()):
        return False
    text, starts = before.text + after.text, [*before.starts, *after.starts]
    steps = [starts[at + 1] - starts[at] for at in range(len(text) - 1) if text[at : at + 2].isdigit()]
    return after.left - before.starts[-1] < median(steps) + _EVEN * before.size


def _parted(words: list[Word], columns: Columns) -> list[list[Word]]:
    """A run of words in pieces where it goes over into another column; a text that lies over a border stays whole."""
    pieces = [[words[0]]]
    home = home_of(words[0].left, words[0].right, columns)
    for before, word in pairwise(words):
        clear = word.left - before.right > CLEAR * max(word.size, before.size)
        other = home_of(word.left, word.right, columns)
        left, right = columns[other]
        if other == home or not (clear or (left < word.right and word.left < right)):
            pieces[-1].append(word)  # a word between two columns goes on with the text before it
            continue
        aligned = abs(word.left - left) < _ALIGNED or abs(before.right - columns[home][1]) < _ALIGNED
        if not (clear or aligned) and all(number_of(each.text) is None for each in words):
            return [words]
        pieces.append([word])
        home = other
    return pieces

"""Tables that a PDF page does not draw: columns are where hardly any line has ink."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ml_analyze.extraction.grid import Row
from ml_analyze.extraction.understanding.profile import number_of

from .text import TextLine, Word, joined

_SEGMENT_GAP = 0.8  # of the line's height: wider gaps part cells
_FAR_RIGHT = 1e4  # points: beyond any page
_NUMBERISH = re.compile(r"[^\w]*\d[\d.,'’\s]*\W{0,3}\w{0,4}\W{0,2}")
_MONEY = r"(?:€|£|\$|₽|zł|Kč|CHF|EUR|USD|GBP|PLN|грн\.?|руб\.?|р\.|kr\.?|Ft|lei|TL|₴|₹)"
_PRICE_TAIL = re.compile(
    rf"{_MONEY}\s?\d[\d.,' ]*|\d[\d.,' ]*\s?{_MONEY}|\d{{1,3}}(?:[.,' ]?\d{{3}})*[.,]\d\d(?:\s?e)?"
)
_DOTS = re.compile(r"[.…·_]{4,}|(?:\. ){4,}")


@dataclass
class Region:
    """Lines of a page that share columns: (left, right) of each column in points, one row a line."""

    columns: list[tuple[float, float]]
    rows: list[Row]
    lines: list[TextLine]


@dataclass(slots=True)
class Segment:
    left: float
    right: float
    words: list[Word]
    text: str = ""
    tail: bool = False

    def __post_init__(self) -> None:
        self.text = joined(self.words)


def segments(line: TextLine) -> list[Segment]:
    """A line's words in runs without a wide gap; leader dots part runs too."""
    runs: list[list[Word]] = []
    size = max(line.size, 4.0)
    cut, right = True, 0.0
    for word in line.words:
        if _DOTS.fullmatch(word.text):
            cut = True
            continue
        if not cut and word.left - right <= _SEGMENT_GAP * size:
            runs[-1].append(word)
            right = max(right, word.right)
        else:
            runs.append([word])
            right = word.right
        cut = False
    found = [Segment(run[0].left, max(word.right for word in run), run) for run in runs]
    return _tail_parted(found[0]) if len(found) == 1 else found


def _tail_parted(segment: Segment) -> list[Segment]:
    """A line that runs as one text but ends in a price, ``Haircut 20.00 EUR``, is two cells."""
    for count in (1, 2, 3):
        tail = segment.words[-count:]
        if len(segment.words) > count and _PRICE_TAIL.fullmatch(" ".join(word.text for word in tail)):
            head = segment.words[:-count]
            return [Segment(segment.left, head[-1].right, head), Segment(tail[0].left, segment.right, tail, tail=True)]
    return [segment]


def without_leaders(words: list[Word]) -> list[Word]:
    """Words with leader dots taken off: ``Tea.......1,50`` is two words and dots."""
    kept: list[Word] = []
    for word in words:
        if not _DOTS.search(word.text):
            kept.append(word)
            continue
        step = (word.right - word.left) / max(len(word.text), 1)
        at = 0
        for match in [*_DOTS.finditer(word.text), None]:
            end = match.start() if match else len(word.text)
            if word.text[at:end].strip():
                kept.append(
                    Word(
                        word.left + at * step, word.left + end * step, word.top, word.bottom, word.text[at:end].strip()
                    )
                )
            if match:
                kept.append(Word(word.left + end * step, word.left + match.end() * step, word.top, word.bottom, "...."))
                at = match.end()
    return kept


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


def _unwrapped(block: list[Part], columns: list[tuple[float, float]]) -> list[Part]:
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


def _mate(segment: Segment, found: list[Segment], columns: list[tuple[float, float]]) -> Segment | None:
    """The cell of a row that stands in the same column as a lone text."""
    home = _home(segment.left, segment.right, columns)
    return next((each for each in found if _home(each.left, each.right, columns) == home), None)


def _led_in(block: list[Part], columns: list[tuple[float, float]], pitch: float) -> list[Part]:
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


def _is_wrap(
    segment: Segment, line: TextLine, last: Part, columns: list[tuple[float, float]], *, pitch: float, led: bool
) -> bool:
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
            segment.left, segment.right = _FAR_RIGHT, _FAR_RIGHT + segment.right - segment.left


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


def _widened(columns: list[tuple[float, float]], found: list[Segment]) -> bool:
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


def _breaks(block: list[Part], columns: list[tuple[float, float]], part: Part) -> bool:
    """Whether a line of several cells closes every gap but those that fewer columns would have."""
    if len(part[1]) < 2:
        return False
    tabled = [found for _, found in block if len(found) >= 2]
    if len(tabled) < 2:
        return False
    return len(_columns([*block, part])) < min(len(columns), len(part[1]))


def _fits(columns: list[tuple[float, float]], part: Part) -> bool:
    if len(part[1]) < 2 or not columns:
        return False
    homes = [_home(segment.left, segment.right, columns) for segment in part[1]]
    return len(set(homes)) == len(homes)


def _columns(block: list[Part]) -> list[tuple[float, float]]:
    """Column extents: where the lines of at least two cells have ink, split at gaps that hardly any of them crosses."""
    tabled = [found for part in block if len(found := part[1]) >= 2 and not _is_prose(part)]
    if not tabled:
        return []
    edges: list[tuple[float, int]] = []
    for found in tabled:
        for segment in found:
            edges += [(segment.left, 1), (segment.right, -1)]
    edges.sort()
    allowed = len(tabled) // 25
    columns: list[tuple[float, float]] = []
    depth, start = 0, 0.0
    for at, step in edges:
        before = depth
        depth += step
        if before <= allowed < depth:
            start = at
        elif depth <= allowed < before:
            columns.append((start, at))
    return _joined(columns)


def _joined(columns: list[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for left, right in columns:
        if joined and left - joined[-1][1] < 1.5:
            joined[-1] = (joined[-1][0], right)
        else:
            joined.append((left, right))
    return joined


def alike_columns(one: list[tuple[float, float]], other: list[tuple[float, float]]) -> bool:
    """Whether the columns are the same in number and overlap one to one."""
    return len(one) == len(other) and all(
        min(a[1], b[1]) - max(a[0], b[0]) > -4 and (abs(a[0] - b[0]) < 25 or abs(a[1] - b[1]) < 25)
        for a, b in zip(one, other, strict=True)
    )


def _home(left: float, right: float, columns: list[tuple[float, float]]) -> int:
    """The column that an extent overlaps most, else the nearest."""
    best, most = 0, float("-inf")
    for index, (start, end) in enumerate(columns):
        overlap = min(right, end) - max(left, start)
        if overlap > most:
            best, most = index, overlap
    return best


def _row(found: list[Segment], columns: list[tuple[float, float]]) -> Row:
    if not columns:
        return [joined(word for segment in found for word in segment.words)]
    cells: list[list[Word]] = [[] for _ in columns]
    for segment in found:
        crossed = [
            index
            for index, (start, end) in enumerate(columns)
            if min(segment.right, end) - max(segment.left, start) > 2
        ]
        if len(crossed) > 1 and len(found) > 1 and not _is_one(segment):
            for word in segment.words:
                cells[_home(word.left, word.right, columns)].append(word)
        else:
            home = crossed[0] if crossed and len(found) == 1 else _home(segment.left, segment.right, columns)
            cells[home] += segment.words
    return [joined(words) or None for words in cells]


def _is_one(segment: Segment) -> bool:
    """A segment of words alone that only runs over the next column's start stays whole."""
    return all(number_of(word.text) is None for word in segment.words)

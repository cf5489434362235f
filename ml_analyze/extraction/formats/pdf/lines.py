"""Lines of a page in segments, and what kind of line each is."""

from __future__ import annotations

import re
from itertools import groupby, pairwise

from .rivers import Columns
from .segments import Segment
from .text import TextLine

Part = tuple[TextLine, list[Segment]]

NUMBERISH = re.compile(r"[^\w]*\d[\d.,'’\s]*\W{0,3}\w{0,4}\W{0,2}")
_COUNTED = re.compile(r"\d{1,4} ?/ ?\d{1,4}")  # pages, or a size
_CLAUSE = re.compile(r"(\d{1,2})[.)]")
_COUNTING = 5  # rows that count themselves
_SENTENCE = 4  # words
_PARAGRAPH = 3  # lines of prose in a row that are a text of their own
_BRIDGED = 2  # headings and last lines between lines of prose


def is_tabled(found: list[Segment]) -> bool:
    return len(found) >= 2 and any(
        NUMBERISH.fullmatch(each.text) and not _COUNTED.fullmatch(each.text) for each in found
    )


def numbered(parts: list[Part]) -> list[Part]:
    """Where rows are counted, 1, 2, 3, their numbers are set apart from the text that stands close behind them."""
    led = [
        (found, int(found[0].words[0].text))
        for _, found in parts
        if len(found) > 1
        and len(found[0].words) > 1
        and found[0].words[0].text.isdecimal()
        and len(found[0].words[0].text) < 5
    ]
    counting = {id(found) for (found, number), (_, after) in pairwise(led) if after == number + 1}
    counting |= {id(found) for (_, number), (found, after) in pairwise(led) if after == number + 1}
    if len(counting) < max(_COUNTING, 0.8 * len(led)):
        return parts
    for found, _ in led:
        words = found[0].words
        if id(found) in counting:
            found[:1] = [
                Segment(words[0].left, words[0].right, words[:1]),
                Segment(words[1].left, found[0].right, words[1:]),
            ]
    return parts


def is_prose(part: Part) -> bool:
    """Whether a line is running text, in one column or in several."""
    line, found = part
    words = len(line.words)
    return not is_tabled(found) and words > 9 and words >= 5 * len(found) and len(line.text) > 60


def is_sentence(text: str) -> bool:
    """Several words from a capital to a full stop: a note below a row, and no rest of its name."""
    return text[:1].isupper() and text.endswith(".") and len(text.split()) >= _SENTENCE


def home_of(left: float, right: float, columns: Columns) -> int:
    """The column that an extent overlaps most, else the nearest."""
    best, most = 0, float("-inf")
    for index, (start, end) in enumerate(columns):
        overlap = min(right, end) - max(left, start)
        if overlap > most:
            best, most = index, overlap
    return best


def stretches(parts: list[Part]) -> list[tuple[bool, list[Part]]]:
    """Lines from top to bottom in stretches: whether it is prose, and its lines."""
    prose = [is_prose(part) for part in parts]
    lines = [place for place, one in enumerate(prose) if one]
    for before, after in pairwise(lines):
        if after - before <= _BRIDGED + 1 and not any(_ends_in_number(found) for _, found in parts[before + 1 : after]):
            prose[before:after] = [True] * (after - before)
    for clauses in _clauses(parts):
        for place in clauses:
            prose[place] = True
    for place in lines:
        if place + 1 < len(parts) and _ends(parts[place], parts[place + 1]):
            prose[place + 1] = True
    made: list[tuple[bool, list[Part]]] = []
    for _, run in groupby(range(len(parts)), key=lambda place: prose[place]):
        held = list(run)
        text = prose[held[0]] and len(held) >= _PARAGRAPH
        own = [parts[place] for place in held]
        if made and made[-1][0] == text:
            made[-1][1].extend(own)
        else:
            made.append((text, own))
    return made


def _clauses(parts: list[Part]) -> list[range]:
    """Stretches of lines that count themselves, ``1. Prices without tax.``, with a sentence among them: conditions."""
    found: list[range] = []
    start = 0
    for place in range(1, len(parts) + 1):
        if place < len(parts) and _counted_as(parts[place]) == (_counted_as(parts[place - 1]) or -1) + 1:
            continue
        sentences = (is_sentence(" ".join(word.text for word in line.words[1:])) for line, _ in parts[start:place])
        if place - start >= _PARAGRAPH and any(sentences):
            found.append(range(start, place))
        start = place
    return found


def _counted_as(part: Part) -> int | None:
    """The number that a line begins with, as in ``3.`` or ``3)``."""
    mark = _CLAUSE.fullmatch(part[0].words[0].text)
    return int(mark[1]) if mark else None


def _ends_in_number(found: list[Segment]) -> bool:
    return len(found) > 1 and any(char.isdigit() for char in found[-1].text)


def _ends(before: Part, part: Part) -> bool:
    """Whether a short line is the last of a paragraph: close below it, from the same left edge on."""
    line, found = part
    gap = line.top - before[0].bottom
    return len(found) == 1 and gap < 0.5 * line.size and abs(line.left - before[0].left) < 2 and not is_tabled(found)

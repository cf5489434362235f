"""Rows that are wider than the others because a text or an amount held the delimiter without quotes: joined again."""

from __future__ import annotations

import re
from collections import Counter

from ml_analyze.extraction.grid import Row
from ml_analyze.extraction.understanding.profile import number_of

_MOST_SURPLUS = 12
# the two halves of 2,838.50 or of 81,22 where the comma also parts the columns
_THOUSANDS = re.compile(r"\D{0,4}\d{1,3}(?:,\d{3})*")
_REST = re.compile(r"\d{3}(?:\.\d{1,4})?\D{0,4}")
_WHOLE, _CENTS = re.compile(r"\D{0,4}\d{1,7}"), re.compile(r"\d{2}\D{0,4}")


def mend(rows: list[Row], delimiter: str) -> int:
    """Join the cells of rows that are too wide; in place, returns how many rows were mended."""
    if delimiter == "," and (mended := _join_amounts(rows)):
        return mended
    return _join_texts(rows, delimiter)


def _join_amounts(rows: list[Row]) -> int:
    """Amounts cut at their commas: the header says how many columns there are, and the wider rows fit it joined."""
    head = next((row for row in rows if len(row) > 1), [])
    wider = [(index, row) for index, row in enumerate(rows) if len(row) > len(head)]
    if not head or 2 * len(wider) < len(rows) or any(number_of(cell) is not None for cell in head):
        return 0
    for first, rest in ((_THOUSANDS, _REST), (_WHOLE, _CENTS)):
        joined = [(index, _amounts_joined(row, len(row) - len(head), first, rest)) for index, row in wider]
        whole = [(index, row) for index, row in joined if row is not None]
        if len(whole) >= 0.9 * len(wider):
            break
    else:
        return 0
    for index, row in whole:
        rows[index] = row
    return len(whole)


def _amounts_joined(row: Row, surplus: int, first: re.Pattern[str], rest: re.Pattern[str]) -> Row | None:
    """The row with ``surplus`` pairs of neighbours joined; None where that can be done in no way or in several."""
    places = [
        at
        for at in range(len(row) - 1)
        if first.fullmatch(str(row[at] or "").strip()) and rest.fullmatch(str(row[at + 1] or "").strip())
    ]
    if len(places) != surplus:
        return None
    joined = list(row)
    for at in reversed(places):
        joined[at : at + 2] = [f"{str(joined[at]).strip()},{str(joined[at + 1]).strip()}"]
    return joined


def _join_texts(rows: list[Row], delimiter: str) -> int:
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0
    width, count = widths.most_common(1)[0]
    if width < 2 or count < 0.6 * len(rows) or count == len(rows):
        return 0
    usual = [row for row in rows if len(row) == width][:300]
    numeric = [sum(number_of(row[at]) is not None for row in usual) >= 0.7 * len(usual) for at in range(width)]
    lengths = [sum(len(str(row[at] or "")) for row in usual) for at in range(width)]
    mended = 0
    for index, row in enumerate(rows):
        surplus = len(row) - width
        if (
            0 < surplus <= _MOST_SURPLUS
            and any(str(cell or "").strip() for cell in row[width:])
            and (joined := _join(row, surplus, numeric, lengths, delimiter))
        ):
            rows[index] = joined
            mended += 1
    return mended


def _join(row: Row, surplus: int, numeric: list[bool], lengths: list[int], delimiter: str) -> Row | None:
    """The row with one text put together again so that its numbers stand in the numeric columns."""
    places = sorted((at for at in range(len(numeric)) if not numeric[at]), key=lambda at: -lengths[at])
    for at in places:
        joined: Row = [
            *row[:at],
            delimiter.join(str(cell or "") for cell in row[at : at + surplus + 1]),
            *row[at + surplus + 1 :],
        ]
        fits = all(
            number_of(cell) is not None or not str(cell or "").strip()
            for cell, is_number in zip(joined, numeric, strict=True)
            if is_number
        )
        if fits:
            return joined
    return None

"""Many dicts of one shape. A display of known length makes them in a fraction of the time of ``dict(zip(…))``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Record = dict[str, Any]
_LONGEST = 14


def records(keys: Sequence[str], columns: Sequence[Iterable[Any]]) -> list[Record]:
    """One dict a row: ``keys`` to the row's values, ``columns`` having as many values as there are rows."""
    if len(keys) <= _LONGEST:
        return _DISPLAYS[len(keys)](keys, zip(*columns, strict=True))
    head = records(keys[:_LONGEST], columns[:_LONGEST])
    tail = records(keys[_LONGEST:], columns[_LONGEST:])
    for record, more in zip(head, tail, strict=True):
        record.update(more)
    return head


def _of_1(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Record]:
    (a,) = keys
    return [{a: aa} for (aa,) in rows]


def _of_2(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Record]:
    a, b = keys
    return [{a: aa, b: bb} for aa, bb in rows]


def _of_3(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Record]:
    a, b, c = keys
    return [{a: aa, b: bb, c: cc} for aa, bb, cc in rows]


def _of_4(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Record]:
    a, b, c, d = keys
    return [{a: aa, b: bb, c: cc, d: dd} for aa, bb, cc, dd in rows]


def _of_5(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Record]:
    a, b, c, d, e = keys
    return [{a: aa, b: bb, c: cc, d: dd, e: ee} for aa, bb, cc, dd, ee in rows]


def _of_6(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Record]:
    a, b, c, d, e, f = keys
    return [{a: aa, b: bb, c: cc, d: dd, e: ee, f: ff} for aa, bb, cc, dd, ee, ff in rows]


def _of_7(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Record]:
    a, b, c, d, e, f, g = keys
    return [{a: aa, b: bb, c: cc, d: dd, e: ee, f: ff, g: gg} for aa, bb, cc, dd, ee, ff, gg in rows]


def _of_8(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Record]:
    a, b, c, d, e, f, g, h = keys
    return [{a: aa, b: bb, c: cc, d: dd, e: ee, f: ff, g: gg, h: hh} for aa, bb, cc, dd, ee, ff, gg, hh in rows]


def _of_9(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Record]:
    a, b, c, d, e, f, g, h, i = keys
    return [
        {a: aa, b: bb, c: cc, d: dd, e: ee, f: ff, g: gg, h: hh, i: ii} for aa, bb, cc, dd, ee, ff, gg, hh, ii in rows
    ]


def _of_10(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Record]:
    a, b, c, d, e, f, g, h, i, j = keys
    return [
        {a: aa, b: bb, c: cc, d: dd, e: ee, f: ff, g: gg, h: hh, i: ii, j: jj}
        for aa, bb, cc, dd, ee, ff, gg, hh, ii, jj in rows
    ]


def _of_11(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Record]:
    a, b, c, d, e, f, g, h, i, j, k = keys
    return [
        {a: aa, b: bb, c: cc, d: dd, e: ee, f: ff, g: gg, h: hh, i: ii, j: jj, k: kk}
        for aa, bb, cc, dd, ee, ff, gg, hh, ii, jj, kk in rows
    ]


def _of_12(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Record]:
    a, b, c, d, e, f, g, h, i, j, k, q = keys
    return [
        {a: aa, b: bb, c: cc, d: dd, e: ee, f: ff, g: gg, h: hh, i: ii, j: jj, k: kk, q: qq}
        for aa, bb, cc, dd, ee, ff, gg, hh, ii, jj, kk, qq in rows
    ]


def _of_13(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Record]:
    a, b, c, d, e, f, g, h, i, j, k, q, m = keys
    return [
        {a: aa, b: bb, c: cc, d: dd, e: ee, f: ff, g: gg, h: hh, i: ii, j: jj, k: kk, q: qq, m: mm}
        for aa, bb, cc, dd, ee, ff, gg, hh, ii, jj, kk, qq, mm in rows
    ]


def _of_14(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Record]:
    a, b, c, d, e, f, g, h, i, j, k, q, m, n = keys
    return [
        {a: aa, b: bb, c: cc, d: dd, e: ee, f: ff, g: gg, h: hh, i: ii, j: jj, k: kk, q: qq, m: mm, n: nn}
        for aa, bb, cc, dd, ee, ff, gg, hh, ii, jj, kk, qq, mm, nn in rows
    ]


_DISPLAYS = {
    1: _of_1,
    2: _of_2,
    3: _of_3,
    4: _of_4,
    5: _of_5,
    6: _of_6,
    7: _of_7,
    8: _of_8,
    9: _of_9,
    10: _of_10,
    11: _of_11,
    12: _of_12,
    13: _of_13,
    14: _of_14,
}

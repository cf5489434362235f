"""The straight lines that a PDF page draws, across and down."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from .chars import Turn

SNAP = 3.0  # points within which two lines are one
_THIN = 3.0
_SHORTEST = 4.0
_CURVES = 2000
_STROKE = 2  # segments: from here to there


@dataclass
class Ruling:
    """A straight line: its place across and its extent along, in points."""

    at: float
    start: float
    end: float


@dataclass
class Rulings:
    """The lines of a page; ``across`` and ``down`` are joined where they touch, ``strokes`` are thin ones as drawn."""

    across: list[Ruling]
    down: list[Ruling]
    strokes: list[Ruling]


def page_rulings(page: Any, turn: Turn, limit: int) -> Rulings:
    """Lines and the edges of boxes; shading counts only on a page that draws no table with lines."""
    across: list[Ruling] = []
    down: list[Ruling] = []
    shaded: tuple[list[Ruling], list[Ruling]] = ([], [])
    left, bottom, right, top = page.get_bbox()
    largest = 0.9 * (right - left) * (top - bottom)
    for count, item in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=4)):
        if count >= limit:
            break
        into = (across, down) if _is_stroked(item) else shaded
        for x0, y0, x1, y1 in _pieces(item):
            sides = turn(min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1))
            wide, high = abs(sides[1] - sides[0]), abs(sides[3] - sides[2])
            if wide * high < largest:
                _take_box(sides, (across, down) if min(wide, high) <= _THIN else into)
    # shading behind text has edges too, but where lines are drawn these are the table
    strokes = [Ruling(ruling.at, ruling.start, ruling.end) for ruling in across]
    if len(across) < 2 or len(down) < 3:
        across, down = across + shaded[0], down + shaded[1]
    return Rulings(_merged(across), _merged(down), strokes)


def _is_stroked(item: Any) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item.raw, ctypes.byref(fill), ctypes.byref(stroke))
    return bool(stroke.value)


def _take_box(sides: tuple[float, float, float, float], into: tuple[list[Ruling], list[Ruling]]) -> None:
    across, down = into
    left, right = sorted(sides[:2])
    top, bottom = sorted(sides[2:])
    wide, high = right - left, bottom - top
    if high <= _THIN and wide > _SHORTEST:
        across.append(Ruling((top + bottom) / 2, left, right))
    elif wide <= _THIN and high > _SHORTEST:
        down.append(Ruling((left + right) / 2, top, bottom))
    elif wide > _SHORTEST and high > _SHORTEST:
        across += [Ruling(top, left, right), Ruling(bottom, left, right)]
        down += [Ruling(left, top, bottom), Ruling(right, top, bottom)]


def _pieces(item: Any) -> Iterable[tuple[float, float, float, float]]:
    """A simple path as its box, a slanting stroke as nothing; one of many segments as each straight segment."""
    count = pdfium.FPDFPath_CountSegments(item.raw)
    if count <= 6:
        left, bottom, right, top = item.get_bounds()
        slants = count == _STROKE and min(right - left, top - bottom) > _THIN and not _segments(item, count)
        return [] if slants else [(left, bottom, right, top)]
    return _segments(item, min(count, _CURVES))


def _segments(item: Any, count: int) -> list[tuple[float, float, float, float]]:
    matrix = item.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    pieces: list[tuple[float, float, float, float]] = []
    before: tuple[float, float] | None = None
    start: tuple[float, float] | None = None
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item.raw, index)
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        here = matrix.on_point(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_LINETO and before is not None:
            pieces.append((*before, *here))
        elif kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = here
        if pdfium.FPDFPathSegment_GetClose(segment) and start is not None:
            pieces.append((*here, *start))
        before = here
    return [piece for piece in pieces if abs(piece[0] - piece[2]) <= 1 or abs(piece[1] - piece[3]) <= 1]


def _merged(rulings: list[Ruling]) -> list[Ruling]:
    """Collinear pieces that touch, joined."""
    merged: list[Ruling] = []
    rulings.sort(key=lambda ruling: (ruling.at, ruling.start))
    group: list[Ruling] = []
    for ruling in rulings:
        if group and ruling.at - group[-1].at > 1.2:
            merged.extend(_joined(group))
            group = []
        group.append(ruling)
    merged.extend(_joined(group))
    return merged


def _joined(group: list[Ruling]) -> list[Ruling]:
    if not group:
        return []
    at = sum(ruling.at for ruling in group) / len(group)
    joined: list[Ruling] = []
    for ruling in sorted(group, key=lambda ruling: ruling.start):
        if joined and ruling.start <= joined[-1].end + SNAP:
            joined[-1].end = max(joined[-1].end, ruling.end)
        else:
            joined.append(Ruling(at, ruling.start, ruling.end))
    return joined

"""Pages without letters that are pictures of text, and not of goods."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pypdfium2

_WIDE = 480  # pixels
_STRIPS = 8
_PAPER, _INK = 190, 110  # levels of grey
_WHITE_SHARE = 0.6
_LINES = 8
_DARK = bytes(1 if level < _INK else 2 if level > _PAPER else 0 for level in range(256))


def is_scan(page: Any) -> bool:
    """Whether most of a page is white and at least two of eight strips down it hold lines, one below another."""
    try:
        bitmap = page.render(scale=_WIDE / max(page.get_width(), 1.0), grayscale=True)
    except (pypdfium2.PdfiumError, MemoryError, ValueError):
        return False
    levels = bytes(bitmap.buffer).translate(_DARK)
    if levels.count(2) < _WHITE_SHARE * len(levels):
        return False
    wide = bitmap.width // _STRIPS
    lined = 0
    for strip in range(_STRIPS):
        starts = range(strip * wide, bitmap.height * bitmap.stride, bitmap.stride)
        inked = [1 in levels[start : start + wide] for start in starts]
        lined += sum(after and not before for before, after in pairwise(inked)) >= _LINES
    return lined >= 2

"""Codes that a spreadsheet has taken for numbers or days and written anew: what they were, nobody can tell."""

from __future__ import annotations

import re
from datetime import date

from handoff.doubts import Doubt, DoubtCode
from ml_analyze.extraction.grid import Value, text_of

from .sayings import named_by
from .tables import Table

_POWER = re.compile(r"\d(?:[.,]\d{1,14})?[eE]\+\d{1,3}")
_SAYS_CODE = 0.9
_ROWS = 1000


def cut_codes(table: Table, *, place: str) -> list[Doubt]:
    """A doubt about columns headed as codes with cells such as 1,23E+05 or days; ``place`` of the table, for people."""
    found = []
    for at, header in enumerate(table.headers):
        if named_by(header).get("sku", 0.0) < _SAYS_CODE:
            continue
        cells = [row[at] for row in table.held_rows()[:_ROWS] if at < len(row)]
        lost = [text_of(cell) for cell in cells if _is_lost(cell)]
        if lost:
            said = f"{header}: {lost[0]} was another code once"
            found.append(Doubt(what=DoubtCode.COLUMN, where=place, choice=said, probability=0.3))
    return found


def _is_lost(cell: Value) -> bool:
    return isinstance(cell, date) or (isinstance(cell, str) and _POWER.fullmatch(cell.strip()) is not None)

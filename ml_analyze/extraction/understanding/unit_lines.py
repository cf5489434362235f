"""Lines that say the prices of the row above once more for one gram, litre or metre: no items of their own."""

from __future__ import annotations

from itertools import pairwise

from ml_analyze.extraction.grid import Row

from .price_cells import without_unit
from .profile import number_of

_LOOKED_AT, _LEAST, _NEARLY_ALL = 60, 3, 0.8


def unit_lines(rows: list[Row], first: int) -> frozenset[int]:
    """The indices of such lines among ``rows``, of which the first has the index ``first``; none where items alternate
    with nothing of the kind."""
    if len(_pairs(rows[:_LOOKED_AT])) < _LEAST:
        return frozenset()
    found = _pairs(rows)
    others = sum(bool(_amounts(row, each=False)) for row in rows)
    return frozenset(first + at for at in found) if len(found) >= _NEARLY_ALL * others else frozenset()


def _pairs(rows: list[Row]) -> list[int]:
    """Where each amount of a row stands below a larger one, and all of them are for one unit."""
    found = []
    for at, (above, row) in enumerate(pairwise(rows), 1):
        whole, each = _amounts(above, each=False), _amounts(row, each=True)
        if len(each) > 1 and each.keys() <= whole.keys() and all(each[column] < whole[column] for column in each):
            found.append(at)
    return found


def _amounts(row: Row, *, each: bool) -> dict[int, float]:
    """Column → amount, if all amounts of the row are for one unit, or none of them is."""
    numbers = {at: number for at, cell in enumerate(row) if (number := number_of(cell)) is not None}
    units = [isinstance(row[at], str) and without_unit(str(row[at]))[2] is not None for at in numbers]
    return numbers if units and (all(units) if each else not any(units)) else {}

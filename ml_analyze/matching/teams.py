"""Which rows of a list offer the same thing, and which products a person has given to another one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.grounds import same_thing
from ml_analyze.matching.record import Record
from ml_analyze.matching.rivals import Claims

# A pair less likely than this is no claim; of more rows than this that claim one product the likeliest are compared.
_LEAST_CLAIM, _MOST_ROWS = -4.0, 12


def claims_of(
    logits: NDArray[np.float64],
    numbers: NDArray[np.int64],
    *,
    items: Sequence[Record],
    product_of: Callable[[int], Record],
    holders: Mapping[int, Sequence[Record]],
) -> Claims:
    """The claims of a list's rows; ``holders`` are rows that people linked to a product."""
    claims = Claims.of(logits, numbers)
    teams, gone = claims.teams.copy(), claims.gone
    for number, places in _claimed(logits, numbers).items():
        held_by = holders.get(number, ())
        if len(places) < 2 and not held_by:
            continue
        product = product_of(number)
        for at, (row, place) in enumerate(places):
            for other, other_place in places[:at]:
                if same_thing(items[row], items[other], of=product):
                    teams[row, place] = teams[other, other_place]
                    break
        for row, place in places if held_by else ():
            gone[row, place] = not any(same_thing(items[row], holder, of=product) for holder in held_by)
    return Claims(logits, numbers, teams, gone, claims.asked)


def _claimed(logits: NDArray[np.float64], numbers: NDArray[np.int64]) -> dict[int, list[tuple[int, int]]]:
    """Per product the (row, place) of its claims, the likeliest first."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows, places = np.nonzero((numbers >= 0) & (logits > _LEAST_CLAIM))
    order = np.argsort(-logits[rows, places], kind="stable")
    for row, place in zip(rows[order].tolist(), places[order].tolist(), strict=True):
        claims = found[int(numbers[row, place])]
        if len(claims) < _MOST_ROWS:
            claims.append((row, place))
    return found

"""Model numbers with an ending: the thing with one stands beside the thing without, and rows leave endings out."""

from __future__ import annotations

from collections.abc import Iterable

from ml_analyze.matching.apart import doubts
from ml_analyze.matching.record import Record

# Letters and digits of what is put after a model number: a colour, a market, a package.
_LONGEST_ENDING = 5


def ending_beside(row: Record, numbers: frozenset[str], others: Iterable[Record]) -> list[str]:
    """A sentence where one of the ``others`` has one of the row's numbers with an ending, and may be meant as well.

    Who writes numbers without their endings means that one as often.
    """
    for other in others:
        longer = [code for code in sorted(other.codes | other.own_codes) if _begins(code, numbers)]
        if longer and not doubts(row, other):
            return [f"the catalogue has {longer[0]} too"]
    return []


def _begins(code: str, numbers: Iterable[str]) -> bool:
    """Whether it is one of the numbers with an ending; a number with more digits is another one."""
    for number in numbers:
        ending = code[len(number) :] if code.startswith(number) else ""
        if 0 < len(ending) <= _LONGEST_ENDING and not (number[-1].isdigit() and ending[0].isdigit()):
            return True
    return False

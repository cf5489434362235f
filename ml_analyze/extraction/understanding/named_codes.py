"""Codes that stand within the names, in brackets at their end or at their beginning: *Cordless drill (WK-1820)*."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = r"(?:арт(?:икул)?|код|art(?:ikel|icle)?|code|kod|cod|ref|réf|sku|nr|no|№|mod(?:el)?)"
_CODE = rf"(?:{_WORD}\b[.:№ ]{{0,3}})?(?P<code>[^\s()\[\]]{{3,24}})"
_PLACES = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"^[^()\[\]]{{2,120}}\({_CODE}\)$",
        rf"^[^()\[\]]{{2,120}}\[{_CODE}\]$",
        rf"^\[{_CODE}\] ?[^()\[\]]{{2,120}}$",
        rf"^\({_CODE}\) ?[^()\[\]]{{2,120}}$",
    )
)
# 500g, 12V, 2.5l, 40x60, 4/6, 50%: what a name is told apart by
_SIZE = re.compile(r"(?:\d{1,5}(?:[.,]\d{1,3})?(?:[^\W\d_]{1,4}|[%°\"'])?(?:[-x×х*/+]|$))+", re.IGNORECASE)
_LEAST, _NEARLY_ALL = 3, 0.95
_LEAST_DIGITS, _YEARS = 4, range(1900, 2100)


class NamedCodes:
    """Where the names of a list hold their codes."""

    def __init__(self, place: re.Pattern[str]) -> None:
        self._place = place

    def of(self, name: str) -> str | None:
        """The code of one name; None where it has none."""
        match = self._place.match(name)
        return match["code"] if match and _is_code(match["code"]) else None


def codes_in(names: Sequence[str]) -> NamedCodes | None:
    """How to take the codes out of such names: nearly each has one, in the same place, and no two the same."""
    for place in _PLACES:
        codes = [code for name in names if (code := NamedCodes(place).of(name))]
        if len(codes) >= max(_LEAST, _NEARLY_ALL * len(names)) and len(set(codes)) == len(codes):
            return NamedCodes(place)
    return None


def _is_code(text: str) -> bool:
    """Letters and digits together, or a long number; no size, no year."""
    digits = sum(map(str.isdigit, text))
    if not digits or _SIZE.fullmatch(text):
        return text.isdecimal() and len(text) >= _LEAST_DIGITS and int(text) not in _YEARS
    return True

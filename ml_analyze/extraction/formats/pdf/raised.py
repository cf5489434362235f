"""Small raised figures behind a number: cents, which are part of it, or the mark of a footnote, which is not."""

from __future__ import annotations

import re

from .text import Word

SMALL = 0.8  # of the number's height
ENDS = frozenset("0123456789.,")  # of a number that figures may be raised behind
_LIFTED, _NEAR = 0.1, 0.3
_WHOLE = re.compile(r"[^\w]{0,3}\d{1,3}(?:[.,'’]?\d{3})*")
_CENTS = re.compile(r"\d\d\*?")
_MARK = re.compile(r"(\d{1,2})\)?")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def with_raised(words: list[Word]) -> list[Word]:
    """Words with their raised figures: ``12`` and a small ``50`` is 12.50, ``539.80`` and a small ``1`` is 539.80¹."""
    pairs = [at for at in range(1, len(words)) if _is_raised(words[at - 1], words[at])]
    if not pairs:
        return words
    cents = [at for at in pairs if _CENTS.fullmatch(words[at].text) and _WHOLE.fullmatch(words[at - 1].text)]
    point = "," if any("." in words[at - 1].text for at in cents) else "."
    for at in pairs:
        number, small = words[at - 1], words[at]
        if at in cents:
            number.text += point + small.text
        elif number.text[-1] in ".,":
            number.text += small.text
        elif mark := _MARK.fullmatch(small.text):
            number.text += mark[1].translate(_RAISED)
        else:
            number.text += small.text
        number.right, number.starts = max(number.right, small.right), ()
    taken = set(pairs)
    return [word for at, word in enumerate(words) if at not in taken]


def _is_raised(number: Word, small: Word) -> bool:
    return (
        small.size < SMALL * number.size
        and small.bottom < number.bottom - _LIFTED * number.size
        and -_LIFTED * number.size < small.left - number.right < _NEAR * number.size
        and small.text[0].isdigit()
        and number.text[-1] in ENDS
    )

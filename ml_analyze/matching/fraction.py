"""Fractions as decimal numbers: ``¾"``, ``3/4"``, ``0.75"`` are one size; ``1 1/2``, ``1-1/2``, ``1½`` one number."""

from __future__ import annotations

import re

_INCH = r'"|(?:inch|inches|zoll|дюйм\w{0,3}|pulgadas?|pollici|pouces?|polegadas?|cal|cali|palcu|palce|tum)(?!\w)'
# Threads are as wide as their number says in inches, which nobody writes there: G 1/2, 3/4 NPT.
_THREAD = "bsp[pt]?|npt[fm]?"
_FRACTION = re.compile(
    rf"(?<![\w.,/-])(?P<thread>(?:{_THREAD}|g|rp?) ?)?"
    # "dn 15 1/2" is a pipe's width twice, and a number of two digits hardly one of whole inches
    r"(?:(?P<whole>(?<!dn )(?<!dn)\d{1,2}(?= \d/3(?!\d))|(?<!dn )\d|\d{1,2}(?=-))[ -])?"
    r"(?P<over>\d{1,2})/(?P<under>2|3|4|8|16|32|64)"
    rf"(?P<inch> ?-?(?:{_INCH})|-?in(?!\w)| in(?! ?\d|\w))?(?P<threaded>(?= (?:{_THREAD})(?!\w)))?"
    r"(?![\w/]|[.,]\d|-[^\W\d_])"
)
_CROSSED = re.compile(r"(?<=\d) ?[xх*] ?(?=\d{1,2}/\d)")
# Of numbers times numbers the last one has the unit of all.
_UNIT_BETWEEN = re.compile(r'(?<=\d) ?" ?[xх*] ?(?=\d)')


def in_decimals(text: str) -> str:
    """A normalised text with its fractions spelled as decimals; a thread's width is in inches.

    Left as they are: parts of a code (``SS-1/2-K``), three numbers (``1/2/3``), and what is more than one
    (``205/55``, ``24/7``) unless inches are named.
    """
    if "/" not in text:
        return text
    told = _FRACTION.sub(_spelled, _CROSSED.sub(" x ", _UNIT_BETWEEN.sub(" x ", text)))
    return _UNIT_BETWEEN.sub(" x ", told)


def _spelled(found: re.Match[str]) -> str:
    over, under = int(found["over"]), int(found["under"])
    thread, inch = (found["thread"] or "").strip(), found["inch"]
    widths = bool(inch or thread or found["threaded"] is not None)
    if (over >= under and not inch) or not over:
        return found[0]
    value = f"{int(found['whole'] or 0) + over / under:.4f}".rstrip("0").rstrip(".")
    return f"{thread} {value}".strip() + ('"' if widths else "")

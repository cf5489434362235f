"""Model numbers and the like, told from what only looks like one: sizes, interfaces, threads, norms."""

from __future__ import annotations

import re
from functools import lru_cache

from ml_analyze.matching.sizes import NUMBER, UNIT
from ml_analyze.matching.vocabulary import FOR, ISSUERS

_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")
_INNER_SIGN = re.compile(r"(?<=[^\W_])[-_/.](?=[^\W_])")
BEFORE_FOR = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, FOR), key=len, reverse=True))})(?!\w)")
_ISSUER = "|".join(sorted(ISSUERS, key=len, reverse=True))
_SHARED = "in|out|way|port|ports|pack|pcs|pc|st|stk|er|fach|gang|bit|bay|ch|core|zone|pin|i|p|x|k|d|th|nd|rd|g"
_LIKE_A_CODE = re.compile(
    rf"(?:{NUMBER}(?:{UNIT}))+"  # 500gb, 12v2ah
    r"|m?\d++(?:x\d++)++[a-z]{0,3}"  # m8x40, 1920x1080, 30x40cm
    r"|\d{3}/?\d{2}z?r\d{2}c?"  # a tyre
    rf"|(?:{_ISSUER})\d++(?:[a-z]\d++)*+[a-z]?(?:gen\d++)?"  # usb30, din912
    rf"|(?:\d++(?:{_SHARED}))+\d?"  # 2in2out, 3in1, 24port
    r"|\d{1,2}w\d{2}"  # an oil's grade
    r"|(?:1[89]|20)\d{2}(?:r\d|v\d|sp\d)"  # a year and a release
)


def codes(text: str) -> frozenset[str]:
    """Model numbers: letters with digits, or five digits and more."""
    if not _DIGIT.search(text):
        return frozenset()
    # Most words have letters alone: what is left is short.
    told = " ".join([chunk for chunk in text.split() if not chunk.isalpha()])
    return frozenset(filter(_is_code, _WORD.findall(_INNER_SIGN.sub("", told)))) if told else frozenset()


@lru_cache(maxsize=50_000)
def _is_code(word: str) -> bool:
    """Words repeat, and the pattern is long."""
    if len(word) < 4 or not _DIGIT.search(word):
        return False
    return len(word) >= 5 if word.isdigit() else not _LIKE_A_CODE.fullmatch(word)


def meant_for(text: str) -> frozenset[str]:
    """Codes after a "for": what the thing fits, not what it is."""
    parts = BEFORE_FOR.split(text, maxsplit=1)
    return codes(parts[1]) if len(parts) > 1 and parts[0].strip() else frozenset()

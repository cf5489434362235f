"""Sizes, packs and numbers of a text: ``24x0.5 l`` is ``24 x 500 ml``, ``5W-30`` no 5 watt, ``X10`` no pack of ten."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ml_analyze.matching.vocabulary import COUNTS, UNITS

_DIGIT = re.compile(r"\d")
_FEW_DIGITS = re.compile(r"\d{1,4}")
NUMBER = r"\d+(?:[.,]\d+)*"
_NUMBER = re.compile(NUMBER)


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


# Also a preposition or a "times": "3 in 1", "3 в 1", "6 x 1 l" are no sizes of their own.
_PREPOSITIONS = {"in", "в", "x", "х"}
UNIT = "|".join(
    re.escape(u) + (r"(?![ /]?\d)" if u in _PREPOSITIONS else "")
    for u in sorted((u for u in UNITS if u.isalnum()), key=len, reverse=True)
)
_X = "[xх*]"
# What ends a number: no letter, and no further digits after a mark, but for the mark that ends a sentence.
END = r"(?!\w|[.,]\d)"
_CROSS = re.compile(rf"{_X} ?m?\d")
# Not inside a code ("KDD-18X" is no zoom, "5W-30" no power); 2G to 5G are networks.
_MEASURE = re.compile(rf"(?<![\w.,])(?<![^\W\d_]-)(?![2-5]g(?!\w))({NUMBER})[ -]?(?:({UNIT})(?![^\W_]|-\d)|([\"%]))")
# Signs between two numbers are set apart, so that both are read: "24x0.5 l", "2x4,0 ah". Not in a code.
_BETWEEN = re.compile(rf"(?<![\w.,])(?<![^\W\d_]-)({NUMBER}){_X}(?=\d)")
_TIGHT = re.compile(rf"\d{_X}\d")
_POURED = _any(unit for unit, (dimension, _) in UNITS.items() if dimension in ("mass", "volume") and unit.isalnum())
_COUNT = re.compile(rf"(?<![\w.,])(\d{{1,4}})[ -]?(?:{_any(COUNTS)})(?![^\W_])")
_TIMES = re.compile(rf"(?<![\w.,])(?<![^\W\d_]-)(\d{{1,3}}) ?{_X} ?(?={NUMBER} ?(?:{_POURED})(?![^\W_]))")
# After a size, or after a word and by itself: "400 g x 12", "water x 24"; "1024 x 768", "Phone X10" are no packs.
_TIMES_AFTER = re.compile(
    rf"(?:(?<![\w.,]){NUMBER} ?(?:{_POURED}) ?{_X} ?|(?<=[^\W\d_]) {_X} )(\d{{1,3}})"
    rf"{END}(?! ?{_X})(?! ?(?:{UNIT})(?![^\W_]))"
)
_PACK_OF = re.compile(
    r"(?:pack|box|set|case|bundle|paquete|caja|lot|boite|confezione|caixa|opakowanie|baleni|pakke|forpackning|"
    rf"упаковка|набор) (?:of|von|de|da|di|med|с|из|по|d)? ?(\d{{1,3}}){END}"
)
# "n20" and "№20" count where a strength or a form is named beside them.
_NUMBERED, _MEDICAL = (
    re.compile(rf"(?<![^\W_])no?(\d{{1,3}}){END}"),
    re.compile(r"mg|мг|таб|tab|капс|caps|kaps|амп|amp"),
)
_PLAIN = re.compile(rf"(?<![^\W_])v?({NUMBER})(?![^\W_])")
_DIMS = re.compile(
    rf"(?<![\w.,])(?<![^\W\d_]-)(m?{NUMBER}(?:(?:{_X}| {_X} ){NUMBER}){{1,2}})"
    rf"(?![.,]?\d| ?{_X}| ?(?:{_POURED})(?![^\W_]))"
)
# In a long text most words are far from any number; a gap stands for them, which no size goes across.
_LONG, _REACH, _GAP = 80, 3, "\n"
# What a tyre has and few other texts.
_RIM = re.compile(r"r ?\d{2}")
_TYRE = re.compile(r"(?<!\w)(\d{3})[/ ]?(\d{2}) ?z?r ?(\d{2})(?!\d)")
# What says how large or how many, and what of it is left to look for where nothing is times a number.
_SIZES = (_DIMS, _TIMES_AFTER, _MEASURE, _TIMES, _PACK_OF, _COUNT)
_UNCROSSED = (_MEASURE, _PACK_OF, _COUNT)


@lru_cache(maxsize=50_000)
def amount(text: str) -> float:
    """The value of ``1.5``, ``1,5``, ``1,000`` or ``1.234,5``."""
    if "," in text and "." in text:
        text = text.replace("." if text.rindex(",") > text.rindex(".") else ",", "")
    if text.count(",") == 1 and (len(text) - text.index(",") != 4 or text.startswith("0")):
        text = text.replace(",", ".")
    text = text.replace(",", "")
    if text.count(".") > 1:
        text = text.replace(".", "")
    return float(text)


def measures(text: str) -> dict[str, frozenset[str]]:
    """Dimension to values in its base unit, with four digits that count.

    ``format`` holds what is written as numbers times numbers (``205/55R16``, ``m8x40``, ``1024x768``): it says which
    size a thing is, never which thing.
    """
    found: dict[str, set[str]] = {}
    if not _DIGIT.search(text):
        return {}
    text = _near_digits(text) if len(text) > _LONG else text
    crossed = _CROSS.search(text)
    apart = _set_apart(text)
    for number, word, sign in _MEASURE.findall(apart):
        dimension, factor = UNITS[word or sign]
        found.setdefault(dimension, set()).add(f"{amount(number) * factor:.4g}")
    # Most texts with a number have neither.
    formats = set(map(_format, _DIMS.findall(text))) if crossed else set()
    if _RIM.search(text):
        formats |= {f"{width}/{height}r{rim}" for width, height, rim in _TYRE.findall(text)}
    if formats:
        found["format"] = formats
    return {dimension: frozenset(values) for dimension, values in found.items()}


def _set_apart(text: str) -> str:
    return _BETWEEN.sub(r"\1 x ", text) if _TIGHT.search(text) else text


def _near_digits(text: str) -> str:
    """The text without the words that no size can reach: a size is a number and, at most, the two words after it."""
    kept: list[str] = []
    left = 0
    for chunk in text.split(" "):
        if not chunk.isalpha():
            left = _REACH
        if left:
            kept.append(chunk)
            left -= 1
        elif kept and kept[-1] != _GAP:
            kept.append(_GAP)
    return " ".join(kept)


def without_sizes(text: str) -> str:
    """The text with a blank for each size, format and pack, so that other numbers are left."""
    if not _DIGIT.search(text):
        return text
    crossed = _CROSS.search(text)
    apart = _set_apart(text)
    if _RIM.search(apart):
        apart = _TYRE.sub(" ", apart)
    for pattern in _SIZES if crossed else _UNCROSSED:
        apart = pattern.sub(" ", apart)
    return apart


def _format(text: str) -> str:
    thread = "m" if text.startswith("m") else ""
    return thread + "x".join(f"{amount(part):.6g}" for part in _NUMBER.findall(text))


def packs(text: str) -> frozenset[int]:
    """How many pieces: ``6 x 1 l``, ``1 l x 6``, ``pack of 6``, ``6 pcs``; nothing said is an empty set."""
    if not _DIGIT.search(text):
        return frozenset()
    patterns = (_TIMES, _PACK_OF, _COUNT, _TIMES_AFTER) if _CROSS.search(text) else (_PACK_OF, _COUNT)
    found = {int(n) for pattern in patterns for n in pattern.findall(text)}
    if _MEDICAL.search(text):
        found |= {int(n) for n in _NUMBERED.findall(text)}
    return frozenset(found - {0, 1})


def declared_pack(value: object) -> frozenset[int]:
    """The pieces of a column of its own: a whole number from 2 to 9999; anything else says nothing."""
    text = str(value or "").strip().lstrip("0")
    return frozenset({int(text)}) if _FEW_DIGITS.fullmatch(text) and int(text) > 1 else frozenset()


def numbers(text: str) -> frozenset[str]:
    """Numbers that stand by themselves; a version's ``v`` is left out."""
    told = " ".join([chunk for chunk in text.split() if not chunk.isalpha()])
    return frozenset([f"{amount(n):.6g}" for n in _PLAIN.findall(told)]) if told else frozenset()

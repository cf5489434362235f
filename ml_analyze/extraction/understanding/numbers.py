"""Numbers out of text, with one number format decided per column.

A number is kept as the decimal string that the supplier's digits spell: ``1.234,50`` becomes ``1234.50``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ml_analyze.extraction.grid import Value

from .currency import find_currency

_SPACES = " \u00a0\u202f\u2009\u2007\u2002\u2003"
_APOSTROPHES = "'’‘´`ʼ′ʹ＇"
TOKEN = re.compile(
    rf"""\d{{1,3}}(?:[{_SPACES}{_APOSTROPHES}]\d{{3}})+(?:[.,]\d+)?(?!\d)   # 1 234,56  1'234.56
       | \d{{1,3}}(?:\.\d{{3}})+,\d+(?!\d) | \d{{1,3}}(?:,\d{{2,3}})+\.\d+(?!\d)   # 1.234,56  1,23,456.00
       | \d{{1,3}}(?:\.\d{{3}}){{2,}}(?!\d) | \d{{1,3}}(?:,\d{{2,3}}){{2,}}(?!\d)   # 1.234.567
       | \d+(?:[.,]\d+)? | (?<![\w.,])[.,]\d+   # the dot of Rs.450 is no decimal mark
   """,
    re.VERBOSE,
)
_DROP = str.maketrans("", "", _SPACES + _APOSTROPHES)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_STROKES = re.compile(r"(?<=\d)\s?(?:/[=-]+|:[-–—]+)")  # 1,234/=  1,234/-  199:-
_COLON = re.compile(r"(?<![\d:])(\d{1,3}(?:[ \u00a0]\d{3}){1,4}|\d++):(\d\d)(?![\d:])")  # 199:50
_SIX_DIGITS = 7
_THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))


def visible(text: str) -> str:
    """``text`` without marks that nobody sees: zero-width blanks, direction marks, soft hyphens."""
    return _INVISIBLE.sub("", text)


def ascii_digits(text: str) -> str:
    """Arabic, Persian and full-width digits and marks as ASCII."""
    if text.isascii():
        return text
    text = visible(text)
    text = text.replace("٫", ".").replace("٬", ",").replace("−", "-").replace("–", "-").replace("—", "-")
    return "".join(map(_ascii_char, text))


def _ascii_char(char: str) -> str:
    if char.isascii():
        return char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    return unicodedata.normalize("NFKC", char) if "\uff00" <= char <= "\uffef" else char


def spell(token: str, mark: str | None) -> str | None:
    """The decimal string of one number token, ``mark`` being the column's decimal mark."""
    token = token.translate(_DROP)
    dots, commas = token.count("."), token.count(",")
    if dots and commas:
        decimal = "." if token.rfind(".") > token.rfind(",") else ","
    elif dots + commas == 1:
        sign = "." if dots else ","
        whole, _, tail = token.partition(sign)
        decimal = sign
        if len(tail) == 3 and whole not in ("", "0") and len(whole) <= 3 and sign != mark:
            decimal = ""
    else:
        decimal = ""
    if decimal == ".":
        spelled = token.replace(",", "")
    elif decimal == ",":
        spelled = token.replace(".", "").replace(",", ".")
    else:
        spelled = token.replace(".", "").replace(",", "")
    if spelled.startswith("."):
        spelled = "0" + spelled
    return _trim_zeros(spelled)


def _trim_zeros(spelled: str) -> str | None:
    if spelled.count(".") > 1:
        return None
    whole, dot, tail = spelled.partition(".")
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{tail}" if dot and tail else whole


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """``mark``: the decimal mark, None where no cell shows one; ``doubt``: a cell that may be read in two ways."""

    mark: str | None
    doubt: str | None = None


def decimal_mark(values: Iterable[Value]) -> str | None:
    """The decimal mark of a column, from every cell that leaves no doubt; None when none does."""
    return number_format(values).mark


def number_format(values: Iterable[Value]) -> NumberFormat:
    """How a column writes its numbers.

    Three digits behind a single mark are thousands, unless something says otherwise: prices with exactly three
    decimals throughout are far rarer than prices above a thousand without any. It stays a doubt where no number
    below a thousand and none of six digits shows that the list has no decimals.
    """
    votes: Counter[str] = Counter()
    doubtful: list[str] = []
    three_decimals, hundreds = False, 0
    for value in values:
        match = TOKEN.search(ascii_digits(value)) if isinstance(value, str) else None
        if not match:
            continue
        token = match[0].translate(_DROP)
        mark = _told_by(token)
        if mark:
            votes[mark] += 1
        elif mark is None:
            hundreds += len(token) == 3
        else:
            doubtful.append(match[0])
            three_decimals = three_decimals or find_currency(str(value)) in _THREE_DECIMALS
    if votes or not doubtful:
        return NumberFormat(votes.most_common(1)[0][0] if votes else None)
    sign = Counter("." if "." in token else "," for token in doubtful).most_common(1)[0][0]
    if three_decimals:
        return NumberFormat(sign)
    sure = hundreds or any(len(token) >= _SIX_DIGITS for token in doubtful)
    return NumberFormat("," if sign == "." else ".", None if sure else doubtful[0])


def _told_by(token: str) -> str | None:
    """The decimal mark that a number shows; None where it has no marks at all, nothing where they may be either."""
    marks = [char for char in token if char in ".,"]
    if len(set(marks)) == 2:
        return marks[-1]
    if not marks:
        return None
    if len(marks) > 1:
        return "," if marks[0] == "." else "."
    tail = token.rpartition(marks[0])[2]
    sure = len(tail) != 3 or token.startswith(("0" + marks[0], marks[0])) or len(token) > 7
    return marks[0] if sure else ""


def without_strokes(text: str) -> str:
    """Without the strokes that stand for no cents, and with a point for the colon of 199:50, which no clock shows."""
    if ":" not in text and "/" not in text:
        return text
    text = _STROKES.sub("", text)
    match = _COLON.search(text)
    if match and (int(match[1].translate(_DROP)) > 24 or int(match[2]) > 59):
        text = f"{text[: match.end(1)]}.{text[match.start(2) :]}"
    return text


def signed(text: str) -> str:
    """A plain decimal number without leading zeros, its sign kept; zero has none."""
    value = _trim_zeros(text.lstrip("-")) or "0"
    return f"-{value}" if text.startswith("-") and value.strip("0.") else value

"""Numbers and prices out of text, with one number format decided per column.

A price is kept as the decimal string that the supplier's digits spell: ``1.234,50`` becomes
``1234.50``. What cannot be a price is None; nothing becomes 0 that was not written so.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ml_analyze.extraction.grid import Value, number_text

from .currency import find_currency
from .lexicon import Lexicon, lexicon

_SPACES = " \u00a0\u202f\u2009\u2007\u2002\u2003"
_APOSTROPHES = "'’´`ʼ"
TOKEN = re.compile(
    rf"""\d{{1,3}}(?:[{_SPACES}{_APOSTROPHES}]\d{{3}})+(?:[.,]\d+)?(?!\d)   # 1 234,56  1'234.56
       | \d{{1,3}}(?:\.\d{{3}})+,\d+(?!\d) | \d{{1,3}}(?:,\d{{2,3}})+\.\d+(?!\d)   # 1.234,56  1,23,456.00
       | \d{{1,3}}(?:\.\d{{3}}){{2,}}(?!\d) | \d{{1,3}}(?:,\d{{2,3}}){{2,}}(?!\d)   # 1.234.567
       | \d+(?:[.,]\d+)? | (?<!\d)[.,]\d+ """,
    re.VERBOSE,
)
_PLAIN = re.compile(r"-?\d+(?:\.(?:\d\d?|\d{4,}))?")
_DROP = str.maketrans("", "", _SPACES + _APOSTROPHES)
_STROKES = re.compile(r"(?<=\d)\s?(?:/[=-]+|:[-–—]+)")  # 1,234/=  1,234/-  199:-
_COLON = re.compile(r"(?<![\d:])(\d{1,3}(?:[ \u00a0]\d{3}){1,4}|\d++):(\d\d)(?![\d:])")  # 199:50
_DATE_TEXT = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
_RANGE = re.compile(r"\s*(?:[-/]|до|to|bis|à|a|al|up to|~|～)\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  spreadsheets know no time zone
_MAX_LOOSE_LETTERS = 14
_THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))


@dataclass(frozen=True, slots=True)
class Price:
    """``value`` is None when the cell holds no price; ``missing`` says that it says so in words."""

    value: str | None
    currency: str | None = None
    others: tuple[str, ...] = ()
    missing: bool = False
    exact: bool = False


EMPTY = Price(None)


def ascii_digits(text: str) -> str:
    """Arabic, Persian and full-width digits and marks as ASCII."""
    if text.isascii():
        return text
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


def decimal_mark(values: Iterable[Value]) -> str | None:
    """The decimal mark of a column, from every cell that leaves no doubt; None when none does.

    Three digits behind a single mark are thousands, unless something says otherwise: prices with exactly three
    decimals throughout are far rarer than prices above a thousand without any.
    """
    votes: Counter[str] = Counter()
    doubtful: Counter[str] = Counter()
    three_decimals = False
    for value in values:
        if not isinstance(value, str):
            continue
        match = TOKEN.search(ascii_digits(value))
        if not match:
            continue
        token = match[0].translate(_DROP)
        marks = [char for char in token if char in ".,"]
        if len(set(marks)) == 2:
            votes[marks[-1]] += 1
        elif len(marks) > 1:
            votes["," if marks[0] == "." else "."] += 1
        elif marks:
            tail = token.rpartition(marks[0])[2]
            if len(tail) != 3 or token.startswith(("0" + marks[0], marks[0])) or len(token) > 7:
                votes[marks[0]] += 1
            else:
                doubtful[marks[0]] += 1
                three_decimals = three_decimals or find_currency(value) in _THREE_DECIMALS
    if votes:
        return votes.most_common(1)[0][0]
    if not doubtful:
        return None
    sign = doubtful.most_common(1)[0][0]
    return sign if three_decimals else ("," if sign == "." else ".")


def without_strokes(text: str) -> str:
    """Without the strokes that stand for no cents, and with a point for the colon of 199:50, which no clock shows."""
    if ":" not in text and "/" not in text:
        return text
    text = _STROKES.sub("", text)
    match = _COLON.search(text)
    if match and (int(match[1].translate(_DROP)) > 24 or int(match[2]) > 59):
        text = f"{text[: match.end(1)]}.{text[match.start(2) :]}"
    return text


class PriceReader:
    """Reads the cells of one price column; remembers every text it has seen."""

    def __init__(self, lexicon: Lexicon, mark: str | None) -> None:
        self._lexicon = lexicon
        self.mark = mark
        self._seen: dict[str, Price] = {}

    def read_all(self, values: Sequence[Value]) -> list[Price]:
        """All cells of a column; texts seen before cost one look-up."""
        seen, read = self._seen, self.read
        return [seen.get(value) or read(value) if type(value) is str else read(value) for value in values]

    def read(self, value: Value) -> Price:
        if isinstance(value, str):
            found = self._seen.get(value)
            if found is None:
                found = self._read_text(value)
                if len(self._seen) < 200_000:
                    self._seen[value] = found
            return found
        return _read_typed(value)

    def _read_text(self, raw: str) -> Price:
        text = raw.strip()
        if not text:
            return EMPTY
        if _PLAIN.fullmatch(text):
            return Price(_signed(text), exact=True)
        text = _point_for_colon(without_strokes(ascii_digits(text)))
        if len(text) > 200 or _DATE_TEXT.fullmatch(text):
            return EMPTY
        tokens = [match for match in TOKEN.finditer(text) if not _in_word(text, match)]
        if not tokens:
            return Price(None, missing=self.says_missing(text), currency=find_currency(text))
        return self._from_tokens(text, tokens)

    def says_missing(self, text: str) -> bool:
        """Whether a cell says in words that there is no price."""
        bare = text.strip(" .-–—*()[]/<>$€£₽₴¥").casefold()
        return not bare or self._lexicon.is_missing(bare)

    def _from_tokens(self, text: str, tokens: list[re.Match[str]]) -> Price:
        currency = find_currency(text) or _lost_euro(text)
        around = TOKEN.sub(" ", text)
        letters = sum(len(word) for word in _WORD.findall(around))
        if letters > _MAX_LOOSE_LETTERS and not (currency and len(tokens) <= 2 and letters <= 3 * _MAX_LOOSE_LETTERS):
            return EMPTY
        if len(tokens) > 1 and currency and not _RANGE.fullmatch(text[tokens[0].end() : tokens[1].start()]):
            tokens = _beside_currency(text, tokens) or tokens
        spelled = [number for number in (spell(match[0], self.mark) for match in tokens) if number is not None]
        if not spelled:
            return EMPTY
        before = text[: tokens[0].start()].rstrip()
        negative = (before.endswith("-") and not before[:-1].strip()) or (
            text.startswith("(") and text.endswith(")") and not letters
        )
        first = f"-{spelled[0]}" if negative and float(spelled[0]) else spelled[0]
        return Price(first, currency, tuple(spelled[1:4]))


def _point_for_colon(text: str) -> str:
    """In a column of prices 12:50 is an amount too."""
    return _COLON.sub(r"\1.\2", text) if ":" in text and not _DATE_TEXT.fullmatch(text) else text


def _signed(text: str) -> str:
    return ("-" if text.startswith("-") else "") + (_trim_zeros(text.lstrip("-")) or "0")


def _in_word(text: str, match: re.Match[str]) -> bool:
    """A digit glued to letters on its left (СП-300, R2) is part of a code, unless the letters are a currency."""
    glued = re.search(r"(?<!\S)\S+$", text[: match.start()])
    head = re.search(r"[^\W\d_]+", glued[0]) if glued else None
    if head is None or head[0].casefold() in lexicon().rows["from_word"]:
        return False
    return find_currency(head[0], loose=True) is None


def _lost_euro(text: str) -> str | None:
    """Old PDF fonts turn the euro sign into a letter e behind the number."""
    return "EUR" if re.search(r"\d\s?e$", text) else None


def _beside_currency(text: str, tokens: list[re.Match[str]]) -> list[re.Match[str]]:
    beside = []
    for match in tokens:
        around = text[max(0, match.start() - 4) : match.start()] + " " + text[match.end() : match.end() + 5]
        if find_currency(re.sub(r"\d+", " ", around)):
            beside.append(match)
    return beside


def _read_typed(value: Value) -> Price:
    if value is None or isinstance(value, (bool, time, timedelta)):
        return EMPTY
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            return EMPTY
        return Price(number_text(float(value)) if isinstance(value, float) else str(value), exact=True)
    if isinstance(value, (datetime, date)):  # a number that the cell's format shows as a date
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
        serial = (moment - _EPOCH).total_seconds() / 86400
        return Price(number_text(round(serial, 6)))
    return EMPTY

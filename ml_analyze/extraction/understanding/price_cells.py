"""One cell of a price column: the amount, and whatever else the supplier wrote beside it.

What cannot be a price is None; nothing becomes 0 that was not written so.

One room: all that may stand in one cell of money; each form is told from the others.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

from ml_analyze.extraction.grid import Value, number_text

from .currency import find_currency, is_bare_dollar, names_currency
from .lexicon import Lexicon, lexicon, normal
from .numbers import TOKEN, ascii_digits, signed, spell, without_strokes
from .scales import ONE

_PLAIN = re.compile(r"-?\d+(?:\.(?:\d\d?|\d{4,}))?", re.ASCII)
_COLON = re.compile(r"(?<![\d:])(\d{1,3}(?:[ \u00a0]\d{3}){1,4}|\d++):(\d\d)(?![\d:])")  # 199:50
_EXPONENT = re.compile(r"([-+]?\d+(?:[.,]\d+)?)[eE]([+-]?\d{1,2})", re.ASCII)
_DATE_TEXT = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
# a spreadsheet's way to show the date that it made of 12.5: 12.май, May-12
_MONTHS = (
    "jan|feb|fév|mar|mär|mrz|apr|avr|abr|may|mai|maj|mag|jun|juin|jul|juil|aug|août|ago|sep|set|sept|oct|"
    "okt|ott|out|nov|dec|dez|déc|dic|янв|фев|мар|апр|май|мая|июн|июл|авг|сен|окт|ноя|дек|gen|giu|lug|ene|"
    "sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru|oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara"
)
_MONTH_DATE = re.compile(rf"\d{{1,2}}[.\- ](?:{_MONTHS})\.?|(?:{_MONTHS})\.?[.\- ]\d{{2}}", re.IGNORECASE)
# 260 руб. 97 коп., 3 Euro 50 Cent
_MINOR = re.compile(
    r"(\d[\d.,]{0,15}+(?:[ \u00a0\u202f]\d{3}){0,4}+)[ \u00a0]?([^\W\d_]{1,8}+\.?|[€$£₽₴])[ \u00a0]?(\d\d)[ \u00a0]?"
    r"(?:коп(?:\.|еек|ейки|ійок)?|к\.|cents?|ct\.?|gr\.?|groszy|hal\.?|öre|øre|kuruş|kr\.|paise)",
    re.IGNORECASE,
)
# 0722 123 456, +48 600 100 200, 8 (495) 123-45-67, 00420 777 123 456: for who wants to order
_PHONE = re.compile(r"(?:\+ ?\d{1,3}|0\d{1,5}|\(0\d{1,4}\)|\d? ?\(\d{2,5}\))(?:[ /-] ?\(?\d{2,8}\)?){1,5}", re.ASCII)
_PHONE_DIGITS = 9
_COUNTED = re.compile(r"\d\s?/\s?\d{1,3}")  # 1 / 4 counts pages
_SHARE = re.compile(r"\W{0,3}\d{1,3}+(?:[.,]\d{1,3}+)?\s?%")  # 12,5 % is a discount
_RANGE = re.compile(r"\s*(?:[-/]|до|to|bis|à|a|al|up to|~|～)\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_MINUS_BEHIND = re.compile(r"[.,]\d\d\s?-$")  # 12,50- as accountants write it; 1250- and 80,- are no debts
_PER = re.compile(
    r"(?<=[\d\w€$£₽₴₹¥.\-=])\s*(?:/|(?<!\w)(?:per|pro|je|pr\.?|za|за|par|por|al|cada|na)\s)\s*"
    r"(?P<count>1000|100|10|1)?\s*(?P<unit>[^\W\d_][\w.²³ '׳״]{0,11})?$",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"(?<=[\d.\-])\s+(?P<unit>each|ea\.?|apiece|p\.?/?p\.?|c/u|la pieza|das Stück|la pièce)$", re.IGNORECASE
)
_YEN_OR_YUAN = re.compile("[¥￥]")
_TIER = re.compile(
    r"\s*+(?:(?:from|ab|от|від|od|>=?|≥)\s*+)?(\d{1,6})\s*+(?:(?:\+|pcs?|шт\.?|st(?:k|ück)?\.?)\s*+)?[:=]\s*+(\S.*+)",
    re.IGNORECASE,
)
_TIER_ENDS = re.compile(r"[;|\n]|,\s(?=\d+\+?\s*[:=])")
_MAX_LOOSE_LETTERS = 14


@dataclass(frozen=True, slots=True)
class Price:
    """``value`` is None when the cell holds no price; ``missing`` says that it says so in words.

    ``others`` are further amounts of the cell, ``old`` the one that does not hold any more, ``tiers`` amounts with the
    quantity from which each holds; ``per`` units make the price, of what ``unit`` names.
    """

    value: str | None
    currency: str | None = None
    others: tuple[str, ...] = ()
    missing: bool = False
    exact: bool = False
    old: str | None = None
    tiers: tuple[tuple[str, str], ...] = ()
    per: str | None = None
    unit: str | None = None

    @property
    def plain(self) -> bool:
        """Whether the cell holds one amount and nothing else that an item keeps."""
        return not (self.others or self.old or self.tiers or self.per or self.unit)


EMPTY = Price(None)


def without_unit(text: str) -> tuple[str, str | None, str | None]:
    """The amount, the number of units and the unit of ``3.90 / 100 pcs``, ``28.38/sq ft`` and ``450.00 each``."""
    if (each := _EACH.search(text)) and any(char.isdigit() for char in text):
        return text[: each.start()], None, "each"
    match = _PER.search(text) if "/" in text or " " in text else None
    if not match or not (match["count"] or match["unit"]) or not any(char.isdigit() for char in text[: match.start()]):
        return text, None, None
    if match["unit"] and find_currency(match["unit"].strip(), loose=True) and not _is_unit(match["unit"]):
        return text, None, None
    count = match["count"] if match["count"] not in (None, "1") else None
    return text[: match.start()], count, (match["unit"] or "").strip() or None


def exponent_value(text: str) -> str | None:
    """The plain number that ``1.2E+03`` stands for; None for any other text."""
    match = _EXPONENT.fullmatch(text.strip()) if "e" in text or "E" in text else None
    return f"{Decimal(match[1].replace(',', '.')).scaleb(int(match[2])).normalize():f}" if match else None


def _is_unit(word: str) -> bool:
    words = normal(word).split()
    return bool(words) and words[-1] in lexicon().rows["unit_word"]


class PriceReader:
    """Reads the cells of one price column; remembers every text it has seen. ``scale``: what an amount is
    multiplied by, as 1000 where a header says thousands.

    ``dollar`` is what the sign $ alone means in the list; None where it does not say.
    """

    def __init__(self, lexicon: Lexicon, mark: str | None, *, scale: Decimal = ONE, dollar: str | None = "USD") -> None:
        self._lexicon = lexicon
        self.mark = mark
        self.scale = scale
        self.dollar = dollar
        self._seen: dict[str, Price] = {}

    def read_all(self, values: Sequence[Value]) -> list[Price]:
        """All cells of a column; texts seen before cost one look-up."""
        seen, read = self._seen, self.read
        return [seen.get(value) or read(value) if type(value) is str else read(value) for value in values]

    def read(self, value: Value) -> Price:
        if isinstance(value, str):
            found = self._seen.get(value)
            if found is None:
                found = self._scaled(self._read_text(value))
                if len(self._seen) < 200_000:
                    self._seen[value] = found
            return found
        return self._scaled(_read_typed(value))

    def _scaled(self, price: Price) -> Price:
        if self.scale == ONE or price.value is None:
            return price
        value = Decimal(price.value) * self.scale
        if value == value.to_integral_value() and self.scale > ONE:
            value = value.to_integral_value()
        return replace(price, value=f"{value:f}", exact=False)

    def _read_text(self, raw: str) -> Price:
        text = raw.strip()
        if not text or _COUNTED.fullmatch(text) or _SHARE.fullmatch(text):
            return EMPTY
        if _PLAIN.fullmatch(text):
            return Price(signed(text), exact=True)
        text = ascii_digits(text)
        if exponent := exponent_value(text):
            return Price(exponent)
        if len(text) <= 200 and (tiers := self._tiers(text)):
            return tiers
        text, per, unit = without_unit(text)
        amount = self._amount(text)
        return replace(amount, per=per, unit=unit) if amount.value is not None and (per or unit) else amount

    def _amount(self, text: str) -> Price:
        text = _point_for_colon(without_strokes(text))
        if len(text) > 200 or _DATE_TEXT.fullmatch(text) or _MONTH_DATE.fullmatch(text) or is_phone(text):
            return EMPTY
        if (both := _MINOR.fullmatch(text)) and (whole := spell(both[1].strip(), self.mark)) and "." not in whole:
            return Price(f"{whole}.{both[3]}", self._currency(both[2]))
        tokens = [match for match in TOKEN.finditer(text) if not _in_word(text, match)]
        if not tokens:
            return Price(None, missing=self.says_missing(text), currency=self._currency(text))
        return self._from_tokens(text, tokens)

    def _currency(self, text: str) -> str | None:
        found = find_currency(text)
        if found == "JPY" and _YEN_OR_YUAN.search(text):
            return None  # the file's other words say which
        return self.dollar if found == "USD" and is_bare_dollar(text) else found

    def _tiers(self, text: str) -> Price | None:
        """``1:USD0.10;100:USD0.05``: the price is that of the smallest quantity, the others are tiers."""
        parts = [match for part in _TIER_ENDS.split(text) if part.strip() and (match := _TIER.fullmatch(part))]
        if len(parts) < 2 or len(parts) != sum(bool(part.strip()) for part in _TIER_ENDS.split(text)):
            return None
        steps = [(match[1], self._amount(match[2])) for match in parts]
        known = [(quantity, price.value) for quantity, price in steps if price.value is not None]
        rising = all(int(one[0]) < int(two[0]) for one, two in pairwise(known))
        if len(known) < len(steps) or not rising:
            return None
        return Price(known[0][1], steps[0][1].currency, tiers=tuple(known[1:]))

    def says_missing(self, text: str) -> bool:
        """Whether a cell says in words that there is no price."""
        bare = text.strip(" .-–—*()[]/<>$€£₽₴¥").casefold()
        return not bare or self._lexicon.is_missing(bare)

    def _from_tokens(self, text: str, tokens: list[re.Match[str]]) -> Price:
        currency = self._currency(text) or _lost_euro(text)
        marked = currency is not None or "$" in text or _YEN_OR_YUAN.search(text) is not None
        around = TOKEN.sub(" ", text)
        changed = self._was_and_now(text, tokens) if len(tokens) == 2 else None
        if changed:
            return replace(changed, currency=currency)
        letters = sum(len(word) for word in _WORD.findall(around))
        if letters > _MAX_LOOSE_LETTERS and not (marked and len(tokens) <= 2 and letters <= 3 * _MAX_LOOSE_LETTERS):
            return EMPTY
        if len(tokens) > 1 and marked and not _RANGE.fullmatch(text[tokens[0].end() : tokens[1].start()]):
            tokens = _beside_currency(text, tokens) or tokens
        spelled = [number for number in (spell(match[0], self.mark) for match in tokens) if number is not None]
        if not spelled:
            return EMPTY
        before = text[: tokens[0].start()].rstrip()
        negative = (
            (before.endswith("-") and not before[:-1].strip())
            or (text.startswith("(") and text.endswith(")") and not letters)
            or (len(tokens) == 1 and _MINUS_BEHIND.search(text) is not None)
        )
        first = f"-{spelled[0]}" if negative and float(spelled[0]) else spelled[0]
        return Price(first, currency, tuple(spelled[1:4]))

    def _was_and_now(self, text: str, tokens: list[re.Match[str]]) -> Price | None:
        """``Was £20.00 Now £15.00``, or the lower of two amounts on two lines: the newer is the price."""
        one, two = (spell(match[0], self.mark) for match in tokens)
        if one is None or two is None:
            return None
        before, between = _words(text[: tokens[0].start()]), _words(text[tokens[0].end() : tokens[1].start()])
        was, now = self._lexicon.rows["was_word"], self._lexicon.rows["now_word"]
        if before & was or between & now:
            return Price(two, old=one)
        if before & now or between & was:
            return Price(one, old=two)
        lines = "\n" in text[tokens[0].end() : tokens[1].start()]
        return Price(two, old=one) if lines and float(two) < float(one) else None


def is_phone(text: str) -> bool:
    """Whether a cell holds a telephone number, as the rows below a list do."""
    return _PHONE.fullmatch(text.strip()) is not None and sum(map(str.isdigit, text)) >= _PHONE_DIGITS


def _words(text: str) -> set[str]:
    return set(normal(text).split())


def _point_for_colon(text: str) -> str:
    """In a column of prices 12:50 is an amount too."""
    return _COLON.sub(r"\1.\2", text) if ":" in text and not _DATE_TEXT.fullmatch(text) else text


def _in_word(text: str, match: re.Match[str]) -> bool:
    """A digit glued to letters on its left (СП-300, R2) is part of a code, unless the letters are a currency."""
    glued = re.search(r"(?<!\S)\S+$", text[: match.start()])
    head = re.search(r"[^\W\d_]+", glued[0]) if glued else None
    if head is None or head[0].casefold() in lexicon().rows["from_word"]:
        return False
    return find_currency(head[0], loose=True) is None and not names_currency(f"{head[0]}.")


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
    """A typed cell. A date is no price: a spreadsheet turns 1.5 into the first of May and does not turn it back."""
    if value is None or isinstance(value, (bool, date, datetime, time, timedelta)):
        return EMPTY
    if not math.isfinite(float(value)):
        return EMPTY
    return Price(number_text(float(value)) if isinstance(value, float) else str(value), exact=True)

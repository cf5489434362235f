"""What the values of a column look like: shares, lengths, steps and checksums over a sample of rows.

One room: one pass over a column; its figures are counted together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import pairwise
from statistics import median

from ml_analyze.extraction.grid import Row, Value, text_of

from .currency import CODES, find_currency, names_currency
from .lexicon import lexicon, normal
from .numbers import TOKEN, ascii_digits, spell, without_strokes
from .price_cells import exponent_value, without_unit

_NUMBER = re.compile(
    r"(?:[-+(]|(?<![.,'’´\s\u00a0\u202f\u2009]))"
    r"[.,'’´\s\u00a0\u202f\u2009]*+\d[\d.,'’´\s\u00a0\u202f\u2009]*+(?:[-–—=]++|%|\))?"
)
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]{1,2})?")  # most cells by far, and there is but one way to read them
_FISCAL_YEAR = re.compile(r"[€$£₽₴₹]? ?(20\d\d) ?[-–/] ?(?:20)?(\d\d) ?[€$£₽₴₹]?")
_IN_THOUSANDS = re.compile(r"(?:^|[\s(])['’‘`´]000(?!\d)")
_CODE = re.compile(r"(?=.*\d)[^\s]{2,30}(?:[ ][^\s]{1,10}){0,2}")
# 3x2,5 mm: what an article is told apart by, and the code of none
_AMOUNT = r"\d{1,5}(?:[.,]\d{1,3})?"
_SIZES = re.compile(rf"{_AMOUNT}(?:(?: ?[xX×хХ*] ?{_AMOUNT}){{1,3}} ?(?:[mcмс]?[mм][m²м]?)?)")
_LOST_EURO = re.compile(r"(?<=[.,]\d\d)\s?e$")  # old fonts turn the sign into a letter
_PAIR = re.compile(r"([1-9]\d{0,6}(?:[.,]\d+)?)\s?/\s?([1-9]\d{0,6}(?:[.,]\d+)?)")
_URL = re.compile(r"https?://|www\.|\.(?:jpe?g|png|webp|gif|html?)\b", re.IGNORECASE)
_DATE = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{2}|\d{4})(?:[ T].*)?")
_PER_COUNT = re.compile(r"(?=[^\d/]{0,30}(?:[^\W\d_]{4}|[\u3040-\u9fff\uac00-\ud7af]))[^\d/]{2,30}/\s?1?0{0,3}(?!\d)")
_MONTH = re.compile(r"(?:[^\W\d_]{3,9}\.? \d{1,2},? |\d{1,2}\.? [^\W\d_]{3,9}\.?,? )(?:19|20)\d\d(?: г\.?)?")
_PRICE_MARK = re.compile(r"\d\s?(?:[.,:]\s?[-–—]+|/[-=]+)$")  # 80,-  1,200/=
_TIED = re.compile(r"[^\W\d_]-\d")  # letters tied to digits are a code: TL-201
_SIGNS = " +-()%=–—.,'"
_UNIT_CHARS = 12
_MANY_STEPS = 5
_ROUND_STEPS = (5, 10, 100)
_MANY_ROWS = 8
_CURRENCY_LETTERS = 12
_CENTS = re.compile(r"\d[.,]\d\d(?!\d)")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_MONEY_STRIP = re.compile(r"[^\d.,'’´\s()+%=–—-]+")
_UNIT_AMOUNT = re.compile(
    r"\d+(?:[.,]\d+)?\s?(?:k?g|gr|ml|cl|dl|l|st|stk|pcs?|шт|г|кг|мл|л|м|m|oz|lb|ks|szt)\.?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares are 0..1: ``filled`` of all rows, the others of the filled cells; ``length`` in characters."""

    filled: float = 0.0
    numeric: float = 0.0
    money: float = 0.0
    cents: float = 0.0
    distinct: float = 0.0
    letters: float = 0.0
    words: float = 0.0
    length: float = 0.0
    code: float = 0.0
    ean: float = 0.0
    unit: float = 0.0
    iso: float = 0.0
    url: float = 0.0
    dated: float = 0.0
    flag: float = 0.0
    percent: float = 0.0
    steps: float = 0.0
    zero: float = 0.0
    long_digits: float = 0.0
    typical: float = 0.0
    faulty: float = 0.0
    rising: float = 0.0
    begins: float = 0.0  # the first number
    count: int = 0


def is_unit(text: str) -> bool:
    if len(text) > _UNIT_CHARS:
        return False
    return normal(text) in lexicon().rows["unit_word"] or bool(_UNIT_AMOUNT.fullmatch(text))


def is_size(text: str) -> bool:
    """Whether ``text`` is nothing but a size: 10x35x11, 3x2,5 mm."""
    return _SIZES.fullmatch(text) is not None


def is_ean(text: str) -> bool:
    """Whether ``text`` is a GTIN of 8, 12, 13 or 14 digits with a right check digit (GS1, section 7.9)."""
    if not text.isdigit() or not text.isascii() or len(text) not in (8, 12, 13, 14):
        return False
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(text)))
    return weighted % 10 == 0 and text.strip("0") != ""


def is_date(text: str) -> bool:
    """Whether ``text`` is a day of a month of a year in any usual order; codes such as 001.00.15 are none."""
    match = _DATE.fullmatch(text)
    if not match:
        return len(text) < 25 and _MONTH.fullmatch(text) is not None
    first, second, third = (int(part) for part in match.groups())
    if len(match[1]) >= 3:
        return len(match[1]) == 4 and 1 <= second <= 12 and 1 <= third <= 31
    return 1 <= min(first, second) <= 12 and 1 <= max(first, second) <= 31


def number_of(value: Value) -> float | None:
    """A cell that is nothing but one number (currency and blanks aside), as float; else None."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, str) or len(value) > 40:
        return None
    return float(value) if _PLAIN.fullmatch(value) else _number_told(value)


@lru_cache(maxsize=1 << 15)  # every question about a table asks this of the same cells
def _number_told(value: str) -> float | None:
    if exponent := exponent_value(value):
        return float(exponent)
    if _PER_COUNT.match(value) or is_fiscal_year(value) or _heads_thousands(value):
        return None  # "Price €/100 m" heads amounts and is none
    text, count, unit = without_unit(ascii_digits(value).strip())
    if (count or unit) and "," not in text and "." not in text and not find_currency(text):
        return None  # 3/4 inch and 12/24 V are sizes
    return _number_in(text) if any(char.isdigit() for char in text) else None


def is_fiscal_year(text: str) -> bool:
    """Whether a text is two years that follow each other, perhaps with a sign of money: 2025/26 £."""
    match = _FISCAL_YEAR.fullmatch(text.strip())
    return match is not None and (int(match[1]) + 1) % 100 == int(match[2])


def _heads_thousands(text: str) -> bool:
    """``Price, USD '000`` says what the amounts below it are."""
    return any(map(str.isalpha, text)) and _IN_THOUSANDS.search(text) is not None


def _point(text: str) -> float:
    return float(text.replace(",", "."))


def _number_in(text: str) -> float | None:
    text = without_strokes(_LOST_EURO.sub("", text))
    if "/" in text and (pair := _PAIR.fullmatch(text)) and 0.3 < _point(pair[1]) / _point(pair[2]) < 3:
        return _point(pair[1])  # two prices in one cell
    if not _NUMBER.fullmatch(text):
        if sum(map(str.isalpha, text)) > _CURRENCY_LETTERS:
            return None  # a sentence with an amount in it
        bare = _MONEY_STRIP.sub("", text).strip(" .,")
        if not _NUMBER.fullmatch(bare) or _TIED.search(text) or not names_currency(text):
            return None
        text = bare
    if not TOKEN.fullmatch(" ".join(text.strip(_SIGNS).split())) and not TOKEN.fullmatch(text.strip()):
        return None  # digits in groups of no number: a telephone, a code with dots
    spelled = spell(re.sub(r"[^\d.,]", "", text).strip(".,"), None)
    try:
        return float(spelled) if spelled else None
    except ValueError:
        return None


def _shows_money(text: str) -> bool:
    """An amount with a currency, or with the strokes that only prices have."""
    if len(text) >= 40 or text.isdigit() or not any(char.isdigit() for char in text) or _TIED.search(text):
        return False
    amount, count, unit = without_unit(text)
    return bool(
        find_currency(amount) or _PRICE_MARK.search(amount) or ((count or unit) and number_of(text) is not None)
    )


def profile(values: Sequence[Value]) -> Profile:
    """The profile of one column's cells, header left out."""
    kept = [(value, text) for value, text in ((value, text_of(value)) for value in values) if text]
    if not kept:
        return Profile()
    count = len(kept)
    texts = [text for _, text in kept]
    numbers = [number_of(value) for value, _ in kept]
    known = [number for number in numbers if number is not None]
    lowered = [text.casefold() for text in texts]
    wordy = [text for text in texts if _LETTER.search(text)]

    flags = lexicon().rows["flag_word"]

    def share(hits: int) -> float:
        return hits / count

    return Profile(
        filled=count / max(len(values), 1),
        numeric=share(len(known)),
        money=share(sum(map(_shows_money, texts))),
        cents=share(
            sum(
                number is not None and _has_cents(value, number)
                for (value, _), number in zip(kept, numbers, strict=True)
            )
        ),
        distinct=len(set(lowered)) / count,
        letters=share(len(wordy)),
        words=sum(len(text.split()) for text in texts) / count,
        length=sum(map(len, texts)) / count,
        code=share(sum(bool(_CODE.fullmatch(text)) and not _SIZES.fullmatch(text) for text in texts)),
        ean=share(sum(is_ean(text) for text in texts)),
        unit=share(sum(is_unit(text) for text in texts)),
        iso=share(
            sum(
                text.upper() in CODES
                or (len(text) <= 4 and not _DIGIT.search(text) and bool(find_currency(text, loose=True)))
                for text in texts
            )
        ),
        url=share(sum(bool(_URL.search(text)) for text in texts)),
        dated=share(sum(isinstance(value, (datetime, date, time)) or is_date(text) for value, text in kept)),
        flag=share(sum(text in flags for text in lowered)),
        percent=share(sum(text.endswith("%") for text in texts)),
        steps=_steps(known) if not any(map(_writes_cents, values)) else 0.0,
        rising=_rising(known) if len(known) == count else 0.0,
        zero=sum(number == 0 for number in known) / max(len(known), 1),
        long_digits=share(sum(text.isdigit() and len(text) >= 8 for text in texts)),
        typical=median(known) if known else 0.0,
        begins=known[0] if known else 0.0,
        count=count,
    )


def _writes_cents(value: Value) -> bool:
    """Whether a cell shows two decimals: 13,00 and 14,00 are amounts and do not count the rows."""
    return isinstance(value, str) and _CENTS.search(value) is not None


def _has_cents(value: Value, number: float) -> bool:
    if isinstance(value, str):
        return bool(re.search(r"[.,]\d{1,2}(?!\d)", value))
    return not number.is_integer()


def _rising(numbers: Sequence[float]) -> float:
    """Share of steps to the next row that go up, in columns of many rows: codes in their order, rarely prices."""
    if len(numbers) < _MANY_ROWS:
        return 0.0
    return sum(before < after for before, after in pairwise(numbers)) / (len(numbers) - 1)


def _steps(numbers: Sequence[float]) -> float:
    """Share of steps to the next row that are exactly one: a row number has nearly all, and so have 1.1, 1.2, 2.1.

    Those that count in tens from the first on (10, 20, 30) are row numbers too.
    """
    if len(numbers) < 3:
        return 0.0
    pairs = list(pairwise(numbers))
    step = numbers[0] if numbers[0] in _ROUND_STEPS else 1
    whole = sum(after - before == step and before.is_integer() for before, after in pairs) / len(pairs)
    if len(pairs) < _MANY_STEPS or not 1 <= numbers[0] < 2:
        return whole
    nested = sum(0 < after - before <= 1 and after // 1 - before // 1 in (0, 1) for before, after in pairs) / len(pairs)
    return max(whole, nested if nested > 0.85 else 0.0)


def sample_rows(rows: Sequence[Row], most: int = 300) -> list[Row]:
    """At most ``most`` rows in runs from start to end: runs, so that steps from row to row stay visible."""
    if len(rows) <= most:
        return list(rows)
    run = most // 5
    starts = [round(part * (len(rows) - run) / 4) for part in range(5)]
    return [row for start in starts for row in rows[start : start + run]]

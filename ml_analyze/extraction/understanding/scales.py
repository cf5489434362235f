"""Amounts in thousands or hundredths of a currency: what a header or a title says that they are multiplied by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from .currency import names_currency
from .lexicon import lexicon

ONE, HUNDREDTH, THOUSAND, TEN_THOUSAND = Decimal(1), Decimal("0.01"), Decimal(1000), Decimal(10000)
_MONEY = r"(?P<money>[^\W\d_]{1,12}|[€$£₽₴₺])"
# a thousand of money: of pieces, from fifty thousand on, or *per* thousand is something else
_WORD = re.compile(
    r"(?<![^\W_])(?<!\d )(?<!/)(?<!/ )(?<!pro )(?<!per )(?<!por )(?<!je )(?<!za )(?<!за )"
    r"(?:тыс(?:яч\w?)?|тис(?:яч\w?)?|хил(?:яди)?|tsd|tausend|thousands?|tys|tis|tisíc|ezer|mii|bin"
    r"|mila|migliaia|miles|milhares|mil|milliers|duizend|tusen|χιλ)\b\.? ?(?:of |de |di |d['’])?" + _MONEY,
    re.IGNORECASE,
)
_CODES = "EUR|USD|GBP|CHF|PLN|CZK|SEK|NOK|DKK|RUB|UAH|HUF|RON"
# In one piece: *Preis / t EUR* is a price for a tonne.
_LETTER = re.compile(rf"(?<![^\W_])(?:[TKk](?:{_CODES}|[€$£])|[Tt]kr)(?![^\W_])")
# Of a currency: *PRC000* in a title is a number, and *$000.00* shows how a price is written.
_NOUGHTS = re.compile(
    rf"(?<![^\W_])(?:(?:{_CODES})|[€$£]) ?['’´]?000(?![\d.,])"
    rf"|(?<!\d)['’´]000 (?:(?:{_CODES})(?![A-Z])|[€$£])|\(['’´]000\)"
)
_HAN = re.compile(r"(?<!\d)(?P<count>[千万萬]|천|만)(?:円|元|圆|圓|日元|美元|ドル|원)")


def scale_of(header: str, *, titles: Sequence[str]) -> Decimal:
    """What the amounts below ``header`` are multiplied by. ``titles`` that say it for all prices count where the
    header itself names no currency."""
    return _said_by(said_aside(header, titles=titles) or header)


def said_aside(header: str, *, titles: Sequence[str]) -> str:
    """The title that alone says what amounts are multiplied by; '' where the header does, or nothing."""
    if _said_by(header) != ONE or names_currency(header):
        return ""
    return next((title for title in titles if _said_by(title) != ONE and _is_of_prices(title)), "")


def _is_of_prices(title: str) -> bool:
    return any(role.startswith("price") for role in lexicon().roles_of(title[:150]))


@lru_cache(maxsize=1 << 10)
def _said_by(text: str) -> Decimal:
    text = " ".join(text.split())
    if han := _HAN.search(text):
        return THOUSAND if han["count"] in "千천" else TEN_THOUSAND
    if _LETTER.search(text) or _NOUGHTS.search(text):
        return THOUSAND
    return THOUSAND if any(names_currency(word["money"]) for word in _WORD.finditer(text)) else ONE

"""How a supplier's row is known again: the courier keeps decisions under this key, ml-analyze looks them up by it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

SKU_LENGTH, NAME_LENGTH = 240, 500
_NAMELESS = "name:"
_ADDED = re.compile(r"(?:#[0-9a-f]{6})?(?:#\d+)?$")
_WORD = re.compile(r"[^\W_]+")

# Words that say something of an offer and nothing of the thing offered.
OFFER_WORDS = frozenset(
    word
    for words in (
        "new neu nuevo nueva neuf neuve nuovo novo nova nieuw nowy novy ny uusi uj nou yeni новый новая новое новинка",
        "offer angebot oferta offre offerta aanbieding nabidka tilbud erbjudande tarjous ajanlat teklif предложение",
        "sale promo promotion aktion rebajas soldes saldi akcja akce акция распродажа скидка discount rabatt",
        "hit top bestseller хит clearance special deal",
    )
    for word in words.split()
)


class RowKeys:
    """Keys of one file's rows in their order: the SKU; without one, the name with unit and pack size.

    Further rows of one SKU are separate offers: they keep apart by their name, and by their order where that is the
    same too.
    """

    def __init__(self) -> None:
        self._names: dict[str, str] = {}  # key -> the first name under it
        self._times: dict[str, int] = {}

    def __len__(self) -> int:
        return sum(self._times.values())

    def of(self, row: Mapping[str, Any]) -> str:
        name = str(row.get("name") or "")[:NAME_LENGTH]
        plain = plain_key(row)
        first = self._names.setdefault(plain, name)
        key = plain if first == name else f"{plain}#{_hashed(name)[:6]}"
        seen = self._times[key] = self._times.get(key, 0) + 1
        return key if seen == 1 else f"{key}#{seen}"


def plain_key(row: Mapping[str, Any]) -> str:
    """The key of a row that shares its SKU or its name with no other."""
    sku = str(row.get("sku") or "").strip()[:SKU_LENGTH]
    if sku:
        return sku
    name = str(row.get("name") or "")[:NAME_LENGTH]
    return _NAMELESS + _hashed(f"{name.strip().lower()}|{row.get('unit') or ''}|{row.get('pack_size') or ''}")


def article_number(key: str) -> str | None:
    """The supplier's own number in a key, None when the row had none."""
    return None if key.startswith(_NAMELESS) else _ADDED.sub("", key)


def wording(row: Mapping[str, Any]) -> str:
    """What a row without an article number is known by however it is written: its words, accents, signs and
    words about the offer ("new", "Aktion") left out."""
    folded = unicodedata.normalize("NFKD", str(row.get("name") or "")[:NAME_LENGTH]).casefold()
    words = _WORD.findall("".join(char for char in folded if not unicodedata.combining(char)))
    telling = [word for word in words if word not in OFFER_WORDS]
    return "|".join((" ".join(telling or words), str(row.get("unit") or ""), str(row.get("pack_size") or "")))


def _hashed(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

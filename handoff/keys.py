"""How a supplier's row is known again: the courier keeps decisions under this key, ml-analyze looks them up by it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

SKU_LENGTH, NAME_LENGTH = 240, 500
_NAMELESS = "name:"
_ADDED = re.compile(r"(?:#[0-9a-f]{6,12})?(?:#\d+)?$")
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


def plain_key(row: Mapping[str, Any]) -> str:
    """The key of a row that shares it with no other: its SKU; without one, its name with unit and pack size."""
    sku = str(row.get("sku") or "").strip()[:SKU_LENGTH]
    if sku:
        return sku
    name = str(row.get("name") or "")[:NAME_LENGTH]
    whole = f"{name.strip().lower()}|{row.get('unit') or ''}|{row.get('pack_size') or ''}"
    return _NAMELESS + hashlib.md5(whole.encode(), usedforsecurity=False).hexdigest()


def article_number(key: str) -> str | None:
    """The supplier's own number in a key, without what tells rows of one number apart; None when the row had none."""
    return None if key.startswith(_NAMELESS) else _ADDED.sub("", key)


def wording(row: Mapping[str, Any]) -> str:
    """What a row says however it is written, with unit and pack size.

    Accents, signs and words about the offer ("new", "Aktion") are left out.
    """
    folded = unicodedata.normalize("NFKD", str(row.get("name") or "")[:NAME_LENGTH]).casefold()
    words = _WORD.findall("".join(char for char in folded if not unicodedata.combining(char)))
    telling = [word for word in words if word not in OFFER_WORDS]
    return "|".join((" ".join(telling or words), str(row.get("unit") or ""), str(row.get("pack_size") or "")))

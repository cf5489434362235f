"""One row or product, read once for all its comparisons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml_analyze.matching.index import Index, full_text, identifying
from ml_analyze.matching.normalize import barcode_of, price_of, squeeze, text_of
from ml_analyze.matching.tokens import words as hashed_words
from ml_analyze.matching.vocabulary import COLOURS, COUNTS, UNITS

#: a field that ``rates`` adds to a row: units of the row's money for one of the catalogue's
RATE = "price_rate"
_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")
_INNER_SIGN = re.compile(r"(?<=[^\W_])[-_/.](?=[^\W_])")
_NUMBER = r"\d+(?:[.,]\d+)*"
# Also a preposition or a "times": "3 in 1", "3 в 1", "6 x 1 l" are no sizes of their own.
_PREPOSITIONS = {"in", "в", "x", "х"}
_UNIT = "|".join(
    re.escape(u) + (r"(?! ?\d)" if u in _PREPOSITIONS else "")
    for u in sorted((u for u in UNITS if u.isalnum()), key=len, reverse=True)
)
# Not inside a code: "KDD-18X" is no zoom.
_MEASURE = re.compile(rf"(?<![\w.,])(?<![^\W\d_]-)({_NUMBER})[ -]?(?:({_UNIT})(?![^\W_])|([\"%]))")
_COUNT = re.compile(
    rf"(?<![\w.,])(\d{{1,4}})[ -]?(?:{'|'.join(sorted(map(re.escape, COUNTS), key=len, reverse=True))})(?![^\W_])"
)
_TIMES = re.compile(
    rf"(?<![\w.,])(\d{{1,3}}) ?[x*] ?(?={_NUMBER} ?(?:ml|cl|dl|l|ltr|g|gr|kg|oz|мл|л|г|гр|кг)(?![^\W_]))"
)
# What follows with a unit of its own is a size, not a count: "18x 18 v". Nor is the x of a code one: "NDD-18X 18".
_TIMES_AFTER = re.compile(
    rf"(?:(?<![\w.,])(?<![^\W\d_]-){_NUMBER}|(?<=\s))[x*] ?(\d{{1,3}})(?![\w.,])(?! ?[x*])(?! ?(?:{_UNIT})(?![^\W_]))"
)
_PACK_OF = re.compile(r"(?:pack|box|set|case|paquete|caja|lot|упаковка) (?:of|von|de|d)? ?(\d{1,3})(?![\w.,])")
_PLAIN = re.compile(rf"(?<![^\W_])({_NUMBER})(?![^\W_])")
_LOOKS_MEASURED = re.compile(rf"{_NUMBER}(?:{_UNIT})")


@dataclass(slots=True)
class Record:
    """What comparisons ask of a row.

    ``price`` is in the catalogue's money: ``rate`` is how many of the row's units make one of it.
    ``words`` (identifying) and ``all_words`` carry each word's rarity; ``weight`` is the sum of the former.
    """

    name: str
    dense: str
    words: dict[str, float]
    all_words: dict[str, float]
    weight: float
    norm: float
    all_norm: float
    codes: frozenset[str]
    all_codes: frozenset[str]
    measures: dict[str, frozenset[str]]
    all_measures: dict[str, frozenset[str]]
    packs: frozenset[int]
    numbers: frozenset[str]
    all_numbers: frozenset[str]
    colours: frozenset[str]
    all_colours: frozenset[str]
    brand: str
    first: str
    sku: str
    barcode: str
    price: float
    rate: float
    category: frozenset[str]


def records(rows: Sequence[Mapping[str, Any]], index: Index) -> list[Record]:
    """Read rows; the rarity of all their words is looked up at once."""
    texts = [(identifying(row), full_text(row)) for row in rows]
    found = [(_WORD.findall(short), _WORD.findall(whole)) for short, whole in texts]
    rarity = _rarity({w for _, whole in found for w in whole}, index, "words")
    rarity_all = _rarity({w for _, whole in found for w in whole}, index, "full")
    return [
        _record(row, short, whole, {w: rarity[w] for w in a}, {w: rarity_all[w] for w in b})
        for row, (short, whole), (a, b) in zip(rows, texts, found, strict=True)
    ]


def _rarity(words: Iterable[str], index: Index, name: str) -> dict[str, float]:
    listed = sorted(words)
    if not listed:
        return {}
    hashes = hashed_words(listed)
    postings = index.lists[name]
    idf = postings.idf(postings.bucket(hashes.hash))
    # A word of an odd script may fall into several tokens: the rarest of them speaks for it.
    rarity = np.ones(len(listed))
    np.maximum.at(rarity, hashes.doc, idf)
    return dict(zip(listed, rarity.tolist(), strict=True))


def _record(
    row: Mapping[str, Any], short: str, whole: str, words: dict[str, float], all_words: dict[str, float]
) -> Record:
    name = text_of(row.get("name"))
    packs = _packs(name) | _declared_pack(row.get("pack_size"))
    sizes = f"{short} {text_of(row.get('pack_size'))} {text_of(row.get('unit'))}" if row.get("pack_size") else short
    measures = _measures(sizes)
    found = _WORD.findall(name)
    rate = float(row.get(RATE) or 1)
    return Record(
        name=name,
        dense=squeeze(whole),
        words=words,
        all_words=all_words,
        weight=sum(words.values()) or 1.0,
        norm=_norm(words),
        all_norm=_norm(all_words),
        codes=_codes(short),
        all_codes=_codes(whole),
        measures=measures,
        all_measures=_measures(whole),
        packs=packs,
        numbers=_numbers(name),
        all_numbers=_numbers(whole),
        colours=_colours(words),
        all_colours=_colours(all_words),
        brand=squeeze(str(row.get("brand") or "")),
        first=found[0] if found else "",
        sku=squeeze(str(row.get("sku") or "")),
        barcode=barcode_of(row.get("barcode")),
        price=price_of(row.get("price")) / rate,
        rate=rate,
        category=frozenset(_WORD.findall(text_of(row.get("category")))),
    )


def _norm(words: Mapping[str, float]) -> float:
    return sum(w * w for w in words.values()) ** 0.5 or 1.0


def _codes(text: str) -> frozenset[str]:
    """Model numbers and the like: letters with digits, or five digits and more; no measures."""
    found = set()
    for word in _WORD.findall(_INNER_SIGN.sub("", text)):
        if len(word) < 4 or not _DIGIT.search(word):
            continue
        if word.isdigit():
            if len(word) >= 5:
                found.add(word)
        elif not _LOOKS_MEASURED.fullmatch(word):
            found.add(word)
    return frozenset(found)


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


def _measures(text: str) -> dict[str, frozenset[str]]:
    """Dimension to values in its base unit, with four digits that count."""
    found: dict[str, set[str]] = {}
    for number, word, sign in _MEASURE.findall(text):
        dimension, factor = UNITS[word or sign]
        found.setdefault(dimension, set()).add(f"{amount(number) * factor:.4g}")
    return {dimension: frozenset(values) for dimension, values in found.items()}


def _packs(text: str) -> frozenset[int]:
    """How many pieces: ``6 x 1 l``, ``1 l x 6``, ``pack of 6``, ``6 pcs``; nothing said is an empty set."""
    found = {int(n) for pattern in (_TIMES, _PACK_OF, _COUNT, _TIMES_AFTER) for n in pattern.findall(text)}
    return frozenset(found - {0, 1})


def _declared_pack(value: object) -> frozenset[int]:
    text = str(value or "").strip()
    return frozenset({int(text)}) if text.isdigit() and 1 < int(text) < 10_000 else frozenset()


def _numbers(text: str) -> frozenset[str]:
    return frozenset(f"{amount(n):.6g}" for n in _PLAIN.findall(text))


def _colours(words: Iterable[str]) -> frozenset[str]:
    return frozenset(COLOURS[w] for w in words if w in COLOURS)

"""One row or product, read once for all its comparisons."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from ml_analyze.matching.codes import codes, meant_for
from ml_analyze.matching.index import Index, full_text, identifying, idf_of, maker_number
from ml_analyze.matching.normalize import barcode_of, price_of, squeeze, text_of
from ml_analyze.matching.sizes import declared_pack, measures, numbers, packs
from ml_analyze.matching.tokens import words as hashed_words
from ml_analyze.matching.vocabulary import ACCESSORIES, COLOURS, VARIANTS

#: a field that ``rates`` adds to a row: units of the row's money for one of the catalogue's
RATE = "price_rate"
_WORD = re.compile(r"[^\W_]+")
_STEMS = "|".join(sorted((re.escape(word) for word in ACCESSORIES if len(word) >= 6), key=len, reverse=True))
_COMPOUND = re.compile(rf"(?<![^\W_])({_STEMS})|({_STEMS})(?![^\W_])")


@dataclass(slots=True)
class Record:
    """What comparisons ask of a row.

    ``price`` is in the catalogue's money: ``rate`` is how many of the row's units make one of it.
    ``words`` (identifying) and ``all_words`` carry each word's rarity; ``weight`` is the sum of the former.
    ``codes`` leave out the side's own article number (``own_codes``), unless the name has it too; ``maker`` is the
    maker's number where a column of its own has it; ``rarest`` is the
    rarity of what one product alone has; ``fits`` are codes that the thing is for; ``accessories`` kinds of
    parts and accessories that the name speaks of.
    """

    name: str
    dense: str
    words: dict[str, float]
    all_words: dict[str, float]
    weight: float
    norm: float
    all_norm: float
    codes: frozenset[str]
    own_codes: frozenset[str]
    all_codes: frozenset[str]
    code_rarity: dict[str, float]
    rarest: float
    maker: str
    fits: frozenset[str]
    accessories: frozenset[str]
    measures: dict[str, frozenset[str]]
    all_measures: dict[str, frozenset[str]]
    packs: frozenset[int]
    numbers: frozenset[str]
    all_numbers: frozenset[str]
    variants: frozenset[str]
    all_variants: frozenset[str]
    colours: frozenset[str]
    all_colours: frozenset[str]
    brand: str
    script: str
    first: str
    sku: str
    barcode: str
    price: float
    rate: float
    category: frozenset[str]

    def rarity_of(self, code: str) -> float:
        """How rare one of its codes is in the catalogue, as ``words`` tell it of words."""
        return self.code_rarity.get(code, 0.0)


def records(rows: Sequence[Mapping[str, Any]], index: Index) -> list[Record]:
    """Read rows; the rarity of all their words is looked up at once.

    A side's own article number is no word of the thing: missing on the other side it says nothing.
    """
    unnumbered = [{key: value for key, value in row.items() if key != "sku"} for row in rows]
    texts = [(identifying(row), full_text(row)) for row in unnumbered]
    found = [(_WORD.findall(short), _WORD.findall(whole)) for short, whole in texts]
    coded = [codes(whole) | codes(text_of(row.get("sku"))) for (_, whole), row in zip(texts, rows, strict=True)]
    rarity = _rarity({w for _, whole in found for w in whole}.union(*coded), index, "words")
    rarest = float(idf_of(np.array(1), index.size))
    rarity_all = _rarity({w for _, whole in found for w in whole}, index, "full")
    return [
        _record(
            row,
            text,
            words={w: rarity[w] for w in a},
            all_words={w: rarity_all[w] for w in b},
            code_rarity={c: rarity[c] for c in every},
            rarest=rarest,
        )
        for row, text, (a, b), every in zip(rows, texts, found, coded, strict=True)
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
    row: Mapping[str, Any],
    texts: tuple[str, str],
    *,
    words: dict[str, float],
    all_words: dict[str, float],
    code_rarity: dict[str, float],
    rarest: float,
) -> Record:
    short, whole = texts
    name = text_of(row.get("name"))
    sizes = f"{short} {text_of(row.get('pack_size'))} {text_of(row.get('unit'))}" if row.get("pack_size") else short
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
        codes=codes(short),
        own_codes=codes(text_of(row.get("sku"))),
        all_codes=frozenset(code_rarity),
        code_rarity=code_rarity,
        rarest=rarest,
        maker=squeeze(maker_number(row) or text_of(row.get("modelno") or row.get("model"))),
        fits=meant_for(name),
        accessories=_accessories(name, found),
        measures=measures(sizes),
        all_measures=measures(whole),
        packs=packs(name) | declared_pack(row.get("pack_size")),
        numbers=numbers(name),
        all_numbers=numbers(whole),
        variants=_named(words, VARIANTS),
        all_variants=_named(all_words, VARIANTS),
        colours=_named(words, COLOURS),
        all_colours=_named(all_words, COLOURS),
        brand=squeeze(str(row.get("brand") or "")),
        script=_script(name),
        first=found[0] if found else "",
        sku=squeeze(str(row.get("sku") or "")),
        barcode=barcode_of(row.get("barcode")),
        price=price_of(row.get("price")) / rate,
        rate=rate,
        category=frozenset(_WORD.findall(text_of(row.get("category")))),
    )


def _norm(words: Mapping[str, float]) -> float:
    return sum(w * w for w in words.values()) ** 0.5 or 1.0


def _script(text: str) -> str:
    """The alphabet that most letters are of, by the first word of their Unicode names."""
    counted = Counter(_alphabet(char) for char in text[:60] if char.isalpha())
    return counted.most_common(1)[0][0] if counted else ""


@cache
def _alphabet(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def _accessories(name: str, words: Iterable[str]) -> frozenset[str]:
    stems = (stem for pair in _COMPOUND.findall(name) for stem in pair if stem)
    return frozenset(ACCESSORIES[word] for word in (*words, *stems) if word in ACCESSORIES)


def _named(words: Iterable[str], names: Mapping[str, str]) -> frozenset[str]:
    return frozenset(names[w] for w in words if w in names)

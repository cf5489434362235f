"""One row or product, read once for all its comparisons.

One room: one row's reading; what a word is taken for is not taken for anything else.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from ml_analyze.matching.codes import codes, meant_for
from ml_analyze.matching.hashed_words import words as hashed_words
from ml_analyze.matching.index import Index, idf_of
from ml_analyze.matching.normalize import price_of, text_of
from ml_analyze.matching.sizes import declared_pack, measures, numbers, packs
from ml_analyze.matching.texts import Texts
from ml_analyze.matching.vocabulary import ACCESSORIES, COLOURS, VARIANTS

#: a field that ``rates`` adds to a row: units of the row's money for one of the catalogue's
RATE = "price_rate"
_WORD = re.compile(r"[^\W_]+")
_LONG = sorted((word for word in ACCESSORIES if len(word) >= 6), key=len, reverse=True)
_STEMS = "|".join(re.escape(word) for word in _LONG if " " not in word)
_SEVERAL_WORDS = re.compile("|".join(re.escape(word) for word in _LONG if " " in word))
_COMPOUND = re.compile(rf"(?<![^\W_])({_STEMS})|({_STEMS})(?![^\W_])")


_NONE: frozenset[str] = frozenset()
# So many texts stay read: those that a list repeats, and a list that comes again.
_KEPT = 4096


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


def shared_codes(item: Record, product: Record) -> frozenset[str]:
    """Model numbers that both name, one of them where it says which thing it is."""
    if item.all_codes.isdisjoint(product.all_codes):
        return _NONE
    ours, theirs = item.codes | item.own_codes, product.codes | product.own_codes
    return (ours & product.all_codes) | (item.all_codes & theirs)


def records(rows: Sequence[Mapping[str, Any]], texts: Sequence[Texts], index: Index) -> list[Record]:
    """Read rows, whose texts are ``texts``; the rarity of all their words is looked up at once.

    A side's own article number is no word of the thing: missing on the other side it says nothing.
    """
    read = [_read(text, *_sold(row)) for text, row in zip(texts, rows, strict=True)]
    rarity_all = _rarity(set().union(*(each.all_words for each in read)), index, "full")
    rarity = _rarity(set(rarity_all).union(*(each.all_codes for each in read)), index, "words")
    rarest = float(idf_of(np.array(1), index.size))
    return [
        _record(
            row,
            text,
            each,
            words={w: rarity[w] for w in each.words},
            all_words={w: rarity_all[w] for w in each.all_words},
            code_rarity={c: rarity[c] for c in each.all_codes},
            rarest=rarest,
        )
        for row, text, each in zip(rows, texts, read, strict=True)
    ]


def _sold(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """What a row says of its article number and of how it is sold, as far as its texts do not have it."""
    pack = row.get("pack_size")
    return text_of(row.get("sku")), str(pack or ""), text_of(row.get("unit")) if pack else ""


class _Read(NamedTuple):
    """What texts say whatever the catalogue; names as in ``Record``."""

    words: tuple[str, ...]
    all_words: tuple[str, ...]
    dense: str
    codes: frozenset[str]
    own_codes: frozenset[str]
    all_codes: frozenset[str]
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
    script: str
    first: str
    category: frozenset[str]


@lru_cache(maxsize=_KEPT)
def _read(text: Texts, sku: str, pack: str, unit: str) -> _Read:
    # ``full`` is ``short`` and more: what is read is read once, and no size begins in a name and ends in a category.
    more = text.full[len(text.short) :]
    words, short_codes = _WORD.findall(text.short), codes(text.short)
    whole = words + _WORD.findall(more)
    names, own = _WORD.findall(text.name), codes(sku)
    sized, numbered = measures(text.short), numbers(text.name)
    # Numbers stand in no two words: what is beside the name is read by itself.
    before, _, after = f" {text.short} ".partition(f" {text.name} ")
    strong, weak = set(words), set(whole)
    return _Read(
        words=tuple(dict.fromkeys(words)),
        all_words=tuple(dict.fromkeys(whole)),
        dense="".join(whole),
        codes=short_codes,
        own_codes=own,
        all_codes=short_codes | codes(more) | own,
        fits=meant_for(text.name),
        accessories=_accessories(text.name, names),
        measures=measures(f"{text.short} {text_of(pack)} {unit}") if pack else sized,
        all_measures=_together(sized, measures(more)),
        packs=packs(text.name) | declared_pack(pack),
        numbers=numbered,
        all_numbers=numbered | numbers(f"{before} {after} {more}"),
        variants=_named(strong, VARIANTS),
        all_variants=_named(weak, VARIANTS),
        colours=_named(strong, COLOURS),
        all_colours=_named(weak, COLOURS),
        script=_script(text.name),
        first=names[0] if names else "",
        category=frozenset(_WORD.findall(text.category)),
    )


def _together(some: dict[str, frozenset[str]], more: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Both texts' values by dimension."""
    if not some or not more:
        return some or more
    return {name: some.get(name, _NONE) | more.get(name, _NONE) for name in (*some, *more)}


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
    text: Texts,
    read: _Read,
    *,
    words: dict[str, float],
    all_words: dict[str, float],
    code_rarity: dict[str, float],
    rarest: float,
) -> Record:
    rate = float(row.get(RATE) or 1)
    return Record(
        name=text.name,
        dense=read.dense,
        words=words,
        all_words=all_words,
        weight=sum(words.values()) or 1.0,
        norm=_norm(words),
        all_norm=_norm(all_words),
        codes=read.codes,
        own_codes=read.own_codes,
        all_codes=read.all_codes,
        code_rarity=code_rarity,
        rarest=rarest,
        maker=text.maker,
        fits=read.fits,
        accessories=read.accessories,
        measures=read.measures,
        all_measures=read.all_measures,
        packs=read.packs,
        numbers=read.numbers,
        all_numbers=read.all_numbers,
        variants=read.variants,
        all_variants=read.all_variants,
        colours=read.colours,
        all_colours=read.all_colours,
        brand=text.brand,
        script=read.script,
        first=read.first,
        sku=text.sku,
        barcode=text.barcode,
        price=price_of(row.get("price")) / rate,
        rate=rate,
        category=read.category,
    )


def _norm(words: Mapping[str, float]) -> float:
    return sum([w * w for w in words.values()]) ** 0.5 or 1.0


def _script(text: str) -> str:
    """The alphabet that most letters are of, by the first word of their Unicode names."""
    letters = filter(str.isalpha, text[:60])
    if text.isascii():
        return "LATIN" if any(letters) else ""
    counted = Counter(map(_alphabet, letters))
    return counted.most_common(1)[0][0] if counted else ""


@cache
def _alphabet(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def _accessories(name: str, words: Iterable[str]) -> frozenset[str]:
    kinds = [ACCESSORIES[each] for each in _SEVERAL_WORDS.findall(name)] if " " in name else []
    return frozenset(kinds).union(*map(_accessory_kinds, words))


@lru_cache(maxsize=50_000)
def _accessory_kinds(word: str) -> frozenset[str]:
    """What one word says, whole or at its start and end: ``ersatzakku``, ``druckertoner``."""
    stems = (stem for pair in _COMPOUND.findall(word) for stem in pair if stem)
    return frozenset(ACCESSORIES[each] for each in (word, *stems) if each in ACCESSORIES)


def _named(words: set[str], names: Mapping[str, str]) -> frozenset[str]:
    there = words & names.keys()
    return frozenset([names[word] for word in there]) if there else _NONE

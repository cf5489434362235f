"""Records as arrays: what many comparisons at once ask of them.

Everything that a record says as a set (words, codes, sizes, numbers, colours, …) is an *entry*: a hash of the kind and
the saying, and flags of where it was said. Two records have in common the entries with equal hashes.

One room: the arrays and how they are filled, as their places are known nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.hashed_words import mix
from ml_analyze.matching.hashed_words import words as hashed_words
from ml_analyze.matching.record import Record
from ml_analyze.matching.vocabulary import UNITS

# Kinds of entries; words come first in every record, those that identify before the others.
WORD, CODE, MEASURE, NUMBER, VARIANT, COLOUR, PACK, ACCESSORY, CATEGORY = range(9)
#: said where it identifies, and said anywhere
STRONG, WEAK = 1, 2
#: of codes: its own article number, what it is for, rare enough to name one product, the maker's number, the SKU as a
#: whole, and such a SKU that is long and no plain number
OWN, FITS, LONE, MAKER, SKU, TELLING_SKU = 4, 8, 16, 32, 64, 128

# A code that more than four products have, as far as hashed counts tell it, names a family: in the measure of
# ``1 + ln((n + 1) / (count + 1))`` so much less rare than a word of a single product.
_HOLDERS = 0.92
_APART = np.uint64(0x9E3779B97F4A7C15)
_LEAST_MAKER, _LEAST_TELLING = 4, 5

_SUMS = ("weight", "norm", "all_norm", "price")
_NAMES = ("brand", "first", "barcode", "script")
#: equal of records that say the same of themselves: name, brand, barcode and price
_SHOWN = "shown"
_COUNTED = (
    "words", "all_words", "codes", "numbers", "variants", "colours", "all_colours", "packs", "accessories", "category"
)  # fmt: skip
_LENGTHS, _DIMENSIONS_OF = ("name", "sku"), ("measures", "all_measures")
#: of each record: sums, hashes of short texts (0 is none), how many of each set, lengths, its dimensions as bits
_FACTS = np.dtype(
    [
        *((name, "f8") for name in _SUMS),
        *((name, "u8") for name in (*_NAMES, _SHOWN)),
        *((name, "i4") for name in (*_COUNTED, *_LENGTHS)),
        *((name, "u4") for name in _DIMENSIONS_OF),
    ]
)
_OF_ENTRIES = ("hashes", "kinds", "flags", "weights", "amounts")
_BIT = {name: bit for bit, name in enumerate(sorted({"format", *(dimension for dimension, _ in UNITS.values())}))}


@dataclass(frozen=True)
class Strings:
    """What is compared letter by letter: the name, its words in order, all text and the beginning of it, and more."""

    name: str
    ordered: str
    dense: str
    start: str
    brand: str
    sku: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """Entries ``starts[i]:starts[i + 1]`` are those of record ``i``, ``facts[i]`` its single values.

    Of a word ``weight`` is its rarity where it identifies and ``amount`` the one in all text; of a code its rarity and
    its length; of a size ``amount`` is the bit of its dimension.
    """

    starts: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    kinds: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    weights: NDArray[np.float32]
    amounts: NDArray[np.float32]
    facts: NDArray[np.void]

    def __len__(self) -> int:
        return len(self.facts)

    def take(self, places: NDArray[np.int64]) -> Sheet:
        """Some of the records, in this order."""
        return self._cut(places, self.starts[places + 1] - self.starts[places])

    def words(self) -> Sheet:
        """The records with nothing but their words."""
        return self._cut(np.arange(len(self)), self.facts["all_words"].astype(np.int64))

    def _cut(self, places: NDArray[np.int64], lengths: NDArray[np.int64]) -> Sheet:
        entries = ranges(self.starts[places], lengths)
        cut: dict[str, Any] = {name: getattr(self, name)[entries] for name in _OF_ENTRIES}
        return Sheet(starts=ends_of(lengths), facts=self.facts[places], **cut)

    def beside(self, other: Sheet) -> Sheet:
        """The records of both, those of ``other`` last."""
        starts = np.concatenate((self.starts, other.starts[1:] + self.starts[-1]))
        both: dict[str, Any] = {
            name: np.concatenate((getattr(self, name), getattr(other, name))) for name in _OF_ENTRIES
        }
        return Sheet(starts=starts, facts=np.concatenate((self.facts, other.facts)), **both)


def ends_of(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 and the running sums: where runs of these lengths start and end."""
    ends = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=ends[1:])
    return ends


def ranges(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """``start, start + 1, …`` of each run, one after another."""
    ends = ends_of(lengths)
    return np.arange(ends[-1]) + np.repeat(starts - ends[:-1], lengths)


def strings_of(record: Record) -> Strings:
    ordered = " ".join(sorted(record.name.split()))
    return Strings(
        record.name, ordered, record.dense, record.dense[:40], record.brand, record.sku, tuple(sorted(record.codes))
    )


def sheet_of(records: Sequence[Record]) -> Sheet:
    """The records as arrays, in their order."""
    said = _Said()
    ends = [0]
    for record in records:
        said.add(record)
        ends.append(len(said.texts))
    kinds, flags = said.runs()
    return Sheet(
        starts=np.array(ends, dtype=np.int64),
        hashes=mix(_hashes(said.texts) + kinds.astype(np.uint64) * _APART),
        kinds=kinds,
        flags=flags,
        weights=np.array(said.weights, dtype=np.float32),
        amounts=np.array(said.amounts, dtype=np.float32),
        facts=_facts(records),
    )


def _hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    """64 bits of each text. One that falls into several tokens is known by them and their places."""
    kept = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    tokens = hashed_words(list(kept))
    place = np.arange(len(tokens.doc)) - np.searchsorted(tokens.doc, tokens.doc)
    found = np.zeros(len(kept), dtype=np.uint64)
    np.add.at(found, tokens.doc, mix(tokens.hash + place.astype(np.uint64)))
    return found[np.fromiter((kept[text] for text in texts), dtype=np.int64, count=len(texts))]


# Letters and digits alone are one token; the signs of an amount are spelled out.
_SPELLED = str.maketrans({".": "p", "+": "q", "-": "m", "/": "o"})


class _Said:
    """Entries of records one after another, a list a column."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._runs: list[tuple[int, int, int]] = []
        self.weights: list[float] = []
        self.amounts: list[float] = []

    def runs(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Kind and flags of each entry."""
        runs = np.array(self._runs, dtype=np.int64).reshape(-1, 3)
        kinds, flags = np.repeat(runs[:, :2].astype(np.uint8), runs[:, 2], axis=0).T
        return np.ascontiguousarray(kinds), np.ascontiguousarray(flags)

    def add(self, record: Record) -> None:
        words, whole = record.words, record.all_words
        others = [word for word in whole if word not in words]
        self._say(WORD, words, STRONG | WEAK, words.values(), [whole[word] for word in words])
        self._say(WORD, others, WEAK, [0.0] * len(others), [whole[word] for word in others])
        if record.all_codes or record.sku or record.maker:
            self._codes(record)
        if record.measures or record.all_measures:
            self._measures(record)
        for kind, strong, weak in (
            (NUMBER, record.numbers, record.all_numbers),
            (VARIANT, record.variants, record.all_variants),
            (COLOUR, record.colours, record.all_colours),
        ):
            for each in strong | weak if weak else strong:
                self._say(kind, (each,), (each in strong) * STRONG + (each in weak) * WEAK)
        if record.packs:
            self._say(PACK, [*map(str, record.packs)], STRONG)
        if record.accessories:
            self._say(ACCESSORY, record.accessories, STRONG)
        if record.category:
            self._say(CATEGORY, record.category, STRONG)

    def _say(
        self,
        kind: int,
        texts: Collection[str],
        flags: int,
        weights: Iterable[float] | None = None,
        amounts: Iterable[float] | None = None,
    ) -> None:
        count = len(texts)
        self.texts += texts
        self._runs.append((kind, flags, count))
        self.weights += [0.0] * count if weights is None else weights
        self.amounts += [0.0] * count if amounts is None else amounts

    def _codes(self, record: Record) -> None:
        maker = record.maker if len(record.maker) >= _LEAST_MAKER else ""
        for code in {*record.all_codes, record.sku, maker} - {""}:
            rarity, long = record.rarity_of(code), len(code) >= _LEAST_TELLING and not code.isdigit()
            flags = (code in record.codes) * STRONG | (code in record.all_codes) * WEAK
            flags |= (code in record.own_codes) * OWN | (code in record.fits) * FITS
            flags |= (long and rarity >= record.rarest - _HOLDERS) * LONE
            flags |= (code == maker) * MAKER | (code == record.sku) * (SKU | long * TELLING_SKU)
            self._say(CODE, (code,), flags, (rarity,), (float(len(code)),))

    def _measures(self, record: Record) -> None:
        strong = {(dimension, value) for dimension, values in record.measures.items() for value in values}
        weak = {(dimension, value) for dimension, values in record.all_measures.items() for value in values}
        for dimension, value in strong | weak:
            flags = ((dimension, value) in strong) * STRONG + ((dimension, value) in weak) * WEAK
            bit = _BIT[dimension]
            self._say(MEASURE, (f"{bit}s{value.translate(_SPELLED)}",), flags, None, (float(bit),))


def _facts(records: Sequence[Record]) -> NDArray[np.void]:
    facts = np.zeros(len(records), dtype=_FACTS)
    for name in _SUMS:
        facts[name] = [getattr(record, name) for record in records]
    for name in _NAMES:
        facts[name] = [_number(getattr(record, name)) for record in records]
    facts[_SHOWN] = np.array([_number(record.name) for record in records], dtype=np.uint64)
    for part in (facts["brand"], facts["barcode"], facts["price"].view(np.uint64)):
        facts[_SHOWN] = mix(facts[_SHOWN] + mix(part + _APART))
    for name in (*_COUNTED, *_LENGTHS):
        facts[name] = [len(getattr(record, name)) for record in records]
    for name in _DIMENSIONS_OF:
        facts[name] = [sum(1 << _BIT[each] for each in getattr(record, name)) for record in records]
    return facts


def _number(text: str) -> int:
    """A number of a short text; 0 of none."""
    return (crc32(text.encode()) << 16 | len(text)) if text else 0

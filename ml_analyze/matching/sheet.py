"""Records as arrays: what many comparisons at once ask of them.

Everything that a record says as a set (words, codes, sizes, numbers, colours, …) is an *entry*: a hash of the kind and
the saying, and flags of where it was said. Two records have in common the entries with equal hashes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.record import Record
from ml_analyze.matching.tokens import mix
from ml_analyze.matching.tokens import words as hashed_words
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
_COUNTED = (
    "words", "all_words", "codes", "numbers", "variants", "colours", "all_colours", "packs", "accessories", "category"
)  # fmt: skip
_LENGTHS, _DIMENSIONS_OF = ("name", "sku"), ("measures", "all_measures")
#: of each record: sums, hashes of short texts (0 is none), how many of each set, lengths, its dimensions as bits
_FACTS = np.dtype(
    [
        *((name, "f8") for name in _SUMS),
        *((name, "u8") for name in _NAMES),
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
    rows = [_said(record) for record in records]
    texts, kinds, flags, weights, amounts = zip(*chain.from_iterable(rows), strict=True) if any(rows) else ((),) * 5
    kind = np.array(kinds, dtype=np.uint8)
    return Sheet(
        ends_of(np.array([len(row) for row in rows], dtype=np.int64)),
        mix(_hashes(texts) + kind.astype(np.uint64) * _APART),
        kind,
        np.array(flags, dtype=np.uint8),
        np.array(weights, dtype=np.float32),
        np.array(amounts, dtype=np.float32),
        _facts(records),
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
_Said = tuple[str, int, int, float, float]


def _said(record: Record) -> list[_Said]:
    words, rarity = record.words, record.all_words
    said: list[_Said] = [(word, WORD, STRONG | WEAK, weight, rarity[word]) for word, weight in words.items()]
    said += [(word, WORD, WEAK, 0.0, weight) for word, weight in rarity.items() if word not in words]
    if record.all_codes or record.sku or record.maker:
        said += _codes(record)
    if record.measures or record.all_measures:
        said += _measures(record)
    for kind, strong, weak in (
        (NUMBER, record.numbers, record.all_numbers),
        (VARIANT, record.variants, record.all_variants),
        (COLOUR, record.colours, record.all_colours),
    ):
        said += [(each, kind, (each in strong) * STRONG + (each in weak) * WEAK, 0.0, 0.0) for each in strong | weak]
    said += [(str(pack), PACK, STRONG, 0.0, 0.0) for pack in record.packs]
    said += [(each, ACCESSORY, STRONG, 0.0, 0.0) for each in record.accessories]
    said += [(each, CATEGORY, STRONG, 0.0, 0.0) for each in record.category]
    return said


def _codes(record: Record) -> Iterator[_Said]:
    maker = record.maker if len(record.maker) >= _LEAST_MAKER else ""
    for code in {*record.all_codes, record.sku, maker} - {""}:
        rarity, long = record.rarity_of(code), len(code) >= _LEAST_TELLING and not code.isdigit()
        flags = (code in record.codes) * STRONG | (code in record.all_codes) * WEAK | (code in record.own_codes) * OWN
        flags |= (code in record.fits) * FITS | (long and rarity >= record.rarest - _HOLDERS) * LONE
        flags |= (code == maker) * MAKER | (code == record.sku) * (SKU | long * TELLING_SKU)
        yield code, CODE, flags, rarity, float(len(code))


def _measures(record: Record) -> Iterator[_Said]:
    strong = {(dimension, value) for dimension, values in record.measures.items() for value in values}
    weak = {(dimension, value) for dimension, values in record.all_measures.items() for value in values}
    for dimension, value in strong | weak:
        flags = ((dimension, value) in strong) * STRONG + ((dimension, value) in weak) * WEAK
        yield f"{_BIT[dimension]}s{value.translate(_SPELLED)}", MEASURE, flags, 0.0, float(_BIT[dimension])


def _facts(records: Sequence[Record]) -> NDArray[np.void]:
    facts = np.zeros(len(records), dtype=_FACTS)
    for name in _SUMS:
        facts[name] = [getattr(record, name) for record in records]
    for name in _NAMES:
        facts[name] = [_number(getattr(record, name)) for record in records]
    for name in (*_COUNTED, *_LENGTHS):
        facts[name] = [len(getattr(record, name)) for record in records]
    for name in _DIMENSIONS_OF:
        facts[name] = [sum(1 << _BIT[each] for each in getattr(record, name)) for record in records]
    return facts


def _number(text: str) -> int:
    """A number of a short text; 0 of none."""
    return (crc32(text.encode()) << 16 | len(text)) if text else 0

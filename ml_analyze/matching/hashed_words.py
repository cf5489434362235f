"""Many texts to hashed tokens at once, with numpy instead of a loop over words.

Every substring's hash is a difference of prefix sums: with ``S[j]`` the sum of ``c[t] * M**t`` over
``t < j`` (modulo 2**64, ``M`` odd and so invertible), the hash of ``[a, b)`` is ``(S[b] - S[a]) *
M**-a`` (Rabin and Karp's rolling hash). So words, codes written with and without hyphens, joins of
neighbours and stems cost a few array operations a million characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.compiled import TRIGRAMS, WORDS, WORDS_AND_CODES, hot

U64 = NDArray[np.uint64]
Ints = NDArray[np.int64]

_MULTIPLIER = 0x9E3779B97F4A7C15
_INVERSE = pow(_MULTIPLIER, -1, 2**64)
_SEPARATOR, _LETTER, _DIGIT, _IDEOGRAPH = 0, 1, 2, 3
_LONGEST_JOIN = 20


@dataclass(frozen=True)
class Tokens:
    """``doc[i]`` (0-based text) holds a token whose hash is ``hash[i]``; may repeat, in no order that is promised."""

    doc: Ints
    hash: U64


@cache
def _classes() -> NDArray[np.uint8]:
    """Class of each character of the basic plane; everything above it counts as an ideograph."""
    classes = np.zeros(0x10000, dtype=np.uint8)
    for code in range(0x10000):
        char = chr(code)
        if char.isdigit():
            classes[code] = _DIGIT
        elif 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF:
            classes[code] = _IDEOGRAPH if char.isalnum() else _SEPARATOR
        elif char.isalnum():
            classes[code] = _LETTER
    return classes


@cache
def _powers(size: int) -> tuple[U64, U64]:
    base = np.full(size, _MULTIPLIER, dtype=np.uint64)
    back = np.full(size, _INVERSE, dtype=np.uint64)
    base[0] = back[0] = 1
    return np.cumprod(base, dtype=np.uint64), np.cumprod(back, dtype=np.uint64)


def mix(values: U64) -> U64:
    """Spread every bit over the word (the finalizer of MurmurHash3)."""
    values = values ^ (values >> np.uint64(33))
    values = values * np.uint64(0xFF51AFD7ED558CCD)
    values = values ^ (values >> np.uint64(33))
    values = values * np.uint64(0xC4CEB9FE1A85EC53)
    return values ^ (values >> np.uint64(33))


def distinct(values: Ints) -> Ints:
    """Each value once, in rising order. Sorting beats the hash table of ``np.unique`` by far."""
    ranked = np.sort(values)
    new = np.ones(len(ranked), dtype=bool)
    np.not_equal(ranked[1:], ranked[:-1], out=new[1:])
    return ranked[new]


class _Stream:
    """Characters of all texts in one row, a line break after each, with what was counted on the way."""

    def __init__(self, chars: NDArray[np.uint32]) -> None:
        self.chars = chars
        basic = _classes()
        self.kind = np.full(len(chars), _IDEOGRAPH, dtype=np.uint8)
        low = chars < 0x10000
        self.kind[low] = basic[chars[low]]
        size = 1 << max(10, len(chars).bit_length())
        self.power, self.back = _powers(size)
        self.sums = np.zeros(len(chars) + 1, dtype=np.uint64)
        np.cumsum(chars.astype(np.uint64) * self.power[: len(chars)], out=self.sums[1:])
        self.doc_ends = np.flatnonzero(chars == 10)

    def spans(self) -> tuple[Ints, Ints]:
        """Starts and ends of words: runs of letters and digits; an ideograph is a word of its own."""
        inside = self.kind != _SEPARATOR
        lone = self.kind == _IDEOGRAPH
        before = np.concatenate(([False], inside[:-1] & ~lone[:-1]))
        after = np.concatenate((inside[1:] & ~lone[1:], [False]))
        starts = np.flatnonzero(inside & (~before | lone))
        ends = np.flatnonzero(inside & (~after | lone)) + 1
        return starts, ends

    def hashes(self, starts: Ints, ends: Ints) -> U64:
        values: U64 = (self.sums[ends] - self.sums[starts]) * self.back[starts]
        return values

    def docs(self, starts: Ints) -> Ints:
        found: Ints = np.searchsorted(self.doc_ends, starts)
        return found

    def count(self, kind: int, starts: Ints, ends: Ints) -> Ints:
        running = np.concatenate(([0], np.cumsum(self.kind == kind)))
        counted: Ints = running[ends] - running[starts]
        return counted


def _chars(texts: list[str]) -> NDArray[np.uint32]:
    joined = "\n".join(texts) + "\n"
    return np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)


def _stream(texts: list[str]) -> _Stream:
    return _Stream(_chars(texts))


def _compiled(what: int, texts: list[str]) -> Tokens | None:
    """What the functions below say of texts, where there are compiled loops for it."""
    compiled = hot()
    return Tokens(*compiled.tokens(what, _chars(texts), _classes())) if compiled else None


def _squeezed(stream: _Stream) -> _Stream:
    """Without the signs that some put inside a code and others do not: ``f3h982-10``, ``f3h98210``."""
    chars, inside = stream.chars, stream.kind != _SEPARATOR
    sign = np.isin(chars, np.frombuffer("-_/.".encode("utf-32-le"), dtype=np.uint32))
    between = np.zeros(len(chars), dtype=bool)
    between[1:-1] = inside[:-2] & inside[2:]
    return _Stream(chars[~(sign & between)])


def words(texts: list[str]) -> Tokens:
    """Plain words only: text ``i`` may be a single word, then this is its hash."""
    found = _compiled(WORDS, texts)
    if found:
        return found
    stream = _stream(texts)
    starts, ends = stream.spans()
    return Tokens(stream.docs(starts), mix(stream.hashes(starts, ends)))


def words_and_codes(texts: list[str]) -> Tokens:
    """Words; codes without inner signs; neighbours joined when one has a digit; codes cut after the last digit."""
    found = _compiled(WORDS_AND_CODES, texts)
    if found:
        return found
    plain = _stream(texts)
    starts, ends = plain.spans()
    docs, hashes = [plain.docs(starts)], [plain.hashes(starts, ends)]
    dense = _squeezed(plain)
    starts, ends = dense.spans()
    doc, value = dense.docs(starts), dense.hashes(starts, ends)
    digits = dense.count(_DIGIT, starts, ends)
    length = ends - starts
    coded = (digits > 0) & (length >= 3)
    docs.append(doc[coded])
    hashes.append(value[coded])
    last_digit = np.maximum.accumulate(np.where(dense.kind == _DIGIT, np.arange(len(dense.kind)), -1))
    if len(starts):
        cut = last_digit[ends - 1] + 1
        stem = (digits > 0) & (cut < ends) & (cut - starts >= 4)
        docs.append(doc[stem])
        hashes.append(dense.hashes(starts[stem], cut[stem]))
        left, right = slice(None, -1), slice(1, None)
        joined = (doc[left] == doc[right]) & (starts[right] - ends[left] == 1)
        joined &= ((digits[left] > 0) | (digits[right] > 0)) & (length[left] + length[right] <= _LONGEST_JOIN)
        docs.append(doc[left][joined])
        hashes.append((value[left] + dense.power[length[left]] * value[right])[joined])
    return Tokens(np.concatenate(docs), mix(np.concatenate(hashes)))


def trigrams(texts: list[str]) -> Tokens:
    """Three characters in a row inside a word, the blanks around it included."""
    found = _compiled(TRIGRAMS, texts)
    if found:
        return found
    stream = _stream(texts)
    chars = np.where(stream.kind == _SEPARATOR, np.where(stream.chars == 10, 10, 32), stream.chars).astype(np.uint64)
    if len(chars) < 3:
        return Tokens(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64))
    first, middle, last = (np.concatenate(([10], chars[:-1])), chars, np.concatenate((chars[1:], [10])))
    first, last = np.where(first == 10, 32, first), np.where(last == 10, 32, last)
    keep = (stream.kind != _SEPARATOR).nonzero()[0]
    value = (
        (first[keep].astype(np.uint64) << np.uint64(42))
        | (middle[keep] << np.uint64(21))
        | last[keep].astype(np.uint64)
    )
    return Tokens(stream.docs(keep), mix(value))

"""What is compared letter by letter, for many records: one run of characters and one of bytes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.compiled import hot
from ml_analyze.matching.sheet import Strings, ends_of

# Pieces before the codes: name, ordered, start as characters; dense, brand, sku as bytes.
_BEFORE_CODES = 3


@dataclass(frozen=True)
class Letters:
    """Pieces ``pieces[i]:pieces[i + 1]`` are those of record ``i``, once as ``chars`` and once as ``bytes`` (UTF-8).

    As characters: the name, its words in order, the start of all text, each code. As bytes, in which one stands in
    another: all text, the brand, the article number, each code. Piece ``p`` ends at ``char_ends[p + 1]``.
    """

    pieces: NDArray[np.int64]
    char_ends: NDArray[np.int64]
    byte_ends: NDArray[np.int64]
    chars: NDArray[np.uint32]
    bytes: NDArray[np.uint8]

    @classmethod
    def of(cls, strings: Sequence[Strings]) -> Letters:
        told = list(chain.from_iterable((s.name, s.ordered, s.start, *s.codes) for s in strings))
        within = [each.encode() for each in chain.from_iterable((s.dense, s.brand, s.sku, *s.codes) for s in strings)]
        joined = "".join(told).encode("utf-32-le")
        return cls(
            _ends([_BEFORE_CODES + len(s.codes) for s in strings]),
            _ends([*map(len, told)]),
            _ends([*map(len, within)]),
            np.frombuffer(joined, dtype=np.uint32),
            np.frombuffer(b"".join(within), dtype=np.uint8),
        )

    def mentioning(
        self, records: NDArray[np.int64], asked: NDArray[np.int64], texts: Sequence[Collection[str]]
    ) -> NDArray[np.bool_]:
        """Of each of ``records`` whether one of ``texts[asked]`` stands in its own, letters and digits alone."""
        told = [[text.encode() for text in each] for each in texts]
        compiled = hot()
        if compiled:
            every = list(chain.from_iterable(told))
            ends = _ends([*map(len, told)]), _ends([*map(len, every)])
            return compiled.mentioning(self, records, asked, (*ends, np.frombuffer(b"".join(every), dtype=np.uint8)))
        starts, ends_of_bytes = self.byte_ends[self.pieces[records]], self.byte_ends[self.pieces[records + 1]]
        within = (self.bytes[start:end].tobytes() for start, end in zip(starts, ends_of_bytes, strict=True))
        found = [any(text in own for text in told[at]) for own, at in zip(within, asked.tolist(), strict=True)]
        return np.array(found, dtype=bool)

    def strings(self, record: int) -> Strings:
        """Those of one record again."""
        first, last = self.pieces[record : record + 2].tolist()
        told, within = _runs(self.char_ends, first, last), _runs(self.byte_ends, first, first + _BEFORE_CODES)
        name, ordered, start, *codes = (_text(self.chars[a:b], "utf-32-le") for a, b in told)
        dense, brand, sku = (_text(self.bytes[a:b], "utf-8") for a, b in within)
        return Strings(name, ordered, dense, start, brand, sku, tuple(codes))

    def beside(self, *others: Letters) -> Letters:
        """The records of all, one after another."""
        every = (self, *others)
        parts: dict[str, Any] = {name: np.concatenate([getattr(each, name) for each in every]) for name in _RUNS}
        for name in _ENDS:
            parts[name] = ends_of(np.concatenate([np.diff(getattr(each, name)) for each in every]))
        return Letters(**parts)


_RUNS, _ENDS = ("chars", "bytes"), ("pieces", "char_ends", "byte_ends")
PARTS = tuple(field.name for field in fields(Letters))


def _ends(lengths: Sequence[int]) -> NDArray[np.int64]:
    return ends_of(np.array(lengths, dtype=np.int64))


def _text(run: NDArray[Any], encoding: str) -> str:
    return run.tobytes().decode(encoding)


def _runs(ends: NDArray[np.int64], first: int, last: int) -> list[tuple[int, int]]:
    return list(pairwise(ends[first : last + 1].tolist()))

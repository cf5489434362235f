"""Whether a list speaks another language than the catalogue, as its sure pairs tell.

Where languages differ, of the pairs that share an identifier three in four and more say a word each that the other
lacks, and of the row's words that its product lacks few stand anywhere in the catalogue (two in five at most; in one
language half and more, in small catalogues fewer). Measured in made-up lists of seven trades.
"""

from __future__ import annotations

from collections.abc import Iterable

from ml_analyze.matching.record import Record
from ml_analyze.matching.said import said

_BOTH_LACK, _MOST_KNOWN = 0.75, 1 / 3
# Fewer pairs than this say nothing of their list; shorter words are alike in many languages.
_FEWEST, _SHORTEST = 10, 4


def speaks_otherwise(pairs: Iterable[tuple[Record, Record]]) -> bool:
    """Whether rows are in another language than their products, of pairs of both that share an identifier."""
    asked = both = lacking = known = 0
    for row, product in pairs:
        ours, theirs = said(row.name, row.brand).told, said(product.name, product.brand).told
        mine = [ours[meaning] for meaning in ours.keys() - theirs.keys() if len(ours[meaning]) >= _SHORTEST]
        asked += 1
        both += bool(mine) and bool(theirs.keys() - ours.keys())
        lacking += len(mine)
        known += sum(_is_known(row, word) for word in mine)
    return asked >= _FEWEST and both >= _BOTH_LACK * asked and known <= _MOST_KNOWN * lacking


def _is_known(row: Record, word: str) -> bool:
    """Whether a product of the catalogue has this word of a row in its identifying texts."""
    return row.words.get(word, row.rarest) <= row.rarest


def is_common(row: Record, word: str) -> bool:
    """Whether several have it: words are counted by their hashes, so that one may be another word's."""
    return row.words.get(word, 0.0) < row.rarest

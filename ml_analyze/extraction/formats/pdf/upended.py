"""Headers that run upwards or downwards over narrow columns, laid down on the line that they stand on."""

from __future__ import annotations

from .text import Word

_LEVEL = 2.0  # points that the feet, or the heads, of headers of one table differ
_FEW = 2
_UNDER = 3.0  # points beside a header where its column's cells may begin or end


def laid_down(upended: list[Word], words: list[Word]) -> list[Word]:
    """The upended words of at least two that stand or hang on one line over cells, each as a word of that line."""
    laid: list[Word] = []
    rest = sorted(upended, key=lambda word: word.bottom)
    while rest:
        standing = [word for word in rest if word.bottom - rest[0].bottom < _LEVEL]
        hanging = [word for word in rest if abs(word.top - rest[0].top) < _LEVEL]
        row = max(standing, hanging, key=len)
        foot = max(word.bottom for word in row)
        if len(row) >= _FEW and all(_heads(word, foot, words) for word in row):
            laid += [Word(word.left, word.right, foot - (word.right - word.left), foot, word.text) for word in row]
        held = set(map(id, row))
        rest = [word for word in rest if id(word) not in held]
    return laid


def _heads(header: Word, foot: float, words: list[Word]) -> bool:
    """Whether cells stand below a header, and nothing beside it that it would be printed over."""
    over = [word for word in words if word.left < header.right + _UNDER and word.right > header.left - _UNDER]
    return any(word.top > foot - _LEVEL for word in over) and not any(
        header.top < word.middle < foot and word.left < header.right and word.right > header.left for word in over
    )

"""Headings set with wide gaps between their letters, ``P R I C E``, as the words that they are."""

from __future__ import annotations

from itertools import pairwise

from .text import Word

_LEAST = 4  # letters: fewer may be sizes or initials
_EVEN = 0.12  # of the letters' height: how much the gaps within a word differ
_BETWEEN = frozenset("xX\u0445\u0425")  # sizes, ``L x B x H``: Latin and Cyrillic
_WIDEST = 0.7  # of it: gaps beyond part columns


def spaced_out(words: list[Word]) -> list[Word]:
    """Words with each run of single letters that stand evenly apart on one line as one word.

    A wider gap parts words. Letters follow each other on the page in the order in which they are read.
    """
    lone = [len(word.text) == 1 and word.text.isalpha() for word in words]
    if sum(lone) < _LEAST:
        return words
    kept: list[Word] = []
    run: list[Word] = []
    for word, letter in zip(words, lone, strict=True):
        if not (letter and run and _follows(run, word)):
            kept += _whole(run)
            run = []
        if letter:
            run.append(word)
        else:
            kept.append(word)
    return kept + _whole(run)


def _follows(run: list[Word], word: Word) -> bool:
    last = run[-1]
    gap = word.left - last.right
    if abs(word.middle - last.middle) > _EVEN * last.size or not 0 < gap < _WIDEST * last.size:
        return False
    return len(run) < 2 or abs(gap - (run[1].left - run[0].right)) < _EVEN * last.size


def _whole(run: list[Word]) -> list[Word]:
    if len(run) < _LEAST:
        return run
    gaps = [after.left - before.right for before, after in pairwise(run)]
    text = "".join(word.text for word in run)
    if max(gaps) - min(gaps) > 2 * _EVEN * run[0].size or set(text[1::2]) <= _BETWEEN:
        return run
    top, bottom = min(word.top for word in run), max(word.bottom for word in run)
    return [Word(run[0].left, run[-1].right, top, bottom, text)]

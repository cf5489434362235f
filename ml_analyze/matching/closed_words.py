"""Words of closed classes in the languages of Europe and in Turkish: what ``data/words.txt`` says of a word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from ml_analyze.matching.normalize import normalize

SOURCE = Path(__file__).parent / "data" / "words.txt"
WORD = re.compile(r"[^\W_]+")
# Letters of the shortest stem, before a head inside a compound, and after its stem.
_LEAST_STEM, _LEAST_BEFORE_HEAD, _LONGEST_ENDING = 3, 3, 3


class Concept(NamedTuple):
    group: str
    concept: str


@dataclass(frozen=True)
class Table:
    """``words`` as a whole, ``stems`` of whatever ending, ``heads`` at the end of longer words, ``phrases``.

    ``phrases_with`` gives the places of those that begin with a word; ``longest`` has the letters of the longest stem
    or head: further into a word neither is looked for.
    """

    groups: tuple[str, ...]
    words: Mapping[str, tuple[Concept, ...]]
    stems: Mapping[str, tuple[Concept, ...]]
    heads: Mapping[str, Concept]
    phrases: tuple[tuple[str, Concept], ...]
    phrases_with: Mapping[str, tuple[int, ...]]
    longest: int


@cache
def table() -> Table:
    groups: list[str] = []
    words: dict[str, tuple[Concept, ...]] = {}
    stems: dict[str, tuple[Concept, ...]] = {}
    heads: dict[str, Concept] = {}
    phrases: dict[str, Concept] = {}
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            groups.append(line.strip("[]"))
        elif line and not line.startswith("#"):
            concept, _, told = line.partition(":")
            meant = Concept(groups[-1], concept)
            for word in dict.fromkeys(map(normalize, told.split())):
                text = word.strip("~*")
                if "-" in word:
                    phrases[" ".join(WORD.findall(word))] = meant
                    continue
                kept = stems if word.endswith("*") else words
                kept[text] = (*kept.get(text, ()), meant)
                if word.startswith("~"):
                    heads[text] = meant
    begun: dict[str, tuple[int, ...]] = {}
    for place, phrase in enumerate(phrases):
        first = phrase.partition(" ")[0]
        begun[first] = (*begun.get(first, ()), place)
    longest = max(map(len, (*stems, *heads)))
    return Table(tuple(groups), words, stems, heads, tuple(phrases.items()), begun, longest)


@lru_cache(maxsize=50_000)
def concepts(word: str) -> tuple[Concept, ...]:
    """All that a word says, whole, by its start, or by its end where languages join words (``Türdichtung``)."""
    heads, longest = table().heads, table().longest
    found = [*table().words.get(word, ())]
    if word.isalpha():
        for end in range(_LEAST_STEM, min(len(word), longest) + 1):
            found += table().stems.get(word[:end], ())
        first = max(_LEAST_BEFORE_HEAD, len(word) - longest - _LONGEST_ENDING)
        for start in range(first, len(word) - _LEAST_STEM):
            rest = word[start:]
            ends = range(max(_LEAST_STEM, len(rest) - _LONGEST_ENDING), len(rest) + 1)
            found += (heads[rest[:end]] for end in ends if rest[:end] in heads)
    return tuple(dict.fromkeys(found))

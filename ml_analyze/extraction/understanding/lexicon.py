"""What a header says: words of many languages → role, from ``lexicon.txt``."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROLES = (
    "name",
    "sku",
    "price",
    "currency",
    "unit",
    "pack_size",
    "stock",
    "category",
    "brand",
    "barcode",
    "description",
)
DECOYS = ("row_number", "origin", "total", "order_quantity", "discount", "margin", "tax", "measure", "link", "date")
_QUALIFIERS = ("price_old", "price_special", "price_reference")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_BREAKS = re.compile(r"[\s\u00a0/\\|:;,()\[\]{}*\"«»„“”!?=+_<>€$£¥₽₴-]+")
# priceNet is two words, MwSt (the tax of Germany) is one; 幅mm
_CAMEL = re.compile(r"(?<=[a-z])(?<!Mw)(?=[A-Z])|(?<=[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af])(?=[A-Za-z])")
_MARKS = re.compile(r"(?<=[a-z\u03b1-\u03c9])[\u0300-\u036f]+")  # accents of Latin and Greek; й stays й
# Spanish and Portuguese part thousands one way in Europe and another in Mexico; Arabic and Persian lists do either
_UNSETTLED = frozenset(("es", "pt", "ar", "fa"))
_DECIMAL_POINT = frozenset(("en", "zh", "ja", "ko", "th", "he", "hi"))
_FEW_LANGUAGES = 4
_INSIDE_MIN = 5
_PREFIX_MIN = 4


def normal(text: str) -> str:
    """Header text for comparison: case, width, punctuation and white space set aside."""
    text = unicodedata.normalize("NFKC", _CAMEL.sub(" ", text)).casefold()
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", text)
    return " ".join(part.strip(".'’`") for part in _BREAKS.split(text) if part.strip(".'’`"))


@dataclass(frozen=True)
class Lexicon:
    """``exact``: normalised term → roles. ``inside``: terms that may stand within a longer word. ``alone``: terms that
    count only as the whole header.

    ``languages``: normalised term → the languages that have it.
    """

    exact: dict[str, tuple[str, ...]]
    alone: dict[str, tuple[str, ...]]
    inside: dict[str, tuple[tuple[str, str], ...]]
    rows: dict[str, frozenset[str]]
    languages: dict[str, frozenset[str]]
    _memo: dict[str, dict[str, float]]

    def roles_of(self, text: str) -> dict[str, float]:
        """Role → how surely the header names it, 0..1. Empty when it names none."""
        found = self._memo.get(text)
        if found is None:
            found = self._look_up(text)
            if len(self._memo) < 50_000:
                self._memo[text] = found
        return found

    def is_missing(self, text: str) -> bool:
        return normal(text) in self.rows["missing"]

    def thousands_mark(self, headers: Iterable[str]) -> str | None:
        """What parts thousands in the language of a table's headers; None where they are of none or of several."""
        votes = {",": 0.0, ".": 0.0}
        for header in headers:
            spoken = self.languages.get(normal(header), frozenset())
            for language in spoken - _UNSETTLED:
                votes["," if language in _DECIMAL_POINT else "."] += 1 / len(spoken)
        sign = max(votes, key=lambda each: votes[each])
        return sign if votes[sign] >= 1 and votes[sign] > 2 * min(votes.values()) else None

    def spoken_in(self, headers: Iterable[str]) -> frozenset[str]:
        """The languages that most of the headers' words are of; none where no word is of few languages only."""
        votes: Counter[str] = Counter()
        for header in headers:
            spoken = self.languages.get(normal(header), frozenset())
            votes.update(spoken if len(spoken) <= _FEW_LANGUAGES else ())
        most = max(votes.values(), default=0)
        return frozenset(language for language, count in votes.items() if count == most)

    def starts_total(self, text: str) -> bool:
        """Whether a row's first words are those of a total."""
        return self._starts(text, "total_row")

    def says_discontinued(self, title: str) -> bool:
        """Whether a title says of all below it that it is sold no more."""
        return normal(title) in self.rows["discontinued"]

    def starts_charge(self, text: str) -> bool:
        """Whether a row's first words are those of carriage, packing or another charge on an order."""
        return self._starts(text, "charge_row")

    def _starts(self, text: str, section: str) -> bool:
        words = normal(text).split()
        return any(" ".join(words[:count]) in self.rows[section] for count in (1, 2, 3))

    def opening_words(self) -> frozenset[str]:
        """First words of rows that may be no items: totals, charges, dittos."""
        sections = ("total_row", "charge_row", "ditto")
        return frozenset(term.split()[0] for section in sections for term in self.rows[section])

    def _look_up(self, text: str) -> dict[str, float]:
        if not text or len(text) > 150:
            return {}
        key = normal(text)
        scores: dict[str, float] = {}
        for role in (*self.exact.get(key, ()), *self.alone.get(key, ())):
            scores[role] = 1.0
        if not scores:
            self._by_words(key, scores)
        if not scores or max(scores.values()) < 0.6:
            self._by_parts(key, scores)
        return scores

    def _by_words(self, key: str, scores: dict[str, float]) -> None:
        words = key.split()
        size = max(len(key), 1)
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + 5) + 1):
                phrase = " ".join(words[start:end])
                roles = self.exact.get(phrase)
                if not roles or len(phrase) < 2:
                    continue
                # the first words say what a column is, the later ones only of what
                weight = 0.5 + 0.45 * len(phrase) / size - 0.04 * start
                for role in roles:
                    scores[role] = max(scores.get(role, 0.0), weight)

    def _by_parts(self, key: str, scores: dict[str, float]) -> None:
        spaced = not _UNSPACED.search(key)
        for word in key.split():
            for term, role in self.inside.get(word[:2], ()) if spaced and len(word) >= _PREFIX_MIN else ():
                # an abbreviation: descrip for descripción
                if term.startswith(word) and len(term) <= 3 * len(word):
                    scores[role] = max(scores.get(role, 0.0), 0.45 + 0.3 * len(word) / max(len(key), 1))
            for start in range(len(word)):
                for term, role in self.inside.get(word[start : start + 2], ()):
                    at_edge = start == 0 or start + len(term) == len(word)
                    if word.startswith(term, start) and (at_edge or not spaced) and len(term) < len(key) + 1:
                        edge = 0.1 if start + len(term) == len(word) else 0.0
                        weight = 0.4 + edge + 0.35 * len(term) / max(len(key), 1)
                        scores[role] = max(scores.get(role, 0.0), weight)


@cache
def lexicon() -> Lexicon:
    """The lexicon that ships beside this module."""
    exact: dict[str, dict[str, None]] = {}
    alone: dict[str, dict[str, None]] = {}
    inside: dict[str, list[tuple[str, str]]] = {}
    rows: dict[str, set[str]] = {}
    languages: dict[str, set[str]] = {}
    section = ""
    for line in (Path(__file__).parent / "lexicon.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            continue
        _take_line(line, section, exact=exact, alone=alone, inside=inside, rows=rows, languages=languages)
    return Lexicon(
        {term: tuple(roles) for term, roles in exact.items()},
        {term: tuple(roles) for term, roles in alone.items()},
        {key: tuple(terms) for key, terms in inside.items()},
        {name: frozenset(terms) for name, terms in rows.items()},
        {term: frozenset(spoken) for term, spoken in languages.items()},
        {},
    )


_SERBIAN = str.maketrans("abcčćdđefghijklmnoprsštuvzž", "абцчћдђефгхијклмнопрсштувзж")


def _in_cyrillic(term: str) -> str:
    """Serbian is written in both scripts, letter by letter."""
    return term.casefold().replace("lj", "љ").replace("nj", "њ").replace("dž", "џ").translate(_SERBIAN)


_LATIN = {
    ord(cyrillic): latin
    for latin, cyrillic in zip("abcčćdđefghijklmnoprsštuvzž", "абцчћдђефгхијклмнопрсштувзж", strict=True)
}
_LATIN |= {ord("љ"): "lj", ord("њ"): "nj", ord("џ"): "dž"}


def in_latin(text: str) -> str:
    """A text of Serbian or Macedonian letters as it is written in Latin ones; others stay as they are."""
    return text.casefold().translate(_LATIN)


def _take_line(
    line: str,
    section: str,
    *,
    exact: dict[str, dict[str, None]],
    alone: dict[str, dict[str, None]],
    inside: dict[str, list[tuple[str, str]]],
    rows: dict[str, set[str]],
    languages: dict[str, set[str]],
) -> None:
    language, _, listed = line.partition(": ")
    terms = listed.split(",")
    for term in (*terms, *map(_in_cyrillic, terms)) if language == "sr" else terms:
        key = normal(term) or term.strip()
        if section not in ROLES + DECOYS + _QUALIFIERS:
            rows.setdefault(section, set()).update((key, term.strip().casefold()))  # as it is compared, and as written
            continue
        if term.strip().startswith("="):
            alone.setdefault(key, {})[section] = None
            continue
        exact.setdefault(key, {})[section] = None
        languages.setdefault(key, set()).add(language)
        unspaced = bool(_UNSPACED.search(key))
        if (len(key) >= _INSIDE_MIN or (unspaced and len(key) >= 2)) and " " not in key:
            inside.setdefault(key[:2], []).append((key, section))

"""What a name says beside its brand and model number: closed classes of words, numbers, letters, and what is left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ml_analyze.matching.closed_words import WORD, concepts, table
from ml_analyze.matching.codes import BEFORE_FOR
from ml_analyze.matching.normalize import squeezed
from ml_analyze.matching.sizes import END, amount, without_sizes
from ml_analyze.matching.vocabulary import ACCESSORIES, COUNTS, UNITS, VARIANTS

_BETWEEN_MARKS = re.compile(r"[\s;:()\[\]|\"]+|,(?!\d)|(?<!\d),")
_FIRST_PART = re.compile(r"(?<![^\W_])([^\W_]++)-(?=[^\W\d_])")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_COUNT = re.compile(r"(?<!\()\(*+([0-9]{1,6})")
# What many of a thing are sold in.
_HOLDER = (
    "blister|carton|karton|kartong|palette|pallet|palle|palett|paleta|paletti|paket|display|tray|kolli|krat|crate|"
    "коробка|блистер|паллета|палета|ящик|кейс|case|box|caja|boite|scatola|kutu|krabice|doboz|cutie|кутия|kutija|skatla|"
    "laatikko|kast|deze|kaste|κουτι"
)
_HOLDERS = frozenset(_HOLDER.split("|"))
# How many are in it, where no unit says so: "x4", "2 x", "carton of 24".
_SEVERAL = re.compile(
    rf"(?<![\w.,])x ?\d{{1,3}}{END}|(?<![\w.,])\d{{1,3}} x(?= [^\W\d]|$)|"
    rf"(?<![^\W_])(?:{_HOLDER})(?: (?:of|de|di|da|von|a|z|по|с|à))? \d{{1,3}}{END}"
)
#: the Roman numbers that are no words, and what they count
ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_LETTER_SIZES = frozenset({"xs", "xxs", "xl", "xxl", "xxxl"})
# Single letters that are words somewhere: articles and prepositions.
_LETTER_WORDS = frozenset("aeiouykvwz")
# Words of two letters that say nothing of a thing, in the languages of Europe and in Turkish.
_SMALL_WORDS = frozenset(
    """
    ab ad ai al am an ar as at au av az be bi by ca ce cu da de di do du ei el em en er es et ex fi ha he ho id if il im
    in io ir is it iz ja je jo ka ki ko ku la le li lo lu ma me mi mu my na ne ni no nr nu ob od of og oh ok om on or os
    ou pa pe po pr pt re sa se si so st su ta te ti to tu tv ty uc ud ug un up us uz va ve vi vo vs wo ze za zu во до за
    из ко на не но об од от по пр со та то це як ал ук
    """.split()  # noqa: SIM905
).union(word for word in (*UNITS, *COUNTS) if len(word) == 2)
# Two letters, a few without a vowel, or one set apart: EF, GSB, NYM-O.
_INITIALS = re.compile(r"[^\W\d_]{2}|[^\W\d_aeiouаеиоуыэюя]{3,4}|[^\W\d_]{2,3}-[^\W\d_]")
# Words of several languages beside the closed classes, by what they mean.
_MEANING = {**ACCESSORIES, **VARIANTS}
_LONGEST_INITIALS = len("xxx-x")
_MONTHS = {"year": 12.0, "month": 1.0, "day": 1 / 30}


@dataclass(frozen=True, slots=True)
class Fitting:
    """What a name says is meant for something: the ``word`` for "for", and the words ``before`` and ``after`` it."""

    word: str
    before: frozenset[str]
    after: frozenset[str]


@dataclass(frozen=True, slots=True)
class Said:
    """What a name says beside brand and model number.

    ``groups``: concepts of each closed class, with their words. ``marks``: numbers, short codes and letters that are no
    size; ``generations``: Roman ones; ``spans`` in months; ``words``: what is left, in letters; ``initials``: short
    words that spell no sound; ``fitting``: what the thing is for; ``told``: its words, and those of closed classes by
    what they mean.
    """

    groups: Mapping[str, Mapping[str, str]]
    marks: frozenset[str]
    generations: frozenset[str]
    spans: frozenset[str]
    words: frozenset[str]
    initials: frozenset[str]
    fitting: Fitting | None
    told: Mapping[str, str]


@lru_cache(maxsize=20_000)
def said(name: str, brand: str) -> Said:
    """What a normalised name says; ``brand`` is squeezed."""
    named = WORD.findall(name)
    words = [word for word in named if not _names_brand(word, brand)]
    first_parts = set(_FIRST_PART.findall(name)) if "-" in name else set()
    groups: dict[str, dict[str, str]] = {group: {} for group in table().groups}
    plain, meant = set(), dict[str, str]()
    for word in words:
        found = concepts(word)
        if found and word in first_parts:  # an Akku-Bohrschrauber is no Akku
            found = tuple(each for each in found if each.group != "belongs")
        for each in found:
            groups[each.group].setdefault(each.concept, word)
        if len(word) > 2 and word.isalpha() and not (found and any(each.group != "belongs" for each in found)):
            plain.add(word)
            if not found:
                meant.setdefault(_MEANING.get(word, word), word)
    _phrases(name, words, groups)
    # Most names have neither a times nor a box, and the pattern is long.
    several = _SEVERAL.search(name) if "x" in name or not _HOLDERS.isdisjoint(named) else None
    if several:
        groups["once"].setdefault("several", several[0])
    rest = without_sizes(name)
    spans, rest = _spans(rest)
    marks = frozenset(_marks_of(rest, brand))
    return Said(
        groups,
        marks - ROMAN.keys(),
        marks & ROMAN.keys(),
        spans,
        frozenset(plain),
        _initials(rest, brand),
        _fitting(name),
        {**meant, **{concept: word for group in groups.values() for concept, word in group.items()}},
    )


def _fitting(name: str) -> Fitting | None:
    found = BEFORE_FOR.search(name)
    if not found:
        return None
    before, after = (frozenset(WORD.findall(part)) for part in (name[: found.start()], name[found.end() :]))
    return Fitting(found[0], before, after)


def _names_brand(word: str, brand: str) -> bool:
    return word in brand if len(word) > 2 else word == brand


def _phrases(name: str, words: list[str], groups: dict[str, dict[str, str]]) -> None:
    """Several words that say one thing; and the signs that stand for "with"."""
    begun = table().phrases_with
    said_at = [place for word in {*words} & begun.keys() for place in begun[word]]
    text = f" {' '.join(words)} " if said_at else ""
    for phrase, (group, concept) in (table().phrases[place] for place in sorted(said_at)):
        if f" {phrase} " in text:
            groups[group].setdefault(concept, phrase)
    for sign in ("+", "&"):
        if f" {sign} " in name:
            groups["with"].setdefault("with", sign)


def _spans(text: str) -> tuple[frozenset[str], str]:
    """How long something lasts, in months; and the text without it."""
    found: set[str] = set()
    words = text.split()
    left = list(words)
    for at, (before, unit) in enumerate(pairwise(words)):
        number = _COUNT.fullmatch(before)
        if not number:
            continue
        kinds = [each.concept for each in concepts(unit.strip(".,;()")) if each.group == "time"]
        if kinds:
            found.add(f"{int(number[1]) * _MONTHS[kinds[0]]:.3g}")
            left[at] = left[at + 1] = ""
    return frozenset(found), " ".join(left)


def _marks_of(text: str, brand: str) -> Iterator[str]:
    chunks = _BETWEEN_MARKS.split(text.replace("'s ", " "))
    for place, chunk in enumerate(chunks, start=1):
        mark = squeezed(chunk)
        if not mark or _names_brand(mark, brand):
            continue
        if not mark.isalpha() and any(map(str.isdigit, mark)):
            yield f"{amount(chunk):.6g}" if _DECIMAL.fullmatch(chunk) else mark
        elif mark in ROMAN or mark in _LETTER_SIZES or _is_letter(mark, last=place == len(chunks)):
            yield mark


def _initials(text: str, brand: str) -> frozenset[str]:
    """Not what is joined to a number by a sign: the beginnings of model numbers."""
    chunks = (chunk for chunk in _BETWEEN_MARKS.split(text) if len(chunk) <= _LONGEST_INITIALS)
    told = {squeezed(chunk) for chunk in chunks if _INITIALS.fullmatch(chunk)} - _SMALL_WORDS
    return frozenset(
        word for word in told if word not in ROMAN and not concepts(word) and not _names_brand(word, brand)
    )


def _is_letter(mark: str, *, last: bool) -> bool:
    """No name ends with an article: there the letter is one."""
    return len(mark) == 1 and mark.isascii() and mark.isalpha() and (last or mark not in _LETTER_WORDS)

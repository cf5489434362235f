"""What the machine says in English, in the reader's language.

Reasons, errors and events are kept with a job or a match, or raised by code that knows no reader. The catalogue
``sentences`` holds them as templates: ``{1} is empty.``, where ``{1}`` may be anything and is itself said in the
reader's language when it is a sentence. A translation with ``{1:words}`` has each word of it looked up, one with
``{1:number}`` a count grouped as the reader's language does; elsewhere a number may be a supplier's own text.
A sentence that the catalogue does not know is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import get_locale

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
#: in a language's one file: what marks these sentences
CONTEXT = "sentence"
_PLACE = re.compile(r"\{(\d)(:words|:number)?\}")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})++")
_NEXT_SENTENCE = re.compile(r"(?<=[.!?]) (?=[^\W_])")
_WITHIN = r"(?:(?![.!?] [A-Z\d]|: ).)"
# Sentences are kept for any number; that of one is mended when it is told, so that old ones are right too.
_ONE = re.compile(
    r"(?<![\d/.,])\b1 (items|errors|rows|files|changes|matches|suppliers|products|prices|lists|sheets|pages|columns|"
    r"names|days|lines|decisions|jobs)(?: (were|are|have|repeat))?\b"
)
_SINGULAR = {"matches": "match", "were": "was", "are": "is", "have": "has", "repeat": "repeats"}
_KEPT, _LONGEST, _DEPTH = 4096, 1000, 4


def told(text: str | None) -> str:
    locale = get_locale()
    language = locale.language if locale else "en"
    if not text or len(text) > _LONGEST:
        return text or ""
    if language == "en":
        return _ONE.sub(_of_one, text)
    return _told(language, text)


def _of_one(found: re.Match[str]) -> str:
    noun, verb = found[1], found[2]
    return f"1 {_SINGULAR.get(noun, noun[:-1])}" + (f" {_SINGULAR[verb]}" if verb else "")


@lru_cache(_KEPT)
def _told(language: str, text: str) -> str:
    return catalogue(language).say(text)


@cache
def catalogue(language: str) -> Catalogue:
    """A file of their own, or part of the language's one file."""
    folder = TRANSLATIONS / language / "LC_MESSAGES"
    own = folder / "sentences.po"
    file, context = (own, None) if own.exists() else (folder / "messages.po", CONTEXT)
    with file.open("rb") as stream:
        told = [each for each in read_po(stream) if each.id and each.context == context]
    group = str(Locale(language).number_symbols["latn"]["group"])
    return Catalogue({str(each.id): str(each.string) for each in told}, group=group)


class Catalogue:
    """``pairs``: templates with their translations; ``group`` parts thousands."""

    def __init__(self, pairs: Mapping[str, str], *, group: str = ",") -> None:
        self._group = group
        self._whole = {template: said for template, said in pairs.items() if not _PLACE.search(template)}
        # The more of a template is fixed, the surer it is meant.
        others = sorted(pairs.keys() - self._whole.keys(), key=lambda each: (-len(_PLACE.sub("", each)), each))
        self._templates = [(_longest(each), _pattern(each), pairs[each]) for each in others]

    def say(self, text: str, depth: int = _DEPTH) -> str:
        if text in self._whole:
            return self._whole[text]
        if not depth:
            return text
        if (facts := self._facts(text, depth - 1)) is not None:
            return facts
        parts = _NEXT_SENTENCE.split(text)
        said_of = [self.say(part, depth - 1) for part in parts] if len(parts) > 1 else []
        if said_of and not set(said_of) & set(parts):
            return " ".join(said_of)  # before a template that is little more than a colon takes hold of two of them
        for fixed, pattern, said in self._templates:
            if fixed in text and (found := pattern.fullmatch(text)):
                return self._filled(said, found, depth - 1)
        return " ".join(said_of) if said_of else text

    def _facts(self, text: str, depth: int) -> str | None:
        """``95% filled, 20% distinct``: several facts in a row; None unless each of them is known."""
        facts = [] if _NEXT_SENTENCE.search(text) else text.split(", ")
        said = [self.say(each, depth) for each in facts] if len(facts) > 1 else []
        return ", ".join(said) if said and not set(said) & set(facts) else None

    def _filled(self, said: str, found: re.Match[str], depth: int) -> str:
        def value(place: re.Match[str]) -> str:
            given = found[f"p{place[1]}"]
            if place[2] == ":number" and _GROUPED.fullmatch(given):
                return given.replace(",", self._group)
            if place[2] == ":words":
                return ", ".join(self._whole.get(word, word) for word in given.split(", "))
            return self.say(given, depth) if " " in given else given  # a single word is a name

        return _PLACE.sub(value, said)


def _longest(template: str) -> str:
    return max(_PLACE.sub("\0", template).split("\0"), key=len)


def _pattern(template: str) -> re.Pattern[str]:
    """A value ends where a sentence ends, unless the template leaves room for sentences there."""
    *pieces, last = _PLACE.split(template)  # text, number, flag, text, number, flag, … text
    pattern = ""
    for at in range(0, len(pieces), 3):
        before, number = pieces[at], pieces[at + 1]
        after = pieces[at + 3] if at + 3 < len(pieces) else last
        roomy = re.match(r" [A-Z]", after) or before.endswith((": ", ". ", "("))
        pattern += re.escape(before) + f"(?P<p{number}>{'.' if roomy else _WITHIN}+?)"
    return re.compile(pattern + re.escape(last), re.DOTALL)


def register(app: Flask) -> None:
    app.jinja_env.filters["told"] = told

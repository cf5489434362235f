"""Two names side by side: the words in which they differ are marked."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup

#: a word, or a number with its decimals
_WORDS = re.compile(r"(\w[\w.,/-]*)")


def beside(text: str, other: str) -> Markup:
    """``text`` with each word marked that does not stand in ``other``, however both are written.

    A word of a script that ``other`` has no word of cannot stand there: it is none by which the two differ.
    """
    there = _WORDS.findall(other)
    known, scripts = {_plain(word) for word in there}, {_script(word) for word in there}
    parts = (
        Markup('<span class="differs">{}</span>').format(part)
        if number % 2 and _plain(part) not in known and _script(part) in scripts | {""}
        else part
        for number, part in enumerate(_WORDS.split(text))
    )
    return Markup("").join(parts)


def _plain(word: str) -> str:
    return word.casefold().replace(",", ".").strip(".")


def _script(word: str) -> str:
    """The script of a word without digits, as the names of its letters begin; empty for a number or a code."""
    if any(char.isdigit() for char in word):
        return ""
    return next((unicodedata.name(char, "").partition(" ")[0] for char in word if char.isalpha()), "")

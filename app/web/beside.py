"""Two names side by side: the words in which they differ are marked."""

from __future__ import annotations

import re

from markupsafe import Markup

#: a word, or a number with its decimals
_WORDS = re.compile(r"(\w[\w.,/-]*)")


def beside(text: str, other: str) -> Markup:
    """``text`` with each word marked that does not stand in ``other``, however both are written."""
    known = {_plain(word) for word in _WORDS.findall(other)}
    parts = (
        Markup('<span class="differs">{}</span>').format(part) if number % 2 and _plain(part) not in known else part
        for number, part in enumerate(_WORDS.split(text))
    )
    return Markup("").join(parts)


def _plain(word: str) -> str:
    return word.casefold().replace(",", ".").strip(".")

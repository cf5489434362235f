"""Names of goods in 23 languages, and the code pages that price lists in them are found in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

_KNOWN = Path(__file__).with_suffix(".txt")


def lists(rows: int) -> Iterator[tuple[str, str, str]]:
    """Language, code page and a list of so many rows, each with two words and a number for its name."""
    for line in _KNOWN.read_text("utf-8").splitlines():
        language, pages, names = line.split("\t")
        for page in pages.split():
            by, words = random.Random(f"{language}{page}{rows}"), names.split("|")
            made = (
                f"{by.choice(words)} {by.choice(words)} {by.randint(1, 99)};{by.randint(1, 99)},50" for _ in range(rows)
            )
            yield language, page, "\n".join(["Code;Name;Price", *(f"A{n};{row}" for n, row in enumerate(made)), ""])

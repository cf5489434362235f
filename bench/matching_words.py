"""Words of trades in six languages, for catalogues that are made up: ``matching_words.txt`` as tables.

A line is a concept, ``|`` between ``LANGUAGES``, ``/`` between what one of them calls it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

LANGUAGES = ("en", "de", "ru", "es", "fr", "pl")
EDITIONS = (
    "standard/std",
    "professional/pro",
    "deluxe",
    "premium/prem",
    "home",
    "ultimate",
    "academic/student/edu",
    "upgrade/upg",
    "small business",
    "server",
    "enterprise",
    "basic",
    "home & student",
    "platinum",
    "gold",
    "suite",
)
PLATFORMS = ("win/windows/(pc)", "mac/macintosh/(mac)", "win & mac/win/mac", "")
WRAPPINGS = ("cd/cd-rom", "dvd", "box", "jewel case", "full version", "complete package", "retail", "oem", "1 user")


def forms(table: str, language: str) -> list[list[str]]:
    """Of each concept of a table (a trade, ``traits``, ``accessories``) what a language calls it."""
    return [concept[LANGUAGES.index(language)].split("/") for concept in _tables()[table]]


@cache
def _tables() -> dict[str, list[list[str]]]:
    tables: dict[str, list[list[str]]] = {}
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            concepts = tables[line.strip("[]")] = []
        else:
            concepts.append(line.split("|"))
    return tables

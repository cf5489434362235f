"""One word for another contradicts in one language and not between two: made-up lists of every kind of thing."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bench.matching_words import LANGUAGES, forms
from ml_analyze.matching.closed_words import concepts
from tests.unit.ml_analyze.matching.test_wrong_links import matcher

TRADES = ("parts", "grocery", "fashion", "home", "electronics", "drugs")
# Names of one wording: two words of a series, which every language has alike.
SERIES = ("Vialox", "Dulora", "Mistral", "Kontura", "Serpens", "Ondina")


def kinds(language: str) -> list[str | None]:
    """What a language calls each kind of thing in one word; none where it needs more."""
    told = [forms_of[0] for trade in TRADES for forms_of in forms(trade, language)]
    return [word if word.isalpha() and len(word) > 3 else None for word in told]


def listed(words: list[str], *, sku: str = "") -> list[dict[str, Any]]:
    rng = random.Random(5)
    return [
        {
            "name": f"Kestrel {' '.join(rng.sample(SERIES, 2))} KVX{4711 + 13 * at}Q {word}",
            "brand": "Kestrel",
            "sku": f"{sku}{at}" if sku else None,
        }
        for at, word in enumerate(words)
    ]


def against(result: dict[str, Any]) -> list[str]:
    first = result["candidates"][0]
    return [first["why"][place] for place in first.get("against", ())]


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_word_of_another_language_for_the_same_contradicts_nothing(tmp_path: Path, language: str) -> None:
    both = [(ours, theirs) for ours, theirs in zip(kinds("en"), kinds(language), strict=True) if ours and theirs]
    found = matcher(tmp_path, listed([ours for ours, _ in both])).match(
        listed([theirs for _, theirs in both], sku="Z-"), supplier_id="s"
    )
    assert [told for told, each in zip(both, found, strict=True) if against(each)] == []
    assert {each["status"] for each in found} == {"auto_matched"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_for_another_in_one_language_is_asked(tmp_path: Path, language: str) -> None:
    words = [word for word in dict.fromkeys(kinds(language)) if word]
    apart = [(one, other) for one, other in pairwise(words) if not {*concepts(one)} & {*concepts(other)}]
    apart = [(one, other) for one, other in apart if one[:5] != other[:5] and one not in other and other not in one]
    found = matcher(tmp_path, listed([one for one, _ in apart])).match(
        listed([other for _, other in apart], sku="Z-"), supplier_id="s"
    )
    assert [told for told, each in zip(apart, found, strict=True) if each["status"] == "auto_matched"] == []
    silent = [told for told, each in zip(apart, found, strict=True) if not against(each)]
    assert silent == []


def test_words_of_one_concept_are_one_word_in_any_list(tmp_path: Path) -> None:
    both = [("bulb", "Lampe"), ("charger", "Ladegerät"), ("strap", "Tragriemen"), ("set", "комплект")]
    found = matcher(tmp_path, listed([one for one, _ in both])).match(
        listed([other for _, other in both], sku="Z-"), supplier_id="s"
    )
    assert [against(each) for each in found] == [[]] * len(both)

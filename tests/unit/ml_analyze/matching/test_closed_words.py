"""matching.closed_words: what a word says, as a whole, by its beginning and by its end."""

from __future__ import annotations

import random

import pytest

from ml_analyze.matching.closed_words import Concept, concepts, table
from ml_analyze.matching.normalize import normalize

SEAL, BATTERY, CABLE = (Concept("belongs", each) for each in ("seal", "battery", "cable"))


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("battery", (BATTERY,)),
        ("dichtungen", (SEAL,)),  # a stem, whatever follows
        ("turdichtung", (SEAL,)),  # joined to what comes before it
        ("turdichtungssatz", ()),  # there the seal is no more the head
        ("ladekabel", (CABLE,)),
        ("кабелями", (CABLE,)),
        ("akkuschrauber", ()),  # runs on a battery and is none
        ("year", (Concept("time", "year"),)),
    ],
)
def test_a_word_is_known_whole_by_its_stem_and_as_the_head_of_a_compound(word: str, said: tuple[Concept, ...]) -> None:
    assert concepts(word) == said


def test_what_is_no_word_says_nothing() -> None:
    assert [concepts(each) for each in ("", "a", "12", "kabel12", "²", "中文")] == [()] * 6


def test_a_word_said_twice_over_says_a_thing_once() -> None:
    """``kabel`` stands in the table as a whole, as a stem and as a head."""
    assert concepts("kabel") == (CABLE,)


def test_every_word_of_the_table_says_its_own_concept() -> None:
    told = table()
    assert len(told.words) > 1000
    for kept, ending in ((told.words, ""), (told.stems, ""), (told.stems, "xyz")):
        for word, meant in kept.items():
            if (word + ending).isalpha():
                assert set(meant) <= set(concepts(word + ending)), word
    for head, concept in told.heads.items():
        assert concept in concepts(f"xyz{head}"), head


def test_the_table_is_spelled_as_names_are_read_and_has_no_empty_group() -> None:
    told = table()
    for word in (*told.words, *told.stems, *told.heads, *(phrase for phrase, _ in told.phrases)):
        assert normalize(word) == word
    meant = {concept.group for kept in (told.words, told.stems) for each in kept.values() for concept in each}
    assert meant == set(told.groups)


def test_phrases_are_found_by_the_word_that_they_begin_with() -> None:
    told = table()
    found = {told.phrases[place] for places in told.phrases_with.values() for place in places}
    assert found == set(told.phrases)
    assert ("memory card", Concept("belongs", "memory-card")) in found
    assert all(
        told.phrases[place][0].split(" ")[0] == first for first, places in told.phrases_with.items() for place in places
    )


def test_a_word_without_end_is_known_by_its_beginning_and_its_end() -> None:
    filled = "".join(random.Random(1).choices("qwx", k=200_000))
    assert concepts(f"dichtung{filled}") == (SEAL,)
    assert concepts(f"{filled}dichtung") == (SEAL,)
    assert concepts(f"{filled}dichtung{filled}") == ()

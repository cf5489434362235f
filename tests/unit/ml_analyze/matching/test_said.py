"""matching.said: what a name says beside its brand and its model number."""

from __future__ import annotations

import pytest

from ml_analyze.matching.normalize import normalize
from ml_analyze.matching.said import Said, said


def told(name: str, brand: str = "") -> Said:
    return said(normalize(name), brand)


@pytest.mark.parametrize(
    ("name", "group", "concepts"),
    [
        ("Laugenpumpe", "belongs", {"pump"}),
        ("Akku-Bohrschrauber", "belongs", set()),
        ("Ersatz-Akku", "belongs", {"battery"}),
        ("game controller", "belongs", set()),
        ("blu-ray player black", "colour", {"black"}),
        ("уплотнитель двери", "belongs", {"seal"}),
    ],
)
def test_a_word_is_known_in_a_compound_and_no_other_is_taken_for_it(name: str, group: str, concepts: set[str]) -> None:
    assert set(said(normalize(name), "").groups[group]) == concepts


@pytest.mark.parametrize(
    ("name", "months"),
    [
        ("licence 1 year", {"12"}),
        ("licence 12 months", {"12"}),
        ("Lizenz 24 Monate", {"24"}),
        ("licence (2 years)", {"24"}),
        ("trial 30 days", {"1"}),
        ("2 years, 12 months", {"24", "12"}),
        ("office 2010", set()),
        ("kettle ٢ years", set()),
    ],
)
def test_how_long_a_thing_lasts_is_told_in_months(name: str, months: set[str]) -> None:
    assert told(name).spans == months


def test_a_span_is_no_mark_and_a_number_without_end_is_no_span() -> None:
    assert told("suite 24 months").marks == frozenset()
    for digits in (7, 400, 5000):
        assert told(f"kettle {'9' * digits} years").spans == frozenset()


def test_numbers_short_codes_and_letters_are_marks_and_sizes_are_none() -> None:
    assert told("kettle 7 mk2 1,50 (2 l)").marks == {"7", "mk2", "1.5"}
    assert told("shirt xl").marks == {"xl"}
    assert told("a kettle e class").marks == frozenset()  # articles and the like
    assert told("vitamin a").marks == {"a"}  # no name ends with an article


def test_roman_numbers_are_generations_and_no_marks() -> None:
    both = told("camera mark ii 5d")
    assert (both.generations, both.marks) == ({"ii"}, {"5d"})


def test_a_brand_says_nothing_of_the_thing() -> None:
    assert told("Börsch Schlauch", brand="borsch").words == {"schlauch"}
    assert told("7 days kettle", brand="7days").words == {"kettle"}
    assert told("hp in kettle", brand="hpinc").words == {"kettle"}


@pytest.mark.parametrize(
    ("name", "word", "before", "after"),
    [
        ("filter for kettle", "for", {"filter"}, {"kettle"}),
        ("Filter für Kessel", "fur", {"filter"}, {"kessel"}),
        ("фильтр для чайника", "для", {"фильтр"}, {"чайника"}),
    ],
)
def test_what_a_thing_is_for_stands_behind_the_for(name: str, word: str, before: set[str], after: set[str]) -> None:
    found = told(name).fitting
    assert found is not None
    assert (found.word, found.before, found.after) == (word, before, after)


def test_several_and_with_are_said_by_signs_and_by_words() -> None:
    assert told("brush x4").groups["once"]["several"] == "x4"
    assert told("carton of 24").groups["once"]["several"] == "carton of 24"
    assert told("drill + case").groups["with"] == {"with": "+"}
    assert told("drill case").groups["with"] == {}
    assert "several" not in told("brush x4000").groups["once"]


def test_a_phrase_says_what_its_words_do_not() -> None:
    assert told("carte mémoire 64").groups["belongs"] == {"memory-card": "carte memoire"}
    assert "memory-card" not in told("carte de visite").groups["belongs"]


def test_an_empty_name_and_one_without_end_are_read() -> None:
    nothing = told("")
    assert not any(nothing.groups.values())
    assert (nothing.marks, nothing.words, nothing.fitting) == (frozenset(), frozenset(), None)
    assert told("x" * 100_000).words == {"x" * 100_000}

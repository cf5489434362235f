"""Codes within names are found where nearly every name has one of its own in the same place."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.understanding.named_codes import codes_in


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ("Cordless drill ({})", ""),
        ("Cordless drill [{}]", ""),
        ("[{}] Cordless drill", ""),
        ("({}) Cordless drill", ""),
        ("Шуруповёрт ({})", "арт. "),
        ("Bohrmaschine ({})", "Art.: "),
    ],
)
def test_codes_in_brackets_are_taken_out_of_every_usual_place(form: str, word: str) -> None:
    names = [form.format(f"{word}WK-{1820 + at}") for at in range(5)]
    found = codes_in(names)
    assert found is not None
    assert [found.of(name) for name in names] == [f"WK-{1820 + at}" for at in range(5)]


@pytest.mark.parametrize(
    "bracketed",
    [
        ["500g", "250g", "1kg"],
        ["40x60", "40x80", "50x90"],
        ["2024", "2025", "2026"],
        ["red", "blue", "green"],
        ["12V", "18V", "24V"],
        ["WK-1", "WK-1", "WK-2"],
        ["WK-1820", "WK-1821"],
    ],
)
def test_sizes_years_words_and_what_is_said_twice_are_no_codes(bracketed: list[str]) -> None:
    assert codes_in([f"Cordless drill ({text})" for text in bracketed]) is None


def test_one_name_in_twenty_may_lack_its_code_and_no_more() -> None:
    names = [f"Drill ({4711 + at})" for at in range(20)]
    found = codes_in([*names[1:], "Drill without"])
    assert found is not None
    assert found.of("Drill without") is None
    assert codes_in([*names[2:], "Drill without", "Saw without"]) is None


def test_no_names_hold_no_codes() -> None:
    assert codes_in([]) is None

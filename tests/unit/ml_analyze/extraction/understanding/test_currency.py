"""ml_analyze.extraction.understanding.currency: which currency a text names, and when it names none."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.understanding.currency import find_currency


@pytest.mark.parametrize(
    "text",
    ["Wiertarka z rączką", "Łączka", "Nożyce do łączkąb", "Größeurä", "ÉtéUSDé", "цеSEKи", "Ελ-αeurα", "Clochard"],
)
def test_three_letters_within_a_word_of_any_alphabet_with_cases_are_no_code(text: str) -> None:
    assert find_currency(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Pris (SEK)", "SEK"),
        ("Cena,CZK", "CZK"),
        ("单价USD", "USD"),
        ("価格EUR税込", "EUR"),
        ("цена eur", "EUR"),
        ("السعر USD", "USD"),
        ("Price_GBP", "GBP"),
    ],
)
def test_a_code_is_found_beside_signs_and_beside_scripts_without_cases(text: str, code: str) -> None:
    assert find_currency(text) == code

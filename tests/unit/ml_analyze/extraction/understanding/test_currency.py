"""A currency is what a text says that it is: a sign, a code or a word, and a lone dollar is not yet a currency."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.understanding.currency import (
    BARE_DOLLAR,
    CODES,
    bare_dollar,
    currency_of_format,
    find_currency,
    is_bare_dollar,
    names_currency,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12,50 €", "EUR"),
        ("Price, EUR", "EUR"),
        ("Preis in TEUR", "EUR"),
        ("R$ 10", "BRL"),
        ("US$5", "USD"),
        ("$5.00 CAD", "CAD"),
        ("5.00 AUD $", "AUD"),
        ("Price (CAD $)", "CAD"),
        ("AutoCAD $99", "USD"),
        ("Цена, руб.", "RUB"),
        ("цена 5 р.", "RUB"),
        ("ціна, грн", "UAH"),
        ("cena zł", "PLN"),
        ("Cena Kč", "CZK"),
        ("100円", "JPY"),
        ("单价（元）", "CNY"),
        ("100원", "KRW"),
        ("ราคา (บาท)", "THB"),
        ("السعر درهم", "AED"),
        ("Tisch", None),
        ("Top model", None),
        ("Прокладка р.м.", None),
        ("without VAT s/ IVA", None),
        ("", None),
    ],
)
def test_signs_codes_and_words_of_many_languages_name_a_currency(text: str, code: str | None) -> None:
    assert find_currency(text) == code


def test_a_code_that_is_a_word_too_is_believed_only_where_nothing_else_stands() -> None:
    assert find_currency("TOP") is None
    assert find_currency("TOP", loose=True) == "TOP"
    assert find_currency("Prezzo CAD") is None  # Italian: each
    assert find_currency("Price CAD") == "CAD"
    assert find_currency("Prices in CAD. Delivery on Fridays.") == "CAD"
    assert find_currency("precios en pesos mexicanos") == "MXN"


@pytest.mark.parametrize(
    ("text", "context", "code"),
    [
        ("¥100", "", "JPY"),
        ("¥100", "价格 品名", "CNY"),
        ("¥100", "価格 カタログ", "JPY"),
        ("99 kr", "Artikel Benämning", "SEK"),
        ("99 kr", "Art.nr Namn Pris inkl. moms", "SEK"),
        ("99 kr.", "Varenr Navn Pris ekskl. moms", "DKK"),
        ("99 kr.", "Varenummer Beskrivelse Pris inkl. moms", "DKK"),
        ("99 kr", "Pris inkl. moms", None),  # Sweden or Denmark
        ("99 kr", "varenummer mva", "NOK"),
        ("99 kr", "Gebyr for tiltak uten søknad", "NOK"),
        ("99 kr", "Byggesak og oppmåling", None),  # Norway or Denmark
        ("99 kr", "Takster efter aftale", "DKK"),
        ("99 kr", "alle priser i norske kroner", "NOK"),
        ("99 kr", "", None),
    ],
)
def test_yen_and_krona_are_what_the_files_other_words_say(text: str, context: str, code: str | None) -> None:
    assert find_currency(text, context=context) == code


def test_a_krona_is_money_whichever_it_is() -> None:
    assert names_currency("99 kr")
    assert names_currency("5 EUR")
    assert not names_currency("kroner")
    assert not names_currency("M8 x 20")


@pytest.mark.parametrize(
    ("text", "bare"), [("$5", True), ("US$5", False), ("5 $ USD", False), ("A$ 5", False), ("5", False)]
)
def test_a_dollar_is_bare_where_nothing_says_whose(text: str, bare: bool) -> None:
    assert is_bare_dollar(text) is bare


@pytest.mark.parametrize(
    ("texts", "languages", "code"),
    [
        (["Precio $"], ["es"], None),
        (["Price $"], ["en"], "USD"),
        (["Price $"], [], "USD"),
        (["Precio $", "precios en MXN"], ["es"], "MXN"),
        (["Price $", "all prices in CAD"], ["en"], "CAD"),
        (["Precio $", "US$ y MXN"], ["es"], "USD"),
        (["Precio $"], ["es", "en"], "USD"),
    ],
)
def test_a_lone_dollar_in_a_language_of_pesos_is_for_the_supplier_to_tell(
    texts: list[str], languages: list[str], code: str | None
) -> None:
    assert bare_dollar(texts, languages) == code


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        (r"#,##0.00\ [$€-407]", "EUR"),
        ("[$$-409]#,##0.00", "USD"),
        ("[$$-80A]#,##0.00", "MXN"),
        ("[$$-0409]#,##0.00", "USD"),
        ('"$"#,##0', BARE_DOLLAR),
        ("[$$-2C09]0", BARE_DOLLAR),
        ("[$-409]d-mmm-yy", None),
        ('0.00" kg"', None),
        ('#,##0.00" руб."', "RUB"),
        ("[$CHF] 0.00", "CHF"),
        ("General", None),
    ],
)
def test_a_number_format_shows_its_currency(pattern: str, code: str | None) -> None:
    assert currency_of_format(pattern) == code


@given(st.text(max_size=40))
def test_whatever_a_text_holds_it_names_a_code_or_nothing(text: str) -> None:
    assert find_currency(text) in CODES | {None}


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


@pytest.mark.parametrize("text", ["Precio: COP", "Precio (COP)", "Prix, COP", "Preis [COP]"])
def test_a_code_that_is_a_word_elsewhere_is_a_currency_behind_a_price(text: str) -> None:
    assert find_currency(text) == "COP"


@pytest.mark.parametrize("text", ["COP", "COP / EER", "Leistung: COP", "Power (COP)", "Price of the COP"])
def test_and_stays_a_word_elsewhere(text: str) -> None:
    assert find_currency(text) is None

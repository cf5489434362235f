"""What headers in many languages and spellings name, and what the words of rows say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.understanding.lexicon import DECOYS, ROLES, lexicon, normal


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  Artikel-Nr.: ", "artikel nr"),
        ("RÉFÉRENCE", "reference"),
        ("ＰＲＩＣＥ", "price"),
        ("unitPrice_EUR", "unit price eur"),
        ("幅mm", "幅 mm"),
        ("Preis inkl. MwSt.", "preis inkl mwst"),
        ("Йод (ё)", "йод ё"),
        ("Straße", "strasse"),
        ("***", ""),
    ],
)
def test_case_width_accents_and_signs_are_set_aside(text: str, key: str) -> None:
    assert normal(text) == key


@pytest.mark.parametrize("text", ["RÉFÉRENCE", "unitPrice_EUR", "幅mm", "Йод (ё)", "Preis inkl. MwSt.", "Straße"])
def test_what_is_normal_stays_as_it_is(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Price", "price"),
        ("Bezeichnung", "name"),
        ("Код товара", "sku"),
        ("Cena netto", "price"),
        ("单价", "price"),
        ("品名", "name"),
        ("Cijena", "price"),
        ("Цена", "price"),
        ("Τιμή", "price"),
        ("السعر", "price"),
        ("Barcode", "barcode"),
        ("MwSt", "tax"),
        ("MwSt.-Satz", "tax"),
        ("Gesamtpreis", "total"),
    ],
)
def test_a_header_of_any_language_names_its_role_before_all_others(header: str, role: str) -> None:
    said = lexicon().roles_of(header)
    assert max(said, key=lambda each: said[each]) == role


def test_a_whole_header_is_surer_than_a_part_and_the_first_words_than_the_last() -> None:
    price = [lexicon().roles_of(text).get("price", 0.0) for text in ("Price", "Price of it", "Of it the price")]
    assert price[0] == 1.0 > price[1] > price[2] > 0.0


def test_what_is_no_header_names_nothing() -> None:
    assert lexicon().roles_of("") == {}
    assert lexicon().roles_of("price " * 40) == {}
    assert lexicon().roles_of("qwxzv") == {}


@given(st.text(max_size=40))
def test_scores_are_shares_of_known_roles(text: str) -> None:
    known = {*ROLES, *DECOYS, "price_old", "price_special", "price_reference"}
    said = lexicon().roles_of(text)
    assert said.keys() <= known
    assert all(0.0 < score <= 1.0 for score in said.values())


@pytest.mark.parametrize(
    ("headers", "mark"),
    [
        (["Bezeichnung", "Preis", "Einheit"], "."),
        (["Description", "Unit price", "Part number"], ","),
        (["品名", "单价"], ","),
        ([], None),
        (["Descripción", "Precio"], None),
        (["qwxzv"], None),
    ],
)
def test_the_language_of_the_headers_says_what_parts_thousands(headers: list[str], mark: str | None) -> None:
    assert lexicon().thousands_mark(headers) == mark


def test_the_language_is_the_one_of_most_words_and_none_where_no_word_is_its_own() -> None:
    assert lexicon().spoken_in(["Bezeichnung", "Einzelpreis"]) == {"de"}
    assert lexicon().spoken_in(["qwxzv"]) == frozenset()


def test_rows_of_totals_charges_and_ends_of_sale_are_known_by_their_words() -> None:
    known = lexicon()
    assert (
        known.starts_total("Grand total: 12") and known.starts_total("Итого:") and not known.starts_total("Saw total")
    )
    assert known.starts_charge("Shipping costs") and not known.starts_charge("Hammer")
    assert known.says_discontinued("Discontinued") and not known.says_discontinued("Hammers")
    assert known.is_missing("n/a") and known.is_missing("Auf Anfrage") and not known.is_missing("5")
    assert {"total", "итого"} <= known.opening_words()

"""Code pages that a second detector holds likely, without those in which words would be of two scripts."""

from __future__ import annotations

import codecs

import pytest

from ml_analyze.extraction.formats.csv.second_opinion import pages

RUSSIAN = "Молоток слесарный с деревянной ручкой, кувалда и зубило для камня\n" * 3


@pytest.mark.parametrize("page", ["cp1251", "koi8-r"])
def test_a_russian_list_is_first_of_all_in_its_own_page(page: str) -> None:
    sample = RUSSIAN.encode(page)
    assert sample.decode(next(pages(sample))) == RUSSIAN


def test_every_page_is_one_that_python_knows_and_narrow_ones_come_as_their_wider() -> None:
    found = list(pages("Käse groß, Brötchen für Gäste, Würstchen süß\n".encode("cp1252")))
    assert found and all(codecs.lookup(name) for name in found)
    assert not {"iso8859-1", "iso8859-9", "euc_kr", "big5hkscs"} & set(found)


def test_letters_of_two_scripts_in_one_word_speak_against_a_page() -> None:
    sample = "Caffè, tè verde, più qualità\n".encode("cp1252") * 3
    assert all("и" not in sample.decode(name, "replace") for name in pages(sample))

"""A page's letters → words: gaps, accents, bold by printing twice, watermarks, sideways pages, upright headers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pypdfium2
import pytest
from fpdf import FPDF

from ml_analyze.extraction.formats.pdf.letters import PageText, page_text
from ml_analyze.extraction.formats.pdf.text import text_lines


def read(draw: Callable[[FPDF], None], *, limit: int = 1000) -> PageText:
    """The words of a page of 400 by 300 points on which has been drawn."""
    pdf = FPDF(unit="pt", format=(400, 300))
    pdf.set_auto_page_break(False)
    pdf.set_font("Helvetica", size=10)
    pdf.add_page()
    draw(pdf)
    return page_text(pypdfium2.PdfDocument(bytes(pdf.output()))[0], limit)


def texts(draw: Callable[[FPDF], None]) -> list[str]:
    return [word.text for word in read(draw).words]


def test_words_stand_where_they_are_seen_from_the_top_left_corner() -> None:
    found = read(lambda pdf: pdf.text(50, 100, "Claw hammer"))
    assert [word.text for word in found.words] == ["Claw", "hammer"]
    first = found.words[0]
    assert first.left == pytest.approx(50, abs=1) and first.top < 100 < first.bottom + 1
    assert len(first.starts) == 4 and list(first.starts) == sorted(first.starts)


def test_two_texts_beside_each_other_are_words_apart_and_kerned_letters_are_not() -> None:
    def close(pdf: FPDF) -> None:
        pdf.text(50, 100, "Ham")
        pdf.text(50 + pdf.get_string_width("Ham") + 0.3, 100, "mer")

    def apart(pdf: FPDF) -> None:
        pdf.text(50, 100, "Ham")
        pdf.text(50 + pdf.get_string_width("Ham") + 4, 100, "mer")

    assert texts(close) == ["Hammer"]
    assert texts(apart) == ["Ham", "mer"]


def test_a_text_printed_twice_at_one_place_counts_once() -> None:
    def bold(pdf: FPDF) -> None:
        for left in (50, 50.3):
            pdf.text(left, 100, "Hammer")
        pdf.text(50, 130, "Hammer")

    assert texts(bold) == ["Hammer", "Hammer"]


def test_huge_letters_over_others_are_a_watermark_and_a_large_title_above_is_none() -> None:
    def page(pdf: FPDF) -> None:
        for at in range(6):
            pdf.text(50, 100 + 14 * at, f"Hammer {at}.50")
        pdf.set_font_size(60)
        pdf.text(40, 150, "DRAFT")

    def titled(pdf: FPDF) -> None:
        for at in range(6):
            pdf.text(50, 100 + 14 * at, f"Hammer {at}.50")
        pdf.set_font_size(60)
        pdf.text(40, 70, "PRICES")

    assert "DRAFT" not in texts(page) and len(texts(page)) == 12
    assert "PRICES" in texts(titled)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_printed_sideways_is_read_as_it_is_turned(angle: int) -> None:
    def turned(pdf: FPDF) -> None:
        with pdf.rotation(angle, 200, 150):
            for at in range(3):
                pdf.text(120, 120 + 14 * at, f"Hammer {at}.50")

    lines = text_lines(read(turned).words)
    assert [line.text for line in lines] == ["Hammer 0.50", "Hammer 1.50", "Hammer 2.50"]
    assert [round(after.top - before.top) for before, after in pairwise(lines)] == [14, 14]


def test_texts_that_run_upwards_are_kept_apart_and_those_aslant_are_nobodys() -> None:
    def page(pdf: FPDF) -> None:
        for at in range(4):
            pdf.text(50, 200 + 14 * at, "Hammer and saw")
        with pdf.rotation(90, 100, 150):
            pdf.text(100, 150, "Unit price")
        with pdf.rotation(45, 250, 150):
            pdf.text(250, 150, "sample")

    found = read(page)
    assert {word.text for word in found.words} == {"Hammer", "and", "saw"}
    (header,) = found.upended
    assert header.text == "Unit price" and header.bottom - header.top > header.right - header.left


def test_lines_beyond_the_edges_of_the_paper_are_not_seen() -> None:
    def page(pdf: FPDF) -> None:
        pdf.text(50, 100, "Hammer")
        pdf.text(50, 330, "slug")

    assert texts(page) == ["Hammer"]


def test_letters_set_far_apart_are_the_words_that_they_are() -> None:
    def heading(pdf: FPDF) -> None:
        pdf.set_char_spacing(5)
        pdf.text(50, 100, "PRICES")

    assert texts(heading) == ["PRICES"]


def test_no_more_letters_are_looked_at_than_allowed_and_an_empty_page_has_no_words() -> None:
    assert [word.text for word in read(lambda pdf: pdf.text(50, 100, "Hammer"), limit=3).words] == ["Ham"]
    assert read(lambda pdf: None).words == []

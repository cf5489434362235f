"""A page's characters: blanks by whichever code, the way most text runs, and letters set one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pypdfium2
import pytest
from fpdf import FPDF

from ml_analyze.extraction.formats.pdf.chars import (
    WORD_GAP,
    Char,
    Slant,
    are_lone,
    chars_of,
    lone_gap,
    usual_quarter,
    without_blanks,
)


def text_page(*lines: str, angle: int = 0) -> Any:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=10)
    pdf.add_page()
    for at, text in enumerate(lines):
        with pdf.rotation(angle, 100, 100):
            pdf.text(50, 100 + 6 * at, text)
    return pypdfium2.PdfDocument(bytes(pdf.output()))[0].get_textpage()


def lettered(text: str, *, step: float = 10.0, wide: float = 5.0) -> list[Char]:
    """Each letter as wide and as far from the one before it; a blank has no box."""
    return [
        (0x20, 0.0, 0.0, 0.0, 0.0, at) if char == " " else (ord(char), at * step, at * step + wide, 0.0, 10.0, at)
        for at, char in enumerate(text)
    ]


def as_it_is(left: float, right: float, bottom: float, top: float) -> tuple[float, float, float, float]:
    return left, right, -top, -bottom


class AllDrawn(Slant):
    """Of a page whose blanks are those of its text."""

    def are_made_up(self, blanks: Iterable[int]) -> bool:
        return False


class AllMadeUp(Slant):
    """Of a page whose blanks the library put there."""

    def are_made_up(self, blanks: Iterable[int]) -> bool:
        return True


def test_letters_have_boxes_and_blanks_of_any_width_have_none() -> None:
    found = chars_of(text_page("A\u00a0B 1"), 100)
    assert "".join(chr(char[0]) for char in found) == "A B 1"
    assert [char[1:5] == (0.0, 0.0, 0.0, 0.0) for char in found] == [False, True, False, True, False]
    assert all(char[1] < char[2] and char[3] < char[4] for char in found if char[0] != 0x20)
    assert [char[5] for char in found] == [0, 1, 2, 3, 4]


def test_no_more_characters_are_looked_at_than_allowed() -> None:
    page = text_page("Hammer")
    assert len(chars_of(page, 3)) == 3
    assert chars_of(page, 0) == []


@pytest.mark.parametrize(("angle", "quarter"), [(0, 0), (90, 1), (180, 2), (270, 3)])
def test_most_letters_tell_in_which_direction_a_page_runs(angle: int, quarter: int) -> None:
    page = text_page("Claw hammer", "Hand saw", angle=angle)
    chars = chars_of(page, 100)
    assert usual_quarter(page.raw, chars) == quarter
    assert {Slant(page.raw, quarter).of(char[5]) for char in chars if char[0] != 0x20} == {0}


def test_letters_aslant_have_no_direction_and_an_empty_page_runs_as_usual() -> None:
    page = text_page("DRAFT", angle=45)
    chars = chars_of(page, 100)
    assert {Slant(page.raw, 0).of(char[5]) for char in chars} == {None}
    assert usual_quarter(page.raw, chars) == 0
    assert usual_quarter(page.raw, []) == 0


def test_letters_stand_alone_where_most_of_many_do() -> None:
    assert are_lone(lettered("a " * 21))
    assert not are_lone(lettered("a " * 20))  # too few to tell
    assert not are_lone(lettered("a bc " * 15))
    assert not are_lone([])


def test_blanks_go_where_the_library_made_them_up_or_they_part_single_letters() -> None:
    words = lettered("claw hammer")
    assert len(without_blanks(words, AllDrawn(None, 0))) == 11
    assert len(without_blanks(words, AllMadeUp(None, 0))) == 10
    assert len(without_blanks(lettered("a " * 30), AllDrawn(None, 0))) == 30


def test_the_gap_between_words_is_wider_than_that_between_letters_and_never_wider_than_elsewhere() -> None:
    assert lone_gap(lettered("abcdef", step=5.0), as_it_is) == pytest.approx(0.14)
    assert lone_gap(lettered("abcdef", step=5.5), as_it_is) == pytest.approx(0.19)
    assert lone_gap(lettered("abcdef", step=7.0), as_it_is) == WORD_GAP
    assert lone_gap(lettered("abcdef", step=50.0), as_it_is) == WORD_GAP  # nothing stands near
    assert lone_gap([], as_it_is) == WORD_GAP

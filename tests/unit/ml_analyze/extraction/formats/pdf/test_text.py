"""Words into lines, lines into texts, and a word cut where a border goes through it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.formats.pdf.text import TextLine, Word, joined, text_lines, unhyphenated
from tests.unit.ml_analyze.extraction.formats.pdf.typeset import line, word, words


def test_words_of_one_height_are_a_line_from_left_to_right() -> None:
    found = text_lines([word(50, "saw"), word(0, "Hand"), word(0, "Hammer", 12)])
    assert [each.text for each in found] == ["Hand saw", "Hammer"]
    assert (found[0].left, found[0].right, found[0].size) == (0.0, 65.0, 10.0)


def test_a_word_belongs_to_a_line_that_it_covers_by_more_than_half() -> None:
    assert len(text_lines([word(0, "a"), word(20, "b", 4.0)])) == 1
    assert len(text_lines([word(0, "a"), word(20, "b", 5.0)])) == 2


def test_a_large_word_beside_small_lines_does_not_draw_them_together() -> None:
    small = [word(30, f"line{at}", 11.0 * at) for at in range(3)]
    found = text_lines([word(0, "A", 0.0, high=32.0), *small])
    assert [each.text for each in found] == ["A line0", "line1", "line2"]
    assert (found[0].top, found[0].bottom) == (0.0, 10.0)


def test_a_text_too_long_for_its_cell_overlaps_the_next() -> None:
    assert TextLine([word(0, "Hammerhead"), word(40, "12.50")], 0.0, 10.0).overlaps
    assert not TextLine([word(0, "Hammerhead"), word(48, "12.50")], 0.0, 10.0).overlaps
    assert not line(0, (0, "alone")).overlaps


def test_words_broken_at_the_ends_of_lines_are_whole_and_other_hyphens_stay() -> None:
    assert joined([word(0, "Schrauben\u00ad"), word(0, "zieher", 12)]) == "Schraubenzieher"
    assert joined([word(0, "Dreh\u2010"), word(0, "bank", 12)]) == "Drehbank"
    assert unhyphenated("M\u00ad 8") == "M- 8"  # no letter follows
    assert unhyphenated("well-known") == "well-known"


def test_words_that_run_from_the_right_are_joined_in_reading_order() -> None:
    assert joined([word(0, "כחול"), word(40, "עט")]) == "עט כחול"
    assert joined([]) == ""


def test_a_word_is_cut_before_the_letter_behind_a_border() -> None:
    halves = word(0, "A100Ball").cut(19.0)
    assert halves is not None
    assert [(half.left, half.right, half.text, len(half.starts)) for half in halves] == [
        (0.0, 20.0, "A100", 4),
        (20.0, 40.0, "Ball", 4),
    ]


def test_a_border_within_a_letter_cuts_at_the_nearest_one() -> None:
    far = Word(0.0, 40.0, 0.0, 10.0, "abcd", [0.0, 10.0, 20.0, 30.0])
    assert [half.text for half in far.cut(21.0) or ()] == ["ab", "cd"]
    assert [half.text for half in far.cut(26.0) or ()] == ["abc", "d"]


def test_a_word_is_not_cut_outside_itself_nor_where_its_letters_are_not_known() -> None:
    assert word(0, "abc").cut(0.0) is None
    assert word(0, "abc").cut(15.0) is None
    assert word(0, "a").cut(2.0) is None
    assert Word(0.0, 15.0, 0.0, 10.0, "abc").cut(6.0) is None


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=25))
def test_no_word_is_lost_and_each_line_runs_from_left_to_right(places: list[tuple[int, int]]) -> None:
    made = [word(left, f"w{at}", top) for at, (left, top) in enumerate(places)]
    found = text_lines(made)
    assert sorted(each.text for one in found for each in one.words) == sorted(each.text for each in made)
    assert all([each.left for each in one.words] == sorted(each.left for each in one.words) for one in found)
    assert [one.top for one in found] == sorted(one.top for one in found)


def test_sizes_and_middles_are_those_of_the_box() -> None:
    (only,) = words(10, "abcd", 20)
    assert (only.size, only.middle, only.centre) == (10.0, 25.0, 20.0)

"""The straight lines of a page: lines, edges of boxes, pieces of paths; shading where nothing else is drawn."""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2
from fpdf import FPDF

from ml_analyze.extraction.formats.pdf.rulings import Ruling, Rulings, page_rulings

Drawing = Callable[[FPDF], None]


def rulings_of(draw: Drawing, limit: int = 100) -> Rulings:
    """Lines of a page of 200 by 100 points, from its top left corner."""
    pdf = FPDF(unit="pt", format=(200, 100))
    pdf.set_auto_page_break(False)
    pdf.set_line_width(0.05)
    pdf.add_page()
    draw(pdf)
    page = pypdfium2.PdfDocument(bytes(pdf.output()))[0]
    return page_rulings(page, lambda left, right, bottom, top: (left, right, 100 - top, 100 - bottom), limit)


def rounded(lines: list[Ruling]) -> list[tuple[int, int, int]]:
    return sorted((round(each.at), round(each.start), round(each.end)) for each in lines)


def test_lines_that_touch_are_one_and_those_apart_are_two() -> None:
    def draw(pdf: FPDF) -> None:
        pdf.line(20, 30, 80, 30)
        pdf.line(82, 30, 120, 30)
        pdf.line(150, 30, 180, 30)
        pdf.line(20, 30, 20, 90)

    found = rulings_of(draw)
    assert rounded(found.across) == [(30, 20, 120), (30, 150, 180)]
    assert rounded(found.down) == [(20, 30, 90)]
    assert len(found.strokes) == 3  # as they are drawn


def test_a_box_has_four_edges_and_a_flat_one_is_a_line() -> None:
    def draw(pdf: FPDF) -> None:
        pdf.rect(20, 30, 100, 40)
        pdf.rect(20, 80, 100, 1, style="F")

    found = rulings_of(draw)
    assert rounded(found.across) == [(30, 20, 120), (70, 20, 120), (80, 20, 120)]
    assert rounded(found.down) == [(20, 30, 70), (120, 30, 70)]


def test_shading_counts_only_where_no_table_is_drawn() -> None:
    def shade(pdf: FPDF) -> None:
        pdf.rect(20, 40, 100, 20, style="F")

    def drawn(pdf: FPDF) -> None:
        shade(pdf)
        for at in (20, 60, 120):
            pdf.line(at, 20, at, 90)
        for at in (20, 90):
            pdf.line(20, at, 120, at)

    def underlined(pdf: FPDF) -> None:
        shade(pdf)
        pdf.line(20, 20, 120, 20)

    assert rounded(rulings_of(shade).across) == [(40, 20, 120), (60, 20, 120)]
    assert rounded(rulings_of(drawn).across) == [(20, 20, 120), (90, 20, 120)]
    assert rounded(rulings_of(shade).down) == [(20, 40, 60), (120, 40, 60)]
    assert rulings_of(shade).strokes == []
    assert len(rulings_of(underlined).across) == 3


def test_the_paper_itself_and_dots_are_no_lines() -> None:
    def draw(pdf: FPDF) -> None:
        pdf.rect(0, 0, 200, 100)
        pdf.line(20, 20, 23, 20)

    assert rulings_of(draw) == Rulings([], [], [])


def test_a_slanting_stroke_is_no_box_and_a_thick_one_is() -> None:
    def strike(pdf: FPDF) -> None:
        pdf.line(20, 20, 160, 80)

    def shade(pdf: FPDF) -> None:
        pdf.set_line_width(6)
        pdf.line(20, 50, 160, 50)

    assert rulings_of(strike) == Rulings([], [], [])
    assert [each[0] for each in rounded(rulings_of(shade).across)] == [44, 56]


def test_a_path_of_many_segments_gives_its_straight_ones() -> None:
    def draw(pdf: FPDF) -> None:
        pdf.polyline([(20, 20), (100, 20), (100, 50), (130, 80), (130, 90), (60, 90), (60, 95), (20, 95)])

    found = rulings_of(draw)
    assert rounded(found.across) == [(20, 20, 100), (90, 60, 130), (95, 20, 60)]
    assert rounded(found.down) == [(60, 90, 95), (100, 20, 50), (130, 80, 90)]


def test_no_more_paths_are_looked_at_than_allowed_and_an_empty_page_has_none() -> None:
    def draw(pdf: FPDF) -> None:
        for at in range(10, 90, 10):
            pdf.line(20, at, 120, at)

    assert len(rulings_of(draw, limit=3).across) == 3
    assert rulings_of(lambda pdf: None) == Rulings([], [], [])

"""A page without letters is a scan where it is mostly white with lines of ink; a picture of goods is none."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pypdfium2
from fpdf import FPDF
from PIL import Image, ImageDraw

from ml_analyze.extraction.formats.pdf.scans import is_scan


def page_of(image: Image.Image) -> Any:
    pdf = FPDF(format=(100, 100))
    pdf.add_page()
    held = BytesIO()
    image.save(held, "PNG")
    pdf.image(held, 0, 0, 100, 100)
    return pypdfium2.PdfDocument(bytes(pdf.output()))[0]


def lined(count: int, *, right: int = 90, paper: int = 255) -> Image.Image:
    """A square of 96 pixels with as many lines of ink, each as long as said."""
    image = Image.new("L", (96, 96), paper)
    draw = ImageDraw.Draw(image)
    for at in range(count):
        draw.rectangle((6, 4 + 9 * at, right, 6 + 9 * at), fill=0)
    return image


def test_white_paper_with_lines_of_ink_is_a_scan() -> None:
    assert is_scan(page_of(lined(8)))


def test_fewer_lines_and_lines_in_one_narrow_strip_are_none() -> None:
    assert not is_scan(page_of(lined(7)))
    assert not is_scan(page_of(lined(8, right=10)))


def test_dark_paper_and_an_empty_page_are_none() -> None:
    assert not is_scan(page_of(lined(8, paper=150)))
    assert not is_scan(page_of(Image.new("L", (96, 96), 255)))
    assert not is_scan(page_of(Image.new("L", (96, 96), 0)))


class Broken:
    """A page that the library cannot render."""

    def get_width(self) -> float:
        return 0.0

    def render(self, **_: object) -> None:
        raise pypdfium2.PdfiumError("no memory")


def test_a_page_that_cannot_be_drawn_is_none() -> None:
    assert not is_scan(Broken())

"""The awkward kinds of PDF pages, each in many made-up lists."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.unit.ml_analyze.extraction.formats import pdf_lists
from tests.unit.ml_analyze.extraction.price_files import items_of

KINDS: dict[str, Callable[[Path, int], pdf_lists.Made]] = {
    "plain": pdf_lists.plain,
    "narrow columns": partial(pdf_lists.plain, gap=2.0),
    "watermark": partial(pdf_lists.plain, watermark=True),
    "text in the margin": partial(pdf_lists.plain, margin=True),
    "frame": pdf_lists.framed,
    "centred": pdf_lists.centred,
    "prose": pdf_lists.among_prose,
    "sideways": pdf_lists.sideways,
    "right to left": pdf_lists.right_to_left,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(8))
def test_every_item_of_an_awkward_page_is_read_with_its_code_name_and_price(
    kind: str, seed: int, tmp_path: Path
) -> None:
    made = KINDS[kind](tmp_path / "list.pdf", seed)
    read = [(item.get("sku"), item["name"], item["price"]) for item in items_of(tmp_path / "list.pdf")]
    assert read == made.items

"""Kinds of lists, made by chance in many languages and formats: a few of what ``bench.reading_kinds`` counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.reading_kinds import compare, forms_of, make
from bench.reading_kinds_files.lists import KINDS
from ml_analyze.extraction import Unreadable, read_price_list

#: kind and format that are not read rightly yet; docs/reading.md says what limits them
_NOT_YET = {("matrix", "pdf"), ("matrix", "pdf-ruled"), ("dotted_lines", "pdf")}
_NOT_YET |= {(kind, "xls") for kind in ("leading_zeros", "hidden_purchase")}
_NOT_YET |= {("two_lines", "pdf")}
_FORMS = 2
#: pages that were read wrong without a word
_ONCE_SILENT = (
    ("footnotes", 1), ("raised_cents", 4), ("signs_apart", 4), ("blocks_beside", 3), ("even_tall_rows", 2),
    ("small_print", 0), ("with_discounts", 6), ("priced_titles", 4), ("wide_paper", 107), ("lone_letters", 11),
    ("outside_the_paper", 2), ("grid_of_cards", 201), ("menu_of_dots", 0), ("dashed_names", 4), ("joined_letters", 1),
    ("kerned_pieces", 8), ("kerned_pieces", 11), ("close_blanks", 3), ("lines_below", 4), ("broken_by_browsers", 0),
    ("shared_prices", 1),
)  # fmt: skip


def _cases() -> list[tuple[str, str, int]]:
    """Each kind in two of its formats, and in as many languages; together all of both."""
    found = []
    for place, kind in enumerate(KINDS):
        forms = [form for form in forms_of(kind, None) if (kind, form) not in _NOT_YET]
        turned = [forms[(place + 2 * step) % len(forms)] for step in range(_FORMS)]
        found += [(kind, form, place % 7 + step) for step, form in enumerate(dict.fromkeys(turned))]
    found += [(kind, "pdf-own", seed) for kind, seed in _ONCE_SILENT]
    return [*found, ("cards", "pdf-cards", 1)]  # a page of labels that reads like a table


@pytest.mark.parametrize(("kind", "form", "seed"), _cases())
def test_a_list_of_every_kind_is_read_as_it_was_made(tmp_path: Path, kind: str, form: str, seed: int) -> None:
    made, path = make(kind, form, seed, tmp_path)
    if not made.must and _is_refused(path):
        return
    listed = read_price_list(path)
    wrong = compare(made, [line for line in listed.lines if line["kind"] == "item"])
    assert wrong == "" or (not made.must and listed.findings.doubts), (made.language, wrong)


def _is_refused(path: Path) -> bool:
    try:
        list(read_price_list(path).lines)
    except Unreadable:
        return True
    return False

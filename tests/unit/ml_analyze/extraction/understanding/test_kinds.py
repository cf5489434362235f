"""Kinds of lists, made by chance in many languages and formats: a few of what ``bench.reading_kinds`` counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.reading_kinds import compare, forms_of, make
from bench.reading_kinds_files.lists import KINDS
from tests.unit.ml_analyze.extraction.price_files import items_of

#: kind and format that are not read rightly yet; docs/reading.md says what limits them
_NOT_YET = {("matrix", "pdf"), ("matrix", "pdf-ruled"), ("preamble_and_notes", "pdf"), ("dotted_lines", "pdf")}
_NOT_YET |= {(kind, "xls") for kind in ("leading_zeros", "hidden_purchase")}
_CASES = [(kind, form) for kind in KINDS for form in forms_of(kind, None) if (kind, form) not in _NOT_YET]


@pytest.mark.parametrize(("kind", "form"), _CASES)
def test_a_list_of_every_kind_is_read_in_every_format(tmp_path: Path, kind: str, form: str) -> None:
    for seed in (0, 1):
        made, path = make(kind, form, seed, tmp_path)
        assert compare(made, items_of(path)) == "", path.name

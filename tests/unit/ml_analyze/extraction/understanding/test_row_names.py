"""What names a row whose own cell does not: the row above, its group, or the cell beside it."""

from __future__ import annotations

import pytest

from handoff.api import Hints
from ml_analyze.extraction.grid import Row, Sheet
from ml_analyze.extraction.understanding.layout import make_layout
from ml_analyze.extraction.understanding.row_names import RowNames, cell_text, is_ditto, is_kin
from ml_analyze.extraction.understanding.tables import find_tables


@pytest.mark.parametrize(
    ("name", "ditto"),
    [
        ('"', True),
        ("- // -", True),
        ("''", True),
        ("〃", True),
        ("idem", True),
        ("то же", True),
        ("-", False),  # nothing is said
        ("'", False),
        ("...", False),
        ("", False),
        ('19" rack', False),
    ],
)
def test_marks_and_words_of_the_same_as_above(name: str, ditto: bool) -> None:
    assert is_ditto(name) is ditto


@pytest.mark.parametrize(
    ("code", "other", "kin"),
    [
        ("11-S", "11-M", True),
        ("AB.10.1", "AB.10.2", True),
        ("11-S", "12-S", False),
        ("1-S", "1-M", False),  # the stem is too short to say anything
        ("11S", "11M", False),
        ("11-S", "11", False),
        ("11-EXTRALONG", "11-S", False),
        ("", "", False),
    ],
)
def test_codes_are_kin_up_to_their_last_stroke(code: str, other: str, kin: bool) -> None:
    assert is_kin(code, other) is kin
    assert is_kin(other, code) is kin


def test_a_cell_is_one_line() -> None:
    assert [cell_text(cell) for cell in ("a \n b", 5.0, None, "  ")] == ["a b", "5", "", ""]


def names_of(head: Row, rows: list[Row]) -> RowNames:
    (table,) = find_tables(Sheet("s", [head, *rows]), Hints())
    return RowNames(table, make_layout(table, Hints(), title_currency=None, titles=[]))


def test_names_of_several_columns_carry_on_what_only_the_first_row_of_a_group_says() -> None:
    goods = [(kind, colour, length) for kind in ("Tile", "Slab") for colour in ("Grey", "Red") for length in (30, 60)]
    rows: list[Row] = [
        [kind if (colour, length) == ("Grey", 30) else None, colour, length, 4.5 + at]
        for at, (kind, colour, length) in enumerate(goods)
    ]
    names = names_of(["Range", "Colour", "Length", "Price EUR"], rows)
    assert names.parts
    assert len({names.composed(row) for row in rows}) == len(rows)


def test_a_name_that_slipped_to_the_left_is_found_only_under_no_header() -> None:
    rows: list[Row] = [[f"AB-{at}", None, f"Steel hinge {at}", 5.5 + at] for at in range(6)]
    names = names_of(["Code", None, "Name", "Price"], rows)
    assert names.beside(["AB-9", "Brass hinge", None, 7.5]) == "Brass hinge"
    assert names.beside(["AB-9", "12.50", None, 7.5]) == ""
    assert (
        names_of(["Code", "Name", "Price"], [[row[0], row[2], row[3]] for row in rows]).beside(["AB-9", None, 7]) == ""
    )

"""The short path reads a column as the long one does: its texts, its amounts, and which rows are not plain."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.api import Hints
from ml_analyze.extraction.grid import Row, Sheet, Value, number_text, text_of
from ml_analyze.extraction.understanding.layout import make_layout
from ml_analyze.extraction.understanding.plain import PlainRun, clean, float_text
from ml_analyze.extraction.understanding.tables import find_tables


@given(st.lists(st.text(max_size=8) | st.sampled_from([" a", "b\u3000c", "d\u2003", "\x00", "e  f"]), max_size=6))
def test_texts_cleaned_together_are_those_cleaned_one_by_one(column: list[str]) -> None:
    assert list(clean(column)) == [text_of(cell) for cell in column]


@given(st.lists(st.one_of(st.none(), st.integers(), st.booleans(), st.floats(allow_nan=False), st.text(max_size=5))))
def test_columns_of_many_kinds_are_cleaned_as_cells_are(column: list[Value]) -> None:
    finite = [cell for cell in column if not isinstance(cell, float) or abs(cell) < 1e300]
    assert list(clean(finite)) == [text_of(cell) for cell in finite]


@given(st.integers(0, 2**64 - 1).map(lambda bits: struct.unpack("<d", struct.pack("<Q", bits))[0]))
def test_a_float_is_spelled_as_ever(value: float) -> None:
    if value == value and abs(value) < 1e300:
        assert float_text(value) == number_text(value)


def test_nothing_below_zero_is_nothing() -> None:
    assert float_text(-0.0) == "0"
    assert run_of([["AB-1", "Saw", -0.0]]).items(0, 1, first_row=1, path=[], sheet="s", places=None)[0]["warnings"] == [
        {"code": "PRICE_ZERO"}
    ]


def run_of(rows: list[Row]) -> PlainRun:
    good: list[Row] = [[f"AB-{at}", f"Steel hinge {at}", f"{5 + at}.50"] for at in range(8)]
    (table,) = find_tables(Sheet("s", [["Code", "Name", "Price"], *good]), Hints())
    return PlainRun(rows, make_layout(table, Hints(), title_currency=None, titles=[]))


@pytest.mark.parametrize(
    "odd",
    [
        ["AB-9", "", "5.50"],
        ["AB-9", "Saw", ""],
        ["AB-9", "Saw", "on request"],
        ["AB-9", "Saw", "5.50 / 6.50"],
        ["", "Total", "99.00"],
        ["", "Итого:", "99.00"],
        ["AB-9", '"', "5.50"],
    ],
)
def test_rows_with_anything_but_a_name_and_one_price_are_left_to_the_long_path(odd: Row) -> None:
    assert run_of([["AB-1", "Saw", "5.50"], odd, ["AB-2", "Axe", "6.50"]]).odd_rows() == [1]


def test_plain_rows_are_items_with_their_cells_and_warnings() -> None:
    rows: list[Row] = [["AB-1", "Saw", "5.50"], ["AB-2", "Axe", "0.00"]]
    run = run_of(rows)
    assert run.odd_rows() == []
    saw, axe = run.items(0, 2, first_row=1, path=["Tools"], sheet="s", places=None)
    assert saw == {
        "kind": "item", "name": "Saw", "price": "5.50", "currency": None, "sku": "AB-1", "category": ["Tools"],
        "source": {"sheet": "s", "row": 2, "cells": {"name": "B2", "sku": "A2", "price": "C2"}},
    }  # fmt: skip
    assert axe["warnings"] == [{"code": "PRICE_ZERO"}]

"""Sizes as a person reads them."""

from __future__ import annotations

import pytest

from ml_analyze.matching.size_words import size_words


@pytest.mark.parametrize(
    ("dimension", "values", "told"),
    [
        ("volume", {"500", "1000"}, "500 ml, 1 l"),
        ("mass", {"0.5"}, "500 mg"),
        ("mass", {"1500"}, "1.5 kg"),
        ("length", {"9.525"}, "9.525 mm"),
        ("length", {"10"}, "1 cm"),
        ("length", {"999"}, "99.9 cm"),
        ("storage", {"1000000"}, "1 TB"),
        ("power", {"0"}, "0 W"),
        ("torque", {"12.5", "2"}, "2 Nm, 12.5 Nm"),
        ("tyre", {"205/55r16", "m8x40"}, "205/55R16, M8X40"),
    ],
)
def test_a_value_is_told_in_the_first_unit_that_it_fills(dimension: str, values: set[str], told: str) -> None:
    assert size_words(dimension, frozenset(values)) == told

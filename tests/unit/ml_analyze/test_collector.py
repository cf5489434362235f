"""ml_analyze.collector: Python looks for cycles less often for a while, and as before afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from ml_analyze.collector import looking_less_often


@pytest.fixture(autouse=True)
def _usual() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(700, 11, 12)
    yield
    gc.set_threshold(*before)


def test_it_is_as_before_afterwards_also_after_an_error() -> None:
    with pytest.raises(KeyError), looking_less_often(5000):
        assert gc.get_threshold() == (5000, 11, 12)
        raise KeyError
    assert gc.get_threshold() == (700, 11, 12)


def test_who_looks_less_often_already_goes_on_so() -> None:
    with looking_less_often(5000), looking_less_often(1000):
        assert gc.get_threshold()[0] == 5000


def test_where_nobody_looks_nobody_begins_to() -> None:
    gc.set_threshold(0, 11, 12)
    with looking_less_often(5000):
        assert gc.get_threshold()[0] == 0

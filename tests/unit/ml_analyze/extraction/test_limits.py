"""The bounds of one reading, and the error that says why a file cannot be read."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, asdict

import pytest

from handoff.api import Reading
from ml_analyze.extraction.limits import Limits, Unreadable


def test_bounds_are_never_changed_and_each_lets_something_through() -> None:
    limits = Limits()
    with pytest.raises(FrozenInstanceError):
        limits.rows = 1  # type: ignore[misc]
    assert all(bound > 0 for bound in asdict(limits).values())
    assert limits.held_rows < limits.rows and limits.file_bytes < limits.archive_bytes


def test_a_refusal_tells_its_code_its_sentence_and_what_was_seen() -> None:
    refused = Unreadable("NO_ITEMS", "None of the rows is an item.", Reading(format="csv"))
    assert str(refused) == "NO_ITEMS: None of the rows is an item."
    assert (refused.code, refused.message) == ("NO_ITEMS", "None of the rows is an item.")
    assert refused.reading is not None and refused.reading.format == "csv"
    assert Unreadable("A", "b").reading is None

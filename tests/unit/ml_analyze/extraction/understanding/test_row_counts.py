"""What only the rows tell, counted while they are taken."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from handoff.doubts import DoubtCode
from ml_analyze.extraction.understanding import row_counts
from ml_analyze.extraction.understanding.passed import Passed


def rows(prices: Iterator[int]) -> Iterator[dict[str, object]]:
    """Thirty articles, three times over."""
    for number in range(90):
        sku = f"A-{number % 30}"
        yield {"kind": "item", "sku": sku, "name": f"Valve {sku}", "price": str(next(prices)), "characteristics": {}}


@pytest.mark.parametrize("kept", [10_000, 10, 0])
def test_articles_that_come_again_at_another_price_are_counted_however_many_codes_are_kept_whole(
    monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(row_counts, "_KEPT_FIRSTS", kept)
    other, same = row_counts.Counts(), row_counts.Counts()
    lines = rows(iter(range(90)))
    while batch := list(itertools.islice(lines, 7)):
        other.add(batch)
    same.add(list(rows(itertools.repeat(5))))
    (found,) = other.doubts(Passed(), priced=True)
    assert (found.what, found.choice) == (DoubtCode.REPEATED_ITEMS, "60 of 90 items")
    assert same.doubts(Passed(), priced=True) == []

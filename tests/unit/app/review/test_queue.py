"""What the review shows beside an item."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.review import queue


@pytest.mark.parametrize(
    ("price", "ours", "gap"),
    [
        ("90", "100", -10.0),
        ("130", "100", 30.0),
        ("4356", "71.21", None),
        ("1", "71.21", None),
        (None, "71.21", None),
        ("5", None, None),
        ("5", "0", None),
    ],
)
def test_a_percentage_is_shown_only_of_prices_that_can_be_of_the_same_money(
    price: str | None, ours: str | None, gap: float | None
) -> None:
    assert queue._gap(price and Decimal(price), ours and Decimal(ours)) == gap  # type: ignore[arg-type]

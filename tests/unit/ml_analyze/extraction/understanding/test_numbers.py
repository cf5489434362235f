"""One cell of a price column, and the number format of a whole one."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.understanding.numbers import decimal_mark


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        (["1.234,56", "12,00"], ","),
        (["6.362 €", "12.241 €"], ","),  # thousands: nobody prices in thousandths
        (["0.125", "1.250"], "."),
        (["1.250 KWD", "0.750 KWD"], "."),
        (["1.234.567"], ","),
        (["12", "15"], None),
    ],
)
def test_the_decimal_mark_is_decided_for_the_column(values: list[str], mark: str | None) -> None:
    assert decimal_mark(values) == mark

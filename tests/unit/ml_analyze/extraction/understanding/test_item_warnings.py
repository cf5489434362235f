"""An item without a usable price says why, in one warning."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.understanding.item_warnings import FORMULA, is_zero, warning_of
from ml_analyze.extraction.understanding.price_cells import EMPTY, Price


@pytest.mark.parametrize(
    ("price", "text", "fault", "warning"),
    [
        (Price("9.90"), "9.90", None, None),
        (Price("0.01"), "0.01", None, None),
        (Price("0.00"), "0,00", None, {"code": "PRICE_ZERO"}),
        (Price("-5"), "5-", None, {"code": "PRICE_NEGATIVE", "value": "5-"}),
        (EMPTY, "", None, {"code": "PRICE_MISSING"}),
        (Price(None, missing=True), "on request", None, {"code": "PRICE_MISSING", "value": "on request"}),
        (EMPTY, "abc", None, {"code": "PRICE_UNREADABLE", "value": "abc"}),
        (EMPTY, "#DIV/0!", None, {"code": "PRICE_ERROR_CELL", "value": "#DIV/0!"}),
        (EMPTY, "#n/a", None, {"code": "PRICE_ERROR_CELL", "value": "#n/a"}),
        (EMPTY, "", "#REF!", {"code": "PRICE_ERROR_CELL", "value": "#REF!"}),
        (EMPTY, "", FORMULA, {"code": "PRICE_ERROR_CELL", "value": "formula"}),
        (Price("5"), "5", "#REF!", None),
    ],
)
def test_each_trouble_has_its_warning(
    price: Price, text: str, fault: str | None, warning: dict[str, str] | None
) -> None:
    assert warning_of(price, text=text, fault=fault) == warning


def test_a_long_cell_is_told_by_its_first_hundred_characters() -> None:
    warning = warning_of(EMPTY, text="x" * 5000, fault=None)
    assert warning == {"code": "PRICE_UNREADABLE", "value": "x" * 100}


@pytest.mark.parametrize(
    ("value", "zero"), [("0", True), ("0.000", True), ("0.001", False), ("10", False), ("-0.5", False)]
)
def test_zero_is_zero_however_many_decimals_it_has(value: str, zero: bool) -> None:
    assert is_zero(value) is zero


@pytest.mark.parametrize(
    "cell",
    [
        "#REF!",
        "#DIV/0!",
        "#N/A",
        "#WERT!",
        "#ЗНАЧ!",
        "#Н/Д",
        "#ДЕЛ/0!",
        "#¡VALOR!",
        "#¿NOMBRE?",
        "#DĚLENÍ_NULOU!",
        "#GETTING_DATA",
    ],
)
def test_an_error_of_a_spreadsheet_is_one_in_every_language(cell: str) -> None:
    assert warning_of(EMPTY, text=cell, fault=None) == {"code": "PRICE_ERROR_CELL", "value": cell}


@pytest.mark.parametrize("cell", ["#", "#12", "# REF", "see #REF!"])
def test_a_sharp_alone_makes_no_error(cell: str) -> None:
    assert warning_of(EMPTY, text=cell, fault=None) == {"code": "PRICE_UNREADABLE", "value": cell}

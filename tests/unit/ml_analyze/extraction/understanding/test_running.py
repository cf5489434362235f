"""Lines that end in their price become name and price; other text stays text."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.grid import Grid, Row, Sheet
from ml_analyze.extraction.understanding.running import with_running_lines

NAMES = ["Claw hammer", "Hand saw", "Steel rule", "Wood chisel", "Rubber mallet", "Hex key"]


def read(*lines: str, head: str | None = None) -> Sheet:
    rows: list[Row] = [[line] for line in ([head] if head else []) + list(lines)]
    (sheet,) = with_running_lines(Grid("text", [Sheet("s", rows)]))
    return sheet


@pytest.mark.parametrize(
    "form", ["{} – {} EUR", "- {} - {} EUR", "{} ...... {}", "{}: {} EUR", "{} = {} EUR", "• {} {} €"]
)
def test_names_and_prices_are_parted_at_every_usual_sign(form: str) -> None:
    sheet = read(*(form.format(name, f"{at + 5},50") for at, name in enumerate(NAMES)), head="Our prices")
    assert sheet.running
    assert sheet.rows[0] == ["Our prices"]
    assert [row[0] for row in sheet.rows[1:]] == NAMES
    assert [str(row[1]).split()[0] for row in sheet.rows[1:]] == [f"{at + 5},50" for at in range(6)]


def test_a_dash_within_a_name_parts_nothing() -> None:
    sheet = read(*(f"{name} - blue - {at + 5},50 EUR" for at, name in enumerate(NAMES)))
    assert sheet.rows[0] == ["Claw hammer - blue", "5,50 EUR"]


def test_codes_before_all_names_are_a_column_of_their_own() -> None:
    sheet = read(*(f"R-{101 + at} {name} – {at + 5} EUR" for at, name in enumerate(NAMES)))
    assert sheet.rows[1] == ["Hand saw", "6 EUR", "R-102"]


def test_prose_and_tables_stay_as_they_are() -> None:
    for lines in (
        [f"{name} is a fine thing to have." for name in NAMES],
        NAMES,
        [f"{name} – blue" for name in NAMES[:3]],
    ):
        sheet = read(*lines)
        assert not sheet.running
        assert sheet.rows == [[line] for line in lines]
    table: list[Row] = [[name, at + 5.5] for at, name in enumerate(NAMES)]
    (same,) = with_running_lines(Grid("csv", [Sheet("s", table)]))
    assert same.rows == table and not same.running


def test_a_word_for_no_price_counts_where_others_have_it_too() -> None:
    lines = [f"{name} – {at + 5} EUR" for at, name in enumerate(NAMES)]
    sheet = read(*lines, "Vice – enquire", "Clamp – enquire", "Bench – oak")
    assert sheet.rows[6:] == [["Vice", "enquire"], ["Clamp", "enquire"], ["Bench – oak"]]

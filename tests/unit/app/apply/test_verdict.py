"""Applied, but to be looked at: a list without currency or prices, with rows left out, with doubts."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models.catalog import ParsingLog
from app.models.phase import Outcome
from tests.fixtures.results import Apply, item, items

Line = dict[str, Any]


def ten(**more: Any) -> list[Line]:
    return [item(f"A{n}", f"Item {n}", f"{n + 4}.00") | more for n in range(10)]


def passed(kind: str, count: int) -> dict[str, Any]:
    return {"passed_over": [{"kind": kind, "count": count, "examples": []}]}


DOUBT = {"what": "currency", "where": "Prices", "choice": "EUR", "instead": "USD", "probability": 0.6}
WAYS: dict[str, tuple[list[Line], dict[str, Any], str]] = {
    "no currency": (ten(currency=None), {}, "10 of 10 prices have no currency: set the supplier's."),
    "no price": (ten()[:4] + ten(price=None)[4:], {}, "6 of 10 items have no price."),
    "rows left out": (ten(), passed("note", 9), "9 rows were left out, beside 10 items."),
    "rows taken as headings": (ten(), passed("category", 12), "12 rows were taken as headings, beside 10 items."),
    "two prices": ([*ten(), item("A1", "Item 1", "99.00")], {}, "1 rows repeat an item with another price."),
    "a doubt": (
        ten(),
        {"doubts": [DOUBT]},
        "Not sure about the currency (Prices): EUR was taken, it may be USD.",
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_odd_about_a_list_is_said_and_the_list_applied(send: Apply, way: str) -> None:
    lines, told, sentence = WAYS[way]
    job = send(*lines, told=told)
    assert (job.outcome, job.look_at) == (Outcome.WARNINGS, [sentence])
    assert len(items()) == 10


def test_an_ordinary_list_needs_no_look_and_blank_rows_are_nothing_to_speak_of(send: Apply) -> None:
    job = send(*ten(), told=passed("blank", 40))
    assert (job.outcome, job.look_at) == (Outcome.SUCCESS, [])


def test_a_price_of_nothing_is_none_and_warned_of_with_its_row(send: Apply) -> None:
    job = send(*ten()[:9], item("A9", "Item 9", "0.00"))
    assert (job.outcome, job.warnings_by_code) == (Outcome.WARNINGS, {"PRICE_ZERO": 1})
    assert items()["A9"].current_price is None
    (line,) = db.session.scalars(select(ParsingLog).where(ParsingLog.row_number == 7))
    assert line.error_message == "The item was taken without a price: 0 is no price."
    assert (line.row_data or {})["value"] == "0.00"

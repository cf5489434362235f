"""Rows of one code are told apart by what differs in them, never by their place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.apply.identity import Offer, resolve
from app.extensions import db
from app.models.catalog import ItemMatch, ParsingLog
from app.models.phase import Outcome
from tests.fixtures.results import Apply, item, items

NAMES, TIERS, UNITS = ("Hammer", "Hammer XL", "Zange"), ("1", "10", "100"), ("Stk", "Karton")
rows = st.lists(
    st.builds(
        lambda name, price, tier, unit, colour, sheet: Offer(
            name, Decimal(price), "EUR", {"from": tier, "unit": unit, "colour": colour}, sheet, id=uuid4()
        ),
        st.sampled_from(NAMES),
        st.integers(1, 5),
        st.sampled_from(TIERS),
        st.sampled_from(UNITS),
        st.sampled_from(("red", "blue")),
        st.sampled_from(("A", "B")),
    ),
    min_size=1,
    max_size=8,
)


def said(told: dict[Any, str], offers: list[Offer]) -> set[tuple[object, ...]]:
    """Which key stands for what."""
    return {(told[each.id], each.lasting, each.price) for each in offers if each.id in told}


def kept(offers: list[Offer], told: dict[Any, str]) -> list[Offer]:
    """The items as the table has them after the file."""
    return [
        Offer(each.name, each.price, each.currency, each.details, each.sheet, key=told[each.id])
        for each in offers
        if each.id in told
    ]


@given(rows, st.randoms())
@settings(max_examples=300, deadline=None)
def test_any_permutation_of_a_file_is_the_same_items(offers: list[Offer], random: Any) -> None:
    first = resolve("A1", offers, [])
    known = kept(offers, first.keys)
    assert len({each.key for each in known}) == len(known)
    shuffled = random.sample(offers, len(offers))
    again = resolve("A1", shuffled, random.sample(known, len(known)))
    assert said(again.keys, shuffled) == said(first.keys, offers)


@given(rows, st.integers(0, 7), st.randoms())
@settings(max_examples=300, deadline=None)
def test_a_row_in_between_moves_no_other(offers: list[Offer], at: int, random: Any) -> None:
    first = resolve("A1", offers, [])
    known = kept(offers, first.keys)
    more = Offer("Hammer", Decimal(9), "EUR", {"from": "50", "unit": "Stk", "colour": "red"}, "A", id=uuid4())
    longer = [*offers[:at], more, *offers[at:]]
    again = resolve("A1", random.sample(longer, len(longer)), known)
    assert said(again.keys, longer) >= said(first.keys, offers)
    assert more.id in again.keys


def tier(n: int, price: str, **more: Any) -> dict[str, Any]:
    return item("A1", "Hammer", price, characteristics={"from": str(n), "discount": more.pop("discount", "0")}, **more)


def test_a_new_tier_in_between_and_new_prices_leave_each_tier_its_item(send: Apply) -> None:
    send(tier(1, "10.00", discount="0"), tier(100, "8.00", discount="20"))
    before = {each.characteristics["from"]: each.id for each in items().values()}
    job = send(tier(100, "9.00", discount="25"), tier(50, "9.50", discount="20"), tier(1, "11.00", discount="5"))
    assert (job.new_count, job.changed_count) == (1, 2)
    after = {each.characteristics["from"]: (each.id, each.current_price) for each in items().values()}
    assert after["1"] == (before["1"], Decimal(11))
    assert after["100"] == (before["100"], Decimal(9))


def test_the_same_list_sorted_otherwise_is_unchanged(send: Apply) -> None:
    lines = [tier(n, f"{n}.00") for n in (1, 10, 100)] + [item("B1", "Zange"), item(None, "Feile"), item("B1", "Säge")]
    send(*lines)
    job = send(*reversed(lines), replaces_all=True)
    assert (job.new_count, job.changed_count, job.vanished_count, job.unchanged_count) == (0, 0, 0, 6)


def test_one_item_that_becomes_several_keeps_its_link(send: Apply) -> None:
    send(item("A1", "Hammer", "10.00"))
    only = items()["A1"]
    only.match_status = ItemMatch.VERIFIED_MATCH
    db.session.commit()
    send(tier(1, "10.00"), tier(10, "9.00"), replaces_all=True)
    assert items()["A1"].is_available
    assert items()["A1"].match_status == ItemMatch.VERIFIED_MATCH
    assert sorted(each.list_sku or "A1" for each in items().values()) == ["A1", "A1"]


def test_a_row_that_repeats_another_is_taken_once_and_another_price_is_said(send: Apply) -> None:
    lines = [item("A1", "Hammer", "10.00"), item("A1", "Hammer", "10.00"), item("B1", "Zange", "3.00")]
    job = send(*lines, item("B1", "Zange", "5.00", source={"sheet": "Prices", "row": 9}))
    assert (job.outcome, job.items_total, job.error_count) == (Outcome.WARNINGS, 2, 1)
    assert items()["B1"].current_price == 5  # of two that contradict each other never the lower: nobody promised it
    line = db.session.scalars(select(ParsingLog).where(ParsingLog.error_type == "ValidationError")).one()
    assert (line.row_data or {})["code"] == "REPEATED_ITEM"
    assert {each["kind"]: each["count"] for each in job.passed_over} == {"repeated": 1}
    assert "1 rows repeat an item with another price." in job.look_at
    assert send(*reversed(lines[:3]), item("B1", "Zange", "4.00"), lines[2]).unchanged_count == 1

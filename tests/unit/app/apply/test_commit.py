"""A result file becomes items, or is held, or is taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.apply import commit, undo
from app.apply.difference import Choice
from app.errors import Conflict, Invalid
from app.extensions import db
from app.jobs import lifecycle
from app.models.catalog import ItemChange, ItemMatch, ParsingLog, PriceHistory, Product
from app.models.job import Job, JobEvent
from app.models.phase import Outcome, Phase
from app.models.review import Review, ReviewStatus
from tests.fixtures.results import SHA, Apply, count, error, item, items, result_lines


def test_a_files_items_prices_and_errors_are_written_with_their_source(send: Apply) -> None:
    job = send(item("A1", "Hammer", "12.50"), item("A2", "Zange", None), error(9))
    assert (job.outcome, job.items_total, job.error_count, job.new_count) == (Outcome.WARNINGS, 2, 1, 2)
    found = items()
    assert found["A1"].current_price == Decimal("12.50")
    assert (found["A1"].source_sheet, found["A1"].source_row) == ("Prices", 7)
    assert found["A1"].source_cells == {"price": "C7"}
    assert found["A1"].file_sha256 == SHA
    assert found["A2"].current_price is None
    assert count(PriceHistory) == 1
    row = db.session.scalars(select(ParsingLog).where(ParsingLog.error_type == "ValidationError")).one()
    assert (row.row_number, row.job_id, row.service) == (9, job.id, "ml-analyze")


def test_the_same_file_again_changes_nothing(send: Apply) -> None:
    lines = [item("A1", "Hammer", "12.50"), item(None, "Zange", "3.00", unit="Stk")]
    send(*lines)
    before = {sku: (each.job_id, each.updated_at) for sku, each in items().items()}
    job = send(*lines)
    assert (job.new_count, job.changed_count, job.unchanged_count) == (0, 0, 2)
    assert {sku: (each.job_id, each.updated_at) for sku, each in items().items()} == before
    assert count(PriceHistory) == 2


def test_rows_that_share_a_sku_stay_separate_items(send: Apply) -> None:
    lines = [item("A1", "Hammer", "1.00"), item("A1", "Hammer XL", "2.00"), item("A1", "Hammer", "3.00", unit="m")]
    send(*lines)
    assert sorted(each.current_price for each in items().values() if each.current_price) == [1, 2, 3]
    assert send(*lines).unchanged_count == 3


def test_a_changed_price_is_recorded_with_its_percentage(send: Apply) -> None:
    send(item("A1", "Hammer", "10.00"))
    job = send(item("A1", "Hammer", "12.00"))
    change = db.session.scalars(select(ItemChange)).one()
    assert (change.kind, change.change_percent) == ("changed", 20)
    assert [change.old_price, change.new_price] == [Decimal(10), Decimal(12)]
    assert job.changed_count == 1
    assert count(PriceHistory) == 2


def test_a_shifted_decimal_mark_is_held_and_nothing_applied_until_a_person_says_so(send: Apply) -> None:
    send(*(item(f"A{n}", f"Item {n}", "10.00") for n in range(20)))
    held = send(*(item(f"A{n}", f"Item {n}", "1000.00") for n in range(20)))
    assert held.outcome == Outcome.HELD
    assert "factor of 10" in (held.hold_reason or "")
    assert {each.current_price for each in items().values()} == {10}
    assert db.session.scalar(select(func.count()).where(ItemChange.applied.is_(False))) == 20
    approved = commit.approve_held(held.id, actor="anna", choice=Choice(["A3"]))
    assert approved.outcome == Outcome.WARNINGS  # the rest is left out, and can still be looked at
    assert items()["A3"].current_price == 1000
    assert items()["A4"].current_price == 10
    assert (approved.changed_count, approved.items_total) == (1, 20)
    with pytest.raises(Conflict):
        commit.approve_held(held.id, actor="anna")


@pytest.fixture
def held(send: Apply) -> Job:
    """Of twenty items at 10.00: six prices tenfold, eight up by 5 %, one item new, five missing in the whole list."""
    send(*(item(f"A{n}", f"Item {n}", "10.00") for n in range(20)))
    lines = [item(f"A{n}", f"Item {n}", "100.00") for n in range(6)]
    lines += [item(f"A{n}", f"Item {n}", "10.50") for n in range(6, 14)]
    job = send(*lines, item("A14", "Item 14", "10.00"), item("B1", "New", "3.00"), replaces_all=True)
    assert (job.outcome, job.new_count, job.changed_count, job.vanished_count) == (Outcome.HELD, 1, 14, 5)
    return job


def test_all_but_some_of_a_held_file_are_applied_wherever_they_are_listed(held: Job) -> None:
    wrong = [f"A{n}" for n in range(6)] + ["A19"]
    job = commit.approve_held(held.id, actor="anna", choice=Choice(wrong, without=True))
    assert (job.new_count, job.changed_count, job.vanished_count) == (1, 8, 4)
    found = items()
    assert {found[sku].current_price for sku in wrong} == {10}
    assert found["A6"].current_price == Decimal("10.50")
    assert "B1" in found
    assert [sku for sku, each in found.items() if not each.is_available] == ["A15", "A16", "A17", "A18"]
    undo.undo(held.id, actor="anna")
    assert {each.current_price for each in items().values()} == {10}
    assert all(each.is_available for each in items().values())


def test_the_ordinary_part_of_a_held_file_is_new_items_and_small_changes(held: Job) -> None:
    job = commit.approve_held(held.id, actor="anna", choice=Choice(up_to_percent=5))
    assert (job.new_count, job.changed_count, job.vanished_count) == (1, 8, 0)
    found = items()
    assert {found[f"A{n}"].current_price for n in range(6)} == {10}
    assert all(each.is_available for each in found.values())
    said = db.session.scalars(select(JobEvent.message).where(JobEvent.job_id == held.id).order_by(JobEvent.id)).all()
    assert said[-1] == "Approved by anna: 9 of 20 changes applied; the rest was left out."


def test_a_choice_that_leaves_nothing_changes_nothing(held: Job) -> None:
    with pytest.raises(Invalid, match="Nothing of the file is left to apply"):
        commit.approve_held(held.id, actor="anna", choice=Choice(["not there"]))
    assert lifecycle.get(held.id).outcome == Outcome.HELD


def test_a_rejected_file_leaves_everything_as_it_was(send: Apply) -> None:
    send(*(item(f"A{n}", f"Item {n}", "10.00") for n in range(20)))
    held = send(item("A0", "Item 0", "10.00"), replaces_all=True)
    assert held.outcome == Outcome.HELD
    assert "19 of 20 items are missing" in (held.hold_reason or "")
    assert commit.reject_held(held.id, actor="anna").outcome == Outcome.REJECTED
    assert all(each.is_available for each in items().values())


def test_items_missing_in_a_full_list_become_unavailable_and_are_never_deleted(send: Apply) -> None:
    send(item("A1", "Hammer"), item("A2", "Zange"))
    job = send(item("A1", "Hammer"), replaces_all=True)
    assert job.vanished_count == 1
    assert not items()["A2"].is_available
    assert send(item("A2", "Zange"), replaces_all=False).changed_count == 1
    assert items()["A2"].is_available


def test_undo_restores_what_nobody_changed_since_and_says_what_it_kept(send: Apply) -> None:
    send(item("A1", "Hammer", "10.00"), item("A2", "Zange", "5.00"))
    job = send(item("A1", "Hammer", "11.00"), item("A2", "Zange", "6.00"), item("A3", "Bohrer", "7.00"))
    send(item("A2", "Zange", "6.50"))
    done = undo.undo(job.id, actor="anna")
    assert (done.restored, done.removed, done.kept) == (1, 1, 1)
    found = items()
    assert found["A1"].current_price == 10
    assert found["A2"].current_price == Decimal("6.50")
    assert "A3" not in found
    assert lifecycle.get(job.id).outcome == Outcome.UNDONE
    with pytest.raises(Conflict):
        undo.undo(job.id, actor="anna")


def test_matches_link_or_go_to_review_and_a_verified_link_is_never_touched(send: Apply) -> None:
    products = [Product(internal_sku=f"P{n}", name=f"Product {n}") for n in range(2)]
    db.session.add_all(products)
    db.session.commit()
    first, second = (str(product.id) for product in products)

    def matched(status: str, product: str, score: float) -> dict[str, Any]:
        candidates = [{"product_id": product, "score": score, "why": ["same name"]}]
        return {"match": {"status": status, "product_id": product, "score": score, "candidates": candidates}}

    send(
        item("A1", "Hammer", **matched("auto_matched", first, 99.5)),
        item("A2", "Zange", **matched("potential_match", first, 80)),
        item("A3", "Gone", **matched("auto_matched", str(uuid4()), 99)),
    )
    found = items()
    assert (str(found["A1"].product_id), found["A1"].match_status) == (first, ItemMatch.AUTO_MATCHED)
    assert (found["A2"].product_id, found["A2"].match_status) == (None, ItemMatch.POTENTIAL_MATCH)
    assert (found["A3"].product_id, found["A3"].match_status) == (None, ItemMatch.UNMATCHED)
    assert db.session.scalars(select(Review)).one().supplier_item_id == found["A2"].id
    found["A1"].match_status = ItemMatch.VERIFIED_MATCH
    db.session.commit()
    send(item("A1", "Hammer", "2.00", **matched("auto_matched", second, 99.9)))
    assert str(items()["A1"].product_id) == first
    assert db.session.get_one(Product, products[0].id).min_price == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        result_lines([item("A1", "Hammer")])[:-40],
        result_lines([item("A1", "Hammer")]).replace(b'"kind":"item"', b'"kind":item'),
        b"\xff\xfe not json",
        b'{"kind": "totals"}\n',
    ],
)
def test_a_result_that_is_not_whole_is_refused_and_nothing_is_applied(send: Apply, data: bytes) -> None:
    job = send(data=data, max_retries=0)
    assert (job.phase, job.error_code) == (Phase.FAILED, "BROKEN_RESULT")
    assert items() == {}


def test_a_result_with_another_hash_than_announced_is_refused(send: Apply) -> None:
    job = send(item("A1", "Hammer"), result_sha256="b" * 64, max_retries=0)
    assert job.error_code == "BROKEN_RESULT"


def test_text_with_quotes_backslashes_and_nul_arrives_as_written(send: Apply) -> None:
    send(item("A\\1", 'Rohr 1/2" \\ Ü\u0000 „x“\ttab\nline', characteristics={"größe": '5"'}))
    one = items()["A\\1"]
    assert one.name == 'Rohr 1/2" \\ Ü „x“\ttab\nline'
    assert one.characteristics["größe"] == '5"'


def test_a_question_that_was_answered_is_asked_again_and_one_that_waits_is_left_alone(send: Apply) -> None:
    product = Product(internal_sku="P1", name="Product")
    db.session.add(product)
    db.session.commit()
    candidates = [{"product_id": str(product.id), "score": 80.0, "why": ["same name"]}]
    asked = item("A1", "Hammer", match={"status": "potential_match", "score": 80.0, "candidates": candidates})
    first = send(asked)
    again = send(asked)
    review = db.session.scalars(select(Review)).one()
    assert (review.job_id, again.review_count) == (first.id, 1)
    review.status = ReviewStatus.REJECTED
    db.session.commit()
    third = send(asked)
    db.session.refresh(review)
    assert (review.status, review.job_id) == (ReviewStatus.PENDING, third.id)


def test_a_refused_price_is_logged_with_its_row_each_time(send: Apply) -> None:
    for _ in range(2):
        job = send(item("A1", "Hammer", "-3.00"))
        line = db.session.scalars(
            select(ParsingLog).where(ParsingLog.job_id == job.id, ParsingLog.row_number == 7)
        ).one()
        told = {"code": "PRICE_OUT_OF_RANGE", "sheet": "Prices", "name": "Hammer", "sku": "A1", "value": "-3.00"}
        assert line.row_data == told
        assert items()["A1"].current_price is None


def test_details_that_changed_are_written_and_the_item_counts_as_unchanged(send: Apply) -> None:
    send(item("A1", "Hammer", brand="Brandt"))
    job = send(item("A1", "Hammer", brand="Kessler", source={"sheet": "New", "row": 9}))
    assert (job.changed_count, job.unchanged_count) == (0, 1)
    found = items()["A1"]
    assert (found.characteristics, found.source_sheet, found.source_row) == ({"brand": "Kessler"}, "New", 9)
    assert count(PriceHistory) == 1


def test_a_file_of_thousands_of_rows_is_applied_and_applied_again_like_a_small_one(send: Apply) -> None:
    lines = [item(f"A{n}", f"Item {n}", f"{n}.00") for n in range(1, 2501)]
    assert send(*lines).new_count == 2500
    lines[7] = item("A8", "Item 8", "9.00")
    job = send(*lines)
    assert (job.changed_count, job.unchanged_count) == (1, 2499)
    assert items()["A8"].current_price == 9
    assert count(PriceHistory) == 2501


def test_a_broken_result_leaves_nothing_behind_for_the_next_file_of_the_same_worker(send: Apply) -> None:
    db.session.remove()
    db.engine.dispose()  # a worker that has applied nothing yet
    broken = result_lines([item("A1", "Hammer"), item("A2", "Zange")])[:-40]
    assert send(data=broken, max_retries=0).phase == Phase.FAILED
    job = send(item("A3", "Bohrer"))
    assert (job.outcome, job.items_total) == (Outcome.SUCCESS, 1)
    assert list(items()) == ["A3"]

"""In whatever order files get ready, they end as if they had been applied in the order they came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import orjson
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from app.apply import commit, undo
from app.errors import Conflict
from app.extensions import db
from app.jobs import lifecycle
from app.models.catalog import PriceHistory, SupplierItem
from app.models.job import Job, JobEvent
from app.models.phase import Outcome, Phase, Step
from app.models.supplier import Supplier
from app.volume import volume

SHA = "a" * 64
MORNING = datetime(2026, 11, 26, 8, tzinfo=UTC)
Prices = dict[str, str]
Come = Callable[..., Job]


def result(prices: Prices) -> bytes:
    lines = [
        {"kind": "item", "sku": sku, "name": f"Item {sku}", "price": price, "currency": "EUR"}
        for sku, price in prices.items()
    ]
    header = {"kind": "header", "schema_version": 1, "source_sha256": SHA, "reading": {"format": "csv"}}
    totals = {"kind": "totals", "rows_read": len(lines), "items": len(lines), "errors": 0}
    return b"".join(orjson.dumps(line) + b"\n" for line in [header, *lines, totals])


@pytest.fixture
def come(ctx: Flask, supplier: Supplier) -> Come:
    """Open the job of an analysed file that came ``minute`` minutes after eight; apply it when it is ready."""

    def come(minute: int, prices: Prices, **facts: object) -> Job:
        target = volume().results_target(uuid4())
        with volume().reserve(None) as incoming:
            incoming.write(result(prices))
            incoming.place(target)
        return lifecycle.open_job(
            supplier,
            trigger="upload",
            task_id=f"upload-{uuid4()}",
            step=Step.APPLY,
            phase=Phase.MATCHING,
            came_at=MORNING + timedelta(minutes=minute),
            sha256=SHA,
            result_path=str(target.relative_to(volume().root)),
            **facts,
        )

    return come


def ready(job: Job) -> Job:
    commit.apply(job.id)
    return lifecycle.get(job.id)


def prices() -> dict[str, Decimal | None]:
    db.session.expire_all()
    return {
        each.supplier_sku: each.current_price for each in db.session.scalars(select(SupplierItem)) if each.is_available
    }


def last_words(job: Job) -> str:
    return db.session.scalars(select(JobEvent.message).where(JobEvent.job_id == job.id).order_by(JobEvent.id)).all()[-1]


def test_an_older_file_that_gets_ready_late_changes_only_what_no_newer_one_said(come: Come) -> None:
    old, new = come(0, {"A": "10.00", "B": "5.00", "C": "7.00"}), come(1, {"A": "11.00"})
    ready(new)
    late = ready(old)
    assert prices() == {"A": 11, "B": 5, "C": 7}
    assert (late.outcome, late.items_total, late.new_count) == (Outcome.SUCCESS, 3, 2)
    assert "older than one that was applied before it; items left as that one says: 1." in last_words(late)


def test_what_a_newer_file_said_without_changing_it_is_said_as_well(come: Come) -> None:
    ready(come(0, {"A": "10.00"}))
    old, new = come(1, {"A": "9.00"}), come(2, {"A": "10.00"})
    assert ready(new).unchanged_count == 1
    ready(old)
    assert prices() == {"A": 10}


def test_after_a_newer_whole_list_an_older_file_has_nothing_to_say(come: Come) -> None:
    ready(come(0, {"A": "10.00", "B": "5.00", "C": "1.00"}))
    old, new = come(1, {"B": "6.00", "D": "3.00"}), come(2, {"A": "11.00", "C": "1.00"}, replaces_all=True)
    ready(new)
    ready(old)
    assert prices() == {"A": 11, "C": 1}


def test_an_older_whole_list_does_not_take_away_what_a_newer_file_brought(come: Come) -> None:
    ready(come(0, {"A": "10.00", "B": "5.00", "C": "1.00"}))
    old, new = come(1, {"A": "11.00", "B": "5.00"}, replaces_all=True), come(2, {"D": "3.00"})
    ready(new)
    ready(old)
    assert prices() == {"A": 11, "B": 5, "D": 3}


def test_a_retry_of_a_cancelled_file_keeps_its_place(come: Come) -> None:
    old, new = come(0, {"A": "10.00"}), come(1, {"A": "11.00"})
    lifecycle.cancel(old.id)
    ready(new)
    lifecycle.retry(old.id)
    ready(old)
    assert prices() == {"A": 11}


def test_a_held_file_is_approved_without_what_a_newer_one_said(come: Come) -> None:
    ready(come(0, {f"A{n}": "10.00" for n in range(20)}))
    held = ready(come(1, {f"A{n}": "1000.00" for n in range(20)}))
    assert held.outcome == Outcome.HELD
    ready(come(2, {"A0": "11.00"}))
    approved = commit.approve_held(held.id, actor="anna")
    assert (prices()["A0"], prices()["A1"], approved.changed_count) == (11, 1000, 19)


def test_a_held_file_of_which_a_newer_one_said_everything_can_only_be_rejected(come: Come) -> None:
    ready(come(0, {f"A{n}": "10.00" for n in range(20)}))
    held = ready(come(1, {f"A{n}": "1000.00" for n in range(20)}))
    ready(come(2, {f"A{n}": "11.00" for n in range(20)}))
    with pytest.raises(Conflict, match="only be rejected"):
        commit.approve_held(held.id, actor="anna")
    assert lifecycle.get(held.id).outcome == Outcome.HELD


def test_an_undone_newer_file_has_said_nothing(come: Come) -> None:
    ready(come(0, {"A": "10.00"}))
    old, new = come(1, {"A": "10.50"}), come(2, {"A": "11.00"})
    ready(new)
    undo.undo(new.id, actor="anna")
    ready(old)
    assert prices() == {"A": Decimal("10.50")}


def test_undoing_a_file_leaves_what_a_newer_one_said_even_where_it_said_the_same(come: Come) -> None:
    ready(come(0, {"A": "10.00", "B": "5.00"}))
    wrong = ready(come(1, {"A": "11.00", "B": "6.00", "N": "1.00", "M": "2.00"}))
    ready(come(2, {"A": "11.00", "N": "1.00"}))
    done = undo.undo(wrong.id, actor="anna")
    assert (done.restored, done.removed, done.kept) == (1, 1, 2)
    assert prices() == {"A": 11, "B": 5, "N": 1}


def test_undoing_the_newer_file_names_the_older_one_that_left_items_to_it(come: Come) -> None:
    """Nobody guesses what the older one would have said: it is read again, and keeps its place."""
    ready(come(0, {"A": "8.00"}))
    old, new = come(1, {"A": "9.00"}), ready(come(2, {"A": "10.00"}))
    ready(old)
    done = undo.undo(new.id, actor="anna")
    assert "Read again what came before it and was applied after it (1)." in done.sentence
    ready(come(1, {"A": "9.00"}))
    assert prices() == {"A": 9}


def test_of_what_an_earlier_version_applied_nobody_knows_what_it_said(come: Come) -> None:
    old, new = come(0, {"A": "10.00", "B": "5.00"}), come(1, {"A": "11.00"})
    ready(new)
    db.session.execute(text("DELETE FROM said_items"))
    db.session.commit()
    ready(old)
    assert prices() == {"A": 11}


def test_the_same_file_read_again_is_newer_than_its_first_reading(come: Come) -> None:
    ready(come(0, {"A": "100.00"}))
    ready(come(0, {"A": "1.00"}, force=True))
    assert prices() == {"A": 1}


SOME = st.dictionaries(st.sampled_from("ABCDE"), st.integers(1, 9).map(lambda price: f"{price}.00"), min_size=1)
FILES = st.lists(st.tuples(SOME, st.booleans()), min_size=2, max_size=5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=FILES, dice=st.randoms(use_true_random=False))
def test_any_order_of_getting_ready_ends_as_the_order_of_coming(
    come: Come, files: Sequence[tuple[Prices, bool]], dice: object
) -> None:
    """Some are cancelled at first and retried after the others; the last price of the history is the current one."""
    for table in (Job, SupplierItem):
        db.session.execute(delete(table))
    db.session.commit()
    expected: Prices = {}
    for listed, whole in files:
        expected = dict(listed) if whole else expected | listed
    jobs = [come(minute, listed, replaces_all=whole, force=True) for minute, (listed, whole) in enumerate(files)]
    dice.shuffle(jobs)  # type: ignore[attr-defined]  # hypothesis' own random
    first, *others = jobs
    lifecycle.cancel(first.id)
    for job in others:
        ready(job)
    lifecycle.retry(first.id)
    ready(first)
    assert prices() == {sku: Decimal(price) for sku, price in expected.items()}
    for each in db.session.scalars(select(SupplierItem)):
        history = select(PriceHistory.price).where(PriceHistory.supplier_item_id == each.id)
        last = db.session.scalars(history.order_by(PriceHistory.recorded_at.desc()).limit(1)).one()
        assert last == each.current_price

"""A row whose writer stands still keeps no other from its turn: who goes through many takes those that are free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID

import orjson
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

import app as courier_package
from app import upkeep
from app.courier import upload
from app.extensions import db, queue, redis
from app.jobs import bulk, lifecycle
from app.jobs.job_filter import JobFilter
from app.models.catalog import ItemMatch, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome
from app.models.review import Review, ReviewStatus
from app.models.supplier import Supplier
from app.models.sync import AppSetting
from app.review import answer
from app.sync import reprocess, triggers
from app.sync import run as sync_run
from tests.fixtures.courier import Courier
from tests.servers.analysis import AnalysisServer, price_list


@pytest.fixture
def courier(
    make_app: Callable[..., Flask], analysis: AnalysisServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Courier]:
    """One that waits a tenth of a second for a lock, not ten."""
    monkeypatch.setattr(courier_package, "PATIENCE", ("lock_timeout=100", "idle_in_transaction_session_timeout=60000"))
    with make_app(ml_analyze_url=analysis.url).app_context():
        yield Courier()


@contextmanager
def held(table: str, row: UUID) -> Iterator[None]:
    """Its row is locked by somebody who does nothing more."""
    with db.engine.connect() as other:
        other.execute(text(f"SELECT 1 FROM {table} WHERE id = :row FOR UPDATE"), {"row": row})
        yield


def uploaded(courier: Courier, many: int = 3) -> list[Job]:
    return [
        upload.receive_file(courier.supplier(), BytesIO(price_list(2, seed=each)), "a.csv", actor="anna")
        for each in range(many)
    ]


def outcomes(jobs: list[Job]) -> list[Outcome | None]:
    return [lifecycle.get(job.id).outcome for job in jobs]


def test_an_order_for_many_jobs_leaves_out_the_one_that_is_held(courier: Courier) -> None:
    jobs = uploaded(courier)
    with held("ingestion_jobs", jobs[1].id):
        assert bulk.cancel_all(JobFilter(), "anna") == 2
        with pytest.raises(OperationalError):  # told as "somebody is writing there", not as ended
            lifecycle.cancel(jobs[1].id, actor="anna")
    assert outcomes(jobs) == [Outcome.CANCELLED, None, Outcome.CANCELLED]
    with held("ingestion_jobs", jobs[0].id):
        assert bulk.retry_all(JobFilter(), "anna") == 1
    assert outcomes(jobs) == [Outcome.CANCELLED, None, None]


def test_after_a_flush_of_redis_all_others_are_told_to_the_workers(courier: Courier) -> None:
    jobs = uploaded(courier)
    with held("ingestion_jobs", jobs[1].id):
        redis().flushall()
        assert upkeep.reap() == 2
        assert queue().count == 2


def test_a_review_whose_item_is_being_written_expires_the_next_time(courier: Courier) -> None:
    supplier, past = courier.supplier(), datetime.now(UTC) - timedelta(days=1)
    items = [
        SupplierItem(supplier_id=supplier.id, supplier_sku=sku, name=sku, match_status=ItemMatch.POTENTIAL_MATCH)
        for sku in "ABC"
    ]
    db.session.add_all(items)
    db.session.flush()
    db.session.add_all(Review(supplier_item_id=each.id, candidate_products=[], expires_at=past) for each in items)
    db.session.commit()
    with held("supplier_items", items[0].id):
        assert answer.expire_reviews() == 2
    left = db.session.scalars(select(Review.supplier_item_id).where(Review.status == ReviewStatus.PENDING)).all()
    assert left == [items[0].id]
    assert answer.expire_reviews() == 1


def test_a_trigger_for_a_job_that_is_held_goes_behind_the_others(courier: Courier) -> None:
    jobs = uploaded(courier)
    bulk.cancel_all(JobFilter(), "anna")
    for job in jobs:
        redis().rpush(triggers.RETRY_TRIGGERS, orjson.dumps({"job_id": str(job.id)}).decode())
    with held("ingestion_jobs", jobs[0].id):
        triggers.pick_up()
        triggers.pick_up()
    assert outcomes(jobs) == [Outcome.CANCELLED, None, None]
    assert triggers.pick_up() == 1
    assert outcomes(jobs) == [None, None, None]


def test_a_sync_that_was_asked_for_while_the_database_went_away_is_asked_for_again(
    courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT 1", {}, ConnectionError("gone"))

    redis().set("sync:trigger", '{"task_id": "sync-manual-2"}')
    with monkeypatch.context() as outage:
        outage.setattr(sync_run, "request_sync", away)
        with pytest.raises(OperationalError):
            triggers.pick_up()
    assert triggers.pick_up() == 1


def test_a_supplier_that_cannot_be_reprocessed_keeps_no_other_waiting(
    courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    suppliers = [courier.supplier(f"https://example.org/{each}.csv") for each in range(3)]
    reprocess.begin([each.id for each in suppliers], at_once=3, actor="anna")
    start = reprocess._start

    def odd(supplier: Supplier, actor: str) -> Job:
        if supplier.id == suppliers[0].id:
            raise KeyError("name")
        return start(supplier, actor)

    monkeypatch.setattr(reprocess, "_start", odd)
    with held("suppliers", suppliers[1].id):
        reprocess.advance()
    found = reprocess.current()
    assert found is not None
    assert found.order.skipped == {suppliers[0].name: "Internal error (KeyError). The log has the details."}
    assert str(suppliers[2].id) in found.order.opened
    long_ago = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    kept = db.session.get_one(AppSetting, reprocess.KEY)
    kept.value = kept.value | {"taken": dict.fromkeys(found.order.taken, long_ago)}
    db.session.commit()
    reprocess.advance()
    found = reprocess.current()
    assert found is not None and {str(each.id) for each in suppliers[1:]} == set(found.order.opened)

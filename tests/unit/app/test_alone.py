"""One row that cannot be processed stops no other: sync, Master Sheet, sweep, alerts, records, history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, text, update

from app import upkeep
from app.alerts import watch
from app.analysis import follow
from app.courier import upload
from app.extensions import db, redis
from app.jobs import board, lifecycle
from app.models.catalog import ParsingLog
from app.models.job import Job
from app.models.phase import Step
from app.models.supplier import Supplier
from app.models.sync import Alert
from app.sync import merge
from app.sync import run as sync_run
from app.volume import volume
from tests.fixtures.courier import Courier
from tests.servers.analysis import price_list
from tests.servers.files import FileServer

#: what another program, or an earlier version, may have left beside a supplier
ODD = (
    {"lists": "x"},
    {"lists": [1, {"source_url": "https://example.org/b.csv"}, {"name": 5}]},
    {"source_url": 5, "sheet_name": [], "notes": {}, "origin": 1},
    {"cadence_days": 1e300, "hints": [], "guard": "no", "price_columns": 3},
    {"cadence_days": "weekly", "is_active": "perhaps", "default_currency": {}},
    {"cadence_days": True, "use_ml_processing": []},
)


@pytest.fixture
def odd(courier: Courier) -> list[Supplier]:
    return [courier.supplier(meta=dict(meta)) for meta in ODD]


def uploaded(courier: Courier, supplier: Supplier) -> Job:
    return upload.receive_file(supplier, BytesIO(price_list(3)), "a.csv", actor="anna")


def test_a_sync_opens_the_jobs_of_all_others(courier: Courier, odd: list[Supplier], files: FileServer) -> None:
    good = [courier.supplier(files.put(f"{each}.csv", price_list(3))) for each in range(3)]
    begun = sync_run.request_sync("anna")
    sync_run.run(begun.id)
    assert {job.supplier_id for job in db.session.scalars(select(Job))} >= {each.id for each in good}


def test_a_supplier_whose_job_cannot_be_opened_keeps_no_other_from_the_sync(
    courier: Courier, files: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    suppliers = [courier.supplier(files.put(f"{each}.csv", price_list(3))) for each in range(3)]
    opened = lifecycle.open_fetches

    def open_fetches(wanted: list[tuple[Supplier, dict[str, Any]]], **facts: Any) -> Any:
        if suppliers[0].id in {supplier.id for supplier, _ in wanted}:
            raise KeyError("name")
        return opened(wanted, **facts)

    monkeypatch.setattr(lifecycle, "open_fetches", open_fetches)
    begun = sync_run.request_sync("anna")
    sync_run.run(begun.id)
    assert {job.supplier_id for job in db.session.scalars(select(Job))} == {each.id for each in suppliers[1:]}
    (line,) = db.session.scalars(select(ParsingLog).where(ParsingLog.level == "warning"))
    assert line.error_message == f"{suppliers[0].name} was left out of this sync. The log has the details."


def test_the_master_sheet_is_applied_beside_odd_suppliers(odd: list[Supplier]) -> None:
    rows = [[each.name, f"https://example.org/{each.id}.csv", "csv"] for each in odd]
    plan = merge.plan_for([["Name", "URL", "Format"], *rows, ["New", "https://example.org/n.csv", "csv"]])
    merge.apply(plan.changes, actor="anna")
    db.session.commit()
    assert {each.source_url for each in odd} == {row[1] for row in rows}
    assert db.session.scalar(select(Supplier).where(Supplier.name == "New")) is not None


def test_odd_suppliers_hide_no_alert_of_another(courier: Courier, odd: list[Supplier]) -> None:
    silent = courier.supplier(meta={"cadence_days": 2})
    db.session.execute(update(Supplier).values(created_at=datetime.now(UTC) - timedelta(days=3)))
    db.session.commit()
    watch.watch()
    kinds = {each.fingerprint for each in db.session.scalars(select(Alert))}
    assert f"silent:{silent.id}" in kinds
    assert not {f"silent:{each.id}" for each in odd} & kinds, "what cannot be read was not promised"


def test_an_alert_that_cannot_be_written_keeps_no_other_from_it(
    courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days in (3, 4):
        courier.supplier(meta={"cadence_days": days})
    db.session.execute(update(Supplier).values(created_at=datetime.now(UTC) - timedelta(days=9)))
    db.session.commit()
    raised, told = watch._raise, []

    def raise_(matter: watch.Matter) -> None:
        told.append(matter)
        if len(told) == 1:
            db.session.execute(text("SELECT 1 / 0"))
        raised(matter)

    monkeypatch.setattr(watch, "_raise", raise_)
    watch.watch()
    assert [each.fingerprint for each in db.session.scalars(select(Alert))] == [told[1].fingerprint]


def test_the_sweep_moves_all_but_the_one_that_cannot_be_judged_nor_failed(
    courier: Courier, files: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [courier.fetch(courier.supplier(files.put(f"{each}.csv", price_list(3)))) for each in range(3)]
    for job in jobs:
        while courier.step(job).step != Step.FOLLOW:
            pass
    end = follow._end

    def odd(row: follow.Followed, status: Any) -> None:
        if row.claim.job_id == jobs[0].id:
            raise ZeroDivisionError
        end(row, status)

    monkeypatch.setattr(follow, "_end", odd)
    monkeypatch.setattr(lifecycle, "fail", lambda claim, error: 1 / 0)
    db.session.execute(update(Job).values(due_at=datetime.now(UTC) - timedelta(seconds=1), claimed_until=None))
    db.session.commit()
    for _ in range(50):
        follow.sweep()
        db.session.execute(update(Job).where(Job.step == Step.FOLLOW).values(due_at=datetime.now(UTC)))
        db.session.commit()
        if [lifecycle.get(job.id).step for job in jobs[1:]] == [Step.APPLY] * 2:
            break
    assert [lifecycle.get(job.id).step for job in jobs] == [Step.FOLLOW, Step.APPLY, Step.APPLY]


def test_records_are_shown_although_a_key_holds_something_else(courier: Courier) -> None:
    jobs = [uploaded(courier, courier.supplier()) for _ in range(3)]
    redis().delete(board.key(jobs[0].id), board.ACTIVE)
    redis().set(board.key(jobs[0].id), "what is this?")
    redis().set(board.ACTIVE, "and this?")
    db.session.execute(update(Job).values(unshown=True))
    db.session.commit()
    assert board.catch_up() == 3
    assert [courier.record(job)["status"] for job in jobs] == [courier.record(jobs[1])["status"]] * 3
    assert redis().smembers(board.ACTIVE) == {str(job.id) for job in jobs}


def test_a_live_figure_that_is_none_is_left_out(courier: Courier) -> None:
    job = uploaded(courier, courier.supplier())
    redis().hset(board.key(job.id), mapping={"items_total": "many", "items_processed": "7"})
    assert board.live([job.id]) == {job.id: {"items_processed": 7} | _zeros(courier, job)}


def _zeros(courier: Courier, job: Job) -> dict[str, int]:
    left_out = ("items_total", "items_processed")
    return {
        name: int(value)
        for name, value in courier.record(job).items()
        if name in board.LIVE_FIELDS and name not in left_out
    }


def test_files_that_cannot_be_removed_keep_no_history_from_being_forgotten(
    courier: Courier, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = [courier.run(uploaded(courier, courier.supplier())) for _ in range(3)]
    remove = volume().__class__.remove_job

    def refuse(self: Any, supplier_id: Any, job_id: Any) -> Any:
        if job_id == jobs[1].id:
            raise PermissionError("no")
        return remove(self, supplier_id, job_id)

    monkeypatch.setattr(volume().__class__, "remove_job", refuse)
    db.session.execute(update(Job).values(completed_at=datetime.now(UTC) - timedelta(days=4000)))
    db.session.commit()
    assert upkeep.forget_old_jobs() == 3
    (told,) = [each.getMessage() for each in caplog.records if "files_of_an_old_job_not_removed" in each.getMessage()]
    assert str(jobs[1].id) in told


def test_an_orphan_that_says_something_odd_keeps_no_other_from_being_adopted(courier: Courier) -> None:
    """What a killed upload leaves: a whole file and its note, and no job."""
    supplier = courier.supplier()
    bodies = [price_list(2, seed=each) for each in range(4)]
    left = [upload._store(supplier, f"{n}.csv", iter([body]), mime_type=None) for n, body in enumerate(bodies)]
    notes = [each.placed.path.with_name(each.placed.path.name + ".meta.json") for each in left]
    notes[0].write_text(notes[0].read_text().replace('"0.csv"', '"0\\u0000.csv"'))
    notes[1].write_text("{not json")
    notes[2].write_text(notes[2].read_text().replace(str(supplier.id), "nobody"))
    assert upkeep.adopt_orphans(older_than=timedelta(0)) == 2
    assert {job.id for job in db.session.scalars(select(Job))} == {left[0].job_id, left[3].job_id}
    ended = courier.run(left[3].job_id)
    assert ended.items_total == 2
    told = next(each for each in courier.events(ended) if each.kind == "adopted")
    assert "need not be sent again" in told.message

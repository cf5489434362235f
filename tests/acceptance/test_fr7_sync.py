"""FR-7: scheduled sync and the Admin API go on as before, through the new pipeline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock, digest, tasks
from app.access import accounts, reset, tokens
from app.alerts import outgoing
from app.api import document
from app.extensions import db, queue, redis
from app.jobs import steps
from app.models.catalog import SupplierItem
from app.models.phase import Outcome, Pipeline, Step
from app.models.supplier import Supplier
from app.models.sync import SyncRun
from app.models.user import UserRole
from app.money import best
from app.review import rematch
from app.shadow import trial as shadow
from app.sync import run, schedule, standing, triggers
from app.webhooks import send as webhooks
from handoff.declared import Tasks, Worker, worker_of
from tests.fixtures.sync import Syncing
from tests.fixtures.traces import work_off
from tests.servers.analysis import AnalysisServer


def told() -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(str(redis().get("sync:status")))
    return found


@pytest.fixture
def bearer(syncing_app: Flask) -> dict[str, str]:
    user = accounts.create_user("the-admin", "a good password", UserRole.ADMIN, "tests")
    return {"Authorization": f"Bearer {tokens.issue(user)[0]}"}


@pytest.mark.parametrize("hours", [1, 8, 24])
def test_ac_7_1_sync_interval_hours_sets_the_frequency(make_app: Callable[..., Flask], hours: int) -> None:
    """AC-7.1: slots lie SYNC_INTERVAL_HOURS apart, and what is shown next is what runs next."""
    day = [datetime(2026, 3, 4, hour, 0, 1, tzinfo=UTC) for hour in range(24)]
    with make_app(sync_interval_hours=hours).app_context():
        schedule.begin(datetime(2026, 3, 3, 23, 59, tzinfo=UTC))
        begun = []
        for now in day:
            expected = schedule.next_run(now)
            found = run.run_due_slot(now)
            if found is not None:
                assert expected == now.replace(second=0)
                begun.append(now.hour)
                found.completed_at, found.state = now, "complete"
                db.session.commit()
        assert begun == list(range(0, 24, hours))


def test_ac_7_1_without_a_setting_the_interval_is_eight_hours(make_settings: Callable[..., Any]) -> None:
    """AC-7.1 and SC-6: zero configuration changes."""
    assert make_settings().sync_interval_hours == 8


def test_ac_7_2_a_manual_sync_works_as_before(syncing: Syncing, syncing_app: Flask, bearer: dict[str, str]) -> None:
    """AC-7.2: 202 with a task id, 409 while it runs, and the suppliers' files arrive."""
    syncing.configure([syncing.row("Anna"), syncing.row("Bert")])
    client = syncing_app.test_client()
    first = client.post("/api/v1/admin/ingestion/sync", headers=bearer)
    assert first.status_code == 202 and first.json is not None
    assert first.json["status"] == "queued" and first.json["task_id"].startswith("sync-manual-")
    second = client.post("/api/v1/admin/ingestion/sync", headers=bearer)
    assert second.status_code == 409 and second.json is not None
    assert second.json["error"]["code"] == "SYNC_IN_PROGRESS"
    assert second.json["error"]["current_task_id"] == first.json["task_id"]
    assert queue().count == 1
    syncing.finish(db.session.scalars(select(SyncRun)).one())
    assert db.session.scalar(select(func.count()).select_from(SupplierItem)) == 2
    assert client.post("/api/v1/admin/ingestion/sync", headers=bearer).status_code == 202


def test_ac_7_2_a_trigger_of_an_old_client_is_picked_up(syncing: Syncing) -> None:
    """AC-7.2: what the existing Admin API writes to Redis begins the same sync, once."""
    trigger = {"task_id": "sync-manual-1", "triggered_by": "manual", "triggered_at": "2026-03-04T08:00:00Z"}
    redis().set("sync:trigger", orjson.dumps(trigger).decode(), ex=300)
    assert triggers.pick_up() == 1
    assert [each.task_id for each in db.session.scalars(select(SyncRun))] == ["sync-manual-1"]
    assert redis().get("sync:trigger") is None and redis().get("sync:lock") == "sync-manual-1"


def test_ac_7_3_a_scheduled_sync_downloads_and_analyses_by_itself(syncing: Syncing, analysis: AnalysisServer) -> None:
    """AC-7.3: nobody does anything between the slot and the items."""
    syncing.configure([syncing.row("Anna"), syncing.row("Bert")])
    schedule.begin(datetime(2026, 3, 4, 7, tzinfo=UTC))
    begun = run.run_due_slot(datetime(2026, 3, 4, 8, tzinfo=UTC))
    assert begun is not None
    syncing.finish(begun)
    jobs = syncing.jobs(begun.id)
    assert [(job.outcome, job.pipeline, job.trigger) for job in jobs] == [
        (Outcome.SUCCESS, Pipeline.ML, "scheduled")
    ] * 2
    assert len(analysis.submissions()) == 2


def test_ac_7_4_redis_tells_both_phases_until_the_last_job_has_ended(syncing: Syncing) -> None:
    """AC-7.4: syncing_master, downloading_suppliers, analyzing, complete; old clients read processing_suppliers."""
    syncing.configure([syncing.row("Anna"), syncing.row("Bert")])
    begun = run.request_sync("tests")
    assert (told()["state"], told()["stage"]) == ("syncing_master", "syncing_master")
    assert redis().get("sync:lock") == begun.task_id
    syncing.start(begun.id)
    assert (told()["stage"], told()["progress_current"], told()["progress_total"]) == ("downloading_suppliers", 0, 2)
    first, second = syncing.jobs(begun.id)
    syncing.courier.step(first)
    syncing.courier.step(second)
    run.advance()
    assert (told()["state"], told()["stage"]) == ("processing_suppliers", "analyzing")
    syncing.courier.run(first)
    run.advance()
    assert (told()["stage"], told()["progress_current"]) == ("analyzing", 1), "one job is still under way"
    syncing.courier.run(second)
    run.advance()
    assert (told()["state"], told()["stage"], told()["progress_current"]) == ("idle", "complete", 2)
    assert redis().get("sync:lock") is None and redis().get("sync:last_run")


def test_ac_7_4_a_flushed_redis_is_told_again(syncing: Syncing) -> None:
    """AC-7.4: the table is the truth; Redis is a picture of it."""
    syncing.configure([syncing.row("Anna")])
    syncing.finish(run.request_sync("tests"))
    redis().flushall()
    triggers.pick_up()
    assert told()["stage"] == "complete" and redis().get("settings:master_sheet_url")


def test_ac_7_5_tasks_and_cron_entries_are_declared_lists() -> None:
    """AC-7.5: what workers run and what happens by itself stand in one place each."""
    assert set(tasks.STEPS) == set(Step) - {Step.FOLLOW}
    asked_for = {steps.RUN_STEP, run.RUN_SYNC, rematch.RUN_REMATCH, shadow.RUN_SHADOW, outgoing.SEND_ALERTS}
    asked_for |= {webhooks.SEND_EVENTS, best.WRITE_OFFERS, digest.SEND_DIGESTS, reset.SEND_LINK}
    assert tasks.TASKS.names == asked_for, "an entry that asks for anything else is refused"
    verbs = {entry.verb for entry in clock.PERIODIC}
    assert {run.run_due_slot, run.advance, triggers.pick_up} <= verbs


REGISTERED = Tasks()
heard: list[str] = []


@REGISTERED.declare
def shout(word: str) -> None:
    heard.append(word)


def whisper(word: str) -> None:
    heard.append(word)


def test_ac_7_5_one_declaration_registers_a_task(ctx: Flask) -> None:
    """AC-7.5: a worker runs a function because it is declared; the same without its declaration is refused (ADR 62)."""
    for name in ("shout", "whisper"):
        queue().enqueue(f"{__name__}.{name}", name)
    work_off(worker_of(queue(), REGISTERED, Worker))
    assert heard == ["shout"]


def test_ac_7_6_no_endpoint_of_the_existing_api_is_gone() -> None:
    """AC-7.6: method and path of each; tests/api holds the fields, codes and quirks."""
    paths: Any = document()["paths"]
    existing = {
        "/auth/login": {"post"},
        "/admin/products": {"get", "post"},
        "/admin/suppliers/unmatched": {"get"},
        "/admin/products/bulk-status": {"post"},
        "/admin/products/{product_id}/match": {"patch"},
        "/admin/products/{product_id}/status": {"patch"},
        "/admin/ingestion/status": {"get"},
        "/admin/ingestion/sync": {"post"},
        "/admin/sync": {"post"},
        "/admin/settings/master-sheet-url": {"get", "put"},
        "/admin/suppliers": {"get", "post"},
        "/admin/suppliers/{supplier_id}": {"get", "put", "delete"},
        "/admin/suppliers/{supplier_id}/upload": {"post"},
        "/admin/jobs/{job_id}/retry": {"post"},
        "/catalog/": {"get"},
    }
    for path, methods in existing.items():
        assert methods <= set(paths[path]), path


def test_ac_7_6_a_supplier_switched_to_legacy_takes_the_old_pipeline_in_a_sync(
    syncing: Syncing, analysis: AnalysisServer
) -> None:
    """AC-7.6 and the rollback plan: with ML off the same sync ends in the same apply."""
    syncing.configure([syncing.row("Anna")])
    db.session.add(Supplier(name="ANNA", source_type="csv", meta={"use_ml_processing": False, "origin": "sheet"}))
    db.session.commit()
    begun = run.request_sync("tests")
    syncing.finish(begun)
    job = syncing.jobs(begun.id)[0]
    assert (job.pipeline, analysis.submissions()) == (Pipeline.LEGACY, [])
    assert job.outcome == Outcome.WARNINGS  # its list names no currency
    assert standing.current().sync_state == "idle"
    kept = db.session.scalars(select(Supplier)).one()
    assert kept.meta["use_ml_processing"] is False, "the Master Sheet never wipes the flag"

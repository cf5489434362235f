"""Contract, endpoints 8 to 12 and 20, section 1.3, and the extensions of 1.4."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, update

from app.access import accounts, tokens
from app.api import jobs as jobs_api
from app.extensions import db, redis
from app.jobs import board
from app.models.catalog import ParsingLog, SupplierItem
from app.models.job import Job
from app.models.supplier import Supplier
from app.models.sync import AppSetting, SyncRun
from app.models.user import UserRole
from app.sync import run
from tests.api.conftest import Caller

JOB = {
    "job_id", "supplier_id", "supplier_name", "phase", "status", "download_progress", "analysis_progress", "file_type",
    "error", "error_details", "can_retry", "retry_count", "max_retries", "created_at", "started_at", "completed_at",
}  # fmt: skip


def supplier(name: str = "Acme", **meta: Any) -> Supplier:
    made = Supplier(name=name, source_type="csv", meta={"source_url": "https://example.com/a.csv"} | meta)
    db.session.add(made)
    db.session.commit()
    return made


def set_job(job: Job, **columns: Any) -> None:
    db.session.execute(update(Job).where(Job.id == job.id).values(**columns))
    db.session.commit()


def test_8_status_of_an_idle_installation(admin: Caller) -> None:
    answer = admin.get("/admin/ingestion/status")
    assert answer.status_code == 200
    assert set(answer.json) >= {
        "sync_state", "progress", "last_sync_at", "next_scheduled_at", "suppliers", "recent_logs", "current_phase",
        "jobs",
    }  # fmt: skip
    assert answer.json["sync_state"] == "idle" and answer.json["progress"] is None
    assert answer.json["last_sync_at"] is None and answer.json["current_phase"] is None
    following = datetime.fromisoformat(answer.json["next_scheduled_at"])
    assert following > datetime.now(UTC) and following.hour % 8 == 0


def test_8_suppliers_follow_the_status_rule(admin: Caller) -> None:
    with_items, _, _ = supplier("A"), supplier("B", use_ml_processing=False), supplier("C", is_active=False)
    db.session.add(SupplierItem(supplier_id=with_items.id, supplier_sku="1", name="x"))
    db.session.commit()
    shown = {each["name"]: each for each in admin.get("/admin/ingestion/status").json["suppliers"]}
    assert {name: each["status"] for name, each in shown.items()} == {"A": "success", "B": "pending", "C": "inactive"}
    assert set(shown["A"]) == {
        "id", "name", "source_type", "last_sync_at", "status", "items_count", "use_ml_processing",
    }  # fmt: skip
    assert shown["A"]["items_count"] == 1
    assert {name: each["use_ml_processing"] for name, each in shown.items()} == {"A": True, "B": False, "C": True}
    without = admin.get("/admin/ingestion/status", suppliers="false").json
    assert without["suppliers"] == [] and "sync_state" in without


def test_8_logs_are_the_newest_and_bounded(admin: Caller) -> None:
    acme = supplier()
    for number in range(3):
        line = ParsingLog(task_id=f"t{number}", supplier_id=acme.id, error_type="WARNING", error_message="m")
        db.session.add(line)
        db.session.commit()
    shown = admin.get("/admin/ingestion/status", log_limit=2).json["recent_logs"]
    assert [each["task_id"] for each in shown] == ["t2", "t1"] and shown[0]["supplier_name"] == "Acme"
    assert set(shown[0]) >= {
        "id", "task_id", "supplier_id", "supplier_name", "error_type", "error_message", "row_number", "created_at",
    }  # fmt: skip
    for bad in (0, 101, "x"):
        assert admin.get("/admin/ingestion/status", log_limit=bad).status_code == 400


def test_8_jobs_are_the_twenty_newest_with_live_progress(admin: Caller) -> None:
    jobs = [run.sync_supplier(supplier(f"S{number}").id, "tests") for number in range(21)]
    set_job(jobs[-1], started_at=func.now())
    board.publish(jobs[-1].id)
    board.progress(jobs[-1].id, download_bytes=512, download_total=2048)
    answer = admin.get("/admin/ingestion/status").json
    assert len(answer["jobs"]) == 20 and answer["current_phase"] == "downloading"
    newest, older = answer["jobs"][0], answer["jobs"][1]
    assert set(newest) >= JOB and newest["supplier_name"] == "S20"
    assert newest["download_progress"] == {"bytes_downloaded": 512, "bytes_total": 2048, "percentage": 25.0}
    assert (newest["status"], older["status"]) == ("processing", "pending")
    assert older["download_progress"] is None and older["analysis_progress"] is None


def test_8_while_suppliers_are_processed_old_clients_see_progress(admin: Caller) -> None:
    begun = run.request_sync("tests")
    assert admin.get("/admin/ingestion/status").json["sync_state"] == "syncing_master"
    db.session.execute(update(SyncRun).values(state="analyzing", total=4, claim_token=uuid4()))  # jobs are being opened
    job = run.sync_supplier(supplier().id, "tests", run=begun)
    set_job(job, phase="complete", outcome="success", step=None, due_at=None, completed_at=func.now())
    answer = admin.get("/admin/ingestion/status").json
    assert (answer["sync_state"], answer["progress"]) == ("processing_suppliers", {"current": 1, "total": 4})
    assert (answer["sync"]["state"], answer["sync"]["task_id"]) == ("analyzing", begun.task_id)


def test_9_sync_is_202_and_then_409(admin: Caller) -> None:
    answer = admin.post("/admin/ingestion/sync")
    assert answer.status_code == 202 and set(answer.json) == {"task_id", "status", "message"}
    assert answer.json["status"] == "queued" and "within one minute" in answer.json["message"]
    milliseconds = int(answer.json["task_id"].removeprefix("sync-manual-"))
    assert abs(milliseconds / 1000 - datetime.now(UTC).timestamp()) < 60
    again = admin.post("/admin/ingestion/sync", {})
    assert again.status_code == 409
    assert set(again.json["error"]) == {"code", "message", "current_task_id"}
    assert again.json["error"]["code"] == "SYNC_IN_PROGRESS"
    assert again.json["error"]["current_task_id"] == answer.json["task_id"]


def test_9_a_waiting_trigger_is_409_too(admin: Caller) -> None:
    redis().set("sync:trigger", '{"task_id": "sync-manual-7", "triggered_by": "manual"}')
    answer = admin.post("/admin/ingestion/sync")
    assert answer.status_code == 409 and answer.json["error"]["current_task_id"] == "sync-manual-7"


def test_9_and_10_ten_requests_a_minute_then_429(admin: Caller) -> None:
    acme = supplier()
    answers = [admin.post("/admin/sync", {"supplier_id": str(acme.id)}) for _ in range(11)]
    assert [each.status_code for each in answers] == [202] * 10 + [429]
    assert [each.headers["x-ratelimit-remaining"] for each in answers] == [*map(str, range(9, -1, -1)), "0"]
    assert answers[0].headers["x-ratelimit-limit"] == "10" and int(answers[0].headers["x-ratelimit-reset"]) > 0
    assert "retry-after" not in answers[0].headers
    error = answers[-1].json["error"]
    assert error["code"] == "RATE_LIMIT_EXCEEDED"
    assert set(error["details"]) == {"limit", "window_seconds", "retry_after"}
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert admin.post("/admin/ingestion/sync").status_code == 429, "both POSTs share the window"


def test_9_another_user_has_a_window_of_its_own(admin: Caller) -> None:
    for _ in range(11):
        admin.post("/admin/ingestion/sync")
    other = accounts.create_user("other-admin", "a good password", UserRole.ADMIN, "tests")
    caller = Caller(admin.client, other, tokens.issue(other)[0])
    assert caller.post("/admin/ingestion/sync").status_code == 409


def test_10_one_supplier_really_runs(admin: Caller) -> None:
    """Section 9: the old endpoint's list had no consumer."""
    acme = supplier()
    answer = admin.post("/admin/sync", {"supplier_id": str(acme.id)})
    assert answer.status_code == 202
    assert set(answer.json) == {"task_id", "supplier_id", "status", "enqueued_at"}
    job = db.session.get_one(Job, UUID(answer.json["task_id"]))
    assert (job.supplier_id, job.step, answer.json["status"]) == (acme.id, "deliver", "queued")
    again = admin.post("/admin/sync", {"supplier_id": str(acme.id)})
    assert again.json["task_id"] == answer.json["task_id"], "a fetch under way is not doubled"


@pytest.mark.parametrize(
    ("body", "status"), [({"supplier_id": str(uuid4())}, 404), ({"supplier_id": "nope"}, 400), ({}, 400)]
)
def test_10_refusals(admin: Caller, body: Any, status: int) -> None:
    assert admin.post("/admin/sync", body).status_code == status


def test_11_and_12_the_master_sheet(admin: Caller) -> None:
    path = "/admin/settings/master-sheet-url"
    assert admin.get(path).json == {
        "url": None, "sheet_name": "Suppliers", "configured": False, "last_updated_at": None,
    }  # fmt: skip
    url = "https://docs.google.com/spreadsheets/d/abc123def/edit"
    saved = admin.put(path, {"url": url})
    assert saved.status_code == 200 and set(saved.json) == {"url", "sheet_name", "message"}
    assert (saved.json["url"], saved.json["sheet_name"]) == (url, "Suppliers")
    assert admin.put(path, {"url": url, "sheet_name": "Lieferanten"}).json["sheet_name"] == "Lieferanten"
    found = admin.get(path).json
    assert found["configured"] is True and datetime.fromisoformat(found["last_updated_at"])
    assert redis().get("settings:master_sheet_url") == url
    assert redis().get("settings:master_sheet_name") == "Lieferanten"


@pytest.mark.parametrize("body", [{"url": "no uri"}, {}, {"url": "https://example.com", "sheet_name": "x" * 101}])
def test_12_refusals(admin: Caller, body: Any) -> None:
    assert admin.put("/admin/settings/master-sheet-url", body).status_code == 400


def test_11_what_the_existing_system_kept_in_redis_is_taken_over(admin: Caller) -> None:
    redis().mset({"settings:master_sheet_url": "https://example.com/m", "settings:master_sheet_name": "Tab"})
    found = admin.get("/admin/settings/master-sheet-url").json
    assert (found["url"], found["sheet_name"], found["configured"]) == ("https://example.com/m", "Tab", True)


def test_20_health_ready_and_live_have_no_prefix(nobody: Caller) -> None:
    health = nobody.client.get("/health")
    assert health.status_code == 200 and health.json is not None
    assert set(health.json) >= {"status", "timestamp", "uptime", "version", "services"}
    assert set(health.json["services"]) == {"database", "redis"}
    assert nobody.client.get("/ready").json == {"ready": True}
    assert nobody.client.get("/live").json == {"alive": True}


def test_without_redis_the_sync_is_503_and_health_says_so(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        user = accounts.create_user("the-admin", "a good password", UserRole.ADMIN, "tests")
        token = tokens.issue(user)[0]
    without = make_app(redis_url="redis://127.0.0.1:1/0")
    with without.app_context():
        caller = Caller(without.test_client(), user, token)
        for answer in (caller.post("/admin/ingestion/sync"), caller.get("/admin/ingestion/status")):
            assert answer.status_code == 503 and answer.json["error"]["code"] == "REDIS_UNAVAILABLE"
        assert caller.get("/admin/suppliers").status_code == 200, "what needs no Redis goes on"
        assert caller.client.get("/health").status_code == 503
        assert caller.client.get("/live").status_code == 200


def test_x_retry_a_failed_job(admin: Caller) -> None:
    job = run.sync_supplier(supplier().id, "tests")
    path = f"/admin/jobs/{job.id}/retry"
    running = admin.post(path)
    assert running.status_code == 409 and running.json["error"]["code"] == "CONFLICT"
    set_job(job, phase="failed", outcome="failed", error_code="SOURCE_MISSING", step=None, due_at=None)
    assert admin.get(f"/admin/jobs/{job.id}").json["can_retry"] is True
    answer = admin.post(path)
    assert answer.status_code == 202
    assert set(answer.json) == {"job_id", "status", "message", "retry_count"}
    assert (answer.json["job_id"], answer.json["status"]) == (str(job.id), "retrying")
    assert admin.post(f"/admin/jobs/{uuid4()}/retry").status_code == 404
    assert admin.post("/admin/jobs/nope/retry").status_code == 400


def test_jobs_are_listed_filtered_retried_and_cancelled_in_bulk(admin: Caller) -> None:
    jobs = [run.sync_supplier(supplier(f"S{number}").id, "tests") for number in range(5)]
    for job in jobs[:3]:
        set_job(job, phase="failed", outcome="failed", error_code="ML_UNREACHABLE", step=None, due_at=None)
    first = admin.get("/admin/jobs", limit=2).json
    assert len(first["data"]) == 2 and first["newer"] is None
    second = admin.get("/admin/jobs", limit=2, cursor=first["older"]).json
    assert {each["job_id"] for each in first["data"]}.isdisjoint(each["job_id"] for each in second["data"])
    assert len(admin.get("/admin/jobs", cause="ML_UNREACHABLE").json["data"]) == 3
    assert admin.get("/admin/jobs", state="nonsense").status_code == 400
    assert admin.post("/admin/jobs/retry", {}).status_code == 400
    assert admin.post("/admin/jobs/retry", {"cause": "ML_UNREACHABLE"}).json["count"] == 3
    assert admin.post("/admin/jobs/cancel", {"job_ids": [str(job.id) for job in jobs]}).json["count"] == 5


def test_waiting_for_a_job_ends_with_it_or_with_the_time(admin: Caller) -> None:
    job = run.sync_supplier(supplier().id, "tests")
    assert admin.get(f"/admin/jobs/{job.id}/wait", timeout=0).json["phase"] == "downloading"
    admin.post(f"/admin/jobs/{job.id}/cancel")
    answer = admin.get(f"/admin/jobs/{job.id}/wait", timeout=60)
    assert (answer.json["phase"], answer.json["outcome"]) == ("failed", "cancelled")
    assert answer.json["events"][-1]["kind"] == "cancelled"
    assert admin.get(f"/admin/jobs/{job.id}/wait", timeout=61).status_code == 400


def test_many_who_wait_hold_few_threads(admin: Caller) -> None:
    """Twelve programs that wait kept the web from answering for 20 s."""
    job = run.sync_supplier(supplier().id, "tests")
    taken = [jobs_api.WAITING.acquire(blocking=False) for _ in range(2)]
    try:
        began = time.monotonic()
        answer = admin.get(f"/admin/jobs/{job.id}/wait", timeout=60)
        assert time.monotonic() - began < 10 and all(taken)
    finally:
        jobs_api.WAITING.release(2)
    assert (answer.json["phase"], answer.headers["Retry-After"]) == ("downloading", "2")


def test_the_global_switch_is_turned_with_a_reason(admin: Caller) -> None:
    assert admin.get("/admin/settings/ml-switch").json["on"] is True
    turned = admin.put("/admin/settings/ml-switch", {"on": False, "reason": "prices look odd"})
    assert (turned.json["on"], turned.json["changed_by"]) == (False, "admin-person")
    job = run.sync_supplier(supplier().id, "tests")
    assert job.pipeline == "legacy"
    assert db.session.get_one(AppSetting, "ml_switch").value["reason"] == "prices look odd"

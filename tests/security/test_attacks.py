"""What an attacker or a broken source tried, one case a kind: whole jobs through the courier as it runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select, update

from app import tasks
from app.access import hashes
from app.courier import upload, url
from app.extensions import db, queue
from app.jobs import bulk, contents, lifecycle
from app.jobs.claims import claim
from app.jobs.job_filter import JobFilter
from app.models.catalog import SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Step
from app.suppliers import editing
from app.volume import volume
from handoff.confined import Bounds, run_confined
from handoff.declared import Worker, worker_of
from tests.fixtures.courier import Courier
from tests.fixtures.traces import work_off
from tests.security import fuzz_jobs
from tests.servers.analysis import AnalysisServer, price_list
from tests.servers.files import FileServer, Served
from tests.unit.app.test_stranger_table import exploding

WHOLE = b"sku;name;price\nA;Hammer;1.00\nB;Saw;2.00\nC;Drill;3.00\n"
HALF = WHOLE[:31]
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n"
#: forms in which a chunked body may stop before its end
CUTS = {
    "inside a chunk": b"%x\r\n%b" % (len(WHOLE), HALF),
    "behind a chunk": b"%x\r\n%b\r\n" % (len(HALF), HALF),
    "inside the size of the next": b"%x\r\n%b\r\n1" % (len(HALF), HALF),
    "before the end of the last chunk's line": b"%x\r\n%b" % (len(HALF), HALF),
    "behind a size that is none": b"%x\r\n%b\r\nzz\r\n" % (len(HALF), HALF),
}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(url.time, "sleep", lambda seconds: None)


def available(job: Job) -> set[str]:
    rows = select(SupplierItem.supplier_sku).where(SupplierItem.supplier_id == job.supplier_id)
    return set(db.session.scalars(rows.where(SupplierItem.is_available)))


def test_1_a_body_without_its_proper_end_switches_nothing_off(courier: Courier, files: FileServer) -> None:
    address = files.put("a.csv", WHOLE)
    supplier = courier.supplier(address)
    first = courier.run(courier.fetch(supplier, replaces_all=True))
    assert available(first) == {"A", "B", "C"}
    for form, cut in CUTS.items():
        files.put("a.csv", Served(raw=CHUNKED + cut))
        job = courier.run(courier.fetch(supplier, replaces_all=True, max_retries=0))
        assert (job.outcome, job.error_code) == (Outcome.FAILED, "SOURCE_UNREACHABLE"), form
        assert available(job) == {"A", "B", "C"}, form


def test_2_all_that_an_outage_failed_is_retried_in_the_order_it_came(
    courier: Courier, analysis: AnalysisServer
) -> None:
    supplier = courier.supplier()
    analysis.statuses = [503] * 100
    bodies = (b"sku;name;price\nA;Hammer;10.00\nB;Saw;10.00\n", b"sku;name;price\nA;Hammer;11.00\n")
    old, new = (upload.receive_file(supplier, BytesIO(body), "a.csv", actor="anna") for body in bodies)
    assert [courier.run(job).error_code for job in (old, new)] == ["ML_UNAVAILABLE"] * 2
    analysis.statuses.clear()
    assert bulk.retry_all(JobFilter(cause="ML_UNAVAILABLE"), "anna") == 2
    assert [courier.run(job).outcome for job in (new, old)] == [Outcome.SUCCESS] * 2
    prices = select(SupplierItem.supplier_sku, SupplierItem.current_price).order_by(SupplierItem.supplier_sku)
    assert [(sku, float(price)) for sku, price in db.session.execute(prices)] == [("A", 11.0), ("B", 10.0)]


def test_3_the_couriers_queue_runs_no_function_of_a_stranger(courier: Courier, tmp_path: Path) -> None:
    mark, lane = tmp_path / "executed", queue()
    for data in (
        ["os.system", None, [f"touch {mark}"], {}],
        ["app.tasks.courier", None, [], {}],
        ["app.tasks.run_step", None, ["no id", "deliver"], {}],
        ["app.tasks.run_step", None, [str(uuid4()), "os.system"], {}],
    ):
        entry = uuid4().hex
        told = {"data": json.dumps(data), "origin": lane.name, "status": "queued", "timeout": "30"}
        lane.connection.hset(f"rq:job:{entry}", mapping=told)
        lane.connection.rpush(lane.key, entry)
    work_off(worker_of(lane, tasks.TASKS, Worker))
    assert not mark.exists() and lane.count == 0
    assert len(lane.failed_job_registry) == 4, "each is refused, and said to be"


def test_3_the_child_that_reads_a_file_has_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "JWT_SECRET", "ML_ANALYZE_SECRET"):
        monkeypatch.setenv(name, f"word-of-{name}")
    heard: list[bytes] = []

    def look(send: Callable[[bytes], None]) -> None:
        import os

        send(repr(dict(os.environ)).encode() + Path("/proc/self/environ").read_bytes().replace(b"\n", b" "))

    run_confined(look, bounds=Bounds(seconds=20, memory_bytes=64 << 20), on_message=heard.append)
    assert heard and b"PATH" in heard[0] and b"word-of-" not in b"".join(heard)


def test_4_an_answer_made_for_a_pattern_holds_no_heartbeat_up(courier: Courier, files: FileServer) -> None:
    job = courier.fetch(courier.supplier(files.put("list.csv", b"<!---->" * 100)), max_retries=0)
    with fuzz_jobs.beating() as heart:
        assert not courier.run(job).is_active
    assert heart.longest < 0.5


def without_a_result(told: dict[str, Any]) -> dict[str, Any]:
    return {"result_path": None, "result_sha256": None, "items_processed": 10**6}


def of_another_analysis(told: dict[str, Any]) -> dict[str, Any]:
    return {"result_path": str(volume().results_target(uuid4()))}


def outside(told: dict[str, Any]) -> dict[str, Any]:
    return {"result_path": "/etc/passwd"}


@pytest.mark.parametrize("overlay", [without_a_result, of_another_analysis, outside])
def test_5_what_is_no_result_of_this_job_writes_nothing(
    courier: Courier, files: FileServer, analysis: AnalysisServer, overlay: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    analysis.overlay = overlay({})
    job = courier.run(courier.fetch(courier.supplier(files.put("a.csv", price_list(5))), max_retries=0))
    assert (job.outcome, job.error_code) == (Outcome.FAILED, "BROKEN_RESULT"), job.error_message
    assert available(job) == set()


NUL = "a\0b"
ODD_ANSWERS = (
    f"HTTP/1.1 200 O{NUL}K\r\n",
    f'HTTP/1.1 200 OK\r\nETag: "{NUL}"\r\n',
    f"HTTP/1.1 200 OK\r\nX-Odd: {NUL}\r\n",
    f"HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename*=UTF-8''{NUL}%00.csv\r\n",
    f"HTTP/1.1 404 {NUL}\r\n",
    f"HTTP/1.1 302 Found\r\nLocation: /{NUL}\r\n",
)


def test_6_a_nul_wherever_it_stands_ends_every_job(courier: Courier, files: FileServer) -> None:
    body = price_list(3)
    for head in ODD_ANSWERS:
        answer = head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body
        job = courier.run(courier.fetch(courier.supplier(files.put("a.csv", Served(raw=answer))), max_retries=0))
        assert job.outcome is not None and job.error_code != "INTERNAL_ERROR", (head, job.error_message)
    text = b"sku\0;name;price\nA;Ham\0mer \\u0001;1.00\n"
    job = courier.run(upload.receive_file(courier.supplier(), BytesIO(text), f"{NUL}.csv", actor="anna"))
    assert (job.outcome, job.items_total) == (Outcome.SUCCESS, 1), job.error_message


def test_7_a_file_that_kills_its_workers_is_told_as_what_it_did(courier: Courier) -> None:
    job = upload.receive_file(courier.supplier(), BytesIO(price_list(3)), "a.csv", actor="anna")
    for _ in range(3):
        claim(job.id, Step.DELIVER)  # and never heard of again
        db.session.execute(update(Job).values(claimed_until=func.now() - timedelta(seconds=1)))
        db.session.commit()
    assert courier.step(job).error_code == "WORKERS_LOST"


def test_7_a_workbook_made_to_explode_ends_its_own_job_in_the_legacy_pipeline(courier: Courier) -> None:
    supplier = courier.supplier()
    editing.set_ml(supplier.id, False, "anna")
    ended = courier.run(upload.receive_file(supplier, BytesIO(exploding()), "a.xlsx", actor="anna"))
    assert (ended.outcome, ended.error_code) == (Outcome.FAILED, "UNSAFE_ARCHIVE")


def test_9_sign_ins_at_once_take_the_memory_of_two(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to be known for it: names that do not exist cost as much as wrong passwords."""
    app, lock = make_app(db_pool_max=20), Lock()
    inside = most = 0

    def counted(work: Callable[..., Any]) -> Callable[..., Any]:
        def counts(*given: Any) -> Any:
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            try:
                return work(*given)
            finally:
                with lock:
                    inside -= 1

        return counts

    hashes.nobodys.cache_clear()
    slow = PasswordHasher()  # as the product has it, for many to be at it at once
    hasher = type("Counted", (), {n: staticmethod(counted(getattr(slow, n))) for n in ("hash", "verify")})
    monkeypatch.setattr(hashes, "hasher", hasher)

    def sign_in(number: int) -> int:
        body = {"username": f"nobody-{number}", "password": "a-wrong-password"}
        return app.test_client().post("/api/v1/auth/login", json=body).status_code

    with ThreadPoolExecutor(16) as people:
        answers = list(people.map(sign_in, range(40)))
    assert set(answers) <= {401, 429} and 401 in answers
    assert most <= hashes.AT_ONCE


def test_10_a_row_of_a_list_with_semicolons_makes_no_formula_of_what_stands_behind_one(courier: Courier) -> None:
    body = b"sku;name;price\n;;a;=1+1;x\n"
    job = courier.run(upload.receive_file(courier.supplier(), BytesIO(body), "a.csv", actor="anna"))
    text = "".join(contents.error_file(lifecycle.get(job.id), "left"))
    assert "=1+1" in text and not [cell for cell in text.replace("\n", ";").split(";") if cell.startswith("=")]

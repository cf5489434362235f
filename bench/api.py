"""The sync of a thousand suppliers whose files did not change, and the two routes that are asked most."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from uuid import UUID

import requests
from flask import Flask
from sqlalchemy import func, select, text, update

from app.access import accounts, tokens
from app.courier import deliver
from app.extensions import db
from app.models.job import Job
from app.models.phase import Outcome
from app.models.supplier import Supplier
from app.models.sync import SyncRun
from app.models.user import UserRole
from app.sync import run, standing
from bench.courier import file_server, random_file
from bench.figure import Figure, figure
from bench.installation import place, processor_seconds

SUPPLIERS, PAST_JOBS, ITEMS_EACH = 1000, 100_000, 100

MAKE_SUPPLIERS = text("""
    INSERT INTO suppliers (id, name, source_type, metadata)
    SELECT gen_random_uuid(), 'Supplier ' || n, 'csv',
        jsonb_build_object('source_url', CAST(:address AS text) || '/' || n || '.csv', 'origin', 'sheet')
    FROM generate_series(0, :count - 1) AS n
""")
MAKE_ITEMS = text("""
    INSERT INTO supplier_items (id, supplier_id, supplier_sku, name, current_price, characteristics)
    SELECT gen_random_uuid(), s.id, 'SKU-' || n, 'Item ' || n || ' of ' || s.name, n, '{"unit": "pc", "brand": "B"}'
    FROM suppliers AS s, generate_series(1, :each) AS n
""")
# Copies of the jobs that are there, every eight hours back.
MAKE_JOBS = text("""
    INSERT INTO ingestion_jobs
    SELECT made.*
    FROM (SELECT DISTINCT ON (supplier_id) * FROM ingestion_jobs) AS j, generate_series(1, :each) AS n,
        LATERAL (SELECT now() - n * interval '8 hours' AS at) AS t,
        LATERAL jsonb_populate_record(CAST(NULL AS ingestion_jobs), to_jsonb(j) || jsonb_build_object(
            'id', gen_random_uuid(), 'sync_run_id', NULL, 'created_at', t.at, 'started_at', t.at,
            'completed_at', t.at)) AS made
""")
MAKE_EVENTS = text(
    "INSERT INTO job_events (job_id, kind, phase, message) SELECT id, 'success', phase, '' FROM ingestion_jobs"
)
MAKE_EVENT = text(
    "INSERT INTO job_events (job_id, kind, phase, message) SELECT id, 'moved', phase, '' FROM ingestion_jobs LIMIT 1"
)


def figures(quick: bool) -> list[Figure]:
    count, calls = (200, 100) if quick else (SUPPLIERS, 300)
    settings = {"API_RATE_LIMIT_PER_MINUTE": "100000", "SYNC_RATE_LIMIT_PER_MINUTE": "1000"}
    with place(**settings) as here:
        sources = here.folder / "sources"
        sources.mkdir()
        for number in range(count):
            random_file(sources / f"{number}.csv", 1000)
        with file_server(sources) as address:
            db.session.execute(MAKE_SUPPLIERS, {"count": count, "address": address})
            db.session.commit()
            synced = unchanged_sync(count, address)
        fill(count)
        return [*synced, *routes(here.app, count=count, calls=calls)]


def unchanged_sync(count: int, address: str) -> list[Figure]:
    """The first sync fetches; the second, which is measured, finds nothing new."""
    sync_once(analyse=False)
    conditions = dict(db.session.execute(select(Job.source_url, Job.etag).where(Job.etag.is_not(None))).all())
    if len(conditions) != count:
        raise RuntimeError("The file server of the bench tells no ETag.")
    with requests.Session() as session:
        began, used = time.perf_counter(), processor_seconds()
        for url, etag in conditions.items():
            assert session.get(str(url), headers={"If-None-Match": str(etag)}).status_code == 304
        floor, floor_cpu = time.perf_counter() - began, processor_seconds() - used
    seconds, cpu = sync_once(analyse=True)
    name = f"sync of {count} suppliers, nothing changed"
    return [
        figure(f"{name} / bare conditional requests", seconds, "s", floor=floor),
        figure(f"{name}, CPU a supplier / bare", cpu / count * 1000, "ms", floor=floor_cpu / count * 1000),
    ]


def sync_once(*, analyse: bool) -> tuple[float, float]:
    """One worker's seconds and processor seconds from the request to the last job's end.

    Without ``analyse`` the files are put away as analysed, because nothing else is measured here.
    """
    began, used = time.perf_counter(), processor_seconds()
    begun = run.request_sync("bench")
    run.run(begun.id)
    jobs = db.session.scalars(select(Job.id).where(Job.sync_run_id == begun.id)).all()
    for job_id in jobs:
        if analyse:
            deliver.deliver(job_id)
        else:
            put_away(job_id)
    run.advance()
    if standing.current().is_running:
        raise RuntimeError("The sync of the bench has not ended.")
    if analyse:
        outcomes = set(db.session.scalars(select(Job.outcome).where(Job.sync_run_id == begun.id)))
        if outcomes != {Outcome.UNCHANGED}:
            raise RuntimeError(f"The files of the bench counted as changed: {outcomes}")
    return time.perf_counter() - began, processor_seconds() - used


def put_away(job_id: UUID) -> None:
    """As if ml-analyze had read the file: its ETag and hash are known, the job is complete."""
    job = db.session.get_one(Job, job_id)
    answer = requests.get(str(job.source_url), timeout=10)
    done = {"phase": "complete", "outcome": "success", "step": None, "due_at": None, "completed_at": func.now()}
    facts = {
        "etag": answer.headers.get("ETag"),
        "last_modified": answer.headers.get("Last-Modified"),
        "sha256": "0" * 64,
    }
    db.session.execute(update(Job).where(Job.id == job_id).values(**done, **facts))
    db.session.commit()


def fill(count: int) -> None:
    each = PAST_JOBS // count
    db.session.execute(MAKE_ITEMS, {"each": ITEMS_EACH})
    db.session.execute(MAKE_JOBS, {"each": each})
    db.session.execute(MAKE_EVENTS)
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def routes(app: Flask, *, count: int, calls: int) -> list[Figure]:
    user = accounts.create_user("bench-admin", "a good password", UserRole.ADMIN, "bench")
    client, headers = app.test_client(), {"Authorization": f"Bearer {tokens.issue(user)[0]}"}
    db.session.remove()

    def get_status() -> None:
        answer = client.get("/api/v1/admin/ingestion/status", headers=headers)
        assert answer.status_code == 200 and len(answer.json["jobs"]) == 20  # type: ignore[index]

    def something_happens() -> None:
        db.session.execute(MAKE_EVENT)
        db.session.commit()

    def trigger() -> None:
        assert client.post("/api/v1/admin/ingestion/sync", headers=headers).status_code == 202

    def end_sync() -> None:
        db.session.execute(update(SyncRun).values(completed_at=func.now(), state="complete"))
        db.session.commit()

    idle = p99(get_status, calls)
    # A supplier of its own, so that one job is under way while the others' events come in.
    own = Supplier(name="Under way", source_type="csv", meta={"source_url": "http://127.0.0.1:9/"})
    db.session.add(own)
    db.session.commit()
    run.sync_supplier(own.id, "bench")
    busy = p99(get_status, calls, between=something_happens)
    facts = f"{count} suppliers, {PAST_JOBS:,} past jobs"
    return [
        figure(f"status API p99, {facts}, idle", idle, "ms", most=50),
        figure(f"status API p99, {facts}, while jobs move", busy, "ms", most=50),
        figure(f"trigger API p99, {count} suppliers", p99(trigger, calls // 2, between=end_sync), "ms", most=100),
    ]


def p99(call: Callable[[], None], calls: int, *, between: Callable[[], None] = lambda: None) -> float:
    """Milliseconds that 99 of 100 calls stay below; the first few warm up."""
    for _ in range(5):
        between()
        call()
    took = []
    for _ in range(calls):
        between()
        began = time.perf_counter()
        call()
        took.append(time.perf_counter() - began)
    return sorted(took)[int(calls * 0.99)] * 1000


if __name__ == "__main__":
    for each in figures("--quick" in sys.argv):
        print(each)

"""Ten thousand analyses in flight with one sweeping process; and the cost of daily acts as the history grows."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import cast
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select, text

from app.analysis import follow
from app.extensions import db, redis
from app.jobs import board, lifecycle, queries, steps
from app.jobs.job_filter import JobFilter
from app.models.job import Job
from app.models.phase import Phase
from app.volume import volume
from bench.figure import Figure, best_of, figure
from bench.installation import Place, place, processor_seconds
from handoff.api import AnalysisState, AnalysisStatus

IN_FLIGHT = 10_000
ENDS_A_SECOND = 20
SUPPLIERS = text("""
    INSERT INTO suppliers (id, name, source_type, metadata)
    SELECT gen_random_uuid(), 'Supplier ' || n, 'csv', '{}' FROM generate_series(1, :count) AS n
""")
FLYING = text("""
    INSERT INTO ingestion_jobs (id, task_id, supplier_id, supplier_name, trigger, pipeline, force, replaces_all, phase,
        step, due_at, submitted_at, started_at, ml_job_id, source_type, attempt, retry_count, max_retries,
        poll_failures, rows_read, items_total, items_processed, matches_found, review_count, error_count, new_count,
        changed_count, unchanged_count, vanished_count)
    SELECT gen_random_uuid(), 'bench', s.id, s.name, 'manual', 'ml', false, false, 'analyzing', 'follow',
        now() + random() * interval '5 s', now() - interval '1 minute', now(), gen_random_uuid(), 'csv',
        1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM suppliers AS s, generate_series(1, :each) AS n
""")
PAST = text("""
    INSERT INTO ingestion_jobs (id, task_id, supplier_id, supplier_name, trigger, pipeline, force, replaces_all, phase,
        outcome, error_code, error_message, completed_at, created_at, source_type, attempt, retry_count, max_retries,
        poll_failures, rows_read, items_total, items_processed, matches_found, review_count, error_count, new_count,
        changed_count, unchanged_count, vanished_count)
    SELECT gen_random_uuid(), 'bench', s.id, s.name, 'manual', 'ml', false, false,
        CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'complete' END, CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'success' END,
        CASE WHEN n % 10 = 0 THEN 'SOURCE_MISSING' END, CASE WHEN n % 10 = 0 THEN 'It is not there.' END,
        now() - n * interval '1 minute', now() - n * interval '1 minute', 'csv',
        1, 0, 3, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0
    FROM suppliers AS s, generate_series(1, :each) AS n
""")


def figures(quick: bool) -> list[Figure]:
    count, seconds = (2000, 8.0) if quick else (IN_FLIGHT, 40.0)
    with place() as here:
        result = here.shared / "results" / "bench.ndjson"
        volume()
        result.write_text("{}\n")
        command = [sys.executable, "-m", "bench.slow_service", str(result), str(ENDS_A_SECOND)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as service:
            assert service.stdout is not None
            try:
                url = f"http://127.0.0.1:{int(service.stdout.readline())}"
                config = here.app.extensions["settings"]
                here.app.extensions["settings"] = config.model_copy(update={"ml_analyze_url": url})
                flying = in_flight(here, count, seconds)
            finally:
                service.kill()
        return [*flying, *growing(quick)]


def in_flight(here: Place, count: int, seconds: float) -> list[Figure]:
    """The scheduler's loop of sweeps, as one thread of this process, and how old the board is meanwhile."""
    db.session.execute(SUPPLIERS, {"count": count // 10})
    db.session.execute(FLYING, {"each": 10})
    db.session.commit()
    board.rebuild()
    done, cores = threading.Event(), [0.0]
    sweeper = threading.Thread(target=_sweep, args=(here.app, done, cores), daemon=True)
    sweeper.start()
    time.sleep(7)  # every analysis has been looked at once
    used, began, ages = processor_seconds(), time.monotonic(), []
    while time.monotonic() - began < seconds:
        ages += _ages()
        time.sleep(0.5)
    share = (processor_seconds() - used) / (time.monotonic() - began)
    done.set()
    sweeper.join()
    ages.sort()
    moved = db.session.scalar(select(db.func.count()).select_from(Job).where(Job.phase == Phase.MATCHING))
    name = f"{count:,} analyses in flight, {ENDS_A_SECOND} ending a second ({moved} ended)"
    return [
        figure(f"{name}: processor of the sweeping process", share, "cores", most=1),
        figure(f"{name}: age of the board, 99 of 100", ages[int(len(ages) * 0.99)], "s", most=10),
    ]


def _sweep(app: Flask, done: threading.Event, cores: list[float]) -> None:
    while not done.is_set():
        with app.app_context():
            follow.sweep()
        done.wait(0.5)


def _ages() -> list[float]:
    """Seconds since the service told what the board shows, of every fiftieth job that runs."""
    names = sorted(str(each) for each in cast("set[str]", redis().smembers(board.ACTIVE)))[::50]
    shown = [cast("list[str | None]", redis().hmget(board.key(name), ("phase", "items_processed"))) for name in names]
    moments = [int(told) for phase, told in shown if phase == "analyzing" and told]
    return [time.time() - moment for moment in moments if moment]


def growing(quick: bool) -> list[Figure]:
    """The same acts over a thousand and over a hundred thousand jobs in the table."""
    few = _costs(each=10)
    many = _costs(each=200 if quick else 1000)
    larger = "20,000" if quick else "100,000"
    return [
        figure(
            f"{act}: {larger} jobs in the table over 1,000", many[act] * 1000, "ms", floor=few[act] * 1000, ratio_most=2
        )
        for act in few
    ]


def _costs(*, each: int) -> dict[str, float]:
    with place():
        db.session.execute(SUPPLIERS, {"count": 100})
        db.session.execute(PAST, {"each": each})
        db.session.execute(FLYING, {"each": 1})
        db.session.commit()
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        failed = list(db.session.scalars(select(Job.id).where(Job.phase == Phase.FAILED).limit(40)))
        return {
            "sweep": best_of(5, _take_and_give_back),
            "reaper": best_of(5, steps.start_due),
            "page of jobs": best_of(5, _page),
            "retry": _retry(failed),
        }


def _take_and_give_back() -> None:
    db.session.execute(text("UPDATE ingestion_jobs SET due_at = now() WHERE step = 'follow'"))
    db.session.commit()
    rows = follow._take()
    running = [AnalysisStatus(job_id=uuid4(), status=AnalysisState.PROCESSING) for _ in rows]
    follow._give_back(list(zip(rows, running, strict=True)))


def _page() -> None:
    queries.page(JobFilter())
    db.session.rollback()


def _retry(failed: list[UUID]) -> float:
    ids = iter(failed)
    act: Callable[[], object] = lambda: lifecycle.retry(next(ids), actor="bench")  # noqa: E731
    return best_of(len(failed), act)


if __name__ == "__main__":
    for measured in figures("--quick" in sys.argv):
        print(measured)

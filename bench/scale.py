"""What a hundred thousand suppliers cost: ``python -m bench.scale [--quick]``.

The same verbs and pages are timed in a small and a large installation: the floor of a figure is the same work at a
hundredth of the size. Not part of ``make bench``: filling it takes minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.access import accounts, tokens
from app.extensions import db, queue
from app.jobs import board, steps
from app.models.user import User, UserRole
from bench.figure import best_of
from bench.installation import place, say


@dataclass(frozen=True)
class Size:
    """Rows; ``past`` jobs have ended within 90 days, ``active`` ones are followed or due."""

    suppliers: int
    past: int
    active: int
    items: int
    products: int


LARGE = Size(suppliers=100_000, past=500_000, active=10_000, items=1_000_000, products=100_000)
SMALL = Size(suppliers=1_000, past=5_000, active=100, items=10_000, products=1_000)
QUICK = Size(suppliers=10_000, past=50_000, active=1_000, items=100_000, products=10_000)

# Columns of a job that have no default in the database.
COUNTS = """force, replaces_all, attempt, retry_count, max_retries, poll_failures, rows_read, items_total,
    items_processed, matches_found, review_count, error_count, new_count, changed_count, unchanged_count,
    vanished_count"""
FILL = (
    """INSERT INTO suppliers (name, source_type, metadata)
    SELECT 'Supplier ' || n, 'csv', '{"source_url": "http://127.0.0.1:9/list.csv"}'
    FROM generate_series(1, :suppliers) AS n""",
    "CREATE TEMP TABLE numbered AS SELECT id, name, row_number() OVER () AS place FROM suppliers",
    """INSERT INTO products (internal_sku, name, status)
    SELECT 'P-' || n, 'Product ' || n, 'active' FROM generate_series(1, :products) AS n""",
    """INSERT INTO supplier_items (supplier_id, supplier_sku, name, current_price, characteristics, match_status)
    SELECT s.id, 'SKU-' || n, 'Item ' || n, 1 + n % 500, '{}', 'unmatched'
    FROM generate_series(1, :items) AS n JOIN numbered AS s ON s.place = 1 + n % :suppliers""",
    f"""INSERT INTO ingestion_jobs (task_id, supplier_id, supplier_name, trigger, pipeline, source_type, phase, outcome,
        created_at, started_at, completed_at, phase_since, sha256, error_code, {COUNTS})
    SELECT 'past', s.id, s.name, 'scheduled', 'ml', 'csv', CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'complete' END,
        CASE WHEN n % 50 = 0 THEN 'failed' WHEN n % 3 = 0 THEN 'success' ELSE 'unchanged' END,
        at, at, at + interval '20 seconds', at, repeat('0', 64), CASE WHEN n % 50 = 0 THEN 'SOURCE_MISSING' END,
        false, false, 1, 0, 3, 0, 10, 10, 10, 9, 1, 0, 0, 1, 9, 0
    FROM generate_series(1, :past) AS n JOIN numbered AS s ON s.place = 1 + n % :suppliers,
        LATERAL (SELECT now() - (90.0 * n / :past) * interval '1 day' AS at) AS t""",
    f"""INSERT INTO ingestion_jobs (task_id, supplier_id, supplier_name, trigger, pipeline, source_type, phase, step,
        due_at, phase_since, ml_job_id, {COUNTS})
    SELECT 'active', s.id, s.name, 'scheduled', 'ml', 'csv',
        CASE WHEN n % 2 = 0 THEN 'analyzing' ELSE 'downloading' END,
        CASE WHEN n % 2 = 0 THEN 'follow' ELSE 'deliver' END,
        now(), now(), gen_random_uuid(), false, false, 1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM generate_series(1, :active) AS n JOIN numbered AS s ON s.place = n""",
    """INSERT INTO job_events (job_id, at, kind, phase, message)
    SELECT id, created_at + n * interval '5 seconds', 'moved',
        (ARRAY['downloading', 'analyzing', 'matching', 'complete'])[n], ''
    FROM ingestion_jobs, generate_series(1, 4) AS n WHERE task_id = 'past'""",
    "DROP TABLE numbered",
)
PAGES = (
    "/metrics",
    "/ingestion",
    "/jobs",
    "/jobs?state=failed",
    "/jobs?q=Supplier 77",
    "/suppliers",
    "/suppliers?q=Supplier 77",
    "/catalogue",
    "/dashboard",
    "/api/v1/admin/jobs",
    "/api/v1/admin/ingestion/status",
    "/api/v1/admin/ingestion/status?suppliers=false",
    "/api/v1/admin/suppliers",
    "/api/v1/admin/suppliers?limit=100",
    "/api/v1/admin/suppliers?limit=100&cursor=",
    "/api/v1/catalog/",
)


def fill(app: Flask, size: Size) -> None:
    with app.app_context():
        for statement in FILL:
            db.session.execute(text(statement), vars(size))
        db.session.commit()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def timed(app: Flask) -> dict[str, float]:
    """Seconds of the best of three, by name."""
    with app.app_context():
        admin = accounts.create_user("bench", "a-long-enough-password", UserRole.ADMIN, actor="bench")
        session_id, bearer = admin.get_id(), tokens.issue(admin)[0]
    found = {name: best_of(3, in_context(app, verb)) for name, verb in VERBS.items()}
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = session_id, True
    for page in PAGES:
        found[page] = best_of(3, lambda page=page: ask(client, page, bearer))  # type: ignore[misc]
    with app.app_context():
        db.session.execute(db.delete(User))
        db.session.commit()
    return found


def in_context(app: Flask, verb: Callable[[], object]) -> Callable[[], None]:
    def work() -> None:
        with app.app_context():
            verb()

    return work


def reap() -> None:
    """All rows due again, the queue empty: the most that one round can find."""
    queue().connection.flushdb()
    db.session.execute(text("UPDATE ingestion_jobs SET hinted_at = NULL WHERE step = 'deliver'"))
    db.session.commit()
    steps.start_due()


VERBS: dict[str, Callable[[], object]] = {
    "reaper: one round": reap,
    "board rebuilt": board.rebuild,
}


def ask(client: FlaskClient, page: str, bearer: str) -> None:
    client.application.extensions.pop("metrics", None)
    headers = {"Authorization": f"Bearer {bearer}"} if page.startswith("/api/") else {}
    answer = client.get(page, headers=headers)
    assert answer.status_code == 200, f"{page}: {answer.status}"


def main(arguments: list[str]) -> int:
    sizes = (SMALL, QUICK if "--quick" in arguments else LARGE)
    results = []
    for size in sizes:
        with place(API_RATE_LIMIT_PER_MINUTE="100000") as here:
            fill(here.app, size)
            say(f"filled: {size}")
            results.append(timed(here.app))
    small, large = results
    print(f"{'':<42}{'small':>10}{'large':>10}{'ratio':>8}   milliseconds; {sizes[0]} -> {sizes[1]}")
    for name, seconds in large.items():
        print(f"{name:<42}{1000 * small[name]:>10.1f}{1000 * seconds:>10.1f}{seconds / small[name]:>8.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

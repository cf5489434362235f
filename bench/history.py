"""What tables that grow cost as they are, and parted by month: ``python -m bench.history [ROWS]`` (a million).

Prices: the same rows in a table with the indexes of ``price_history`` and in one of 24 monthly partitions. Jobs: their
events and lines are forgotten while workers claim. Milliseconds. Not part of ``make bench``: filling it takes minutes.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Callable
from itertools import pairwise

from flask import Flask
from sqlalchemy import text

from app import upkeep
from app.extensions import db
from app.jobs import claims
from app.models.phase import Step
from bench import scale
from bench.figure import best_of
from bench.installation import place, say

MONTHS = 24
ITEMS = 20_000
COLUMNS = """(id uuid DEFAULT gen_random_uuid(),
    supplier_item_id uuid NOT NULL REFERENCES supplier_items ON DELETE CASCADE,
    price numeric(14, 4), recorded_at timestamptz NOT NULL, currency varchar(3), job_id uuid{key})"""
INDEX = "CREATE INDEX ON {table} (supplier_item_id, recorded_at DESC)"
FILL = """INSERT INTO {table} (supplier_item_id, price, recorded_at)
    SELECT i.id, 1 + n % 500, now() - (720.0 * n / :each) * interval '1 day'
    FROM (SELECT id FROM supplier_items LIMIT :items) AS i, generate_series(1, :each) AS n"""
QUESTIONS = {
    "the last price of 1,000 items": """SELECT count(p.price) FROM (SELECT id FROM supplier_items LIMIT 1000) AS i,
        LATERAL (SELECT price FROM {table} WHERE supplier_item_id = i.id ORDER BY recorded_at DESC LIMIT 1) AS p""",
    "all prices of 100 items": """SELECT count(p.price) FROM (SELECT id FROM supplier_items LIMIT 100) AS i,
        LATERAL (SELECT price FROM {table} WHERE supplier_item_id = i.id ORDER BY recorded_at) AS p""",
    "20,000 prices written": """INSERT INTO {table} (supplier_item_id, price, recorded_at)
        SELECT id, 5, now() FROM (SELECT id FROM supplier_items LIMIT 20000) AS i""",
}


def prices(rows: int) -> None:
    months = [f"now() - interval '{30 * n} days'" for n in range(MONTHS + 2, -2, -1)]
    run(f"CREATE TABLE prices_whole {COLUMNS.format(key=', PRIMARY KEY (id)')}")
    columns = COLUMNS.format(key=", PRIMARY KEY (id, recorded_at)")
    run(f"CREATE TABLE prices_monthly {columns} PARTITION BY RANGE (recorded_at)")
    days = [db.session.scalar(text(f"SELECT ({each})::date")) for each in months]
    for number, (since, until) in enumerate(pairwise(days)):
        run(f"CREATE TABLE month_{number} PARTITION OF prices_monthly FOR VALUES FROM ('{since}') TO ('{until}')")
    tables = ("prices_whole", "prices_monthly")
    for table in tables:
        run(INDEX.format(table=table))
        run(FILL.format(table=table), each=rows // ITEMS, items=ITEMS)
    vacuum()
    say(f"{rows:,} prices, twice")
    for name, question in QUESTIONS.items():
        tell(name, *(best_of(5, asking(question.format(table=table))) for table in tables))
    began = time.perf_counter()
    run("DELETE FROM prices_whole WHERE recorded_at < now() - interval '690 days'")
    deleted = time.perf_counter() - began
    began = time.perf_counter()
    run("DROP TABLE month_0, month_1, month_2")
    tell("the oldest month deleted / dropped", deleted, time.perf_counter() - began)


def asking(statement: str) -> Callable[[], None]:
    def ask() -> None:
        db.session.execute(text(statement))
        db.session.rollback()

    return ask


def forgetting(app: Flask) -> None:
    """What is older than half of the history is forgotten, while somebody claims job after job."""
    events = db.session.scalar(text("SELECT count(*) FROM job_events"))
    waiting = text("SELECT id FROM ingestion_jobs WHERE step = 'deliver'")
    ids = db.session.scalars(waiting).all()
    db.session.commit()
    done, took = threading.Event(), list[float]()

    def claim() -> None:
        with app.app_context():
            for each in ids:
                began = time.perf_counter()
                claims.claim(each, Step.DELIVER)
                took.append(time.perf_counter() - began)
                if done.is_set():
                    return

    alone = threading.Thread(target=claim)
    timer = threading.Timer(5, done.set)
    timer.start()
    alone.start()
    alone.join()
    timer.cancel()
    quiet, ids = took.copy(), ids[len(took) :]
    took.clear()
    done.clear()
    beside = threading.Thread(target=claim)
    beside.start()
    began = time.perf_counter()
    forgotten = upkeep.forget_old_jobs()
    seconds = time.perf_counter() - began
    done.set()
    beside.join()
    tell(f"{forgotten:,} jobs of {events:,} events forgotten, a portion of 500", seconds, 500 * seconds / forgotten)
    for name, found in (("nothing else", quiet), ("the forgetting", took)):
        tell(
            f"{len(found)} claims beside {name}: p50, p99",
            statistics.median(found),
            sorted(found)[len(found) * 99 // 100],
        )


def run(statement: str, **facts: object) -> None:
    db.session.execute(text(statement), facts)
    db.session.commit()


def vacuum() -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def tell(name: str, *seconds: float) -> None:
    print(f"{name:<46}" + "".join(f"{1000 * each:>10.1f}" for each in seconds), flush=True)


def main(rows: int) -> None:
    with place(JOB_HISTORY_DAYS="45") as here, here.app.app_context():
        jobs = rows // 4
        size = scale.Size(suppliers=10_000, past=jobs, active=10_000, items=ITEMS, products=100)
        scale.fill(here.app, size)
        say(f"filled: {size}")
        print(f"{'':<46}{'whole':>10}{'monthly':>10}   milliseconds")
        prices(rows)
        forgetting(here.app)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)

"""Applying 150,000 items, the first time and the same again, over a bare COPY of the same rows."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import flask_migrate
import orjson
from sqlalchemy import text

from app import create_app
from app.apply import commit
from app.extensions import db
from app.jobs import lifecycle
from app.models.catalog import Product
from app.models.phase import Phase, Step
from app.models.supplier import Supplier
from app.settings import Settings
from app.volume import volume
from bench.figure import Figure, best_of, figure
from embedded.servers import Servers

ITEMS = 150_000
REVIEW_SHARE = 0.2
SHA = "a" * 64


def rows(count: int, product_ids: list[str]) -> list[dict[str, Any]]:
    chance = random.Random(7)
    made = []
    for n in range(count):
        product = chance.choice(product_ids)
        status = "potential_match" if chance.random() < REVIEW_SHARE else "unmatched"
        why = ["same model number", "price 3 % higher"]
        candidates = [{"product_id": product, "score": 80.5, "why": why}] if status == "potential_match" else []
        made.append(
            {
                "kind": "item",
                "sku": f"SKU-{n:07d}",
                "name": f"Kugellager {n} {chance.choice(['offen', 'gedichtet', 'ZZ'])} {n % 99}x{n % 77} mm",
                "price": f"{chance.randint(1, 99999) / 100:.2f}",
                "currency": "EUR",
                "unit": "Stk",
                "brand": "Brandt",
                "category": ["Antrieb", "Lager"],
                "source": {
                    "sheet": "Preise",
                    "row": n + 5,
                    "cells": {"sku": f"A{n + 5}", "name": f"B{n + 5}", "price": f"D{n + 5}"},
                },
                "match": {"status": status, "score": 80.5 if candidates else None, "candidates": candidates},
            }
        )
    return made


def place(lines: list[dict[str, Any]]) -> str:
    """Write a result file and return its path relative to the volume."""
    target = volume().results_target(uuid4())
    header = {"kind": "header", "schema_version": 1, "source_sha256": SHA, "reading": {"format": "csv"}}
    totals = {"kind": "totals", "rows_read": len(lines), "items": len(lines), "errors": 0}
    with volume().reserve(None) as incoming:
        incoming.write(b"".join(orjson.dumps(line) + b"\n" for line in [header, *lines, totals]))
        incoming.place(target)
    return str(target.relative_to(volume().root))


def apply_once(supplier: Supplier, path: str) -> float:
    """Seconds of the APPLY step, whole."""
    job = lifecycle.open_job(
        supplier,
        trigger="upload",
        task_id=str(uuid4()),
        step=Step.APPLY,
        phase=Phase.MATCHING,
        sha256=SHA,
        result_path=path,
    )
    start = time.perf_counter()
    commit.apply(job.id)
    seconds = time.perf_counter() - start
    ended = lifecycle.get(job.id)
    if ended.items_total == 0 or ended.error_message:
        raise RuntimeError(f"the bench's own file was not applied: {ended.error_message}")
    return seconds


def bare_copy() -> float:
    """Seconds to COPY what an apply has written into unlogged tables without keys: the floor.

    The same rows with all their columns, as they now stand in the three tables that grow with each item.
    """
    spent = 0.0
    for table in ("supplier_items", "price_history", "match_review_queue"):
        with db.engine.begin() as connection:
            connection.execute(text(f"CREATE UNLOGGED TABLE bare_{table} AS TABLE {table} WITH NO DATA"))
            with connection.connection.cursor().copy(f"COPY {table} TO STDOUT") as out:
                blocks = [bytes(block) for block in out]
        data = b"".join(blocks)
        spent += best_of(3, lambda table=table, data=data: _copy(f"bare_{table}", data))  # type: ignore[misc]
        with db.engine.begin() as connection:
            connection.execute(text(f"DROP TABLE bare_{table}"))
    return spent


def _copy(table: str, data: bytes) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {table}"))
        with connection.connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for start in range(0, len(data), 1 << 20):
                copy.write(data[start : start + (1 << 20)])


def figures(quick: bool) -> list[Figure]:
    count = ITEMS // 10 if quick else ITEMS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o711)
        (home / "shared").mkdir()
        servers = Servers(home / "servers")
        servers.folder.mkdir(mode=0o711)
        try:
            servers.start()
            config = Settings(
                database_url=servers.database_url,
                redis_url=servers.redis_url,
                shared_dir=home / "shared",
                log_level="ERROR",
            )
            app = create_app(config)
            with app.app_context():
                flask_migrate.upgrade()
                return measured(count)
        finally:
            servers.forget()


def measured(count: int) -> list[Figure]:
    products = [Product(internal_sku=f"P{n}", name=f"Product {n}") for n in range(1000)]
    suppliers = [Supplier(name=f"Bench {n}", source_type="csv", meta={}) for n in range(2)]
    db.session.add_all([*products, *suppliers])
    db.session.commit()
    path = place(rows(count, [str(product.id) for product in products]))
    first = apply_once(suppliers[0], path)
    floor = bare_copy()
    first = min(first, apply_once(suppliers[1], path))
    again = min(apply_once(suppliers[1], path) for _ in range(3))
    return [
        figure(f"apply {count:,} items, first time", first, "s", floor=floor, ratio_most=6),
        figure(f"apply {count:,} items, the same again", again, "s", floor=floor, ratio_most=2.5),
    ]


if __name__ == "__main__":
    for each in figures(quick="--quick" in sys.argv):
        print(f"{each['name']}: {each['value']:.2f} s, floor {each['floor']:.2f} s, ratio {each['ratio']:.2f}")

"""Scenario 2: a scheduled sync of many suppliers, one of which fails, through the real steps."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
from sqlalchemy import func, select, update

from app.extensions import db
from app.models.catalog import ParsingLog, SupplierItem
from app.models.phase import Outcome, Phase
from app.models.supplier import Supplier
from app.sync import run, schedule, status
from tests.fixtures.stack import PASSWORD, Stack
from tests.fixtures.sync import Syncing

SUPPLIERS = 100  # over real processes; by hand a dozen tell the same
DOZEN = 12


def test_scenario_2_the_slot_syncs_every_supplier_and_one_failing_source_blocks_nobody(syncing: Syncing) -> None:
    """Steps 1 to 7: the slot, the Master Sheet, every file, the states in order, the failure isolated and logged."""
    rows = [
        syncing.row(f"Supplier {number:03}", f"sku;name;price\nS{number};Item {number};{number}.50\n".encode())
        for number in range(DOZEN - 1)
    ]
    rows.insert(5, syncing.row("Supplier without a file", None))
    syncing.configure(rows)
    schedule.begin(datetime(2026, 3, 4, 7, tzinfo=UTC))
    begun = run.run_due_slot(datetime(2026, 3, 4, 8, 0, 5, tzinfo=UTC))
    assert begun is not None
    states = syncing.finish(begun)
    assert states == ["syncing_master", "downloading_suppliers", "analyzing", "complete"]

    jobs = syncing.jobs(begun.id)
    assert len(jobs) == DOZEN
    failed = [job for job in jobs if job.phase == Phase.FAILED]
    assert [(job.supplier_name, job.error_code) for job in failed] == [("Supplier without a file", "SOURCE_MISSING")]
    assert sum(job.outcome == Outcome.SUCCESS for job in jobs) == DOZEN - 1
    assert db.session.scalar(select(func.count()).select_from(SupplierItem)) == DOZEN - 1
    assert db.session.scalar(select(func.count()).where(Supplier.meta["origin"].as_string() == "sheet")) == DOZEN

    logged = db.session.scalars(select(ParsingLog).where(ParsingLog.job_id == failed[0].id)).all()
    assert any("404" in line.error_message for line in logged)
    progress = status.current().progress
    assert (progress.total, progress.settled, progress.failed) == (DOZEN, DOZEN, 1)


def test_scenario_2_a_second_sync_of_unchanged_files_analyses_nothing(syncing: Syncing) -> None:
    syncing.configure([syncing.row(f"Supplier {number}") for number in range(5)])
    syncing.finish(run.request_sync("tests"))
    again = run.request_sync("tests")
    syncing.finish(again)
    assert {job.outcome for job in syncing.jobs(again.id)} == {Outcome.UNCHANGED}


def test_scenario_2_over_http_with_real_workers_and_the_real_ml_analyze(stack: Stack) -> None:
    """A hundred suppliers on a Master Sheet, asked for and followed as the old admin screen does it."""
    lines = ["Supplier name,Source URL,Format"]
    for number in range(SUPPLIERS - 1):
        body = f"SKU,Product name,Price\nR{number}-1,Hammer {number},{number + 1}.50\nR{number}-2,Saw {number},7.25\n"
        lines.append(f"Real {number:03},{stack.files.put(f'real/{number}.csv', body.encode())},csv")
    lines.append(f"Real and gone,{stack.files.url}/real/gone.csv,csv")
    sheet = stack.files.put("real/master.csv", "\n".join(lines).encode())
    with stack.context():  # what other tests left on this installation is not synced along
        db.session.execute(update(Supplier).values(meta=Supplier.meta.concat({"is_active": False})))
        db.session.commit()
    api = Api(stack.url)
    assert api.call("PUT", "/admin/settings/master-sheet-url", {"url": sheet})["url"] == sheet
    api.call("POST", "/admin/ingestion/sync")
    seen, deadline = [], time.monotonic() + 150
    while (now := api.call("GET", "/admin/ingestion/status"))["sync_state"] != "idle":
        seen.append(now["sync"]["state"])
        assert time.monotonic() < deadline, now["sync"]
        time.sleep(0.25)
    assert now["sync"]["state"] == "complete" and now["last_sync_at"]
    assert (now["sync"]["total"], now["sync"]["settled"], now["sync"]["failed"]) == (SUPPLIERS, SUPPLIERS, 1)
    known = ["syncing_master", "downloading_suppliers", "analyzing"]
    assert sorted(set(seen), key=known.index) == list(dict.fromkeys(seen)), "states only go forward"
    items = {each["name"]: each["items_count"] for each in now["suppliers"] if each["name"].startswith("Real")}
    assert items.pop("Real and gone") == 0 and set(items.values()) == {2} and len(items) == SUPPLIERS - 1


@dataclass
class Api:
    """The API over HTTP, signed in as the administrator."""

    url: str
    token: str = ""

    def call(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token or self.sign_in()}"}
        answer = requests.request(method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def sign_in(self) -> str:
        body = {"username": "admin", "password": PASSWORD}
        self.token = requests.post(f"{self.url}/api/v1/auth/login", json=body, timeout=30).json()["token"]
        return self.token

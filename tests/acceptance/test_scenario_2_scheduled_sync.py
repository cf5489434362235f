"""Scenario 2: a scheduled sync of many suppliers, one of which fails, through the real steps."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
import requests
from playwright.sync_api import Page, expect
from sqlalchemy import delete, func, select, update

from app.extensions import db, redis
from app.jobs import lifecycle
from app.models.catalog import ParsingLog, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.models.supplier import Supplier
from app.models.sync import ScheduleSlot, SyncRun
from app.sync import master, run, schedule, standing
from embedded.environment import PROJECT
from tests.fixtures.stack import PASSWORD, Stack
from tests.fixtures.sync import Syncing
from tests.servers.files import Served

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
    progress = standing.current().progress
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
    others_rest(stack)
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


def others_rest(stack: Stack) -> None:
    """What other tests left on this installation is not synced along."""
    with stack.context():
        db.session.execute(update(Supplier).values(meta=Supplier.meta.concat({"is_active": False})))
        db.session.commit()


def master_sheet(stack: Stack, lists: dict[str, Served | bytes | None]) -> None:
    """Five suppliers or so, named by what their source does; None is a file that is not there."""
    folder, lines = uuid4().hex, ["Supplier name,Source URL,Format"]
    for name, served in lists.items():
        path = f"{folder}/{name.replace(' ', '-')}.csv"
        address = f"{stack.files.url}/{path}" if served is None else stack.files.put(path, served)
        lines.append(f"{name},{address},csv")
    others_rest(stack)
    with stack.context():
        master.configure(stack.files.put(f"{folder}/master.csv", "\n".join(lines).encode()), None, "tests")


def a_list(word: str) -> bytes:
    return f"SKU,Product name,Price EUR\n{word}-1,Ladder {word},89.50\n{word}-2,Stool {word},19.90\n".encode()


def told(stack: Stack) -> dict[str, Any]:
    """``sync:status`` as the old readers find it."""
    with stack.context():
        found: dict[str, Any] = orjson.loads(str(redis().get("sync:status")))
        return found


def waited(stack: Stack, what: Callable[[], Any], said: str, *, seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        with stack.context():
            db.session.rollback()
            if found := what():
                return found
        assert time.monotonic() < deadline, f"{said} did not come within {seconds:.0f} s"
        time.sleep(0.05)


@pytest.fixture
def container(stack: Stack) -> Iterator[None]:
    """One more container of workers, as Compose starts it."""
    variables = os.environ | stack.variables | {"MAX_WORKERS": "3"}
    running = subprocess.Popen([sys.executable, "worker.py"], cwd=PROJECT, env=variables, start_new_session=True)
    yield
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def test_scenario_2_the_real_scheduler_takes_the_slot_and_a_silent_source_holds_up_nobody(
    stack: Stack, container: None
) -> None:
    """Steps 1 to 7, AC-7.1, AC-7.3, AC-7.4: nobody asks; one source is gone, one never says another word."""
    word = uuid4().hex[:5]
    good = [f"{word} {each}" for each in ("Anna", "Bert", "Cleo")]
    silent, gone = f"{word} silent", f"{word} gone"
    lists: dict[str, Served | bytes | None] = {silent: Served(a_list(silent), drip=2, drip_bytes=1), gone: None}
    master_sheet(stack, lists | {name: a_list(name) for name in good})
    with stack.context():  # the clock is moved by its own mark: the last slot that was taken lies before the latest
        db.session.execute(delete(ScheduleSlot).where(ScheduleSlot.name == schedule.SYNC))
        schedule.take(schedule.last_slot(datetime.now(UTC), 8) - timedelta(hours=8))
        db.session.commit()

    states: list[str] = []

    def jobs() -> dict[str, Job]:
        state = told(stack)["stage"]
        if not states or states[-1] != state:
            states.append(state)
        return {
            job.supplier_name: job for job in db.session.scalars(select(Job).where(Job.supplier_name.like(f"{word}%")))
        }

    def all_others_ended() -> bool:
        ended = {name for name, job in jobs().items() if not job.is_active}
        return ended == {*good, gone}

    waited(stack, all_others_ended, "the end of all but the silent one", seconds=90)
    waited(stack, lambda: told(stack)["progress_current"] == 4, "the word of it in Redis", seconds=10)
    assert told(stack)["state"] == "processing_suppliers"
    with stack.context():
        seen = jobs()
        assert {seen[name].outcome for name in good} == {Outcome.SUCCESS}
        assert {job.trigger for job in seen.values()} == {"scheduled"}
        assert seen[silent].phase == Phase.DOWNLOADING and seen[silent].is_active
        items = select(func.count()).where(SupplierItem.job_id.in_([seen[name].id for name in good]))
        assert db.session.scalar(items) == 6
        logged = select(ParsingLog.error_message).where(ParsingLog.job_id == seen[gone].id)
        assert any("404" in line for line in db.session.scalars(logged))
        lifecycle.cancel(seen[silent].id, actor="tests")
    waited(stack, lambda: jobs() and told(stack)["state"] == "idle", "the end of the sync")
    with stack.context():
        jobs()
    assert states[-2:] == ["downloading_suppliers", "complete"], "as long as one is silent, the sync downloads"
    with stack.context():
        assert redis().get("sync:lock") is None and redis().get("sync:last_run")
        begun = db.session.scalars(select(SyncRun).order_by(SyncRun.created_at.desc()).limit(1)).one()
        assert begun.triggered_by == "scheduled"


@pytest.mark.browser
def test_ac_7_2_the_button_syncs_the_suppliers_of_the_master_sheet(page: Page, stack: Stack) -> None:
    """AC-7.2: *Sync now* in Chromium, the state on the page, every supplier's items, and the button again."""
    word = uuid4().hex[:5]
    names = [f"{word} {each}" for each in ("Dora", "Emil")]
    master_sheet(stack, {name: a_list(name) for name in names})
    page.goto("/ingestion")
    page.get_by_role("button", name="Sync now").click()
    for name in names:
        expect(page.get_by_role("link", name=name).first).to_be_visible(timeout=30_000)
    ended = waited(stack, lambda: told(stack)["state"] == "idle" and told(stack), "the end of the sync")
    assert (ended["stage"], ended["progress_current"], ended["progress_total"]) == ("complete", 2, 2), ended
    with stack.context():
        jobs = db.session.scalars(select(Job).where(Job.supplier_name.in_(names))).all()
        assert [(job.outcome, job.items_total) for job in jobs] == [(Outcome.SUCCESS, 2)] * 2
        begun = db.session.scalars(select(SyncRun).order_by(SyncRun.created_at.desc()).limit(1)).one()
        assert begun.triggered_by == "manual" and begun.task_id.startswith("sync-manual-")


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

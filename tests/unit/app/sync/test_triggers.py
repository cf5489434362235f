"""What programs of the existing system write to Redis is done once, and what is wrong with it harms nobody."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import func, select, update

from app.extensions import db, redis
from app.jobs import lifecycle
from app.models.job import Job
from app.models.sync import SyncRun
from app.sync import run, triggers
from app.volume import volume
from tests.fixtures.sync import Syncing


def push(name: str, fields: Any) -> None:
    redis().rpush(name, orjson.dumps(fields).decode())


def test_a_trigger_waits_for_the_running_sync(syncing: Syncing) -> None:
    begun = run.request_sync("tests")
    redis().set("sync:trigger", '{"task_id": "sync-manual-2", "triggered_by": "manual"}')
    assert triggers.pick_up() == 0
    syncing.finish(begun)
    assert triggers.pick_up() == 1
    assert [each.task_id for each in db.session.scalars(select(SyncRun).order_by(SyncRun.created_at))][
        1
    ] == "sync-manual-2"


def test_a_trigger_for_one_supplier_does_not_wait(syncing: Syncing) -> None:
    run.request_sync("tests")
    anna = syncing.courier.supplier("https://example.com/a.csv", name="Anna")
    redis().set("sync:trigger", orjson.dumps({"task_id": "t", "supplier_id": str(anna.id)}).decode())
    assert triggers.pick_up() == 1
    assert db.session.scalars(select(Job.supplier_name)).all() == ["Anna"]


def test_parse_triggers_fetch_by_name_or_take_the_file_on_the_volume(syncing: Syncing) -> None:
    syncing.courier.supplier("https://example.com/a.csv", name="Anna")
    place = volume().root / "old-upload.csv"
    place.write_bytes(b"sku;name;price\nA;Anvil;1\n")
    push("parse:triggers", {"task_id": "parse-anna-1", "parser_type": "csv", "supplier_name": "ANNA"})
    config = {"file_path": str(place), "original_filename": "prices.csv"}
    push("parse:triggers", {"task_id": "p2", "supplier_name": "Anna", "source_config": config})
    assert triggers.pick_up() == 2
    jobs = db.session.scalars(select(Job).order_by(Job.created_at)).all()
    assert [(job.trigger, job.original_filename) for job in jobs] == [("manual", None), ("upload", "prices.csv")]


def test_retry_triggers_start_a_failed_job_again(syncing: Syncing) -> None:
    job = run.sync_supplier(syncing.courier.supplier("https://example.com/a.csv").id, "tests")
    failed = update(Job).where(Job.id == job.id)
    db.session.execute(failed.values(phase="failed", outcome="failed", step=None, due_at=None))
    db.session.commit()
    push("retry:triggers", {"job_id": str(job.id), "task_id": "retry-1", "triggered_at": "2026-03-04T08:00:00Z"})
    assert triggers.pick_up() == 1
    assert db.session.get_one(Job, job.id, populate_existing=True).phase == "downloading"


class Killed(BaseException):
    """As little can be done after it as after a kill -9."""


@pytest.mark.parametrize("name", ["sync:trigger", "parse:triggers", "retry:triggers"])
def test_a_trigger_that_was_read_by_a_scheduler_that_was_killed_is_done_by_the_next(
    syncing: Syncing, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def kill(*given: Any, **named: Any) -> None:
        raise Killed

    syncing.courier.supplier("https://example.com/a.csv", name="Anna")
    raw = '{"task_id": "t", "supplier_name": "Anna", "job_id": "00000000-0000-0000-0000-000000000000"}'
    _ = redis().set(name, raw) if name == "sync:trigger" else redis().rpush(name, raw)
    with monkeypatch.context() as killed, pytest.raises(Killed):
        killed.setattr(run, "request_sync", kill)
        killed.setattr(run, "sync_supplier", kill)
        killed.setattr(lifecycle, "retry", kill)
        killed.setattr(triggers, "_forget_if", kill)  # its turn stays taken
        triggers.pick_up()
    assert triggers.pick_up() == 0
    assert 0 < redis().ttl(triggers.TURN) <= 60  # type: ignore[operator]  # a number here
    redis().delete(triggers.TURN)
    assert (triggers.pick_up(), redis().exists(name)) == (1, 0)
    assert not redis().exists(triggers.TURN)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("parse:triggers", "not json"),
        ("parse:triggers", '{"supplier_name": "nobody"}'),
        ("parse:triggers", '{"supplier_name": "Anna", "source_config": {"file_path": "/etc/passwd"}}'),
        ("parse:triggers", '{"supplier_name": "An\\u0000na", "source_config": {"file_path": "x\\u0000"}}'),
        ("parse:triggers", '{"supplier_name": "Anna", "source_config": {"file_path": {"a": [1]}}}'),
        ("retry:triggers", '{"job_id": "nope"}'),
        ("retry:triggers", "[1]"),
    ],
)
def test_nonsense_is_dropped_with_a_line_in_the_log(syncing: Syncing, name: str, raw: str) -> None:
    syncing.courier.supplier(name="Anna")
    redis().rpush(name, raw)
    assert triggers.pick_up() == 1 and redis().llen(name) == 0
    assert db.session.scalar(select(func.count()).select_from(Job)) == 0

"""What an entry of the queue may do: call a declared task with arguments of its types, and nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from handoff.declared import Tasks, Worker, worker_of
from tests.fixtures.traces import work_off

TASKS = Tasks()
done: list[object] = []


@TASKS.declare
def write_down(number: UUID, word: str = "") -> None:
    done.append((number, word))


@TASKS.declare
def break_down() -> None:
    raise ValueError("of the work itself")


@pytest.fixture
def queue(redis_url: str) -> Queue:
    done.clear()
    return Queue("declared", connection=Redis.from_url(redis_url), serializer=JSONSerializer)


def put(queue: Queue, data: Any, **fields: str) -> str:
    """An entry as somebody writes it who can write to Redis and nothing else."""
    entry = uuid4().hex
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    mapping = {"data": body, "origin": queue.name, "status": "queued", "timeout": "30", **fields}
    queue.connection.hset(f"rq:job:{entry}", mapping=mapping)
    queue.connection.rpush(queue.key, entry)
    return entry


def work(queue: Queue) -> list[str]:
    """Everything in the queue, in this process; what was said about it."""
    with structlog.testing.capture_logs() as said:
        work_off(worker_of(queue, TASKS, Worker))
    return [line["event"] for line in said]


NAME = f"{__name__}.write_down"


def test_a_declared_task_gets_arguments_of_its_types(queue: Queue) -> None:
    number = uuid4()
    put(queue, [NAME, None, [str(number)], {"word": "up"}])
    assert work(queue) == []
    assert done == [(number, "up")]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda mark: ["os.system", None, [f"touch {mark}"], {}], id="a function of a module"),
        pytest.param(lambda mark: ["builtins.exec", None, [f"open({str(mark)!r}, 'w')"], {}], id="a builtin"),
        pytest.param(lambda mark: ["pathlib.Path.touch", None, [str(mark)], {}], id="a method by its class"),
        pytest.param(lambda mark: ["format", str(mark), [], {}], id="a method of what came along"),
        pytest.param(lambda mark: [[NAME], None, [], {}], id="a name that is none"),
        pytest.param(lambda mark: [NAME, "x", [str(uuid4())], {}], id="a declared name on something"),
        pytest.param(lambda mark: [NAME, None, ["no number"], {}], id="an argument of another type"),
        pytest.param(lambda mark: [NAME, None, [str(uuid4()), ["a list"]], {}], id="a second one of another type"),
        pytest.param(lambda mark: [NAME, None, [], {}], id="an argument too few"),
        pytest.param(lambda mark: [NAME, None, [str(uuid4())], {"mark": 1}], id="an argument too many"),
        pytest.param(lambda mark: [NAME, None, "text", {}], id="arguments that are no list"),
    ],
)
def test_whatever_else_is_asked_for_is_refused_loudly(
    queue: Queue, tmp_path: Path, data: Callable[[Path], list[Any]]
) -> None:
    mark, last = tmp_path / "executed", uuid4()
    put(queue, data(mark))
    put(queue, [NAME, None, [str(last)], {}])
    assert work(queue) == ["queue_entry_refused"]
    assert not mark.exists() and done == [(last, "")], "and the entries behind it are worked on"


def test_an_entry_of_our_own_is_nothing_to_speak_of(queue: Queue) -> None:
    number = uuid4()
    queue.enqueue(NAME, str(number), "up", result_ttl=0, job_timeout=30)
    assert work(queue) == []
    assert done == [(number, "up")]


@pytest.mark.parametrize("field", ["success_callback_name", "failure_callback_name", "stopped_callback_name"])
@pytest.mark.parametrize("task", ["write_down", "break_down"])
def test_callbacks_are_not_called(queue: Queue, field: str, task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[object] = []
    monkeypatch.setattr(os, "system", lambda *given: called.append(given))
    put(queue, [f"{__name__}.{task}", None, [str(uuid4())] if task == "write_down" else [], {}], **{field: "os.system"})
    assert "queue_entry_asks_too_much" in work(queue)
    assert not called


def test_no_address_of_an_entry_is_posted_to(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[object] = []
    monkeypatch.setattr("urllib.request.urlopen", lambda *given, **_: posted.append(given))
    hook = {"url": "http://127.0.0.1:9/", "statuses": ["finished"]}
    put(queue, [NAME, None, [str(uuid4())], {}], webhooks=json.dumps([hook]))
    assert work(queue) == ["queue_entry_asks_too_much"]
    assert len(done) == 1 and not posted


@pytest.mark.parametrize("broken", [b"\x80\x04.", b"not json", b"[1]", b"\xff\xfe", b""])
def test_an_entry_that_cannot_be_read_costs_nothing(queue: Queue, broken: bytes) -> None:
    put(queue, broken)
    put(queue, [NAME, None, [str(uuid4())], {}], timeout="soon")
    put(queue, [NAME, None, [str(uuid4())], {}])
    assert work(queue) == ["queue_entry_unreadable", "queue_entry_unreadable"]
    assert len(done) == 1


def test_a_worker_hears_no_remote_command(queue: Queue) -> None:
    worker = worker_of(queue, TASKS, Worker)
    worker.subscribe()
    assert not queue.connection.pubsub_channels()

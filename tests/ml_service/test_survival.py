"""What the service does when things die under it: each analysis ends, with a result or a clear code."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
import redis

from embedded.redis_server import RedisServer
from tests.ml_service.conftest import Service, rows, until

LARGE = rows(150_000)


def test_an_analysis_whose_worker_is_killed_runs_again(service: Service) -> None:
    crew = len(service.crew.children())
    job_id = service.submit(service.put(LARGE))
    worker = service.busy_worker()
    child = worker.children()[0]
    worker.send_signal(signal.SIGKILL)
    until(lambda: not child.is_running() or child.status() == "zombie", "the child died with its worker")
    status = service.wait(job_id)
    assert (status["status"], status["items_processed"]) == ("completed", 150_000)
    until(lambda: worker not in (now := service.crew.children()) and len(now) == crew, "the worker was started again")


def test_an_analysis_that_kills_its_worker_twice_is_given_up(service: Service, connection: redis.Redis) -> None:
    job_id = service.submit(service.put(LARGE))
    first = service.busy_worker()
    first.send_signal(signal.SIGKILL)
    service.busy_worker(but=first).send_signal(signal.SIGKILL)
    status = service.wait(job_id)
    assert (status["status"], status["error_code"]) == ("failed", "WORKER_LOST")


def test_only_the_child_pays_for_a_crash_of_the_reader(service: Service) -> None:
    job_id = service.submit(service.put(LARGE))
    worker = service.busy_worker()
    worker.children()[0].send_signal(signal.SIGSEGV)
    status = service.wait(job_id)
    assert (status["status"], status["error_code"]) == ("failed", "CRASHED")
    assert worker.is_running()


def test_an_analysis_whose_helper_is_killed_runs_again_once(service: Service) -> None:
    """The second kill of the same analysis is no accident any more."""
    with service.volume.reserve(None) as incoming:
        goods = (b'{"kind":"product","id":"p%d","name":"Green tea no %d 100 g"}\n' % (n, n) for n in range(300))
        incoming.write(b"".join(goods))
        catalog = str(incoming.place(service.volume.catalog_target("helpers")).path)
    job_id = service.submit(service.put(rows(30_000)), catalog_path=catalog)
    first = service.helped_analysis()
    first.children()[0].send_signal(signal.SIGKILL)
    second = service.helped_analysis(but=first)
    second.children()[0].send_signal(signal.SIGKILL)
    status = service.wait(job_id)
    assert (status["status"], status["error_code"]) == ("failed", "KILLED")
    assert service.wait(service.submit(service.put(rows(3_000)), catalog_path=catalog))["items_processed"] == 3_000


def test_too_long_is_ended_and_said(tight_service: Service) -> None:
    status = tight_service.wait(tight_service.submit(tight_service.put(rows(1_200_000))))
    assert (status["status"], status["error_code"]) == ("failed", "TIMEOUT")
    assert "JOB_TIMEOUT" in status["errors"][0]
    assert list((tight_service.volume.root / "tmp").glob("*.part")) == []


def test_a_memory_bomb_ends_one_analysis_and_the_next_is_done(tight_service: Service) -> None:
    bomb = b'sku,name,price\n1,"' + b"x" * 30_000_000 + b'",2\n'
    status = tight_service.wait(tight_service.submit(tight_service.put(bomb)))
    assert (status["status"], status["error_code"]) == ("failed", "OUT_OF_MEMORY")
    assert "ML_MEMORY_LIMIT_MB" in status["errors"][0]
    assert tight_service.wait(tight_service.submit(tight_service.put(rows(3))))["status"] == "completed"


def test_after_a_flush_the_same_key_finds_the_result_that_lies_there(service: Service, connection: redis.Redis) -> None:
    path = service.put(rows(10))
    before = service.wait(service.submit(path, key="flushed-1"))
    connection.flushall()
    assert service.call("GET", f"/analyze/status/{before['job_id']}").status_code == 404
    after = service.wait(service.submit(path, key="flushed-1"))
    same = ("job_id", "status", "items_processed", "result_path", "result_sha256")
    assert [after[name] for name in same] == [before[name] for name in same]


def test_a_flush_in_the_middle_of_an_analysis_loses_nothing(service: Service, connection: redis.Redis) -> None:
    path = service.put(LARGE)
    job_id = service.submit(path, key="flushed-2")
    service.wait_until_running(job_id)
    connection.flushall()
    assert service.submit(path, key="flushed-2") == job_id
    status = service.wait(job_id)
    assert (status["status"], status["items_processed"]) == ("completed", 150_000)
    assert service.volume.verify(service.volume.inside(status["result_path"])) == status["result_sha256"]


def test_without_redis_work_is_refused_and_with_it_taken_again(service: Service, redis_server: RedisServer) -> None:
    path = service.put(rows(10))
    redis_server.stop()
    body = {"file_url": str(path), "supplier_id": "8c5d1b1e-8a3f-4ad6-9a7c-3d0a1f2f6a10", "file_type": "csv"}
    refused = service.call("POST", "/analyze/file", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "QUEUE_UNAVAILABLE")
    assert service.call("GET", "/health").json()["status"] == "unhealthy"
    redis_server.start()
    assert service.wait(service.submit(path))["status"] == "completed"


def test_a_stop_puts_the_running_analysis_back(
    redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = redis_server.url.removesuffix("/0") + "/2"
    leaving = Service(tmp_path_factory.mktemp("ml") / "leaving", other, ML_WORKERS="1")
    try:
        leaving.start()
        job_id = leaving.submit(leaving.put(rows(1_200_000)))
        leaving.wait_until_running(job_id)
        leaving.crew.terminate()
        until(lambda: leaving.status(job_id)["status"] != "processing", "it is put back or done")
        assert leaving.status(job_id)["status"] in ("pending", "completed")
    finally:
        leaving.stop()


def test_an_entry_of_somebody_elses_runs_nothing_and_holds_nothing_up(
    service: Service, connection: redis.Redis, tmp_path: Path
) -> None:
    """Who can write to Redis names any function; the worker knows its own only."""
    mark = tmp_path / "executed"
    data = json.dumps(["os.system", None, [f"touch {mark}"], {}])
    connection.hset("rq:job:planted", mapping={"data": data, "origin": "ml-analyze", "status": "queued"})
    connection.rpush("rq:queue:ml-analyze", "planted")
    assert service.wait(service.submit(service.put(rows(5))))["status"] == "completed"
    until(lambda: "queue_entry_refused" in service.logs(), "the refusal is told", service.logs)
    assert not mark.exists()

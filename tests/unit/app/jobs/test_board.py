"""What Redis shows of a job catches up with the table, whoever died between the two."""

from __future__ import annotations

from io import BytesIO

import pytest

from app import upkeep
from app.apply import undo
from app.courier import upload
from app.extensions import db, redis, settings
from app.jobs import board, lifecycle
from app.models.job import Job
from app.models.phase import Outcome
from tests.fixtures.courier import Courier
from tests.servers.analysis import price_list
from tests.servers.files import FileServer


def uploaded(courier: Courier) -> Job:
    return upload.receive_file(courier.supplier(), BytesIO(price_list(3)), "a.csv", actor=None)


def test_a_record_that_was_never_published_is_published_by_the_clock(
    courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = uploaded(courier)
    board.catch_up()
    with monkeypatch.context() as killed:
        killed.setattr(board, "_write", lambda jobs: None)  # each process dies after its commit
        job = courier.run(job)
    assert courier.record(job)["phase"] == "downloading"
    assert board.catch_up() == 1
    assert (courier.record(job)["phase"], courier.record(job)["outcome"]) == ("complete", job.outcome)
    assert redis().smembers(board.ACTIVE) == set()
    assert board.catch_up() == 0
    with monkeypatch.context() as killed:
        killed.setattr(board, "_write", lambda jobs: None)
        undo.undo(job.id, actor="anna")
    board.catch_up()
    assert courier.record(job)["outcome"] == Outcome.UNDONE


def test_a_row_that_moves_while_it_is_shown_owes_its_record_again(
    courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = uploaded(courier)
    write = board._write

    def slow(jobs: list[Job]) -> None:
        for each in jobs:
            db.session.expunge(each)
        with monkeypatch.context() as alone:
            alone.setattr(board, "_write", lambda jobs: None)
            lifecycle.cancel(job.id, actor="anna")
        write(jobs)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(board, "_write", slow)
        board.catch_up()
    assert courier.record(job)["phase"] == "downloading"
    board.catch_up()
    assert courier.record(job)["outcome"] == "cancelled"


def test_a_flushed_redis_gets_back_the_records_of_ended_jobs_and_the_given_up(
    courier: Courier, files: FileServer
) -> None:
    good = courier.run(uploaded(courier))
    bad = courier.run(courier.fetch(courier.supplier(f"{files.url}/missing.csv")))
    board.catch_up()
    redis().flushdb()
    upkeep.reap()
    board.catch_up()
    assert courier.record(good)["phase"] == "complete"
    assert courier.record(bad)["phase"] == "failed"
    assert redis().smembers(f"arq:dlq:{settings().dlq_name}") == {str(bad.id)}

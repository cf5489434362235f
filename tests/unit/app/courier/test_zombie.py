"""A worker that was thought dead and comes back changes nothing that another has done meanwhile."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, update

from app.extensions import db
from app.jobs import lifecycle
from app.models.job import Job
from app.models.phase import Step
from app.volume import volume
from handoff.incoming import Incoming
from tests.fixtures.courier import Courier
from tests.servers.analysis import price_list
from tests.servers.files import FileServer, Served


def test_a_zombie_puts_its_file_beside_the_owners_and_takes_it_away_again(
    courier: Courier, files: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = courier.fetch(courier.supplier(files.put("a.csv", price_list(3, seed=1))))
    place = Incoming.place
    frozen = []

    def freeze(self: Incoming, target: Path, **how: Any) -> Any:
        """Just before the rename: its lease runs out, another worker fetches another file and goes on."""
        if not frozen:
            frozen.append(target)
            db.session.execute(update(Job).values(claimed_until=func.now()))
            db.session.commit()
            files.put("a.csv", price_list(5, seed=2))
            courier.step(job)
        return place(self, target, **how)

    monkeypatch.setattr(Incoming, "place", freeze)
    courier.step(job)
    now = lifecycle.get(job.id)
    assert now.step == Step.FOLLOW
    path = volume().inside(now.file_path or "")
    assert (volume().verify(path), path.stat().st_size) == (now.sha256, now.file_size)
    assert path.read_bytes() == price_list(5, seed=2)
    assert [each.path for each in volume().iter_raw()] == [path]
    assert volume().usage().files == volume().recount().files
    assert courier.run(job).items_total == 5


@pytest.mark.parametrize("sent", [1, 4096], ids=["one-byte", "many-bytes"])
def test_a_cancelled_download_of_a_silent_source_frees_its_worker(
    courier_app: Flask, courier: Courier, files: FileServer, sent: int
) -> None:
    """The source began to answer and never says another word: nobody waits for it once the job is cancelled."""
    config = courier_app.extensions["settings"]
    courier_app.extensions["settings"] = config.model_copy(update={"claim_seconds": 2.0})
    silent = Served(price_list(300, seed=1), drip=30, drip_bytes=sent)
    job = courier.fetch(courier.supplier(files.put("a.csv", silent)))
    ended = threading.Event()

    def fetch() -> None:
        with courier_app.app_context():
            courier.step(job.id)
            ended.set()

    threading.Thread(target=fetch, daemon=True).start()
    while not files.requests_for("a.csv"):
        time.sleep(0.02)
    assert not ended.wait(1), "it waits for what the source does not say"
    lifecycle.cancel(job.id, actor="tests")
    assert ended.wait(8), "the worker still waits for the source"
    assert lifecycle.get(job.id).outcome == "cancelled"
    assert not list(volume().iter_raw())

"""Every flag that says "is running" is free again within a minute after its worker was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from flask import current_app
from sqlalchemy import TextClause, func, select, text, update
from sqlalchemy.exc import OperationalError

from app import errands
from app.catalog import importer, snapshot
from app.courier import upload
from app.errors import Conflict, LostClaim
from app.extensions import db, queue
from app.jobs import steps
from app.jobs.claims import claim
from app.models.catalog import ParsingLog, Product, SupplierItem
from app.models.job import Job
from app.models.phase import Step
from app.models.sync import AppSetting, SyncRun
from app.review import rematch
from app.shadow import trial as shadow
from app.suppliers import editing
from app.sync import reprocess, sync_claims
from app.sync import run as sync_run
from app.volume import volume
from ml_analyze.matching import index
from tests.fixtures.courier import Courier
from tests.servers.analysis import price_list

MINUTE = timedelta(seconds=60)
PLACES = {"internal_sku": 0, "name": 1}
#: begins something, kills whoever does it, and returns a question: may it be done again?
Flag = Callable[[Courier], Callable[[], Any]]


def errand(key: str) -> None:
    """A worker begins it and dies."""
    with errands.under_way(key):
        pass


def a_rematch(courier: Courier) -> Callable[[], Any]:
    db.session.add(SupplierItem(supplier_id=courier.supplier().id, supplier_sku="A", name="Hammer"))
    db.session.commit()
    product(courier)
    rematch.request(None, actor="anna")
    with pytest.raises(Conflict):
        rematch.request(None, actor="anna")
    errand("rematch:all")
    return lambda: rematch.request(None, actor="anna")


def a_comparison(courier: Courier) -> Callable[[], Any]:
    supplier = courier.supplier()
    courier.run(upload.receive_file(supplier, BytesIO(price_list(3)), "a.csv", actor="anna"))
    shadow.request_shadow(supplier.id, "anna")
    with pytest.raises(Conflict):
        shadow.request_shadow(supplier.id, "anna")
    errand(f"shadow:{supplier.id}")
    return lambda: shadow.request_shadow(supplier.id, "anna")


def a_sync(courier: Courier) -> Callable[[], Any]:
    begun = sync_run.request_sync("anna")
    held = {"claim_token": uuid4(), "claimed_until": func.now() + timedelta(seconds=30)}
    db.session.execute(update(SyncRun).values(**held))
    db.session.commit()
    with pytest.raises(LostClaim):
        sync_run.run(begun.id)

    def again() -> None:
        with sync_claims.claimed(begun.id):
            pass

    return again


def a_reprocessing(courier: Courier) -> Callable[[], Any]:
    supplier = courier.supplier("https://example.org/a.csv", name="Anna")
    reprocess.begin([supplier.id], at_once=1, actor="anna")
    kept = db.session.get_one(AppSetting, reprocess.KEY)
    long_ago = (datetime.now(UTC) - MINUTE).isoformat()
    kept.value = kept.value | {"pending": [], "taken": {str(supplier.id): long_ago}}  # and its scheduler died
    db.session.commit()

    def again() -> None:
        assert reprocess.advance() == 1
        found = reprocess.current()
        assert found is not None and found.order.taken == {} and list(found.order.opened) == [str(supplier.id)]

    return again


def a_step(courier: Courier) -> Callable[[], Any]:
    job = upload.receive_file(courier.supplier(), BytesIO(price_list(3)), "a.csv", actor="anna")
    claim(job.id, Step.DELIVER)
    with pytest.raises(LostClaim):
        claim(job.id, Step.DELIVER)

    def again() -> None:
        queue().empty()
        assert steps.start_due() == 1
        assert not courier.run(job).is_active
        assert "worker_lost" in [each.kind for each in courier.events(job)]

    return again


def an_import(courier: Courier) -> Callable[[], Any]:
    """Its database session dies behind the first portion: nothing of it stays, and nothing of it blocks."""
    begun, killed = threading.Event(), threading.Event()
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's own way to the app behind the proxy

    def rows(number: int) -> Iterator[tuple[int, list[str]]]:
        for line in range(number):
            yield line + 2, [f"K-{line}", f"Key number {line}"]
            if line == importer.BATCH:
                begun.set()
                killed.wait(20)

    def half() -> None:
        with app.app_context(), pytest.raises(OperationalError):
            importer.import_rows(rows(importer.BATCH * 2), PLACES, actor="anna")

    worker = threading.Thread(target=half)
    worker.start()
    assert begun.wait(20)
    kill = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle in transaction'"""
    db.session.execute(text(kill))
    db.session.commit()
    killed.set()
    worker.join(20)

    def again() -> None:
        assert db.session.scalar(select(func.count()).select_from(Product)) == 0
        done = importer.import_rows([(2, ["K-1", "Key number 1"])], PLACES, actor="anna")
        assert done.created == 1

    return again


def an_index(courier: Courier) -> Callable[[], Any]:
    """The process that builds the index of a catalogue is killed while others wait for it."""
    product(courier)
    found = snapshot.current()
    assert found is not None
    folder = volume().root / "indexes"
    hangs = f"""
import pathlib, time
from ml_analyze.matching import index
def hang(snapshot, folder):
    folder.with_name(folder.name + ".part").mkdir()
    print("begun", flush=True)
    time.sleep(60)
index._build = hang
index.open_index(pathlib.Path({str(found.path)!r}), cache_dir=pathlib.Path({str(folder)!r}))
"""
    builder = subprocess.Popen([sys.executable, "-c", hangs], stdout=subprocess.PIPE, text=True)
    assert builder.stdout is not None
    assert builder.stdout.readline() == "begun\n"
    builder.kill()
    builder.wait()
    return lambda: index.open_index(found.path, cache_dir=folder).numbers_of(["x"])


def a_snapshot(courier: Courier) -> Callable[[], Any]:
    """The process that writes the catalogue's files is killed between the first and the second."""
    product(courier)
    blocks = snapshot._blocks

    def dies(connection: Any, question: TextClause) -> Iterator[bytes]:
        if question is snapshot.DECISIONS:
            os.kill(os.getpid(), signal.SIGKILL)
        return blocks(connection, question)

    db.session.remove()
    if not (pid := os.fork()):
        try:
            db.engine.dispose(close=False)  # the connections are the parent's
            with mock.patch.object(snapshot, "_blocks", dies):
                snapshot.current()
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL

    def again() -> None:
        found = snapshot.current()
        assert found is not None and b"products" in found.path.read_bytes()

    return again


def product(courier: Courier) -> None:
    db.session.add(Product(internal_sku="P1", name="Hammer"))
    db.session.commit()


def a_minute_passes() -> None:
    db.session.execute(update(Job).values(claimed_until=Job.claimed_until - MINUTE, hinted_at=Job.hinted_at - MINUTE))
    db.session.execute(update(SyncRun).values(claimed_until=SyncRun.claimed_until - MINUTE))
    db.session.execute(update(AppSetting).values(updated_at=AppSetting.updated_at - MINUTE))
    db.session.commit()
    queue().empty()
    errands.tell_lost()


FLAGS = [a_rematch, a_comparison, a_sync, a_reprocessing, a_step, an_import, a_snapshot, an_index]


@pytest.mark.parametrize("flag", FLAGS)
def test_what_was_killed_in_the_middle_is_free_again_in_a_minute(courier: Courier, flag: Flag) -> None:
    again = flag(courier)
    a_minute_passes()
    again()


def test_an_errand_that_the_queue_has_lost_is_free_however_busy_it_is(courier: Courier) -> None:
    db.session.add(SupplierItem(supplier_id=courier.supplier().id, supplier_sku="A", name="Hammer"))
    product(courier)
    rematch.request(None, actor="anna")
    late = update(AppSetting).values(updated_at=AppSetting.updated_at - MINUTE)
    db.session.execute(late)
    db.session.commit()
    assert errands.tell_lost() == 0, "it only waits for its turn"
    queue().connection.lpop(queue().key)  # by a worker that died before it began
    queue().enqueue("app.tasks.send_alerts")
    assert errands.tell_lost() == 1
    rematch.request(None, actor="anna")


def test_a_rematch_whose_worker_was_lost_says_so_where_it_was_begun(courier: Courier) -> None:
    again = a_rematch(courier)
    assert rematch.problem() == ""
    a_minute_passes()
    assert rematch.problem() == errands.LOST
    again()
    assert rematch.problem() == ""


def test_an_errand_of_a_supplier_that_was_deleted_meanwhile_is_told_and_blocks_no_other(courier: Courier) -> None:
    supplier = courier.supplier()
    for key in (f"rematch:{supplier.id}", "rematch:all"):
        errands.keep(key, {"state": errands.RUNNING}, by="anna")
        errand(key)
    editing.delete(supplier.id, "anna")
    a_minute_passes()
    assert not errands.is_running(f"rematch:{supplier.id}") and not errands.is_running("rematch:all")
    lines = db.session.scalars(select(ParsingLog).where(ParsingLog.error_message == errands.LOST)).all()
    assert [line.supplier_id for line in lines] == [None, None]


def test_a_lost_errand_is_told_once_and_one_that_lives_is_left(courier: Courier) -> None:
    supplier = courier.supplier()
    for key in (f"rematch:{supplier.id}", "rematch:all"):
        errands.keep(key, {"state": errands.RUNNING}, by="anna")
        errand(key)
    db.session.execute(
        update(AppSetting).where(AppSetting.key != "rematch:all").values(updated_at=AppSetting.updated_at - MINUTE)
    )
    db.session.commit()
    assert (errands.tell_lost(), errands.tell_lost()) == (1, 0)
    (line,) = db.session.scalars(select(ParsingLog).where(ParsingLog.level == "error"))
    assert (line.supplier_id, line.error_message) == (supplier.id, errands.LOST)
    assert errands.is_running("rematch:all")
    assert not errands.is_running(f"rematch:{supplier.id}")

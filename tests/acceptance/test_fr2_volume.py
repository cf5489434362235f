"""FR-2: one shared volume, mounted in both services, kept within its limit and purged."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from flask import Flask
from sqlalchemy import delete, select

from app import clock, upkeep
from app.courier import upload
from app.courier.upload import NoRoom
from app.errors import Invalid
from app.extensions import db
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.settings import Settings
from app.volume import volume
from tests.fixtures.courier import Courier
from tests.fixtures.stack import Stack
from tests.servers.analysis import AnalysisServer, price_list
from tests.servers.files import FileServer

PROJECT = Path(__file__).resolve().parents[2]
PRICES = b"SKU,Product name,Price EUR\nM-1,Mallet,9.50\nM-2,Mallet large,14.25\nM-3,Mallet small,7.10\n"


def compose() -> dict[str, dict[str, dict[str, object]]]:
    found: dict[str, dict[str, dict[str, object]]] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text("utf-8"))
    return found


def age(path: Path, *, hours: float) -> None:
    then = time.time() - hours * 3600
    for each in [path, *path.parent.glob("*.meta.json")]:
        os.utime(each, (then, then))


def raw_of(job: Job) -> Path:
    return volume().root / str(job.file_path)


@pytest.fixture
def small(make_app: Callable[..., Flask], analysis: AnalysisServer) -> Iterator[Courier]:
    """A courier whose volume holds 2 MB."""
    app = make_app(ml_analyze_url=analysis.url, fetch_allowed_hosts="127.0.0.1", shared_max_bytes=2 * 2**20)
    with app.app_context():
        yield Courier()


def test_ac_2_1_the_volume_is_declared() -> None:
    """AC-2.1: docker-compose.yml names the volume shared-files."""
    assert "shared-files" in compose()["volumes"]


def test_ac_2_2_both_services_mount_it_at_the_same_place() -> None:
    """AC-2.2: /app/shared in every container that reads or writes files."""
    services = compose()["services"]
    for name in ("web", "worker", "scheduler", "ml-analyze", "ml-analyze-worker"):
        assert "shared-files:/app/shared" in services[name]["volumes"], name  # type: ignore[operator]
    assert Settings.model_fields["shared_dir"].default == Path("/app/shared")


def test_ac_2_3_what_the_courier_writes_the_service_reads_at_once(
    courier: Courier, files: FileServer, analysis: AnalysisServer
) -> None:
    """AC-2.3: the path that is handed over can be opened at that very moment, and its hash is the promised one."""
    job = courier.run(courier.fetch(courier.supplier(files.put("a.csv", price_list(3)))))
    (sent,) = analysis.analyses.values()
    assert Path(sent.request["file_path"]).read_bytes() == price_list(3)
    assert (job.outcome, job.items_total) == (Outcome.SUCCESS, 3)


def test_ac_2_4_files_older_than_a_day_are_purged(courier: Courier) -> None:
    """AC-2.4: after FILE_CLEANUP_TTL_HOURS (24) a file whose job is done goes, results and sidecars with it."""
    job = courier.run(upload.receive_file(courier.supplier(), _file(price_list(3)), "a.csv", actor=None))
    age(raw_of(job), hours=23)
    upkeep.purge()
    assert raw_of(job).exists()
    age(raw_of(job), hours=25)
    age(volume().root / str(job.result_path), hours=25)
    purged = upkeep.purge()
    assert purged.files == 3
    assert not raw_of(job).parent.exists()
    assert volume().usage().files == 0


def test_ac_2_4_the_scheduler_purges_once_an_hour_by_itself(courier: Courier, courier_app: Flask) -> None:
    """AC-2.4: nobody calls the purge: it is due an hour after the last, and then the old file goes."""
    entries = [replace(entry, due=0) for entry in clock.PERIODIC]
    clock.tick(courier_app, entries, now=0)
    job = courier.run(upload.receive_file(courier.supplier(), _file(price_list(3)), "a.csv", actor=None))
    raw = raw_of(job)
    age(raw, hours=25)
    clock.tick(courier_app, entries, now=3599)
    assert raw.exists()
    clock.tick(courier_app, entries, now=3600)
    assert not raw.exists()


def test_ac_2_4_a_file_that_may_still_be_needed_stays(courier: Courier, analysis: AnalysisServer) -> None:
    """Files of jobs that run, wait, are held or may be retried are never purged."""
    supplier = courier.supplier()
    waiting = upload.receive_file(supplier, _file(price_list(3)), "a.csv", actor=None)
    failed = courier.run(upload.receive_file(supplier, _file(b"no rows\n"), "b.csv", actor=None))
    assert failed.phase == Phase.FAILED
    for job in (waiting, failed):
        age(raw_of(job), hours=100)
    upkeep.purge()
    assert raw_of(waiting).exists()
    assert raw_of(failed).exists()
    assert courier.run(waiting).outcome == Outcome.SUCCESS


def test_ac_2_4_orphans_and_parts_go_too(courier: Courier) -> None:
    target = volume().raw_target(uuid4(), uuid4(), "orphan.csv")
    with volume().reserve(3) as incoming:
        incoming.write(b"abc")
        incoming.place(target)
    part = volume().root / "tmp" / "dead.part"
    part.write_bytes(b"abc")
    age(target, hours=25)
    age(part, hours=25)
    upkeep.purge()
    assert not target.exists()
    assert not part.exists()


def test_ac_2_4_a_file_whose_process_died_before_it_opened_a_job_is_adopted(courier: Courier) -> None:
    """An upload that was stored and whose process was killed in that moment is not lost."""
    job = upload.receive_file(courier.supplier(), _file(price_list(4)), "a.csv", actor=None)
    db.session.execute(delete(Job).where(Job.id == job.id))
    db.session.commit()
    assert upkeep.adopt_orphans() == 0  # it is too young: its job may just be opening
    assert upkeep.adopt_orphans(older_than=timedelta(0)) == 1
    adopted = courier.run(job.id)
    assert (adopted.outcome, adopted.items_total, adopted.sha256) == (Outcome.SUCCESS, 4, job.sha256)
    told = [each.message for each in courier.events(job) if each.kind == "adopted"]
    assert len(told) == 1
    assert "need not be sent again" in told[0]
    assert upkeep.adopt_orphans(older_than=timedelta(0)) == 0


def test_ac_2_4_forgotten_jobs_leave_no_file(courier: Courier) -> None:
    failed = courier.run(upload.receive_file(courier.supplier(), _file(b"no rows\n"), "b.csv", actor=None))
    db.session.execute(
        db.update(Job).where(Job.id == failed.id).values(completed_at=datetime.now(UTC) - timedelta(days=91))
    )
    db.session.commit()
    assert upkeep.forget_old_jobs() == 1
    assert volume().usage().files == 0
    assert db.session.get(Job, failed.id, populate_existing=True) is None


@pytest.mark.parametrize("umask", [0o022, 0o077], ids=oct)
def test_ac_2_5_whatever_umask_a_process_has_both_services_read_and_write(stack: Stack, umask: int) -> None:
    """AC-2.5: a list sent by a command with a narrow umask is read by the real ml-analyze, and everybody may go on."""
    source = stack.home / f"umask-{umask:o}.csv"
    source.write_bytes(PRICES)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "ingest", str(source), "--supplier", f"Umask {umask:o}"]
    told = {"cwd": PROJECT, "env": os.environ | stack.variables, "umask": umask, "timeout": 120}
    ended = subprocess.run(command, check=False, capture_output=True, text=True, **told)  # type: ignore[call-overload]
    assert ended.returncode == 0, ended.stderr
    with stack.context():
        job = db.session.scalars(select(Job).where(Job.supplier_name == f"Umask {umask:o}")).one()
        raw, result = raw_of(job), volume().root / str(job.result_path)
    places = [raw, raw.with_name(f"{raw.name}.meta.json"), result]
    assert [stat.S_IMODE(path.stat().st_mode) for path in places] == [0o664] * 3
    assert stat.S_IMODE(raw.parent.stat().st_mode) == stat.S_IMODE(raw.parent.parent.stat().st_mode) == 0o775


def test_ac_2_6_the_volume_never_grows_past_its_limit(small: Courier, files: FileServer) -> None:
    """AC-2.6: SHARED_MAX_BYTES is asked before the first byte; the job waits and says why."""
    with volume().reserve(None) as incoming:
        incoming.write(os.urandom(2**20))
        incoming.place(volume().results_target("others"))
    job = small.step(small.fetch(small.supplier(files.put("a.csv", os.urandom(3 * 2**19)))))
    assert (job.phase, job.error_code, job.away) == (Phase.DOWNLOADING, "VOLUME_FULL", "volume")
    assert "SHARED_MAX_BYTES" in (job.waiting_for or "")
    assert volume().usage().used < 2 * 2**20
    with pytest.raises(NoRoom):
        upload.receive_file(small.supplier(), _file(os.urandom(3 * 2**20)), "b.csv", actor=None)
    assert volume().usage().used < 2 * 2**20


def test_ac_2_6_a_full_volume_is_purged_at_once(small: Courier, files: FileServer) -> None:
    old = small.run(small.fetch(small.supplier(files.put("old.csv", price_list(30_000)))))
    assert old.outcome == Outcome.SUCCESS
    age(raw_of(old), hours=25)
    age(volume().root / str(old.result_path), hours=25)
    job = small.step(small.fetch(small.supplier(files.put("new.csv", price_list(20_000)))))
    assert job.phase == Phase.ANALYZING, job.waiting_for
    assert not raw_of(old).exists()


def test_an_upload_that_is_no_price_list_is_refused_before_it_is_stored(courier: Courier) -> None:
    for name, body in {"setup.exe": b"MZ", "empty.csv": b"", "": b"x"}.items():
        with pytest.raises(Invalid):
            upload.receive_file(courier.supplier(), _file(body), name, actor=None)
    assert volume().usage().files == 0


def _file(body: bytes) -> io.BytesIO:
    return io.BytesIO(body)

"""Machines that share an object store: what one places the others have, whole and in its last version."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from handoff import store as store_module
from handoff import store_ledger
from handoff.errors import NotOnVolume, StoreAway, VolumeDenied, VolumeFull
from handoff.mirrored import MirroredVolume
from handoff.sidecar import sidecar_of
from handoff.store import Store
from handoff.volume import Placed, Sidecar, Volume
from tests.servers.objects import ObjectStore

SUPPLIER = uuid4()
LATER = timedelta(seconds=5)


class Machines:
    """As many as a test asks for, each with a folder of its own."""

    def __init__(self, home: Path, address: str, endpoint: str) -> None:
        self._home, self.address, self.endpoint = home, address, endpoint

    def __call__(self, name: str, max_bytes: int | None = 1_000_000) -> MirroredVolume:
        return MirroredVolume(self._home / name, max_bytes, Store(self.address, endpoint=self.endpoint))


@pytest.fixture
def machine(tmp_path: Path, store_address: str, objects: ObjectStore) -> Machines:
    return Machines(tmp_path, store_address, objects.endpoint)


def put(volume: Volume, body: bytes = b"sku;price\n", *, job: UUID | None = None, fresh: bool = False) -> Placed:
    job = job or uuid4()

    def describe(placed: Placed) -> Sidecar:
        return Sidecar(
            original_filename="a.csv", source_type="csv", supplier_id=SUPPLIER, supplier_name="A", file_type="csv",
            file_size_bytes=placed.size, checksum_sha256=placed.sha256, downloaded_at="2026-01-01T00:00:00Z",
            downloaded_by="tests", job_id=job, attempt=1,
        )  # fmt: skip

    with volume.reserve(None) as incoming:
        incoming.write(body)
        return incoming.place(volume.raw_target(SUPPLIER, job, "a.csv"), describe=describe, fresh=fresh)


def test_what_one_machine_places_the_other_reads_in_its_last_version(machine: Machines) -> None:
    one, two, job = machine("one"), machine("two"), uuid4()
    relative = one.relative(put(one, b"first\n", job=job).path)
    assert two.inside(relative).read_bytes() == b"first\n"
    assert two.inside(one.told(one.root / relative)) == two.root / relative, "as the other service is told it"
    assert two.read_sidecar(two.root / relative).job_id == job
    put(one, b"another\n", job=job)
    assert two.verify(two.root / relative) == hashlib.sha256(b"another\n").hexdigest()
    one.remove(one.root / relative)
    with pytest.raises(NotOnVolume):
        two.inside(relative)
    assert (one.usage().used, two.usage().files) == (0, 0)


def test_a_copy_that_is_the_last_version_is_not_fetched_again(
    machine: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = machine("one")
    path = put(one).path
    monkeypatch.setattr(Store, "read", None)
    assert one.inside(path) == path


def test_a_large_file_travels_in_parts_and_is_checked(machine: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "PART_BYTES", 5 << 20)
    one, two, body = machine("one", None), machine("two", None), os.urandom(11 << 20)
    path = put(one, body).path
    assert two.verify(two.root / one.relative(path)) == hashlib.sha256(body).hexdigest()


def test_other_bytes_than_the_store_has_are_never_read(machine: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = machine("one"), machine("two")
    relative, read = one.relative(put(one).path), Store.read

    def altered(self: Store, key: str, write: object) -> store_module.Facts:
        return read(self, key, lambda chunk: write(chunk[::-1]))  # type: ignore[operator]

    monkeypatch.setattr(Store, "read", altered)
    with pytest.raises(StoreAway, match="other bytes"):
        two.inside(relative)
    assert not (two.root / relative).exists()


def test_of_two_who_want_one_name_each_gets_its_own(machine: Machines) -> None:
    job = uuid4()
    with ThreadPoolExecutor(2) as both:
        placed = list(both.map(lambda name: put(machine(name), name.encode(), job=job, fresh=True), ("one", "two")))
    three = machine("three")
    assert {each.path.name for each in placed} == {"a.csv", "a~2.csv"}
    assert {three.inside(f"raw/{SUPPLIER}/{job}/{each.path.name}").read_bytes() for each in placed} == {b"one", b"two"}
    assert len(list(three.iter_raw())) == 2
    before = three.usage()
    assert three.recount().used == before.used


def test_machines_share_one_quota_and_never_its_last_bytes(machine: Machines) -> None:
    one, two = machine("one", 1000), machine("two", 1000)
    with one.reserve(600) as incoming:
        with pytest.raises(VolumeFull, match="SHARED_MAX_BYTES"), two.reserve(600):
            pass
        incoming.write(b"x" * 600)
        incoming.place(one.results_target("a"))
    with two.reserve(400):
        assert two.usage().used == 1000
    assert two.usage().used == 600


def test_the_hold_of_a_machine_that_died_ends_by_the_clock_of_the_store(
    machine: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, page = machine("one", 1000), machine("two", 1000), Store.page
    lost = one.reserve(900)
    lost.__enter__()
    with pytest.raises(VolumeFull), two.reserve(500):
        pass

    def an_hour_later(self: Store, key: str) -> tuple[bytes, str, float]:
        text, version, now = page(self, key)
        return text, version, now + store_ledger.HOLD_SECONDS + 2

    monkeypatch.setattr(Store, "page", an_hour_later)
    with two.reserve(500):
        assert two.usage().used == 500
    lost.__exit__(None, None, None)


def test_many_at_once_lose_no_byte_of_the_ledger(machine: Machines) -> None:
    volumes = [machine(name) for name in ("one", "two", "three")]
    with ThreadPoolExecutor(3) as all_of_them:
        list(all_of_them.map(lambda volume: [put(volume, b"x" * 100) for _ in range(3)], volumes))
    told = volumes[0].usage()
    assert told.files == 18
    assert (told.used, told.files) == (volumes[0].recount().used, 18)


def test_a_purge_takes_what_is_old_from_the_store_and_keeps_what_lives(machine: Machines) -> None:
    one, two, kept, gone = machine("one"), machine("two"), uuid4(), uuid4()
    kept_at, gone_at = (one.relative(put(one, job=job).path) for job in (kept, gone))
    for version in ("r1-p1", "p1", "r2-p1"):
        with one.reserve(None) as incoming:
            incoming.write(b"{}")
            incoming.place(one.catalog_target(version))
    assert two.purge(datetime.now(UTC) + LATER, keep={kept, "r2-p1"}).files == 3  # file, note, an older version
    assert two.has(kept_at) and not one.has(gone_at)
    assert two.inside(two.catalog_target("r2-p1")) and two.catalog_target("p1").exists(), (
        "a version brings its products"
    )
    assert two.usage().files == 4


def test_what_a_confined_child_placed_here_is_published(machine: Machines) -> None:
    one, two = machine("one"), machine("two")
    with one.here.reserve(None, md5=False) as incoming:
        incoming.write(b"{}\n")
        target = incoming.place(one.results_target("an-analysis")).path
    assert not two.has("results/an-analysis.ndjson")
    one.publish(target)
    assert two.inside("results/an-analysis.ndjson").read_bytes() == b"{}\n"
    assert (two.usage().used, two.usage().files) == (3, 1)


def test_copies_that_nobody_reads_leave_the_machine_and_not_the_store(machine: Machines) -> None:
    one = machine("one")
    path = put(one).path
    one.remove_copies(unread_for=60)
    assert path.exists()
    os.utime(path, ns=(0, path.stat().st_mtime_ns))
    one.remove_copies(unread_for=60)
    assert not path.exists()
    assert one.inside(path).read_bytes() == b"sku;price\n"


def test_a_file_that_is_renewed_is_young_again(machine: Machines) -> None:
    one = machine("one")
    path = put(one).path
    before = next(each.modified for each in one.iter_raw())
    one.renew(path)
    assert next(each.modified for each in one.iter_raw()) >= before
    assert one.inside(path).read_bytes() == b"sku;price\n" and sidecar_of(path) != path


def test_a_store_that_is_not_ours_or_not_there_is_said(tmp_path: Path, machine: Machines) -> None:
    with pytest.raises(VolumeDenied, match="s3://bucket"):
        Store("https://bucket")
    with pytest.raises((VolumeDenied, StoreAway), match="object store"):
        MirroredVolume(tmp_path / "one", None, Store("s3://no-such-bucket-here", endpoint=machine.endpoint))


def test_a_store_that_does_not_answer_is_away(
    tmp_path: Path, machine: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "TRIES", 1)
    with pytest.raises(StoreAway, match="does not answer"):
        MirroredVolume(tmp_path / "one", None, Store("s3://bucket", endpoint="http://127.0.0.1:9"))


def test_a_description_whose_file_is_on_its_way_is_awaited(machine: Machines) -> None:
    one, job = machine("one"), uuid4()
    told = one.raw_target(SUPPLIER, job, "a.csv")
    beside, key = sidecar_of(told), one.relative(told)
    assert not one.is_awaited(beside)
    store = Store(machine.address, endpoint=machine.endpoint)
    upload = store.client.create_multipart_upload(Bucket=store.bucket, Key=f"{store.prefix}{key}")
    assert one.is_awaited(beside)
    store.end_uploads(before=datetime.now(UTC) + LATER)
    assert upload["UploadId"] and not one.is_awaited(beside)
    put(one, job=job)
    assert one.is_awaited(beside), "a listing from before the file came calls it alone"


def test_the_age_of_what_lies_there_is_told_by_the_clock_that_dates_it(
    tmp_path: Path, machine: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mounted").mkdir()
    volumes: list[Volume] = [machine("one"), Volume(tmp_path / "mounted")]
    for volume in volumes:
        put(volume)
        (found,) = volume.iter_raw()
        with monkeypatch.context() as wrong:
            wrong.setattr("handoff.volume.datetime", _Told)
            clock = volume.clock()
        assert timedelta(0) <= clock - found.modified < timedelta(minutes=1)


class _Told(datetime):
    """A machine's own clock, which is wrong."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> _Told:
        return cls(2001, 1, 1, tzinfo=tz)

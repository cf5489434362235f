"""The volume: places whole files, keeps within its quota, refuses what leads away, removes what is old."""

from __future__ import annotations

import errno
import hashlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from handoff import quota
from handoff.errors import translated
from handoff.mirrored import volume_of
from handoff.volume import (
    LinkRefused,
    NotOnVolume,
    OutsideVolume,
    Placed,
    Sidecar,
    Volume,
    VolumeDenied,
    VolumeFull,
    safe_name,
)

SUPPLIER, JOB = uuid4(), uuid4()
LATER = timedelta(seconds=5)


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    """One that is mounted."""
    return Volume(tmp_path, max_bytes=1_000_000)


@pytest.fixture(params=["mounted", "object store"])
def any_volume(request: pytest.FixtureRequest, tmp_path: Path) -> Volume:
    if request.param == "mounted":
        return Volume(tmp_path, max_bytes=1_000_000)
    address, running = request.getfixturevalue("store_address"), request.getfixturevalue("objects")
    return volume_of(tmp_path, 1_000_000, store=address, endpoint=running.endpoint)


def put(volume: Volume, body: bytes = b"sku;price\n", *, job: UUID = JOB, name: str = "list.csv") -> Placed:
    with volume.reserve(len(body)) as incoming:
        incoming.write(body)
        return incoming.place(volume.raw_target(SUPPLIER, job, name), describe=lambda placed: described(placed, job))


def described(placed: Placed, job: UUID = JOB, **more: object) -> Sidecar:
    facts: dict[str, object] = {
        "original_filename": placed.path.name,
        "source_type": "url",
        "supplier_id": SUPPLIER,
        "supplier_name": "Acme",
        "file_type": "csv",
        "file_size_bytes": placed.size,
        "checksum_md5": placed.md5,
        "checksum_sha256": placed.sha256,
        "downloaded_at": datetime.now(UTC),
        "downloaded_by": "worker-1",
        "job_id": job,
    }
    return Sidecar.model_validate(facts | more)


def counted(volume: Volume) -> tuple[int, int]:
    usage = volume.usage()
    return usage.used, usage.files


def assert_the_ledger_is_true(volume: Volume) -> None:
    before = counted(volume)
    volume.recount()
    assert before == counted(volume)


def test_a_placed_file_has_its_bytes_hashes_and_description(volume: Volume) -> None:
    placed = put(volume, b"a,b\n1,2\n")
    assert placed.path == volume.root / "raw" / str(SUPPLIER) / str(JOB) / "list.csv"
    assert placed.path.read_bytes() == b"a,b\n1,2\n"
    assert placed.sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest() == volume.verify(placed.path)
    assert placed.md5 == hashlib.md5(b"a,b\n1,2\n").hexdigest()
    assert volume.read_sidecar(placed.path).checksum_sha256 == placed.sha256
    assert [path.name for path in (volume.root / "tmp").iterdir()] == ["ledger.json"]


@pytest.mark.parametrize("chunk", [70_000, 1 << 20, 3 << 20])
def test_a_large_body_is_hashed_on_the_way_whatever_the_chunks(tmp_path: Path, chunk: int) -> None:
    body = os.urandom(9_500_000)
    volume = Volume(tmp_path, max_bytes=None)
    with volume.reserve(None) as incoming:
        buffer = bytearray(chunk)
        for start in range(0, len(body), chunk):
            part = body[start : start + chunk]
            buffer[: len(part)] = part
            incoming.write(memoryview(buffer)[: len(part)])  # the buffer is used again, as an upload does
        placed = incoming.place(tmp_path / "raw" / "big")
    assert (placed.size, placed.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    assert placed.md5 == hashlib.md5(body).hexdigest()
    assert volume.verify(placed.path) == placed.sha256


def test_a_source_that_cannot_resume_starts_over_in_the_same_part(any_volume: Volume) -> None:
    with any_volume.reserve(None) as incoming:
        incoming.write(b"half of the fi")
        assert incoming.size == 14
        incoming.restart()
        incoming.write(b"whole")
        placed = incoming.place(any_volume.raw_target(SUPPLIER, JOB, "a.csv"))
    assert placed.path.read_bytes() == b"whole"
    assert placed.sha256 == hashlib.sha256(b"whole").hexdigest()


def test_leaving_without_placing_removes_the_part_and_gives_the_bytes_back(any_volume: Volume) -> None:
    with pytest.raises(RuntimeError), any_volume.reserve(900_000) as incoming:
        incoming.write(b"x" * 1000)
        assert any_volume.usage().used == 900_000
        raise RuntimeError
    assert any_volume.usage().used == 0
    assert list((any_volume.root / "tmp").glob("*.part")) == []


def test_no_room_is_said_before_the_first_byte(any_volume: Volume) -> None:
    put(any_volume, b"x" * 400_000)
    with pytest.raises(VolumeFull) as refusal, any_volume.reserve(700_000):
        pass
    assert refusal.value.needed == 700_000
    assert refusal.value.limit == 1_000_000
    assert 400_000 < refusal.value.used < 401_000
    assert "700.0 kB needed" in str(refusal.value)
    assert "SHARED_MAX_BYTES" in str(refusal.value)


def test_no_room_on_the_disk_is_said_before_the_first_byte(tmp_path: Path) -> None:
    with pytest.raises(VolumeFull, match="free on the disk"), Volume(tmp_path).reserve(1 << 60):
        pass


def test_a_body_of_unknown_size_may_fill_the_last_byte_and_no_more(any_volume: Volume) -> None:
    with any_volume.reserve(None) as incoming:
        incoming.write(b"x" * 999_999)
        incoming.write(b"x")
        with pytest.raises(VolumeFull):
            incoming.write(b"x")
        placed = incoming.place(any_volume.raw_target(SUPPLIER, JOB, "full.csv"))
    assert placed.path.stat().st_size == 1_000_000


def test_replacing_a_file_counts_it_once(any_volume: Volume) -> None:
    put(any_volume, b"x" * 500_000)
    put(any_volume, b"y" * 400_000)
    assert 400_000 < counted(any_volume)[0] < 401_000
    assert_the_ledger_is_true(any_volume)


def _hold(root: Path, gate: str, size: int) -> None:
    volume = Volume(root, max_bytes=1000)
    while not (root / gate).exists():
        time.sleep(0.001)
    try:
        with volume.reserve(size) as incoming:
            incoming.write(b"x" * size)
            time.sleep(0.3)
            incoming.place(volume.results_target(str(os.getpid())))
    except VolumeFull:
        os._exit(3)


def test_two_processes_never_share_the_last_bytes(tmp_path: Path) -> None:
    Volume(tmp_path, max_bytes=1000)
    context = multiprocessing.get_context("fork")
    racers = [context.Process(target=_hold, args=(tmp_path, "go", 600)) for _ in range(4)]
    for racer in racers:
        racer.start()
    (tmp_path / "go").touch()
    for racer in racers:
        racer.join()
    assert sorted(racer.exitcode or 0 for racer in racers) == [0, 3, 3, 3]
    assert Volume(tmp_path, max_bytes=1000).usage().used == 600


WRITER = """
import sys
from pathlib import Path
from handoff.volume import Volume
with Volume(Path(sys.argv[1]), max_bytes=1_000_000).reserve(900_000) as incoming:
    incoming.write(b"x" * 5000)
    print("writing", flush=True)
    sys.stdin.read()
"""


def test_a_killed_writer_neither_keeps_its_bytes_nor_blocks_others(volume: Volume) -> None:
    command = [sys.executable, "-c", WRITER, str(volume.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        with pytest.raises(VolumeFull), volume.reserve(200_000):
            pass
        assert volume.recount().used == 900_000, "a living writer keeps its reservation through a recount"
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    put(volume, b"x" * 950_000)
    assert list((volume.root / "tmp").glob("*.part")) == []


def test_what_a_killed_writer_left_is_forgotten_when_somebody_says_so_and_what_a_living_one_writes_stays(
    volume: Volume,
) -> None:
    command = [sys.executable, "-c", WRITER, str(volume.root)]
    with volume.reserve(50_000) as alive, subprocess.Popen(command, stdin=-1, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        assert len(list((volume.root / "tmp").glob("*.part"))) == 2
        volume.forget_dead()
        assert list((volume.root / "tmp").glob("*.part")) == [alive.part]
        assert volume.usage().used == 50_000


HOLDER = """
import sys
from pathlib import Path
from handoff.volume import Volume
with Volume(Path(sys.argv[1]))._ledger.open() as book:
    print("holding", flush=True)
    sys.stdin.readline()
    book.used, book.files = 5, 7
print("done", flush=True)
"""


def test_a_process_that_stands_still_with_the_ledgers_lock_loses_it(
    volume: Volume, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "LOCK_SECONDS", 0.5)
    put(volume, b"x" * 1000)
    truth = counted(volume)
    command = [sys.executable, "-c", HOLDER, str(volume.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdin is not None
        assert holder.stdout.readline() == "holding\n"
        holder.send_signal(signal.SIGSTOP)
        started = time.monotonic()
        put(volume, b"y" * 500, job=uuid4())
        assert time.monotonic() - started < 10, "nobody waits for who stands still"
        holder.send_signal(signal.SIGCONT)
        holder.stdin.write("go on\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == "done\n"
    assert counted(volume)[1] == truth[1] + 2, "what it wrote late counts for nothing"
    assert_the_ledger_is_true(volume)
    assert [path.name for path in (volume.root / "tmp").iterdir()] == ["ledger.json"]


@pytest.mark.parametrize("damage", [b"", b'{"used": 12', b'{"used": 5, "files": 1}garbage', b"[]"])
def test_a_damaged_ledger_is_counted_anew(volume: Volume, damage: bytes) -> None:
    put(volume, b"x" * 1000)
    truth = counted(volume)
    (volume.root / "tmp" / "ledger.json").write_bytes(damage)
    assert counted(volume) == truth


def test_files_removed_by_hand_give_room_before_a_refusal_is_spoken(volume: Volume) -> None:
    put(volume, b"x" * 900_000).path.unlink()
    put(volume, b"y" * 900_000, job=uuid4())
    assert volume.recount().files == 3


@pytest.mark.parametrize(
    ("original", "safe"),
    [
        ("list.csv", "list.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\Прайс 2026.xlsx", "Прайс 2026.xlsx"),
        ("..", "file"),
        ("", "file"),
        ("///", "file"),
        (".csv", "csv"),
        ("a\x00b\u202egpj.exe\n", "abgpj.exe"),
        ("цена🧀.xls", "цена🧀.xls"),
        ('a<b>:"c|d?.csv', "a_b___c_d_.csv"),
        ("evil.meta.json", "evil.meta.json_"),
        ("evil.part", "evil.part_"),
    ],
)
def test_a_name_from_outside_becomes_a_safe_one(original: str, safe: str) -> None:
    assert safe_name(original) == safe


def test_a_long_name_is_cut_at_a_character_and_keeps_its_extension() -> None:
    name = safe_name("Ж" * 400 + ".xlsx")
    assert name.endswith("Ж.xlsx")
    assert 145 <= len(name.encode()) <= 150


def test_inside_finds_a_file_by_absolute_and_by_relative_path(any_volume: Volume) -> None:
    path = put(any_volume).path
    assert any_volume.inside(path) == any_volume.inside(any_volume.relative(path)) == path
    assert any_volume.inside(f"{any_volume.root}/raw/../{any_volume.relative(path)}") == path


def test_a_mount_that_is_itself_a_link_is_no_offence(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "alias").symlink_to(tmp_path / "real")
    volume = Volume(tmp_path / "alias")
    path = put(volume).path
    assert volume.inside(tmp_path / "alias" / volume.relative(path)) == path


def test_inside_refuses_what_leaves_links_or_is_missing_each_in_its_own_words(volume: Volume, tmp_path: Path) -> None:
    outside = tmp_path.parent / "outside.csv"
    outside.write_text("secret")
    (volume.root / "raw" / "link.csv").symlink_to(outside)
    (volume.root / "raw" / "folder").symlink_to(tmp_path.parent)
    for path in ("/etc/passwd", f"{volume.root}/../outside.csv", "../outside.csv", str(volume.root), "a\0b"):
        with pytest.raises(OutsideVolume):
            volume.inside(path)
    for path in ("raw/link.csv", "raw/folder/outside.csv"):
        with pytest.raises(LinkRefused, match="symbolic link"):
            volume.inside(path)
    for path in ("raw/nothing.csv", "raw", "raw/" + "x" * 300):
        with pytest.raises(NotOnVolume):
            volume.inside(path)


def test_orphans_of_both_kinds_are_told_apart(volume: Volume) -> None:
    whole, bare, note = (put(volume, job=uuid4()).path for _ in range(3))
    bare.with_name("list.csv.meta.json").unlink()
    note.unlink()
    found = {entry.job_id: entry for entry in volume.iter_raw()}
    assert found[whole.parent.name].path == whole
    assert found[whole.parent.name].sidecar is not None
    assert (found[bare.parent.name].path, found[bare.parent.name].sidecar) == (bare, None)
    assert (found[note.parent.name].path, found[note.parent.name].sidecar) == (
        None,
        note.with_name("list.csv.meta.json"),
    )
    assert found[whole.parent.name].supplier_id == str(SUPPLIER)


def test_a_purge_removes_what_is_old_and_keeps_what_lives(volume: Volume) -> None:
    kept, gone = uuid4(), uuid4()
    kept_path, gone_path = put(volume, job=kept).path, put(volume, job=gone).path
    for target in (volume.results_target(kept), volume.results_target(gone)):
        with volume.reserve(None) as incoming:
            incoming.write(b"{}")
            incoming.place(target)
    for version in ("1", "2", "3"):
        with volume.reserve(None) as incoming:
            incoming.write(b"{}")
            incoming.place(volume.catalog_target(version))
        os.utime(volume.catalog_target(version), (int(version), int(version)))
    (volume.root / "tmp" / "dead.part").write_bytes(b"left")
    with volume.reserve(10) as living:
        living.write(b"x")
        purged = volume.purge(datetime.now(UTC) + LATER, keep={kept, "1"})
        living.place(volume.raw_target(SUPPLIER, kept, "second.csv"))
    assert purged.files == 5  # raw and sidecar, result, catalogue 2, dead part
    assert kept_path.exists()
    assert not gone_path.parent.exists()
    assert [path.stem for path in sorted((volume.root / "catalog").iterdir())] == ["1", "3"]
    assert [path.stem for path in (volume.root / "results").iterdir()] == [str(kept)]
    assert_the_ledger_is_true(volume)


def test_a_file_that_cannot_be_removed_keeps_no_other_from_it(volume: Volume, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = sorted(put(volume, job=uuid4()).path for _ in range(5))
    unlink = Path.unlink

    def refuse(self: Path, *args: bool, **named: bool) -> None:
        if self == paths[2]:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        unlink(self, *args, **named)

    with monkeypatch.context() as guarded:
        guarded.setattr(Path, "unlink", refuse)
        purged = volume.purge(datetime.now(UTC) + LATER)
        assert (purged.files, purged.refused) == (9, 1)
        with pytest.raises(VolumeDenied):
            volume.remove(paths[2])
    assert [path for path in paths if path.exists()] == [paths[2]]
    assert_the_ledger_is_true(volume)


def test_a_fresh_file_replaces_nothing(any_volume: Volume) -> None:
    first = put(any_volume, b"one\n").path
    with any_volume.reserve(None) as incoming:
        incoming.write(b"two\n")
        second = incoming.place(first, describe=described, fresh=True).path
    assert (first.read_bytes(), second.read_bytes()) == (b"one\n", b"two\n")
    assert any_volume.read_sidecar(second).checksum_sha256 == hashlib.sha256(b"two\n").hexdigest()
    assert second.name == "list~2.csv"
    assert_the_ledger_is_true(any_volume)


def test_a_purge_leaves_what_is_young(any_volume: Volume) -> None:
    path = put(any_volume).path
    assert any_volume.purge(datetime.now(UTC) - LATER).files == 0
    assert any_volume.purge(datetime.now(UTC) + LATER, keep=lambda kept: kept == path).files == 1, "the sidecar alone"
    assert path.exists()


def test_removing_a_job_removes_its_folder_and_counts_the_bytes_back(any_volume: Volume) -> None:
    put(any_volume)
    other = put(any_volume, job=uuid4()).path
    assert any_volume.remove_job(SUPPLIER, JOB).files == 2
    assert_the_ledger_is_true(any_volume)
    assert any_volume.usage().files == 2
    assert any_volume.remove(other).files == 2
    assert any_volume.usage().used == 0
    assert any_volume.remove_job(SUPPLIER, JOB).files == 0


def test_a_missing_mount_is_said(tmp_path: Path) -> None:
    with pytest.raises(VolumeDenied, match="mount it, or set SHARED_DIR"):
        Volume(tmp_path / "nowhere")


def test_a_missing_file_and_a_damaged_description_are_said(volume: Volume) -> None:
    path = put(volume).path
    path.with_name("list.csv.meta.json").write_text("{")
    with pytest.raises(NotOnVolume, match="damaged"):
        volume.read_sidecar(path)
    with pytest.raises(NotOnVolume, match="no description"):
        volume.read_sidecar(path.with_name("other.csv"))
    with pytest.raises(NotOnVolume):
        volume.verify(path.with_name("other.csv"))


def test_a_sidecar_never_holds_a_secret(volume: Volume) -> None:
    placed = put(volume)
    sidecar = described(
        placed,
        source_url="https://user:pw@shop.example/list.csv?api_key=hush&page=2",
        final_url="https://cdn.example/x?X-Amz-Signature=hush&keyword=tea",
        response_headers={"ETag": '"1"', "Set-Cookie": "sid=1", "Location": "https://a:b@c.example/?token=1"},
        original_filename="n" * 400,
    )
    volume.write_sidecar(placed.path, sidecar)
    text = placed.path.with_name("list.csv.meta.json").read_text()
    assert sidecar.source_url == "https://shop.example/list.csv?api_key=***&page=2"
    assert sidecar.final_url == "https://cdn.example/x?X-Amz-Signature=***&keyword=tea"
    assert sidecar.response_headers == {"ETag": '"1"', "Location": "https://c.example/?token=***"}
    assert "hush" not in text
    assert len(volume.read_sidecar(placed.path).original_filename) == 255


@pytest.mark.parametrize(
    ("number", "error", "words"),
    [
        (errno.ENOSPC, VolumeFull, "the disk is full"),
        (errno.EDQUOT, VolumeFull, "the disk is full"),
        (errno.EROFS, VolumeDenied, "mounted read-write"),
        (errno.EACCES, VolumeDenied, "belongs to the user"),
        (errno.EIO, OSError, "Input/output"),
    ],
)
def test_what_the_system_says_becomes_a_sentence(number: int, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words), translated(Path("/shared/raw/x"), needed=5):
        raise OSError(number, os.strerror(number))


def test_a_large_file_has_no_md5_and_its_true_sha256(tmp_path: Path) -> None:
    """MD5 would set the pace of a large download; small and large pieces alike end in the same SHA-256."""
    volume, block = Volume(tmp_path), os.urandom(1 << 20)
    for pieces in ([block] * 66, [block[: 1 << 19], block[1 << 19 :]] * 66):
        with volume.reserve(66 << 20) as incoming:
            for piece in pieces:
                incoming.write(piece)
            placed = incoming.place(volume.raw_target(SUPPLIER, JOB, "large.csv"))
        assert placed.sha256 == hashlib.sha256(block * 66).hexdigest()
        assert placed.md5 == ""

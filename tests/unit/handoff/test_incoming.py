"""What a file on its way owes to the disk, and what it does not."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from handoff import incoming
from handoff.errors import VolumeFull
from handoff.incoming import Placed
from handoff.volume import Sidecar, Volume


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    return Volume(tmp_path)


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what was waited for, in order; the disk itself is asked as ever."""
    names: list[str] = []
    sync = os.fsync

    def told(descriptor: int) -> None:
        names.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        sync(descriptor)

    monkeypatch.setattr(incoming.os, "fsync", told)
    return names


def put(volume: Volume, *, replaceable: bool) -> Path:
    supplier, job = uuid4(), uuid4()

    def describe(placed: Placed) -> Sidecar:
        return Sidecar(
            original_filename="a.csv", source_type="csv", supplier_id=supplier, supplier_name="A", file_type="csv",
            file_size_bytes=placed.size, checksum_sha256=placed.sha256, downloaded_at="2026-01-01T00:00:00Z",
            downloaded_by="tests", job_id=job, attempt=1,
        )  # fmt: skip

    target = volume.raw_target(supplier, job, "a.csv")
    with volume.reserve(None) as coming:
        coming.write(b"sku;price\n")
        coming.place(target, describe=describe, replaceable=replaceable)
    assert target.read_bytes() == b"sku;price\n" and volume.read_sidecar(target).supplier_name == "A"
    return target


def test_a_file_that_nobody_can_fetch_again_waits_for_the_disk_with_all_that_leads_to_it(
    volume: Volume, synced: list[str]
) -> None:
    target = put(volume, replaceable=False)
    part, note, *folders = synced
    assert part.endswith(".part") and note.endswith(".note")
    assert set(folders) == {target.parent.name, target.parent.parent.name, "raw"}


def test_of_a_file_that_can_be_fetched_again_only_the_bytes_wait(volume: Volume, synced: list[str]) -> None:
    put(volume, replaceable=True)
    assert [Path(name).suffix for name in synced] == [".part"]


def test_a_write_that_fails_in_the_background_is_not_lost(volume: Volume, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(incoming.os, "fdatasync", full)
    monkeypatch.setattr(incoming, "WRITE_BACK_BYTES", 10)
    with volume.reserve(None) as coming:
        coming.write(b"x" * 20)
        with pytest.raises(VolumeFull):
            coming.place(volume.results_target(uuid4()))
    assert list(volume.iter_raw()) == [] and not list((volume.root / "results").iterdir())


def test_a_download_that_is_given_up_ends_its_write_back_first(volume: Volume, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    flush: Callable[[int], None] = os.fdatasync
    monkeypatch.setattr(incoming.os, "fdatasync", lambda descriptor: (flush(descriptor), seen.append(True)))
    monkeypatch.setattr(incoming, "WRITE_BACK_BYTES", 10)
    with pytest.raises(RuntimeError, match="cancelled"), volume.reserve(None) as coming:
        coming.write(b"x" * 20)
        raise RuntimeError("cancelled")
    assert seen == [True] and not list((volume.root / "tmp").glob("*.part"))

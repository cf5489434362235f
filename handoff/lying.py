"""What lies below a folder of the volume: files, a job's bytes with the sidecar beside them, empty folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from handoff.sidecar import SUFFIX, sidecar_of


@dataclass(frozen=True)
class RawFile:
    """One name in a job's folder. An orphan lacks one of the two: ``path`` (the bytes) or ``sidecar``."""

    supplier_id: str
    job_id: str
    path: Path | None
    sidecar: Path | None
    size: int
    modified: datetime


class Lying(NamedTuple):
    """A file that lies on the volume; ``modified`` in seconds."""

    path: Path
    size: int
    modified: float


def unlinked(path: Path) -> int:
    """Remove a file; returns how many bytes it had."""
    size = path.lstat().st_size
    path.unlink()
    return size


def folders(folder: Path) -> list[Path]:
    """Folders just below; none where there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            return [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []


def files_below(folder: Path) -> Iterator[Lying]:
    """Every file (links are not followed); what vanishes meanwhile is left out."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            with suppress(FileNotFoundError):
                facts = path.lstat()
                yield Lying(path, facts.st_size, facts.st_mtime)


def raw_files(job: Path, lying: list[Lying]) -> Iterator[RawFile]:
    """What lies in a job's folder, each of the supplier's files with its sidecar."""
    found = {each.path for each in lying}
    for path, size, changed in lying:
        described = path.name.removesuffix(SUFFIX)
        if described == path.name:
            sidecar = sidecar_of(path)
            bytes_, note = path, sidecar if sidecar in found else None
        elif path.with_name(described) in found:
            continue
        else:
            bytes_, note = None, path
        yield RawFile(job.parent.name, job.name, bytes_, note, size, datetime.fromtimestamp(changed, UTC))


def remove_if_empty(folder: Path) -> None:
    """It is gone afterwards, or it was not empty."""
    with suppress(OSError):  # not empty, or gone already: both are fine
        folder.rmdir()

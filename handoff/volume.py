"""The shared volume: where a file lies, how it is placed whole, found again, removed.

    raw/<supplier>/<job>/<safe name>    the supplier's bytes, with <safe name>.meta.json beside them
    results/<analysis>.ndjson           what ml-analyze made of them
    catalog/<version>.ndjson            the product snapshots
    imports/<token>/<safe name>         lists of our own products, until they are taken
    tmp/<token>.part                    files on their way (.note: their sidecars), and the ledger of bytes

No other module of the project joins paths on the volume.

One room: every path of the treaty and every move between them, so that no other module joins one.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile
from uuid import UUID

from handoff import modes
from handoff.errors import (
    LinkRefused,
    NotOnVolume,
    OutsideVolume,
    StoreAway,
    VolumeDenied,
    VolumeError,
    VolumeFull,
    translated,
)
from handoff.incoming import Incoming, Placed
from handoff.lying import Lying, RawFile, files_below, folders, raw_files, remove_if_empty, unlinked
from handoff.quota import Book, Ledger, is_abandoned
from handoff.sidecar import SUFFIX, Sidecar, sidecar_of

__all__ = [
    "Incoming",
    "LinkRefused",
    "NotOnVolume",
    "OutsideVolume",
    "Placed",
    "Purged",
    "RawFile",
    "Sidecar",
    "StoreAway",
    "Usage",
    "Volume",
    "VolumeDenied",
    "VolumeError",
    "VolumeFull",
    "safe_name",
]

NAME_BYTES = 150
_EXTENSION_BYTES = 16
_PURGE_BATCH = 200
_SEPARATORS = re.compile(r"[/\\]")
_UNSAFE = re.compile(r'[<>:"|?*]')

Keep = Callable[[Path], bool] | Collection[str | UUID]


@dataclass(frozen=True)
class Usage:
    """Bytes: ``used`` includes what writers have reserved; ``limit`` None = no quota; ``free`` of the disk."""

    used: int
    limit: int | None
    free: int
    files: int


@dataclass(frozen=True)
class Purged:
    """``refused`` counts files that could not be removed; they kept no other from it."""

    files: int
    bytes: int
    refused: int = 0


def safe_name(original: str) -> str:
    """A file name for the volume: last part of the path, no control or bidi characters, ≤ 150 bytes, never empty.

    Keeps the extension. Different originals may become the same name: the job's folder tells them apart.
    """
    parts = [part for part in _SEPARATORS.split(unicodedata.normalize("NFC", original)) if part.strip(". ")]
    visible = "".join(char for char in (parts[-1] if parts else "") if unicodedata.category(char)[0] != "C")
    name = _UNSAFE.sub("_", visible).strip(". ")
    if name.lower().endswith((SUFFIX, ".part")):
        name += "_"
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension.encode()) > _EXTENSION_BYTES:
        stem, dot, extension = name, "", ""
    room = NAME_BYTES - len((dot + extension).encode())
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(". ")
    return (stem or "file") + dot + extension


class Volume:
    """The volume mounted at ``root``; ``max_bytes`` is the quota that all its users share, None for none.

    Raises VolumeDenied when the root is missing or cannot be written.
    """

    def __init__(self, root: Path, max_bytes: int | None = None) -> None:
        self._given = Path(os.path.normpath(root.absolute()))
        if not root.is_dir():
            raise VolumeDenied(f"The shared folder {root} does not exist: mount it, or set SHARED_DIR.")
        self.root = root.resolve()
        self.max_bytes = max_bytes
        self._raw, self._results = self.root / "raw", self.root / "results"
        self._catalog, self._tmp = self.root / "catalog", self.root / "tmp"
        self._imports, self._exports = self.root / "imports", self.root / "exports"
        for folder in (self._raw, self._results, self._catalog, self._imports, self._exports, self._tmp):
            with translated(folder):
                modes.make_folder(folder)
        self._ledger = Ledger(self._tmp, limit=max_bytes, count=self._count)

    # Places

    def raw_target(self, supplier_id: str | UUID, job_id: str | UUID, name: str) -> Path:
        """Where the file of a job belongs; ``name`` is the original one."""
        return self._raw / safe_name(str(supplier_id)) / safe_name(str(job_id)) / safe_name(name)

    def results_target(self, analysis_id: str | UUID) -> Path:
        return self._results / f"{safe_name(str(analysis_id))}.ndjson"

    def catalog_target(self, version: str) -> Path:
        return self._catalog / f"{safe_name(version)}.ndjson"

    def import_target(self, token: str | UUID, name: str) -> Path:
        return self._imports / safe_name(str(token)) / safe_name(name)

    def export_target(self, export_id: str | UUID, form: str) -> Path:
        """Where a table lies that is written again and again: no purge takes it."""
        return self._exports / f"{safe_name(str(export_id))}.{safe_name(form)}"

    def imported(self, token: str | UUID) -> Path:
        """The list that was placed under this token. Raises NotOnVolume when it is gone."""
        found = next(self._lying(self.import_target(token, "any").parent), None)
        if found is None:
            raise NotOnVolume("The list is no longer on the shared volume.")
        return self.inside(found.path)

    def inside(self, path: str | Path) -> Path:
        """The file that ``path`` (absolute, or relative to the root) names.

        Raises OutsideVolume when it leaves the root, LinkRefused when a part of it is a symbolic link,
        NotOnVolume when nothing or no regular file lies there.
        """
        text, place = str(path), self.root
        for part in self._named(path).parts:
            place = place / part
            try:
                mode = place.lstat().st_mode
            except (FileNotFoundError, NotADirectoryError):
                raise NotOnVolume(f"There is no file {text} on the shared volume.") from None
            except OSError as error:
                raise NotOnVolume(f"{text} cannot be read: {error.strerror}.") from error
            if stat.S_ISLNK(mode):
                raise LinkRefused(f"{text} goes through the symbolic link {part}; the volume holds plain files only.")
        if not stat.S_ISREG(mode):
            raise NotOnVolume(f"{text} is not a file.")
        return place

    def _named(self, path: str | Path) -> Path:
        """What ``path`` names, relative to the root, whether it is there or not. Raises OutsideVolume."""
        text = str(path)
        if "\0" in text:
            raise OutsideVolume("The path contains a NUL byte.")
        plain = Path(os.path.normpath(self.root / text))
        for root in (self.root, self._given):
            if plain != root and plain.is_relative_to(root):
                return plain.relative_to(root)
        raise OutsideVolume(f"{text} does not lie on the shared volume.")

    def lies_at(self, path: str | Path) -> str:
        """The relative path of the file that ``path`` names, which is there. Raises as ``inside`` does."""
        return self.relative(self.inside(path))

    def has(self, path: str | Path) -> bool:
        """Whether a file lies there."""
        try:
            self.lies_at(path)
        except (NotOnVolume, OutsideVolume):
            return False
        return True

    def told(self, path: Path) -> str:
        """The path as the other service is told it."""
        return str(path)

    def relative(self, path: Path) -> str:
        """The path as it is stored: relative to the root, with ``/``."""
        for root in (self.root, self._given):
            if path.is_relative_to(root):
                return path.relative_to(root).as_posix()
        raise OutsideVolume(f"{path} does not lie on the shared volume.")

    # Writing

    def reserve(self, size: int | None, *, md5: bool = True) -> Incoming:
        """Room for a file of ``size`` bytes (None: unknown, reserved in steps), as a context manager.

        Entering raises VolumeFull before the first byte when the quota or the disk has no room for it. ``md5``
        can be left out where nobody asks for it: it costs twice the time of SHA-256.
        """
        return Incoming(self._tmp / f"{secrets.token_hex(12)}.part", size=size, ledger=self._ledger, md5=md5)

    def write_sidecar(self, path: Path, sidecar: Sidecar) -> Path:
        """Put the description of the raw file ``path`` beside it, whole; returns where it lies."""
        text = sidecar.as_text()
        target = sidecar_of(path)
        with self.reserve(len(text), md5=False) as incoming:
            incoming.write(text)
            incoming.place(target)
        return target

    @property
    def here(self) -> Volume:
        """The volume as a confined process uses it: with what this machine has, and no way to anything else."""
        return self

    def publish(self, path: Path) -> None:
        """Give to all what a confined process has placed ``here``."""

    def renew(self, path: Path) -> None:
        """The file is as young as if it had just been placed."""
        path.touch()

    def put_back(self, relative: str, source: Path) -> Placed:
        """Copy ``source`` to where ``relative`` says, as a back-up has it. Raises OutsideVolume, VolumeFull."""
        target = Path(os.path.normpath(self.root / relative))
        if not target.is_relative_to(self.root) or target == self.root:
            raise OutsideVolume(f"{relative} does not lie on the shared volume.")
        with source.open("rb") as file, self.reserve(source.stat().st_size, md5=False) as incoming:
            while chunk := file.read(1 << 20):
                incoming.write(chunk)
            return incoming.place(target)

    # Reading

    def read_sidecar(self, path: Path) -> Sidecar:
        """The description beside the raw file ``path``. Raises NotOnVolume when it is missing or damaged."""
        place = sidecar_of(path)
        try:
            return Sidecar.model_validate_json(place.read_bytes())
        except FileNotFoundError:
            raise NotOnVolume(f"There is no description {place.name} beside the file.") from None
        except ValueError as error:
            raise NotOnVolume(f"The description {place} is damaged: {error}") from error

    def verify(self, path: Path) -> str:
        """SHA-256 (hex) of the bytes that lie there now. Raises NotOnVolume when nothing does."""
        try:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            raise NotOnVolume(f"There is no file {path} on the shared volume.") from None

    def iter_raw(self) -> Iterator[RawFile]:
        """Every raw file and every orphan, in no order; what vanishes meanwhile is left out."""
        for job, found in groupby(self._lying(self._raw), key=lambda each: each.path.parent):
            if job.parent.parent == self._raw:
                yield from raw_files(job, list(found))

    def is_awaited(self, sidecar: Path) -> bool:  # noqa: ARG002 - a file system has no long way between the two
        """A description whose file is on its way, though none lies there."""
        return False

    def clock(self) -> datetime:
        """What time it is by the clock that says when a file was modified: a server's, where the volume is mounted."""
        try:
            with TemporaryFile(dir=self._tmp) as file:
                return datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
        except OSError:  # nothing can be written, so nothing that lies there is young
            return datetime.now(UTC)

    def usage(self) -> Usage:
        with self._ledger.open() as book:
            return self._usage(book)

    def recount(self, *, at_leisure: bool = False) -> Usage:
        """Count what lies there and forget reservations of dead writers; the ledger is true afterwards.

        ``at_leisure``: not where counting would take more than a small share of the time, for writers wait meanwhile.
        """
        with self._ledger.open() as book:
            if not at_leisure or self._ledger.may_recount(book):
                self._ledger.recount(book)
            return self._usage(book)

    # Removing

    def forget_dead(self) -> None:
        """Remove the parts whose writer is gone, with what it had reserved, rather than at the next counting."""
        with self._ledger.open() as book:
            self._ledger.drop_dead(book)

    def remove_job(self, supplier_id: str | UUID, job_id: str | UUID) -> Purged:
        """Remove the folder of one job's raw file."""
        return self._remove([each.path for each in self._lying(self.raw_target(supplier_id, job_id, "any").parent)])

    def remove(self, path: Path) -> Purged:
        """Remove one file, and the sidecar beside it where it has one."""
        return self._remove([path, sidecar_of(path)])

    def purge(self, older_than: datetime, *, keep: Keep = ()) -> Purged:
        """Remove files last written before ``older_than``, then empty folders; the ledger is recounted.

        ``keep`` says what stays: a question about a path, or ids of jobs and analyses and versions of the
        catalogue. The newest catalogue, and parts whose writer lives, always stay.
        """
        edge, stays = older_than.timestamp(), keep if callable(keep) else _keeper(keep)
        candidates = [*self._lying(self._raw), *self._lying(self._results), *self._lying(self._imports)]
        candidates += _outdated(list(self._lying(self._catalog)), edge=edge, stays=stays)
        doomed = [each.path for each in candidates if each.modified < edge and not stays(each.path)]
        parts = [each for each in files_below(self._tmp) if each.path.suffix != ".json"]  # not the ledgers
        doomed += [each.path for each in parts if each.modified < edge and is_abandoned(each.path)]
        doomed += [sidecar_of(path) for path in doomed]
        purged = Purged(0, 0)
        for start in range(0, len(doomed), _PURGE_BATCH):  # in portions: writers wait while the ledger is locked
            some = self._remove(doomed[start : start + _PURGE_BATCH], insist=False)
            purged = Purged(purged.files + some.files, purged.bytes + some.bytes, purged.refused + some.refused)
        self._remove_empty_folders()
        self.recount()
        return purged

    def _remove(self, paths: list[Path], *, insist: bool = True) -> Purged:
        """Raises VolumeDenied after all others are gone, unless it does not ``insist``."""
        sizes: list[int] = []
        refused: list[OSError] = []
        with self._ledger.open() as book:
            for path in paths:
                try:
                    sizes.append(unlinked(path))
                except FileNotFoundError:
                    continue
                except OSError as error:
                    refused.append(error)
                    continue
                if path.is_relative_to(self._raw):
                    remove_if_empty(path.parent)
            book.used, book.files = max(0, book.used - sum(sizes)), max(0, book.files - len(sizes))
        if insist and refused:
            with translated(Path(refused[0].filename or self.root)):
                raise refused[0]
        return Purged(len(sizes), sum(sizes), len(refused))

    def _remove_empty_folders(self) -> None:
        with self._ledger.open():
            for supplier in folders(self._raw):
                for job in folders(supplier):
                    remove_if_empty(job)
                remove_if_empty(supplier)
            for token in folders(self._imports):
                remove_if_empty(token)

    def _count(self) -> tuple[int, int]:
        places = (self._raw, self._results, self._catalog, self._imports, self._exports)
        sizes = [each.size for place in places for each in self._lying(place)]
        return sum(sizes), len(sizes)

    def _lying(self, folder: Path) -> Iterator[Lying]:
        """Every file below the folder, those of one folder together; what vanishes meanwhile is left out."""
        return files_below(folder)

    def _usage(self, book: Book) -> Usage:
        space = os.statvfs(self.root)
        return Usage(book.spoken_for, self.max_bytes, space.f_bavail * space.f_frsize, book.files)


def products_of(snapshot: Path) -> Path:
    """The file of products that a version of the catalogue names (r7-p3: p3)."""
    return snapshot.with_stem(snapshot.stem.rpartition("-")[2])


def _outdated(snapshots: list[Lying], *, edge: float, stays: Callable[[Path], bool]) -> list[Lying]:
    """Versions of the catalogue but the newest, those still in need, and the products that these name."""
    newest = max(snapshots, key=lambda each: each.modified, default=None)
    kept = {each.path for each in snapshots if each.modified >= edge or stays(each.path)}
    kept |= {newest.path} if newest else set()
    kept |= {products_of(path) for path in kept}
    return [each for each in snapshots if each.path not in kept]


def _keeper(ids: Collection[str | UUID]) -> Callable[[Path], bool]:
    names = {str(name) for name in ids}
    return lambda path: not names.isdisjoint((path.stem, path.parent.name))

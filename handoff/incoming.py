"""One file on its way onto the volume: room reserved, bytes hashed while they pass, placed whole or not at all.

One room: one file from its first byte to its name; whoever is killed in between must be found here.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from handoff import modes
from handoff.errors import translated
from handoff.quota import Book, Ledger
from handoff.sidecar import Sidecar, sidecar_of

INLINE_BYTES = 4 << 20  # below: hashing on the way is quicker than handing chunks to a thread
HANDOVER_BYTES = 1 << 20  # small chunks are gathered up to this before the thread gets them
MD5_BYTES = 64 << 20
STEP_BYTES = 16 << 20  # room is reserved in such steps while the size is unknown
FIRST_STEP_BYTES = 1 << 20
WRITE_BACK_BYTES = 32 << 20  # so much is given to the disk while more is still coming


@dataclass(frozen=True)
class Placed:
    """A whole file on the volume; hashes in hex, ``md5`` empty when it was not asked for or the file is large."""

    path: Path
    size: int
    sha256: str
    md5: str


class Hashes:
    """SHA-256 and (on request) MD5 of what passes; each on a thread of its own once the body turns out to be large.

    MD5 takes more than twice the time of SHA-256 and would set the pace of a large download: beyond MD5_BYTES it is
    left out. It is kept for readers of old sidecars only; SHA-256 is what both services go by.
    """

    def __init__(self, *, md5: bool) -> None:
        self._digests = [hashlib.sha256()]
        if md5:
            self._digests.append(hashlib.md5(usedforsecurity=False))
        self._passed = 0
        self._gathered = bytearray()
        self._lanes: list[_Lane] = []

    def update(self, chunk: bytes | bytearray | memoryview) -> None:
        self._passed += len(chunk)
        if self._passed <= INLINE_BYTES:
            for digest in self._digests:
                digest.update(chunk)
            return
        if not self._lanes:
            self._lanes = [_Lane(digest) for digest in self._digests]
        if self._passed > MD5_BYTES and len(self._digests) > 1:
            self._digests.pop()
            self._lanes.pop().end()
        if isinstance(chunk, bytes) and len(chunk) >= HANDOVER_BYTES and not self._gathered:
            self._hand_over(chunk)
            return
        self._gathered += chunk  # a copy: the caller may reuse its buffer
        if len(self._gathered) >= HANDOVER_BYTES:
            self._hand_over_gathered()

    def finish(self) -> tuple[str, str]:
        """Both hashes in hex; nothing may be added afterwards."""
        if self._gathered:
            self._hand_over_gathered()
        self.stop()
        sha256, *md5 = (digest.hexdigest() for digest in self._digests)
        return sha256, (md5[0] if md5 else "")

    def stop(self) -> None:
        for lane in self._lanes:
            lane.end()
        self._lanes = []

    def _hand_over_gathered(self) -> None:
        block, self._gathered = bytes(self._gathered), bytearray()
        self._hand_over(block)

    def _hand_over(self, block: bytes) -> None:
        for lane in self._lanes:
            lane.blocks.put(block)


class _Lane:
    """A thread that feeds one digest; hashing lets go of the interpreter, so lanes run side by side."""

    def __init__(self, digest: hashlib._Hash) -> None:
        self.blocks: queue.Queue[bytes | None] = queue.Queue(maxsize=8)
        self._digest = digest
        self._thread = threading.Thread(target=self._run, name="volume-hash", daemon=True)
        self._thread.start()

    def end(self) -> None:
        self.blocks.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (block := self.blocks.get()) is not None:
            self._digest.update(block)


class _WriteBack:
    """Gives the disk what was written while more is coming, so that the last sync finds little left to wait for."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting = 0
        self._thread: threading.Thread | None = None
        self._error: OSError | None = None

    def written(self, size: int) -> None:
        self._waiting += size
        if self._waiting >= WRITE_BACK_BYTES and not (self._thread and self._thread.is_alive()):
            self._waiting = 0
            self._thread = threading.Thread(target=self._run, name="volume-write-back", daemon=True)
            self._thread.start()

    def finish(self) -> None:
        """Raises OSError: the kernel tells a failed write once only, and the last sync would not hear of it."""
        if self._thread is not None:
            self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            os.fdatasync(self._descriptor)
        except OSError as error:
            self._error = error


class Incoming:
    """Made by ``Volume.reserve``; a context manager. Leaving it without ``place`` removes the part and its hold."""

    def __init__(self, part: Path, *, size: int | None, ledger: Ledger, md5: bool = True) -> None:
        self.part, self._ledger, self._md5 = part, ledger, md5
        self._hashes = Hashes(md5=md5)
        self._declared = size
        self._placed = False
        self.size = 0

    def __enter__(self) -> Incoming:
        with self._ledger.open() as book:
            least, wish = (0, FIRST_STEP_BYTES) if self._declared is None else (self._declared, self._declared)
            self._held = self._ledger.grant(book, self.part.name, least=least, wish=wish)
            try:
                with translated(self.part, needed=least):
                    self._descriptor = os.open(self.part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            except BaseException:
                book.holds.pop(self.part.name, None)
                raise
            # Under the ledger's lock, so that nobody takes the part for one whose writer is gone.
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            modes.share(self._descriptor)
        self._write_back = _WriteBack(self._descriptor)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hashes.stop()
        if not self._placed:
            with self._ledger.open() as book:
                self.part.unlink(missing_ok=True)
                self.part.with_suffix(".note").unlink(missing_ok=True)
                book.holds.pop(self.part.name, None)
        with suppress(OSError):  # of a part that nobody will read; one that was placed has told it already
            self._write_back.finish()
        os.close(self._descriptor)

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Append bytes. Raises VolumeFull (before they are written) and VolumeDenied."""
        length = len(chunk)
        if self.size + length > self._held:
            self._reserve_more(self.size + length - self._held)
        view = memoryview(chunk)
        with translated(self.part, needed=length):
            while view:
                view = view[os.write(self._descriptor, view) :]
        self._write_back.written(length)
        self._hashes.update(chunk)
        self.size += length

    def restart(self) -> None:
        """Forget the bytes written so far (a source that cannot resume); the reservation stays."""
        with translated(self.part):
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
        self._hashes.stop()
        self._hashes = Hashes(md5=self._md5)
        self.size = 0

    def place(
        self,
        target: Path,
        *,
        describe: Callable[[Placed], Sidecar] | None = None,
        replaceable: bool = False,
        fresh: bool = False,
    ) -> Placed:
        """Make the file durable and visible under ``target`` in one move; what lay there before is replaced.

        A ``fresh`` file replaces nothing: where the name is taken it gets another one, which the answer tells.

        With ``describe`` the sidecar comes in the same move, which spares two waits for the disk. A ``replaceable``
        file can be fetched again: its bytes wait for the disk, its sidecar and its folders' listings do not.
        """
        placed = self.whole(target)
        note = self.part.with_suffix(".note")
        with translated(target, needed=self.size):
            self._write_back.finish()
            os.fsync(self._descriptor)
            if describe is not None:
                _write(note, describe(placed).as_text(), durably=not replaceable)
            with self._ledger.open() as book:
                changed = _make_folders(target.parent)  # under the lock: a purge removes empty folders under it
                if fresh:
                    placed = replace(placed, path=_taken_name(target, note if describe is not None else None))
                if describe is not None:
                    _move(note, sidecar_of(placed.path), book=book)
                _move(self.part, placed.path, book=book)
                book.holds.pop(self.part.name, None)
                self._placed = True
            for folder in () if replaceable else (target.parent, *changed):
                _sync_folder(folder)
        return placed

    def whole(self, target: Path) -> Placed:
        """What ``place`` would say of the bytes so far, which must be all."""
        return Placed(target, self.size, *self._hashes.finish())

    def _reserve_more(self, least: int) -> None:
        with self._ledger.open() as book:
            self._held = self._ledger.grant(book, self.part.name, least=least, wish=max(least, STEP_BYTES))


def _taken_name(target: Path, note: Path | None) -> Path:
    """A name that nobody has, and from now on is ours: a process that stood still has lost the ledger's lock.

    The note is linked to its place, which fails where another's lies; a file without one trusts in the lock.
    """
    number, free = 1, target
    while True:
        if not free.exists() and not sidecar_of(free).exists():
            with suppress(FileExistsError):
                if note is not None:
                    os.link(note, sidecar_of(free))
                return free
        number += 1
        free = target.with_name(f"{target.stem}~{number}{target.suffix}")


def _make_folders(folder: Path) -> list[Path]:
    """Create what is missing; returns the folders whose listing changed by that."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        modes.make_folder(each)
    return [each.parent for each in missing]


def _move(source: Path, goal: Path, *, book: Book) -> None:
    facts, there = source.stat(), goal.stat() if goal.exists() else None
    size, replaced = facts.st_size, there.st_size if there else None
    if there and os.path.samestat(facts, there):  # linked there already, and a rename would leave both names
        source.unlink()
        replaced = None
    else:
        source.replace(goal)
    book.used = max(0, book.used + size - (replaced or 0))
    book.files += replaced is None


def _write(path: Path, text: bytes, *, durably: bool) -> None:
    with path.open("xb") as file:
        modes.share(file.fileno())
        file.write(text)
        if durably:
            file.flush()
            os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make renames inside a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

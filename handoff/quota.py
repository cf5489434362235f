"""The ledger of the volume's bytes: one small file that every process and host locks and reads.

It holds what lies on the volume (``used``, ``files``) and what writers have reserved (``holds``). It is a
cache of the truth, and may be wrong after a kill: so a refusal is only spoken after the truth was counted
again. A writer keeps a lock on its ``.part``; the lock dies with it, and with the lock its hold.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handoff import modes
from handoff.errors import VolumeFull, translated

#: longer than any count of a volume that works; then its holder counts as one that stands still
LOCK_SECONDS = 20.0
# counting the tree again may take one twentieth of the time at most, where it takes any to speak of
_RECOUNT_SHARE, _NO_TIME = 20, 0.05


@dataclass
class Book:
    """The ledger's page: bytes and files that lie there, and token of a part -> bytes reserved for it."""

    used: int = 0
    files: int = 0
    holds: dict[str, int] = field(default_factory=dict)
    counted_at: float = 0.0
    counting_took: float = 0.0

    @property
    def spoken_for(self) -> int:
        return self.used + sum(self.holds.values())


class Ledger:
    """``count`` walks the volume: (bytes, files) without the parts; ``folder`` is where parts lie."""

    def __init__(self, folder: Path, *, limit: int | None, count: Callable[[], tuple[int, int]]) -> None:
        self._folder, self._limit, self._count = folder, limit, count
        self.path = folder / "ledger.json"

    @contextmanager
    def open(self) -> Iterator[Book]:
        """The page, locked against every other process and host until the block ends; written back then."""
        descriptor = locked(self.path)
        try:
            book = _parse(os.pread(descriptor, os.fstat(descriptor).st_size, 0))
            before = b""
            if book is None:  # new, or its writer was killed half-way
                modes.share(descriptor)
                book = Book()
                self.recount(book)
            else:
                before = _dump(book)
            try:
                yield book
            finally:
                if (after := _dump(book)) != before:
                    written(descriptor, after, self.path)
        finally:
            os.close(descriptor)

    def grant(self, book: Book, token: str, *, least: int, wish: int) -> int:
        """Add ``wish`` bytes to a hold, or ``least`` where there is no more room, and return the new hold.

        Raises VolumeFull when not even ``least`` fits, after dead writers and the tree were looked at again.
        """
        granted = self._fitting(book, least=least, wish=wish)
        if granted is None:
            self.drop_dead(book)
            granted = self._fitting(book, least=least, wish=wish)
        if granted is None and self.may_recount(book):
            self.recount(book)
            granted = self._fitting(book, least=least, wish=wish)
        if granted is None:
            raise VolumeFull(least, used=book.spoken_for, limit=self._limit, free=self._free(book))
        book.holds[token] = book.holds.get(token, 0) + granted
        return book.holds[token]

    def may_recount(self, book: Book) -> bool:
        leisure = _RECOUNT_SHARE * book.counting_took
        return book.counting_took < _NO_TIME or time.time() - book.counted_at > leisure

    def recount(self, book: Book) -> None:
        """Make the page true: what lies there is counted, live writers keep their holds, dead ones lose them."""
        started = time.monotonic()
        self.drop_dead(book)
        book.used, book.files = self._count()
        book.counted_at, book.counting_took = time.time(), time.monotonic() - started

    def drop_dead(self, book: Book) -> None:
        """Remove the parts whose writer is gone and their holds; adopt a living part the page does not know."""
        alive: dict[str, int] = {}
        for part in self._folder.glob("*.part"):
            size = bytes_of_living(part)
            if size is None:
                part.unlink(missing_ok=True)
            else:
                alive[part.name] = max(size, book.holds.get(part.name, 0))
        book.holds = alive

    def _fitting(self, book: Book, *, least: int, wish: int) -> int | None:
        room = self._free(book)
        if self._limit is not None:
            room = min(room, self._limit - book.spoken_for)
        if wish <= room:
            return wish
        return least if least <= room else None

    def _free(self, book: Book) -> int:
        """Free bytes of the disk, less what writers have reserved and not yet written."""
        space = os.statvfs(self._folder)
        free = space.f_bavail * space.f_frsize
        if free > 2 * sum(book.holds.values()) + (1 << 30):
            return free - sum(book.holds.values())  # far from the edge: need not ask each part how far it is
        return free - sum(max(0, held - _size(self._folder / name)) for name, held in book.holds.items())


def locked(path: Path) -> int:
    """The file (made where it is missing), open and under our lock until it is closed.

    Who stands still with the lock for LOCK_SECONDS loses it: what he writes later goes into a file without a name.
    """
    while True:
        with translated(path):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            if not _lock(descriptor, seconds=LOCK_SECONDS):
                _replace(path, descriptor)
            elif _is_at(path, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _replace(path: Path, descriptor: int) -> None:
    """An empty file for the one that somebody holds and does not let go of; whoever opens it begins anew."""
    fresh = path.with_suffix(f".{secrets.token_hex(6)}")
    with translated(path), fresh.open("xb") as file:
        modes.share(file.fileno())
        if _is_at(path, descriptor):  # nobody else has done it meanwhile
            fresh.replace(path)
        else:
            fresh.unlink()


def _lock(descriptor: int, *, seconds: float) -> bool:
    """Whether the lock was had in this time; it is held for milliseconds, so the pauses are short."""
    ends, pause = time.monotonic() + seconds, 0.001
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() > ends:
            return False
        time.sleep(pause)
        pause = min(0.02, pause * 1.5)


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def is_abandoned(part: Path) -> bool:
    """True for what lies under ``tmp`` and nobody writes any more."""
    return bytes_of_living(part) is None


def bytes_of_living(part: Path) -> int | None:
    """Size of a part somebody is writing; None when its writer is gone (nobody holds its lock)."""
    try:
        descriptor = os.open(part, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.fstat(descriptor).st_size
    else:
        return None
    finally:
        os.close(descriptor)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _parse(text: bytes) -> Book | None:
    try:
        facts: dict[str, Any] = json.loads(text)
        return Book(**facts)
    except (ValueError, TypeError):
        return None


def _dump(book: Book) -> bytes:
    return json.dumps(vars(book)).encode()


def written(descriptor: int, text: bytes, path: Path) -> None:
    """Replace what stands in a ``locked`` file.

    In place: the lock belongs to this very file. A kill between both calls leaves text that does not parse.
    """
    with translated(path, needed=len(text)):
        os.pwrite(descriptor, text, 0)
        os.ftruncate(descriptor, len(text))

"""The volume where machines share an object store instead of a file system: the store is the truth, a folder a copy.

Each machine keeps a folder of its own (SHARED_DIR) with what it has written or read lately. A file is placed in the
store first; a copy is used after the store was asked whether it is still the one that lies there. A copy's time of
change says which version it is: a rename brings both at once, so that the label never parts from the bytes.

One room: one class: the volume's verbs over a store, each beside the one it undoes.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType

from handoff.allowance import Allowance
from handoff.errors import NotOnVolume, StoreAway
from handoff.incoming import FIRST_STEP_BYTES, Incoming, Placed
from handoff.lying import Lying
from handoff.quota import Ledger
from handoff.sidecar import SUFFIX, Sidecar, sidecar_of
from handoff.store import Facts, LostRace, Store
from handoff.store_ledger import Page
from handoff.volume import Keep, Purged, Usage, Volume, products_of

#: seconds that a copy nobody reads stays; longer than any step or analysis may take
COPY_SECONDS = 2 * 3600.0
TIDY_SECONDS = 60.0
_PLACES = ("raw", "results", "catalog", "imports", "exports")


def volume_of(root: Path, max_bytes: int | None, *, store: str, endpoint: str) -> Volume:
    """The volume at ``root``, or behind it the object store that ``store`` names. Raises VolumeDenied, StoreAway."""
    return MirroredVolume(root, max_bytes, Store(store, endpoint=endpoint)) if store else Volume(root, max_bytes)


class MirroredVolume(Volume):
    """``root`` is this machine's own folder; ``max_bytes`` the quota of the store, which all machines share."""

    def __init__(self, root: Path, max_bytes: int | None, store: Store) -> None:
        root.mkdir(parents=True, exist_ok=True)
        super().__init__(root)
        store.check()
        self.max_bytes = max_bytes
        self._ledger = Ledger(self._tmp, limit=None, count=lambda: (0, 0))  # of copies: only the disk is their limit
        self._store = store
        self._shared = Allowance(self._tmp / "allowance.json", store, limit=max_bytes, count=self._count)
        self._tidied = time.monotonic()

    @property
    def here(self) -> Volume:
        return Volume(self.root)

    # Places

    def inside(self, path: str | Path) -> Path:
        found = self._fetched(self._facts(path))
        if found.parent == self._catalog and (products := products_of(found)) != found:
            with suppress(NotOnVolume):  # a version that names no products of its own
                self._fetched(self._facts(products))
        return found

    def lies_at(self, path: str | Path) -> str:
        return self._facts(path).key

    def told(self, path: Path) -> str:
        return self._store.address + self.relative(path)

    def _named(self, path: str | Path) -> Path:
        return super()._named(str(path).removeprefix(self._store.address))

    def _facts(self, path: str | Path) -> Facts:
        """Of the object that ``path`` names. Raises NotOnVolume, OutsideVolume."""
        key = self._named(path).as_posix()
        found = self._store.facts(key)
        if found is None:
            raise NotOnVolume(f"There is no file {key} on the shared volume.")
        return found

    def _fetched(self, facts: Facts) -> Path:
        """Where this machine has the object, in this very version."""
        place, label = self.root / facts.key, _label(facts.version)
        with suppress(FileNotFoundError):
            if place.lstat().st_mtime_ns == label:
                _mark(place, label)
                return place
        self._tidy()
        with super().reserve(facts.size, md5=False) as incoming:
            read = self._store.read(facts.key, incoming.write)
            return _placed_copy(incoming, place, read)

    # Writing

    def reserve(self, size: int | None, *, md5: bool = True) -> Incoming:
        self._tidy()
        part = self._tmp / f"{secrets.token_hex(12)}.part"
        return _Published(part, size=size, ledger=self._ledger, md5=md5, shared=self._shared, give=self._give)

    def publish(self, path: Path) -> None:
        size = path.stat().st_size
        self._shared.grant(path.name, least=size, wish=size)
        try:
            self._shared.placed(path.name, *self._put(path, path, digest=super().verify(path)))
        except BaseException:
            self._shared.release(path.name)
            raise

    def renew(self, path: Path) -> None:
        self._store.renew(self.relative(path))

    def _give(self, part: Path, placed: Placed, note: Path | None, token: str, fresh: bool) -> Path:
        """Make the object of a part, and before it that of its description; where it lies now.

        A ``fresh`` one has a name that nobody had: of two who want it, the store lets one have it.
        """
        number, goal = 1, placed.path
        while (grown := self._put_under(goal, part, placed=placed, note=note, fresh=fresh)) is None:
            number += 1
            goal = placed.path.with_name(f"{placed.path.stem}~{number}{placed.path.suffix}")
        self._shared.placed(token, *grown)
        return goal

    def _put_under(
        self, goal: Path, part: Path, *, placed: Placed, note: Path | None, fresh: bool
    ) -> tuple[int, int] | None:
        """By how many bytes and files the store has grown; None where the name is taken."""
        beside, grown = sidecar_of(goal), (0, 0)
        try:
            if note is not None:
                grown = self._put(note, beside, digest=super().verify(note), only_new=fresh)
        except LostRace:
            return None
        try:
            more = self._put(part, goal, digest=placed.sha256, only_new=fresh)
        except LostRace:
            if note is not None:
                self._store.remove([self.relative(beside)])
            return None
        return grown[0] + more[0], grown[1] + more[1]

    def _put(self, source: Path, goal: Path, *, digest: str, only_new: bool = False) -> tuple[int, int]:
        """By how many bytes and files the store has grown. Raises LostRace."""
        key = self.relative(goal)
        before = None if only_new else self._store.facts(key)
        version = self._store.put(key, source, digest=digest, only_new=only_new)
        _mark(source, _label(version))
        return source.stat().st_size - (before.size if before else 0), int(before is None)

    # Reading

    def read_sidecar(self, path: Path) -> Sidecar:
        with suppress(NotOnVolume):  # the words of a missing one are those of any volume
            self.inside(sidecar_of(path))
        return super().read_sidecar(path)

    def verify(self, path: Path) -> str:
        return super().verify(self.inside(path))

    def is_awaited(self, sidecar: Path) -> bool:
        described = self.relative(sidecar).removesuffix(SUFFIX)
        return self._store.is_coming(described) or self._store.facts(described) is not None

    def clock(self) -> datetime:
        return self._store.clock()

    def usage(self) -> Usage:
        return self._told_usage(self._shared.read())

    def recount(self, *, at_leisure: bool = False) -> Usage:
        return self._told_usage(self._shared.recount(at_leisure=at_leisure))

    def _told_usage(self, page: Page) -> Usage:
        """A store has no end: what is free is what the quota leaves, and the room that this machine has for copies."""
        disk = super().usage().free
        free = disk if self.max_bytes is None else min(disk, max(0, self.max_bytes - page.spoken_for))
        return Usage(page.spoken_for, self.max_bytes, free, page.files)

    # Removing

    def purge(self, older_than: datetime, *, keep: Keep = ()) -> Purged:
        purged = super().purge(older_than, keep=keep)
        self._store.end_uploads(before=older_than)
        return purged

    def _lying(self, folder: Path) -> Iterator[Lying]:
        for each in self._store.below(f"{self.relative(folder)}/"):
            yield Lying(self.root / each.key, each.size, each.modified.timestamp())

    def _remove(self, paths: list[Path], *, insist: bool = True) -> Purged:
        """The objects, and this machine's copies; another's are found out when they are asked for."""
        keys = [self.relative(path) for path in paths if path.parent != self._tmp]
        lying = {key: facts.size for key in keys if (facts := self._store.facts(key))}
        refused = self._store.remove(lying)
        gone = [size for key, size in lying.items() if key not in refused]
        self._shared.placed("", -sum(gone), -len(gone))
        super()._remove(paths, insist=insist)
        if insist and refused:
            raise StoreAway(f"The object store does not remove {refused[0]}.")
        return Purged(len(gone), sum(gone), len(refused))

    def _tidy(self) -> None:
        """Once a minute: remove the copies that nobody has read for long."""
        if time.monotonic() - self._tidied > TIDY_SECONDS:
            self._tidied = time.monotonic()
            self.remove_copies(unread_for=COPY_SECONDS)

    def remove_copies(self, *, unread_for: float) -> None:
        """Copies that were not asked for in so many seconds; what lies in the store stays."""
        edge = time.time() - unread_for
        copies = [path for place in _PLACES for path in (self.root / place).rglob("*") if path.is_file()]
        super()._remove([path for path in copies if _last_read(path) < edge], insist=False)


class _Published(Incoming):
    """A file that is placed in the store first; its part lies on this machine."""

    def __init__(
        self,
        part: Path,
        *,
        size: int | None,
        ledger: Ledger,
        md5: bool,
        shared: Allowance,
        give: Callable[[Path, Placed, Path | None, str, bool], Path],
    ) -> None:
        super().__init__(part, size=size, ledger=ledger, md5=md5)
        self._shared, self._give, self._token = shared, give, part.stem
        self._granted = 0

    def __enter__(self) -> Incoming:
        least, wish = (0, FIRST_STEP_BYTES) if self._declared is None else (self._declared, self._declared)
        self._granted = self._shared.grant(self._token, least=least, wish=wish)
        try:
            return super().__enter__()
        except BaseException:
            self._shared.release(self._token)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        given = self._placed
        super().__exit__(kind, error, trace)
        if not given:
            self._shared.release(self._token)

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        if (more := self.size + len(chunk) - self._granted) > 0:
            self._granted = self._shared.grant(self._token, least=more, wish=max(more, FIRST_STEP_BYTES))
        super().write(chunk)

    def place(
        self,
        target: Path,
        *,
        describe: Callable[[Placed], Sidecar] | None = None,
        replaceable: bool = False,  # noqa: ARG002 - the store always has it for good
        fresh: bool = False,
    ) -> Placed:
        placed = self.whole(target)
        note = self.part.with_suffix(".note") if describe is not None else None
        if describe is not None and note is not None:
            note.write_bytes(describe(placed).as_text())
        goal = self._give(self.part, placed, note, self._token, fresh)
        if note is not None:
            note.unlink(missing_ok=True)  # labelled as its object it looks old, and a purge may have taken it
        return super().place(goal, replaceable=True)  # what the store has needs not wait for this disk


def _placed_copy(incoming: Incoming, place: Path, read: Facts) -> Path:
    """Raises StoreAway where other bytes came than the store has."""
    if incoming.size != read.size or (read.sha256 and incoming.whole(place).sha256 != read.sha256):
        raise StoreAway(f"The object store gave other bytes of {read.key} than it has.")
    _mark(incoming.part, _label(read.version))
    return incoming.place(place, replaceable=True).path


def _label(version: str) -> int:
    """A time of change (ns) that stands for this version."""
    return int(hashlib.sha256(version.encode()).hexdigest()[:12], 16)


def _mark(path: Path, label: int) -> None:
    """Read just now, and of this version."""
    with suppress(FileNotFoundError):
        os.utime(path, ns=(time.time_ns(), label))


def _last_read(path: Path) -> float:
    try:
        return path.stat().st_atime
    except FileNotFoundError:
        return time.time()

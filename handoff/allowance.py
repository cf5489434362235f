"""What a machine may place in the shared object store without asking: one write of the shared ledger for many files.

The ledger (handoff/store_ledger.py) is one object that all machines replace; at three writes a file they lose half of
them to each other. So a machine holds a block of bytes there, kept in a small file that its processes lock: files are
granted out of the block, and what they came to is told when the block is used up or ``TELL_SECONDS`` have passed.
Others see what was not told yet as held. Where the quota is too small for a block, each file asks as it did before.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handoff import modes
from handoff.errors import VolumeFull
from handoff.quota import locked, written
from handoff.store import Store
from handoff.store_ledger import HOLD_SECONDS, Page, StoreLedger

#: seconds until what was placed here is told to the others
TELL_SECONDS = 10.0
#: a machine holds so much in advance, a hundredth of the quota at most, and nothing where that would be too little
BLOCK_BYTES, _BLOCK_SHARE, _LEAST_BLOCK = 64 << 20, 100, 1 << 20
#: nor where the quota is nearly used up: its last bytes are for whoever needs them now
_AMPLE = 0.9


@dataclass
class Purse:
    """``holds``: token of a file that is being written here -> [bytes, when it was raised, by this machine's clock].

    ``room``: bytes of the machine's hold that no file has; ``used`` and ``files``: what was placed (or removed) here
    and not yet told, at ``told_at`` for the last time. The shared page holds room, holds and ``used`` together.
    """

    name: str = field(default_factory=lambda: f"machine-{secrets.token_hex(8)}")
    holds: dict[str, list[float]] = field(default_factory=dict)
    room: int = 0
    used: int = 0
    files: int = 0
    told_at: float = 0.0

    @property
    def held(self) -> int:
        return sum(int(size) for size, _ in self.holds.values())

    def is_older_than(self, seconds: float) -> bool:
        """By a clock that may have been set back, too."""
        return not 0 <= time.time() - self.told_at < seconds


class Allowance:
    """The ledger of ``store`` as one machine uses it, whose processes share ``path``.

    ``count`` lists the store: (bytes, files) of all that lies there; ``limit`` None for no quota.
    """

    def __init__(self, path: Path, store: Store, *, limit: int | None, count: Callable[[], tuple[int, int]]) -> None:
        self._path, self._limit = path, limit
        self._shared = StoreLedger(store, count=count)
        block = BLOCK_BYTES if limit is None else min(BLOCK_BYTES, limit // _BLOCK_SHARE)
        self._block = block if block >= _LEAST_BLOCK else 0

    def grant(self, token: str, *, least: int, wish: int) -> int:
        """Add ``wish`` bytes to a hold, or ``least`` where there is no more room, and return the new hold.

        Raises VolumeFull when not even ``least`` fits, after the store was counted again.
        """
        with self._open() as purse:
            granted = wish
            if purse.room < wish or purse.is_older_than(HOLD_SECONDS / 2):
                granted = self._asked(purse, least=least, wish=wish)
            purse.room -= granted
            held = int(purse.holds.get(token, [0.0])[0]) + granted
            purse.holds[token] = [held, time.time()]
            return held

    def placed(self, token: str, size: int, files: int) -> None:
        """What was held under the token lies there now: so many bytes and files more (or less) than before."""
        with self._open() as purse:
            freed = int(purse.holds.pop(token, [0.0])[0]) + max(0, purse.used)
            purse.used, purse.files = purse.used + size, purse.files + files
            purse.room += freed - max(0, purse.used)
            self._tell_in_time(purse, now=size < 0)  # a count meanwhile has missed it; told after that it would lack

    def release(self, token: str) -> None:
        with self._open() as purse:
            if gone := purse.holds.pop(token, None):
                purse.room += int(gone[0])
                self._tell_in_time(purse)

    def read(self) -> Page:
        """The shared page, with what was not told yet in it, and of this machine's hold what files have."""
        with self._open() as purse:
            page = self._shared.read()
            page.used, page.files = max(0, page.used + purse.used), max(0, page.files + purse.files)
            page.holds[purse.name] = [purse.held, page.now + HOLD_SECONDS]
            return page

    def recount(self, *, at_leisure: bool = False) -> Page:
        """As the shared ledger's; what was not told yet is told before."""
        with self._open() as purse:
            self._tell(purse)
        self._shared.recount(at_leisure=at_leisure)
        return self.read()

    def _asked(self, purse: Purse, *, least: int, wish: int) -> int:
        """How much of ``wish`` the shared page grants; that is in the purse's room then, with a block where it fits."""

        def fitted(page: Page) -> tuple[int, int] | None:
            """The file's share and the whole room; None where there is none."""
            self._put_told(page, purse)
            self._put_hold(page, purse, room=0)
            for granted in (wish, least):
                if self._limit is None or page.spoken_for + granted <= self._limit:
                    room = granted + self._spare(page, beside=granted)
                    self._put_hold(page, purse, room=room)
                    return granted, room
            return None

        found = self._shared.change(fitted)
        self._told(purse, room=found[1] if found else 0)
        if found is None and self._shared.may_recount():
            self._shared.recount()
            if found := self._shared.change(fitted):
                self._told(purse, room=found[1])
        if found is None:
            raise VolumeFull(least, used=self._shared.read().spoken_for, limit=self._limit)
        return found[0]

    def _tell_in_time(self, purse: Purse, *, now: bool = False) -> None:
        """``now``, or where it is due: others should not count for long with what is not so."""
        far = now or abs(purse.used) >= self._block or not 0 <= purse.room <= 2 * self._block
        if far or purse.is_older_than(TELL_SECONDS):
            self._tell(purse)

    def _tell(self, purse: Purse) -> None:
        edge = time.time() - HOLD_SECONDS  # their writers are gone
        purse.holds = {token: hold for token, hold in purse.holds.items() if hold[1] > edge}

        def tell(page: Page) -> int:
            self._put_told(page, purse)
            self._put_hold(page, purse, room=0)
            room = min(max(0, purse.room), self._spare(page))
            self._put_hold(page, purse, room=room)
            return room

        self._told(purse, room=self._shared.change(tell))

    def _spare(self, page: Page, *, beside: int = 0) -> int:
        """What this machine may hold in advance, ``beside`` what it needs now."""
        ample = self._limit is None or page.spoken_for + beside + self._block <= _AMPLE * self._limit
        return self._block if ample else 0

    @staticmethod
    def _put_told(page: Page, purse: Purse) -> None:
        page.used, page.files = max(0, page.used + purse.used), max(0, page.files + purse.files)

    @staticmethod
    def _put_hold(page: Page, purse: Purse, *, room: int) -> None:
        page.holds[purse.name] = [purse.held + room, page.now + HOLD_SECONDS]
        if not page.holds[purse.name][0]:
            del page.holds[purse.name]

    @staticmethod
    def _told(purse: Purse, *, room: int) -> None:
        purse.used, purse.files, purse.room, purse.told_at = 0, 0, room, time.time()

    @contextmanager
    def _open(self) -> Iterator[Purse]:
        """The purse, locked against this machine's other processes until the block ends; written back then."""
        descriptor = locked(self._path)
        try:
            text = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
            if not text:
                modes.share(descriptor)
            purse = _parsed(text)
            try:
                yield purse
            finally:
                if (after := json.dumps(vars(purse)).encode()) != text:
                    written(descriptor, after, self._path)
        finally:
            os.close(descriptor)


def _parsed(text: bytes) -> Purse:
    """A new one where it is not there or its writer was killed half-way: its hold ends by itself."""
    try:
        facts: dict[str, Any] = json.loads(text)
        return Purse(**facts)
    except (ValueError, TypeError):
        return Purse()

"""The ledger of bytes where the volume is an object store: one small object that is replaced only by who has read it.

As the ledger of a mounted volume (handoff/quota.py) it is a cache of the truth. A hold ends with its writer, or an hour
after it was made, by the clock of the store. Who holds are machines: see handoff/allowance.py.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from handoff.errors import StoreAway
from handoff.store import LostRace, Store

KEY = "tmp/ledger.json"
#: longer than any download may take, with its upload
HOLD_SECONDS = 3600.0
#: others that write at the same moment are waited for so long
PATIENCE_SECONDS = 60.0
_RECOUNT_SHARE, _NO_TIME = 20, 0.05

Answer = TypeVar("Answer")


@dataclass
class Page:
    """``holds``: token -> [bytes, when they end by the store's clock]; ``now`` that clock, when it was read."""

    used: int = 0
    files: int = 0
    holds: dict[str, list[float]] = field(default_factory=dict)
    counted_at: float = 0.0
    counting_took: float = 0.0
    now: float = 0.0

    @property
    def spoken_for(self) -> int:
        return self.used + sum(int(held) for held, _ in self.holds.values())


class StoreLedger:
    """``count`` lists the store: (bytes, files) of all that lies there."""

    def __init__(self, store: Store, *, count: Callable[[], tuple[int, int]]) -> None:
        self._store, self._count = store, count

    def read(self) -> Page:
        page, _ = self._read()
        return page

    def recount(self, *, at_leisure: bool = False) -> Page:
        """Count what lies there; what others placed or removed while the store was listed is kept on top."""
        before = self.read()
        if at_leisure and not self.may_recount(before):
            return before
        started = time.monotonic()
        used, files = self._count()
        took = time.monotonic() - started

        def correct(page: Page) -> Page:
            page.used = max(0, used + page.used - before.used)
            page.files = max(0, files + page.files - before.files)
            page.counted_at, page.counting_took = page.now, took
            return page

        return self.change(correct)

    def change(self, alter: Callable[[Page], Answer]) -> Answer:
        """Alter the page as nobody else does at this moment: it is read and altered again until that is so."""
        ends, pause = time.monotonic() + PATIENCE_SECONDS, 0.005
        while True:
            page, version = self._read()
            before = _dump(page)
            answer = alter(page)
            if version and _dump(page) == before:
                return answer
            try:
                self._store.write_page(KEY, _dump(page), over=version)
            except LostRace:
                if time.monotonic() > ends:
                    raise StoreAway("Too many write to the object store at once: the ledger cannot be had.") from None
                time.sleep(random.uniform(0, pause))  # noqa: S311 - not a secret
                pause = min(0.5, pause * 2)
            else:
                return answer

    def _read(self) -> tuple[Page, str]:
        """The page without holds that have ended. Damaged or absent, the store is counted."""
        text, version, now = self._store.page(KEY)
        try:
            facts: dict[str, Any] = json.loads(text)
            page = Page(**facts, now=now)
        except (ValueError, TypeError):
            used, files = self._count()
            page = Page(used, files, counted_at=now, now=now)
        page.holds = {token: hold for token, hold in page.holds.items() if hold[1] > now}
        return page, version

    def may_recount(self, page: Page | None = None) -> bool:
        """Counting may take one twentieth of the time at most, where it takes any to speak of."""
        page = page or self.read()
        return page.counting_took < _NO_TIME or page.now - page.counted_at > _RECOUNT_SHARE * page.counting_took


def _dump(page: Page) -> bytes:
    return json.dumps({name: value for name, value in vars(page).items() if name != "now"}).encode()

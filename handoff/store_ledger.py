"""The ledger of bytes where the volume is an object store: one small object that is replaced only by who has read it.

As the ledger of a mounted volume (handoff/quota.py) it is a cache of the truth, and a refusal is only spoken after the
truth was counted again. A hold ends with its writer, or an hour after it was made, by the clock of the store.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from handoff.errors import StoreAway, VolumeFull
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
    """``count`` lists the store: (bytes, files) of all that lies there; ``limit`` None for no quota."""

    def __init__(self, store: Store, *, limit: int | None, count: Callable[[], tuple[int, int]]) -> None:
        self._store, self._limit, self._count = store, limit, count

    def grant(self, token: str, *, least: int, wish: int) -> int:
        """Add ``wish`` bytes to a hold, or ``least`` where there is no more room, and return the new hold.

        Raises VolumeFull when not even ``least`` fits, after the store was counted again.
        """
        granted = self.change(lambda page: self._fitted(page, token, least=least, wish=wish))
        if granted is None and self._may_recount(self.read()):
            self.recount()
            granted = self.change(lambda page: self._fitted(page, token, least=least, wish=wish))
        if granted is None:
            raise VolumeFull(least, used=self.read().spoken_for, limit=self._limit)
        return granted

    def placed(self, token: str, size: int, files: int) -> None:
        """What was held under the token lies there now: so many bytes and files more (or less) than before."""

        def settle(page: Page) -> None:
            page.holds.pop(token, None)
            page.used, page.files = max(0, page.used + size), max(0, page.files + files)

        self.change(settle)

    def release(self, token: str) -> None:
        self.change(lambda page: page.holds.pop(token, None))

    def read(self) -> Page:
        page, _ = self._read()
        return page

    def recount(self, *, at_leisure: bool = False) -> Page:
        """Count what lies there; what others placed or removed while the store was listed is kept on top."""
        before = self.read()
        if at_leisure and not self._may_recount(before):
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

    def _fitted(self, page: Page, token: str, *, least: int, wish: int) -> int | None:
        """The hold, which begins anew now; None where there is no room for ``least``."""
        for fit in (wish, least):
            if self._limit is None or page.spoken_for + fit <= self._limit:
                held = int(page.holds.get(token, [0.0, 0.0])[0]) + fit
                page.holds[token] = [held, page.now + HOLD_SECONDS]
                return held
        return None

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

    def _may_recount(self, page: Page) -> bool:
        return page.counting_took < _NO_TIME or page.now - page.counted_at > _RECOUNT_SHARE * page.counting_took


def _dump(page: Page) -> bytes:
    return json.dumps({name: value for name, value in vars(page).items() if name != "now"}).encode()

"""The catalogue that a worker keeps open, so that the child of each analysis is born with it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

from ml_analyze.matching import Matcher

#: products whose words are read beforehand; a small catalogue is then ready as a whole (0.1 ms each)
READ_BEFOREHAND = 3000

Identity = tuple[str, int, int, int, int]


def identity_of(path: Path) -> Identity:
    """Snapshots are placed by a rename and never written to again: another file is another inode or another time."""
    facts = path.stat()
    return str(path), facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns


class Shelf:
    """Holds one open matcher, of the catalogue that was used last, once it was used twice in a row."""

    def __init__(self) -> None:
        self._last: Identity | None = None
        self._held: tuple[Identity, Matcher] | None = None

    @property
    def held(self) -> Identity | None:
        """Of the matcher that is held."""
        return self._held[0] if self._held else None

    def take(self, snapshot: Path) -> Matcher | None:
        """The matcher of exactly this file, if it is held."""
        if self._held is None or self._held[0] != identity_of(snapshot):
            return None
        return self._held[1]

    def used(self, snapshot: Path, open_it: Callable[[Path], Matcher]) -> None:
        """An analysis has used ``snapshot``, so its index is built. Raises CatalogUnreadable, OSError."""
        identity = identity_of(snapshot)
        before, self._last = self._last, identity
        if identity != before or self.take(snapshot):
            return
        self._held = None
        matcher = open_it(snapshot)
        matcher.read_beforehand(READ_BEFOREHAND)
        self._held = identity, matcher
        gc.collect()
        gc.freeze()  # what is loaded now stays: collecting it in a child would copy pages for nothing

"""What was learned from decisions, kept: the judge of exactly these decisions, or the newest that is finished.

Learning takes seconds and a decision must be known at once: whoever does not want to wait takes the newest judge of the
catalogue's folder and leaves a mark; ``python -m ml_analyze.worker`` has a process that learns where a mark lies.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: a new judge is worth its seconds after so many decisions more, or this share of those it learned from
_MORE, _SHARE = 5, 0.05
_KEPT = 3
MARK = "wanted"


@dataclass(frozen=True)
class Judges:
    """``folder`` holds the judges of one office's catalogue; ``code`` names what they were learned with."""

    folder: Path
    code: str

    def path(self, decisions: int, digest: str) -> Path:
        return self.folder / f"judge-{self.code}-{decisions:08}-{digest}.npz"

    def newest(self) -> Path | None:
        """The last one finished, by whichever decisions."""
        return max(self.folder.glob(f"judge-{self.code}-*.npz"), key=lambda path: path.stat().st_mtime_ns, default=None)

    def ask_for(self, snapshot: Path, *, decisions: int) -> None:
        """Leave the mark, if there is enough to learn that the newest does not know."""
        newest = self.newest()
        known = int(newest.stem.split("-")[2]) if newest else 0
        if newest is None or abs(decisions - known) >= max(_MORE, _SHARE * known):
            self.folder.mkdir(parents=True, exist_ok=True)
            part = self.folder / f"{MARK}.{os.getpid()}.part"
            part.write_text(str(snapshot), encoding="utf-8")
            part.replace(self.folder / MARK)

    def drop_old(self) -> None:
        every = sorted(self.folder.glob("judge-*.npz"), key=lambda path: path.stat().st_mtime_ns)
        for path in every[:-_KEPT]:
            path.unlink(missing_ok=True)


def marks(cache_dir: Path) -> Iterator[Path]:
    """Every mark that lies below the cache."""
    return cache_dir.glob(f"judges-*/{MARK}")

"""Floors that several benches share: the least work that any program has to do for the same result."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from bench.figure import best_of


def copy_and_hash(files: Sequence[Path], into: Path, *, times: int = 3) -> float:
    """Seconds to copy ``files`` and take the SHA-256 of each, one after the other, without a sync to disk."""

    def work() -> None:
        for number, file in enumerate(files):
            copy = into / f"floor-{number}"
            shutil.copyfile(file, copy)
            with copy.open("rb") as stream:
                hashlib.file_digest(stream, "sha256")
            copy.unlink()

    return best_of(times, work)

"""Learns from decisions beside the work: one process, one core, at the lowest priority, where a mark asks for it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import structlog

from ml_analyze.matching import CatalogUnreadable
from ml_analyze.matching.index import open_index
from ml_analyze.matching.judges import marks
from ml_analyze.matching.learn import judge_for

LOOK_SECONDS = 1.0

log = structlog.get_logger()


def work(cache_dir: Path) -> int:
    """Until the process is ended; a snapshot that is gone meanwhile is asked for again by the next file."""
    os.nice(10)
    while True:
        for mark in marks(cache_dir):
            learn_from(mark, cache_dir=cache_dir)
        time.sleep(LOOK_SECONDS)


def learn_from(mark: Path, *, cache_dir: Path) -> None:
    """Learn what the mark asks for. The mark goes first: one that is set meanwhile counts again."""
    try:
        snapshot = Path(mark.read_text(encoding="utf-8"))
        mark.unlink()
    except FileNotFoundError:
        return
    began = time.monotonic()
    try:
        judge = judge_for(open_index(snapshot, cache_dir=cache_dir))
    except (CatalogUnreadable, OSError) as error:
        log.info("not_learned", snapshot=snapshot.name, reason=str(error))
        return
    log.info("learned", snapshot=snapshot.name, model=judge.name, seconds=round(time.monotonic() - began, 1))

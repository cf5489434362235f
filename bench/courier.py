"""The download step: one file of a gigabyte, a thousand files of 200 KB; whole steps, over cp and sha256."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from app.courier import deliver
from app.extensions import db
from app.jobs import lifecycle
from app.models.job import Job
from app.models.phase import Step
from app.models.supplier import Supplier
from app.volume import volume
from bench.figure import Figure, figure
from bench.floors import copy_and_hash
from bench.installation import Memory, Place, place
from tests.servers.analysis import AnalysisServer

GIGABYTE = 1_000_000_000
SMALL = 200_000


def figures(quick: bool) -> list[Figure]:
    large, count = (GIGABYTE // 4, 200) if quick else (GIGABYTE, 1000)
    with place(SHARED_MAX_BYTES=str(20 * 2**30)) as here, AnalysisServer(here.shared) as analysis:
        # The largest file that may be configured is 500 MB; the bench asks how the step does beyond that.
        config = here.app.extensions["settings"].model_copy(update={"ml_analyze_url": analysis.url})
        object.__setattr__(config, "max_file_size_mb", 2000)
        here.app.extensions["settings"] = config
        sources = here.folder / "sources"
        sources.mkdir()
        with file_server(sources) as address:
            return [*one_large(here, sources, address, large), *many_small(here, sources, address, count)]


def one_large(here: Place, sources: Path, address: str, size: int) -> list[Figure]:
    file = random_file(sources / "large.csv", size)
    floor = copy_and_hash([file], here.folder)
    best, grown = float("inf"), 0
    for _ in range(3):
        job = opened(f"{address}/large.csv")
        with Memory() as memory:
            began = time.perf_counter()
            deliver.deliver(job.id)
            best = min(best, time.perf_counter() - began)
        grown = max(grown, memory.grown)
        tidy(job)
    file.unlink()
    name = f"download step, one file of {size / 1e9:g} GB"
    return [
        figure(f"{name} / cp + sha256", best, "s", floor=floor, ratio_most=1.5),
        figure(f"{name}, memory", grown / 2**20, "MB", most=48),
    ]


def many_small(here: Place, sources: Path, address: str, count: int) -> list[Figure]:
    """Claim, fetch, sidecar, both hashes, fsync, rows, events, hand-over: all of each step."""
    files = [random_file(sources / f"{number}.csv", SMALL) for number in range(count)]
    floor = copy_and_hash(files, here.folder)
    jobs = [opened(f"{address}/{file.name}") for file in files]
    began = time.perf_counter()
    for job in jobs:
        deliver.deliver(job.id)
    took = time.perf_counter() - began
    phases = {lifecycle.get(job.id).phase for job in jobs}
    if phases != {"analyzing"}:
        raise RuntimeError(f"The bench's own files were not delivered: {phases}")
    name = f"download step, {count} files of 200 KB"
    return [
        figure(f"{name} / cp + sha256", took, "s", floor=floor, ratio_most=8),
    ]


def opened(url: str) -> Job:
    supplier = Supplier(name=f"Supplier of {url} {time.time_ns()}", source_type="csv", meta={"source_url": url})
    db.session.add(supplier)
    db.session.commit()
    return lifecycle.open_job(supplier, trigger="manual", task_id="bench", step=Step.DELIVER, source_url=url)


def tidy(job: Job) -> None:
    ended = lifecycle.get(job.id)
    if ended.phase != "analyzing" or ended.supplier_id is None:
        raise RuntimeError(f"The bench's own file was not delivered: {ended.error_message or ended.waiting_for}")
    volume().remove_job(ended.supplier_id, job.id)


def random_file(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        for first in range(0, size, 1 << 20):
            file.write(os.urandom(min(1 << 20, size - first)))
    return path


@contextlib.contextmanager
def file_server(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "bench.file_server", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.kill()


if __name__ == "__main__":
    for each in figures("--quick" in sys.argv):
        print(each)

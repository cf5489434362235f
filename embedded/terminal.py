"""What the terminal shows of the samples: live progress, or changes line by line without a terminal; the summary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text


class Sample(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def file(self) -> str: ...


class Job(Protocol):
    @property
    def phase(self) -> str: ...
    @property
    def outcome(self) -> str | None: ...
    @property
    def file_size(self) -> int | None: ...
    @property
    def items_total(self) -> int: ...
    @property
    def items_processed(self) -> int: ...
    @property
    def matches_found(self) -> int: ...
    @property
    def review_count(self) -> int: ...
    @property
    def error_count(self) -> int: ...
    @property
    def waiting_for(self) -> str | None: ...
    @property
    def seconds(self) -> float: ...


# Sign, colour and share of the way for each phase; the sign tells it apart without colours too.
_PHASES = {
    "downloading": ("↓", "blue", 20),
    "analyzing": ("⚙", "magenta", 45),
    "matching": ("≈", "cyan", 70),
    "complete": ("✓", "green", 100),
    "failed": ("✗", "red", 100),
}


def progress(samples: Iterable[Sample], jobs: Mapping[str, Job]) -> Table:
    """A line a supplier: phase, way so far, bytes, items, seconds."""
    table = Table(box=None, pad_edge=False, expand=False)
    for title in ("Supplier", "File", "Phase", ""):
        table.add_column(title, no_wrap=True)
    for title in ("Bytes", "Items", "Seconds"):
        table.add_column(title, justify="right", no_wrap=True)
    for sample in samples:
        job = jobs.get(sample.name)
        if job is None:
            table.add_row(sample.name, sample.file, Text("waiting", "dim"), ProgressBar(width=16, completed=0))
            continue
        _, colour, share = _PHASES[job.phase]
        bar = ProgressBar(width=16, completed=_share(job, share), complete_style=colour, finished_style=colour)
        table.add_row(sample.name, sample.file, _phase(job), bar, *_numbers(job)[:2], f"{job.seconds:.1f}")
    return table


def print_changes(console: Console, before: Mapping[str, Job], now: Mapping[str, Job]) -> None:
    """A line for each job whose phase has changed, for logs and pipes."""
    for name, job in now.items():
        old = before.get(name)
        if old is None or (old.phase, old.outcome) != (job.phase, job.outcome):
            console.print(f"    {name}: ", _phase(job), f" after {job.seconds:.1f} s", sep="", soft_wrap=True)


def summary(
    samples: Iterable[Sample], jobs: Mapping[str, Job], verdicts: Mapping[str, str | None], *, width: int
) -> Table:
    """The table at the end; a job that did not become what it should is shown in red.

    Below 110 columns the file stands under its supplier: names may wrap, no figure may be cut.
    """
    table = Table(title="Sample suppliers", title_justify="left", title_style="bold", box=None, padding=(0, 1, 0, 0))
    narrow = width < 110
    for title in ("Supplier, file",) if narrow else ("Supplier", "File"):
        table.add_column(title)
    table.add_column("Outcome", no_wrap=True, min_width=11)
    for title, least in (("Bytes", 7), ("Items", 5), ("Matched", 7), ("Review", 6), ("Errors", 6), ("Seconds", 7)):
        table.add_column(title, justify="right", no_wrap=True, min_width=least)
    for sample in samples:
        job = jobs.get(sample.name)
        names = (f"{sample.name}\n  {sample.file}",) if narrow else (sample.name, sample.file)
        cells = (_phase(job), *_numbers(job), f"{job.seconds:.1f}") if job else ("-",)
        table.add_row(*names, *cells, style="red" if verdicts[sample.name] else None)
    return table


def _phase(job: Job) -> Text:
    sign, colour, _ = _PHASES[job.phase]
    word = job.outcome or job.phase
    colour = "yellow" if word in ("warnings", "held") else colour
    return Text(f"{sign} {word}" + (" (waiting)" if job.waiting_for and not job.outcome else ""), colour)


def _share(job: Job, base: int) -> float:
    if job.phase != "matching" or not job.items_total:
        return base
    return base + 30 * min(1.0, job.items_processed / job.items_total)


def _numbers(job: Job) -> tuple[str, str, str, str, str]:
    size = f"{job.file_size:,}" if job.file_size is not None else "-"
    return size, str(job.items_total), str(job.matches_found), str(job.review_count), str(job.error_count)

"""The sample suppliers through the real pipeline: handed in or fetched, watched, held against what is declared."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.rows import class_row
from rich.console import Console
from rich.live import Live
from rich.markup import escape

from embedded import terminal
from embedded.admin_api import AdminApi
from embedded.ports import LOOPBACK
from embedded.processes import CannotRun
from embedded.servers import Servers

_PATIENCE_SECONDS = 600.0


@dataclass(frozen=True)
class Sample:
    """One entry of suppliers.toml."""

    name: str
    file: str
    type: str
    way: str
    first: str
    again: str
    items: int
    errors: int


@dataclass(frozen=True)
class JobRow:
    """What the table ``ingestion_jobs`` tells about a job."""

    supplier_name: str
    phase: str
    outcome: str | None
    file_size: int | None
    items_total: int
    items_processed: int
    matches_found: int
    review_count: int
    error_count: int
    error_message: str | None
    waiting_for: str | None
    seconds: float

    @property
    def is_settled(self) -> bool:
        return self.outcome is not None


class Demonstration:
    """Starts one job a sample, shows them while they run, and says whether each became what is declared."""

    def __init__(self, samples: Path, files: str, address: str, servers: Servers, variables: Mapping[str, str]) -> None:
        self._folder, self._files, self._servers = samples, files, servers
        declared = tomllib.loads((samples / "suppliers.toml").read_text(encoding="utf-8"))
        self._samples = [Sample(**entry) for entry in declared["supplier"]]
        self._api = AdminApi(address, servers.database_url, variables["JWT_SECRET"])

    def run(self, console: Console, *, meanwhile: Callable[[], None]) -> bool:
        """True when every job reached the outcome it should."""
        with psycopg.connect(self._servers.database_url.replace("+psycopg", ""), autocommit=True) as connection:
            known = self._known(connection)
            began = self._now(connection)
            self._start(known | ever_made(connection))
            jobs = self._watch(connection, began, console, meanwhile)
        verdicts = {
            sample.name: verdict(sample, jobs.get(sample.name), sample.name in known) for sample in self._samples
        }
        console.print(terminal.summary(self._samples, jobs, verdicts, width=console.width))
        console.print()
        for name, complaint in verdicts.items():
            if complaint:
                console.print(f"[bold red]{name}[/]: {escape(complaint)}", soft_wrap=True)
        if not any(verdicts.values()):
            console.print(
                f"All {len(verdicts)} became what they should, the faulty file and the dead address included."
            )
        return not any(verdicts.values())

    def _start(self, known: set[str]) -> None:
        """Make what suppliers are missing, then hand in or fetch every file; what a person changed is theirs."""
        suppliers = self._api.suppliers()
        self._samples = [each for each in self._samples if is_ours(each, suppliers.get(each.name), known)]
        for sample in self._samples:
            url = f"{self._files}/{sample.file}" if sample.way == "url" else None
            supplier = suppliers.get(sample.name)
            if supplier is None:
                # Making one with an address fetches it at once.
                supplier_id = self._api.create_supplier(sample.name, sample.type, url)
            else:
                supplier_id = supplier["id"]
                if url and supplier["source_url"] != url:
                    self._api.change_address(supplier_id, url)
                if url:
                    self._api.fetch(supplier_id)
            if url is None:
                self._api.upload(supplier_id, self._folder / sample.file)

    def _watch(
        self, connection: psycopg.Connection[Any], began: datetime, console: Console, meanwhile: Callable[[], None]
    ) -> dict[str, JobRow]:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        jobs: dict[str, JobRow] = {}
        with Live(console=console, auto_refresh=False, transient=True) as live:
            while not self._all_settled(jobs):
                if time.monotonic() > deadline:
                    raise CannotRun(f"after {_PATIENCE_SECONDS / 60:.0f} minutes not every sample had come to an end.")
                meanwhile()
                before, jobs = jobs, self._jobs(connection, began)
                if console.is_terminal:
                    live.update(terminal.progress(self._samples, jobs), refresh=True)
                else:
                    terminal.print_changes(console, before, jobs)
                time.sleep(0.25)
        return jobs

    def _all_settled(self, jobs: Mapping[str, JobRow]) -> bool:
        return all(sample.name in jobs and jobs[sample.name].is_settled for sample in self._samples)

    def _jobs(self, connection: psycopg.Connection[Any], began: datetime) -> dict[str, JobRow]:
        """The first job of each supplier since ``began``: the one that the demonstration started."""
        query = """
            SELECT DISTINCT ON (supplier_name) supplier_name, phase, outcome, file_size, items_total, items_processed,
                   matches_found, review_count, error_count, error_message, waiting_for,
                   extract(epoch FROM coalesce(completed_at, clock_timestamp()) - created_at)::float AS seconds
            FROM ingestion_jobs WHERE created_at >= %s ORDER BY supplier_name, created_at
        """
        with connection.cursor(row_factory=class_row(JobRow)) as cursor:
            return {row.supplier_name: row for row in cursor.execute(query, (began,))}

    def _known(self, connection: psycopg.Connection[Any]) -> set[str]:
        """Suppliers whose file has come before."""
        return {row[0] for row in connection.execute("SELECT DISTINCT supplier_name FROM ingestion_jobs")}

    def _now(self, connection: psycopg.Connection[Any]) -> datetime:
        row = connection.execute("SELECT clock_timestamp()").fetchone()
        assert row is not None
        now: datetime = row[0]
        return now


def ever_made(connection: psycopg.Connection[Any]) -> set[str]:
    """Names of suppliers that were ever entered: the audit remembers them when their last job is long forgotten."""
    return {row[0] for row in connection.execute("SELECT subject FROM audit_log WHERE action = 'supplier.created'")}


def is_ours(sample: Sample, supplier: Mapping[str, Any] | None, known: set[str]) -> bool:
    """Whether a start may touch this supplier: not one that was deleted, nor one whose address a person changed.

    ``known`` are names that were entered, or whose files have come, before. The file server's port may be another one
    at each start.
    """
    if supplier is None:
        return sample.name not in known
    if sample.way != "url":
        return True
    address = urlsplit(supplier["source_url"] or "")
    return address.hostname == LOOPBACK and address.path == f"/{sample.file}"


def verdict(sample: Sample, job: JobRow | None, is_known: bool) -> str | None:
    """None when the job became what is declared, else the difference as a sentence."""
    if job is None:
        return "no job was started."
    # An interrupted first start leaves a job of which we cannot tell how far it came: either end is right then.
    expected = {sample.first, sample.again} if is_known else {sample.first}
    if job.outcome not in expected:
        why = f": {job.error_message}" if job.error_message else ""
        return f"ended as {job.outcome}, expected {' or '.join(sorted(expected))}{why}"
    if job.outcome in ("success", "warnings") and (job.items_total, job.error_count) != (sample.items, sample.errors):
        return (
            f"{job.items_total} items and {job.error_count} errors were read, "
            f"expected {sample.items} and {sample.errors}."
        )
    return None

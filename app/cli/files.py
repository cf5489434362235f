"""Files on their way: sending one, looking at them, starting and ending them."""

from __future__ import annotations

import re
import time
from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import String, cast, select

from app.cli.console import ACTOR, err, fail, out, supplier_named, table_of
from app.courier import upload
from app.errors import CourierError, IngestError, Invalid, NotFound
from app.extensions import db
from app.jobs import board, lifecycle
from app.models.job import Job, JobEvent
from app.models.phase import Outcome

JOB_ID = re.compile(r"[0-9a-f-]{4,36}")
#: characters of an id that a screen shows; a pipe gets all of it
ID_SHOWN = 8

jobs = AppGroup("jobs", help="Files on their way.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--supplier", "name", required=True, help="Name of a supplier; made if there is none.")
@click.option("--existing", is_flag=True, help="Refuse a supplier that is not there yet.")
@click.option("--replaces-all", is_flag=True, help="The whole list: items missing in FILE become unavailable.")
def ingest(file: Path, name: str, existing: bool, replaces_all: bool) -> None:
    """Send FILE through the pipeline and wait for its end. Exit code 0 only when its items were taken."""
    if not file.is_file():
        fail(f"There is no file {file}.")
    try:
        supplier = supplier_named(name, existing=existing)
        with file.open("rb") as stream:
            job = upload.receive_file(supplier, stream, file.name, actor=ACTOR, replaces_all=replaces_all)
    except (CourierError, IngestError) as error:
        fail(error)
    ended = _watch(job.id)
    out.print(_summary(ended))
    if ended.outcome not in (Outcome.SUCCESS, Outcome.WARNINGS, Outcome.UNCHANGED):
        fail(ended.error_message or ended.hold_reason or f"The job ended as {ended.outcome}.")


@jobs.command("list")
@click.option("--limit", default=20, show_default=True)
def list_jobs(limit: int) -> None:
    """The newest jobs."""
    table = table_of("job", "supplier", "file", "phase", "outcome", "items", "errors", "created")
    for job in db.session.scalars(select(Job).order_by(Job.created_at.desc()).limit(limit)):
        when = f"{job.created_at:%Y-%m-%d %H:%M}"
        counts = (str(job.items_total), str(job.error_count))
        name = str(job.id)[: ID_SHOWN if out.is_terminal else None]
        table.add_row(name, job.supplier_name, job.original_filename, job.phase, job.outcome, *counts, when)
    out.print(table)


@jobs.command("show")
@click.argument("job_id")
def show_job(job_id: str) -> None:
    """One job with everything that happened to it. JOB_ID may be the first characters of the id."""
    try:
        job = _job(job_id)
    except CourierError as error:
        fail(error)
    out.print(f"Job {job.id}", highlight=False)
    out.print(_summary(job))
    for event in db.session.scalars(select(JobEvent).where(JobEvent.job_id == job.id).order_by(JobEvent.id)):
        out.print(f"{event.at:%H:%M:%S}  {event.kind:<10} {event.phase:<12} {event.message}", highlight=False)


@jobs.command("retry")
@click.argument("job_id")
@click.option("--force", is_flag=True, help="Process the file even if it is unchanged or its prices look wrong.")
def retry_job(job_id: str, force: bool) -> None:
    """Start a failed job again. JOB_ID may be the first characters of the id."""
    try:
        job = lifecycle.retry(_job(job_id).id, actor=ACTOR, force=force)
    except CourierError as error:
        fail(error)
    out.print(f"Job {job.id} starts again.")


@jobs.command("cancel")
@click.argument("job_id")
def cancel_job(job_id: str) -> None:
    """End a job in any phase. JOB_ID may be the first characters of the id."""
    try:
        job = lifecycle.cancel(_job(job_id).id, actor=ACTOR)
    except CourierError as error:
        fail(error)
    out.print(f"Job {job.id} is cancelled.")


def _job(words: str) -> Job:
    """By its id or the first characters of it. Raises NotFound, Invalid when several begin so."""
    start = words.strip().lower()
    if not JOB_ID.fullmatch(start):
        raise Invalid(f"{words} is no job's id: give it whole, or at least its first four characters.")
    found = db.session.scalars(select(Job.id).where(cast(Job.id, String).startswith(start)).limit(2)).all()
    if len(found) > 1:
        raise Invalid(f"Several jobs begin with {start}: give more of the id.")
    if not found:
        raise NotFound(f"There is no job {start}. `flask jobs list` shows the newest.")
    return lifecycle.get(found[0])


def _watch(job_id: UUID) -> Job:
    """Show the job's phases until it has ended."""
    columns = (
        TextColumn("{task.description:<12}"),
        BarColumn(),
        TextColumn("{task.fields[facts]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err) as progress:
        bar = progress.add_task("downloading", total=None, facts="")
        while True:
            db.session.rollback()
            job = lifecycle.get(job_id)
            live = board.live([job_id]).get(job_id, {})
            total = live.get("items_total") or None
            facts = job.waiting_for or f"{live.get('items_processed', 0)} items"
            progress.update(
                bar, description=job.phase, total=total, completed=live.get("items_processed", 0), facts=facts
            )
            if not job.is_active:
                progress.update(bar, total=1, completed=1)
                return job
            time.sleep(0.2)


def _summary(job: Job) -> Table:
    table = table_of("supplier", "file", "bytes", "items", "matched", "review", "new", "errors", "outcome", "seconds")
    seconds = f"{((job.completed_at or job.updated_at) - job.created_at).total_seconds():.1f}"
    counts = (job.items_total, job.matches_found, job.review_count, job.new_count, job.error_count)
    size = str(job.file_size or 0)
    table.add_row(job.supplier_name, job.original_filename, size, *map(str, counts), job.outcome or job.phase, seconds)
    return table

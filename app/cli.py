"""Door of the shell: flask commands. The pages' verbs, ten lines each."""

from __future__ import annotations

import os
import re
import secrets
import sys
import time
from functools import partial
from pathlib import Path
from typing import BinaryIO, NoReturn
from uuid import UUID

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import String, cast, func, select

from app import clock, product_lists
from app.access import passwords
from app.backup import create, nightly, restore
from app.catalog import importer
from app.catalog.product_rows import Money
from app.courier import upload
from app.errors import CourierError, IngestError, Invalid, NotFound
from app.extensions import db
from app.jobs import board, lifecycle
from app.models.job import Job, JobEvent
from app.models.phase import Outcome
from app.models.supplier import Supplier
from app.models.user import User, UserRole
from app.review import rematch
from app.suppliers import manage
from app.sync import run as sync_run

#: a pipe has no width: a table that goes into one is never cut
PIPE_WIDTH = 400
GIVING_WAY = frozenset({"supplier", "file"})
FIGURES = frozenset({"bytes", "items", "matched", "review", "new", "errors", "seconds"})
JOB_ID = re.compile(r"[0-9a-f-]{4,36}")
#: characters of an id that a screen shows; a pipe gets all of it
ID_SHOWN = 8

out = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH)
err = Console(stderr=True)
ACTOR = "shell"

users = AppGroup("users", help="People who may sign in.")
jobs = AppGroup("jobs", help="Files on their way.")
catalog = AppGroup("catalog", help="Our products.")
sync = AppGroup("sync", help="Fetch the suppliers' files.")
scheduler = AppGroup("scheduler", help="The clock of the installation.")
backup = AppGroup("backup", help="Back-ups that are known to come back.")


def register(app: Flask) -> None:
    for command in (ingest, users, jobs, catalog, sync, scheduler, backup):
        app.cli.add_command(command)


def fail(error: Exception | str) -> NoReturn:
    err.print(f"[red]{error}[/red]", highlight=False)
    sys.exit(1)


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
        supplier = _supplier(name, existing=existing)
        with file.open("rb") as stream:
            job = upload.receive_file(supplier, stream, file.name, actor=ACTOR, replaces_all=replaces_all)
    except (CourierError, IngestError) as error:
        fail(error)
    ended = _watch(job.id)
    out.print(_summary(ended))
    if ended.outcome not in (Outcome.SUCCESS, Outcome.WARNINGS, Outcome.UNCHANGED):
        fail(ended.error_message or ended.hold_reason or f"The job ended as {ended.outcome}.")


@users.command("create")
@click.argument("username")
@click.option("--role", type=click.Choice([role.value for role in UserRole]), default=UserRole.ADMIN.value)
@click.option("--if-missing", is_flag=True, help="Leave a user who is there already as they are.")
def create_user(username: str, role: str, if_missing: bool) -> None:
    """Create a user. The password comes from ADMIN_PASSWORD, or is made and shown once."""
    if if_missing and db.session.scalar(select(User.id).where(User.username == username)):
        out.print(
            f"User {username} is there already: nothing was changed, ADMIN_PASSWORD was not used. "
            f"`flask users password {username}` sets a new password.",
            highlight=False,
        )
        return
    password, shown = _new_password()
    try:
        passwords.create_user(username, password, UserRole(role), actor=ACTOR)
    except CourierError as error:
        fail(error)
    out.print(f"User {username} ({role}) created. Password: {shown}", highlight=False)


@users.command("password")
@click.argument("username")
def set_password(username: str) -> None:
    """Give a user a new password: from ADMIN_PASSWORD, or made and shown once. Every session of theirs ends."""
    password, shown = _new_password()
    try:
        passwords.change_password(passwords.named(username).id, password, actor=ACTOR)
    except CourierError as error:
        fail(error)
    out.print(f"User {username} has a new password: {shown}", highlight=False)


def _new_password() -> tuple[str, str]:
    """The password, and how it is told."""
    if given := os.environ.get("ADMIN_PASSWORD"):
        return given, "from ADMIN_PASSWORD"
    made = secrets.token_urlsafe(12)
    return made, f"{made}  (shown this once)"


@catalog.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_catalog(file: Path) -> None:
    """Insert or update products by SKU from FILE: our own CSV, or any list that ml-analyze reads."""
    if not file.is_file():
        fail(f"There is no file {file}.")
    try:
        with file.open("rb") as stream:
            done = _import(stream, file.name)
    except CourierError as error:
        fail(error)
    out.print(f"{done.created} products created, {done.updated} updated, {done.skipped} rows skipped.")
    for problem in done.problems:
        out.print(f"  {problem}", highlight=False)


def _import(stream: BinaryIO, name: str) -> importer.Imported:
    """A price book of ours as it is; any other list through the reader, whose columns are told."""
    try:
        return importer.import_csv(stream, actor=ACTOR)
    except Invalid as no_price_book:
        stream.seek(0)
        try:
            token = product_lists.place(iter(partial(stream.read, 1 << 20), b""), name)
            look = product_lists.look(token, product_lists.Choice())
        except IngestError as error:
            raise Invalid(f"{no_price_book} It could not be read as another list either: {error}") from error
    places = {column: at for at, column in look.assigned.items()}
    out.print("Columns: " + ", ".join(f"{column} = {at + 1}" for column, at in places.items()), highlight=False)
    choice = product_lists.Choice(header_row=look.header_row)
    return product_lists.take(
        token, choice, places, money=Money(currency=look.currency), header_row=look.header_row, actor=ACTOR
    )


@catalog.command("rematch")
@click.option("--supplier", "name", help="Only this supplier's items.")
def rematch_items(name: str | None) -> None:
    """Match unlinked items again with today's catalogue and decisions."""
    try:
        supplier = _supplier(name, existing=True) if name else None
        done = rematch.rematch(supplier.id if supplier else None, actor=ACTOR)
    except (CourierError, IngestError) as error:
        fail(error)
    out.print(done.sentence)


@jobs.command("list")
@click.option("--limit", default=20, show_default=True)
def list_jobs(limit: int) -> None:
    """The newest jobs."""
    table = _table("job", "supplier", "file", "phase", "outcome", "items", "errors", "created")
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


@sync.command("run")
@click.option("--wait/--no-wait", default=False, help="Wait until every file has ended.")
def run_sync(wait: bool) -> None:
    """Fetch every active supplier's file, as the schedule does."""
    try:
        run = sync_run.request_sync(actor=ACTOR, triggered_by="manual")
    except CourierError as error:
        fail(error)
    out.print(f"Sync {run.task_id} started.")
    while wait and db.session.scalar(
        select(func.count()).where(type(run).id == run.id, type(run).completed_at.is_(None))
    ):
        db.session.rollback()
        time.sleep(1)


@sync.command("stop")
def stop_sync() -> None:
    """End the running sync: no more files are begun, those under way go on to their end."""
    try:
        run = sync_run.stop(ACTOR)
    except CourierError as error:
        fail(error)
    out.print(f"Sync {run.task_id} is stopped.")


@scheduler.command("run")
def run_scheduler() -> None:
    """Run the clock: polling, retries, clean-up, the sync's schedule."""
    clock.run(current_app._get_current_object())  # type: ignore[attr-defined]


@backup.command("create")
@click.argument("to", type=click.Path(path_type=Path))
def create_backup(to: Path) -> None:
    """Write the database and the files in need into the folder TO, while everything runs."""
    try:
        made = create.create(to.absolute())
    except CourierError as error:
        fail(error)
    out.print(f"{to}: {made.rows} rows of {len(made.tables)} tables and {len(made.files)} files.", highlight=False)
    for sentence in made.missing:
        out.print(f"Gone from the volume, its job will fetch it again: {sentence}", highlight=False)
    if made.left_out:
        out.print(f"Not ours and not in it: {', '.join(made.left_out)}.", highlight=False)
    out.print(
        f"Keep SECRET_KEY ({made.secret_key}) in another place than the back-up: whoever has both reads the sources' "
        f"secrets, and nobody without it. `flask backup check {to}` says whether it comes back.",
        highlight=False,
    )


@backup.command("check")
@click.argument("source", metavar="FROM", type=click.Path(path_type=Path))
def check_backup(source: Path) -> None:
    """Restore FROM into a scratch database and compare counts and hashes. Exit code 0 only when all agree."""
    try:
        checked = nightly.check_and_tell(source.absolute())
    except CourierError as error:
        fail(error)
    if checked.problems:
        fail("\n".join(checked.problems))
    saved = checked.manifest
    out.print(
        f"{saved.rows} rows of {len(saved.tables)} tables and {len(saved.files)} files came back as they were "
        f"({checked.seconds:.1f} s; version {saved.version}, tables {saved.revision}).",
        highlight=False,
    )


@backup.command("restore")
@click.argument("source", metavar="FROM", type=click.Path(path_type=Path))
@click.option("--other-key", is_flag=True, help="Go on although SECRET_KEY is not the one of the back-up.")
def restore_backup(source: Path, other_key: bool) -> None:
    """Fill the empty database of DATABASE_URL from the back-up FROM. Web, workers and scheduler must not run."""
    try:
        saved = restore.restore(source.absolute(), other_key=other_key)
    except (CourierError, IngestError) as error:
        fail(error)
    out.print(f"{saved.rows} rows and {len(saved.files)} files are back, as of {saved.made_at:%Y-%m-%d %H:%M} UTC.")


def _supplier(name: str, *, existing: bool) -> Supplier:
    supplier = db.session.scalar(select(Supplier).where(func.lower(Supplier.name) == name.strip().lower()))
    if supplier is None and existing:
        raise NotFound(
            f"There is no supplier “{name}”. Leave out --existing to have it made, or see the list on the screen."
        )
    return supplier or manage.create(manage.SupplierFields(name=name.strip(), source_type="csv"), actor=ACTOR)


def _table(*names: str) -> Table:
    """Only names give way on a narrow screen; figures and ids are never cut."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in names:
        if name in GIVING_WAY:
            table.add_column(name, no_wrap=True, overflow="ellipsis")
        else:
            table.add_column(name, no_wrap=True, min_width=len(name), justify="right" if name in FIGURES else "left")
    return table


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
    table = _table("supplier", "file", "bytes", "items", "matched", "review", "new", "errors", "outcome", "seconds")
    seconds = f"{((job.completed_at or job.updated_at) - job.created_at).total_seconds():.1f}"
    counts = (job.items_total, job.matches_found, job.review_count, job.new_count, job.error_count)
    size = str(job.file_size or 0)
    table.add_row(job.supplier_name, job.original_filename, size, *map(str, counts), job.outcome or job.phase, seconds)
    return table

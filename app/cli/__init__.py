"""Door of the shell: flask commands. The pages' verbs, ten lines each."""

from __future__ import annotations

import os
import secrets
import time
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import func, select

from app import clock, product_lists
from app.access import accounts, second_factor
from app.catalog import importer
from app.catalog.product_rows import Money
from app.cli.backup import backup
from app.cli.console import ACTOR, fail, out, supplier_named
from app.cli.files import ingest, jobs
from app.cli.money import money
from app.errors import CourierError, IngestError, Invalid
from app.extensions import db
from app.models.user import User, UserRole
from app.review import rematch
from app.sync import run as sync_run

users = AppGroup("users", help="People who may sign in.")
catalog = AppGroup("catalog", help="Our products.")
sync = AppGroup("sync", help="Fetch the suppliers' files.")
scheduler = AppGroup("scheduler", help="The clock of the installation.")


def register(app: Flask) -> None:
    for command in (ingest, users, jobs, catalog, sync, scheduler, backup, money):
        app.cli.add_command(command)


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
        accounts.create_user(username, password, UserRole(role), actor=ACTOR)
    except CourierError as error:
        fail(error)
    out.print(f"User {username} ({role}) created. Password: {shown}", highlight=False)


@users.command("password")
@click.argument("username")
def set_password(username: str) -> None:
    """Give a user a new password: from ADMIN_PASSWORD, or made and shown once. Every session of theirs ends."""
    password, shown = _new_password()
    try:
        accounts.change_password(accounts.named(username).id, password, actor=ACTOR)
    except CourierError as error:
        fail(error)
    out.print(f"User {username} has a new password: {shown}", highlight=False)


@users.command("second-factor-off")
@click.argument("username")
def second_factor_off(username: str) -> None:
    """Let a user who lost his telephone sign in with the password alone; he may switch the second factor on again."""
    try:
        second_factor.remove(accounts.named(username), actor=ACTOR)
    except CourierError as error:
        fail(error)
    out.print(f"User {username} signs in with the password alone.", highlight=False)


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
        supplier = supplier_named(name, existing=True) if name else None
        done = rematch.rematch(supplier.id if supplier else None, actor=ACTOR)
    except (CourierError, IngestError) as error:
        fail(error)
    out.print(done.sentence)


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

"""A back-up becomes a database again: a scratch one, to know that it can, or an empty one, to live on."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import structlog
from psycopg import sql
from redis import RedisError
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from app import schema
from app.backup import manifest, table_rows
from app.backup.manifest import Manifest
from app.errors import Conflict, Invalid, RedisUnavailable
from app.extensions import settings
from app.jobs import board
from app.release import VERSION
from app.volume import volume, volume_errors

log = structlog.get_logger()

SCRATCH = "courier_restore_"
SCRATCH_LIFE = 86_400


@dataclass(frozen=True)
class Checked:
    """``problems`` as sentences; none says that the back-up was restored and is what was saved."""

    manifest: Manifest
    problems: list[str]
    seconds: float


def check(source: Path) -> Checked:
    """Restore into a scratch database, compare counts and hashes, and drop it again.

    Raises NotFound, Invalid, Conflict when the back-up cannot even be tried.
    """
    began = time.monotonic()
    saved = manifest.read(source)
    _must_be_known(saved)
    problems = manifest.damage(source, saved)
    if not problems:
        with _scratch() as url:
            problems = _restored(source, saved, url)
    if saved.secret_key != manifest.key_fingerprint():
        problems.append(
            "SECRET_KEY is not the one of the back-up: what suppliers' sources ask for as a secret cannot be read "
            "with it. Keep the key of the back-up beside it, in another place."
        )
    log.info("backup_checked", path=str(source), problems=len(problems))
    return Checked(saved, problems, time.monotonic() - began)


def restore(source: Path, *, other_key: bool = False) -> Manifest:
    """Fill the empty database of the settings and put the files back on the volume.

    Raises Conflict when the database holds tables or SECRET_KEY is another one (unless ``other_key``), Invalid when the
    back-up is damaged or its rows did not become what they were.
    """
    saved = manifest.read(source)
    _must_be_known(saved)
    if damaged := manifest.damage(source, saved):
        raise Invalid(" ".join(damaged[:5]))
    if saved.secret_key != manifest.key_fingerprint() and not other_key:
        raise Conflict(
            "SECRET_KEY is not the one of the back-up: set the one of then. Without it, restore with --other-key; "
            "everybody signs in anew and the sources' secret headers have to be entered again."
        )
    url = settings().database_url
    with table_rows.connect(url) as connection:
        if any(table_rows.ours_and_others(connection)):
            raise Conflict(
                "The database holds tables already and nothing was touched: make an empty one and name it in "
                "DATABASE_URL."
            )
    _forget_board()
    if problems := _restored(source, saved, url):
        raise Invalid(" ".join(problems[:5]))
    _bring_up(url, schema.newest())
    for each in saved.files:
        with volume_errors():
            volume().put_back(each.path, source / each.file)
    log.info("backup_restored", path=str(source), rows=saved.rows, files=len(saved.files))
    return saved


def drop_old_scratch() -> None:
    """Databases that a check left behind because its process was killed."""
    with _server() as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (f"{SCRATCH}%",)).fetchall()
        for (name,) in names:
            if time.time() - int(name.removeprefix(SCRATCH).split("_")[0]) > SCRATCH_LIFE:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _forget_board() -> None:
    """Before a row is written: afterwards nothing may keep a restored database from being the truth."""
    try:
        board.forget()
    except RedisError as error:
        raise RedisUnavailable("Redis does not answer: start it first, it remembers jobs of before.") from error


def _must_be_known(saved: Manifest) -> None:
    if not schema.is_known(saved.revision):
        raise Conflict(
            f"The back-up has the tables of revision {saved.revision}, which this version ({VERSION}) does not know: "
            f"restore it with version {saved.version} or a later one, then update."
        )


def _restored(source: Path, saved: Manifest, url: str) -> list[str]:
    """Make the tables as they were, fill them, and say what did not become what it was."""
    _bring_up(url, saved.revision)
    try:
        with table_rows.connect(url) as connection:
            table_rows.fill(connection, saved.tables, saved.sequences, source)
            problems = [problem for table in saved.tables if (problem := _difference(connection, table))]
            if problems:
                connection.rollback()
    except psycopg.Error as error:
        return [f"The rows cannot be put back: {str(error).splitlines()[0]}."]
    return problems


def _difference(connection: table_rows.Connection, table: manifest.Table) -> str | None:
    rows, rows_hash = table_rows.summed(connection, table.name, table.columns)
    if rows != table.rows:
        return f"{table.name} has {rows} rows, the back-up counted {table.rows}."
    return None if rows_hash == table.rows_hash else f"Rows of {table.name} are not what they were."


def _bring_up(url: str, revision: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    schema.bring_up(engine, revision)


@contextmanager
def _server() -> Iterator[table_rows.Connection]:
    """Where scratch databases are made, each statement by itself."""
    url = settings().backup_scratch_url or settings().database_url
    with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=10, autocommit=True) as connection:
        yield connection


@contextmanager
def _scratch() -> Iterator[str]:
    name = f"{SCRATCH}{int(time.time())}_{secrets.token_hex(4)}"
    given = make_url(settings().backup_scratch_url or settings().database_url)
    url = given.set(database=name).render_as_string(hide_password=False)
    try:
        with _server() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise Invalid(
            f"The database's user {given.username} may not make a scratch database: ALTER ROLE … CREATEDB, or name "
            f"a server where it may in BACKUP_SCRATCH_URL."
        ) from error
    try:
        yield url
    finally:
        with _server() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

"""Rows out of a database and into another, with what proves that they are the same."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from app.backup.manifest import Table, sha256_of
from app.extensions import db

Connection = psycopg.Connection[Any]
#: how values become text: the same on every server, whatever its configuration says
SPELLING = (
    "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET extra_float_digits = 1; "
    "SET bytea_output = 'hex'; SET lock_timeout = 0; SET statement_timeout = 0; "
    "SET idle_in_transaction_session_timeout = 0"
)
CHUNK = 1 << 20
#: tables of ours that no model names: the database keeps them by itself
UNMODELLED = frozenset({"catalog_revision"})
COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = to_regclass(quote_ident(%s)) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum
"""
FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 AND connamespace = current_schema()::regnamespace
"""


@contextmanager
def connect(url: str, *, snapshot: bool = False) -> Iterator[Connection]:
    """One transaction; with ``snapshot`` it reads what was there at its first statement, whoever writes meanwhile."""
    with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=10) as connection:
        if snapshot:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute(SPELLING)
        yield connection


def ours_and_others(connection: Connection) -> tuple[list[str], list[str]]:
    """Names of our tables there, and of those that are somebody else's."""
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
    names = [str(row[0]) for row in found]
    ours = db.metadata.tables.keys() | UNMODELLED
    return [name for name in names if name in ours], [name for name in names if name not in ours]


def save(connection: Connection, name: str, folder: Path) -> Table:
    """Write one table's rows into the back-up's ``folder``."""
    columns = _columns(connection, name)
    rows, rows_hash = summed(connection, name, columns)
    saved = Table(name=name, columns=columns, rows=rows, rows_hash=rows_hash, sha256="")
    path = folder / saved.file
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(name), _listed(columns))
    with gzip.open(path, "wb", compresslevel=1) as packed, connection.cursor().copy(statement) as rows_out:
        for block in rows_out:
            packed.write(block)
    return saved.model_copy(update={"sha256": sha256_of(path)})


def summed(connection: Connection, name: str, columns: list[str]) -> tuple[int, str]:
    """How many rows, and the sum of their hashes: one pass, no sorting, the same in whatever order they lie."""
    statement = sql.SQL("SELECT count(*), coalesce(sum(hashtextextended(ROW({})::text, 0)), 0)::text FROM {}")
    row = connection.execute(statement.format(_listed(columns), sql.Identifier(name))).fetchone()
    assert row is not None
    return int(row[0]), str(row[1])


def sequences(connection: Connection) -> dict[str, int]:
    """The last number that each gave out. Read after the rows, so that it is never behind them."""
    query = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"
    return {str(name): int(value) for name, value in connection.execute(query) if value is not None}


def fill(connection: Connection, tables: list[Table], numbers: dict[str, int], folder: Path) -> None:
    """Put the rows into empty tables of the same revision. No trigger fires and no row waits for another: the
    foreign keys are set again at the end, and say then whether all is there.
    """
    keys = connection.execute(FOREIGN_KEYS).fetchall()
    for owner, key, _ in keys:
        connection.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.SQL(owner), sql.Identifier(key)))
    for name in ours_and_others(connection)[0]:  # what the migrations put in
        connection.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(name)))
    for table in tables:
        _load(connection, table, folder)
    for owner, key, definition in keys:
        statement = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}")
        connection.execute(statement.format(sql.SQL(owner), sql.Identifier(key), sql.SQL(definition)))
    for name, value in numbers.items():
        connection.execute("SELECT setval(quote_ident(%s)::regclass, %s)", (name, value))


def _load(connection: Connection, table: Table, folder: Path) -> None:
    name = sql.Identifier(table.name)
    connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(name, _listed(table.columns))
    with gzip.open(folder / table.file, "rb") as packed, connection.cursor().copy(statement) as rows_in:
        while block := packed.read(CHUNK):
            rows_in.write(block)
    connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))


def _columns(connection: Connection, name: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(COLUMNS, (name,))]


def _listed(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))

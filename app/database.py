"""What the database does to a connection, in words that the callers know, and what is asked of it without objects."""

from __future__ import annotations

import json
import select
import time
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast
from weakref import WeakSet

import psycopg
from psycopg import errors
from pydantic_core import from_json
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError

Row = tuple[Any, ...]
Plain = psycopg.Connection[Row]
#: of a connection, not of what was asked: the driver counts them among its own faults
GONE = (errors.IdleInTransactionSessionTimeout, errors.IdleSessionTimeout, errors.TransactionTimeout)
#: seconds that a connection may have lain in the pool and is still taken without a question
LAIN = 5.0
_WATCHED: WeakSet[Engine] = WeakSet()


def tell_what_is_gone(engine: Engine) -> None:
    """A connection that the database ended is an ``OperationalError``, as any other that was lost."""
    event.listen(engine, "handle_error", _as_operational)


def look_before_use(engine: Engine) -> None:
    """A connection of the pool is asked whether it lives where that is in doubt, and not a round trip at each use.

    A server that ended it has said so: there is something to read on a connection that nobody asked anything. One that
    vanished without a word is met by a question after ``LAIN`` seconds. Asked for twice it is done once.
    """
    if engine in _WATCHED:
        return
    _WATCHED.add(engine)

    def taken(connection: Plain, record: Any, _proxy: object) -> None:
        lain_since = record.info.get("lain_since")
        if lain_since is None or (time.monotonic() - lain_since < LAIN and _is_silent(connection)):
            return
        try:
            engine.dialect.do_ping(connection)  # type: ignore[arg-type]  # a DBAPI's connection
        except psycopg.Error as error:
            raise InvalidatePoolError(str(error)) from error  # the others of the pool are as old

    def laid_back(_connection: object, record: Any) -> None:
        record.info["lain_since"] = time.monotonic()

    event.listen(engine, "checkout", taken)
    event.listen(engine, "checkin", laid_back)


def _is_silent(connection: Plain) -> bool:
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)


def json_of(text: str | bytes) -> Any:
    """What a column of JSON holds, as the standard library reads it, at a tenth of its time (ADR 389)."""
    try:
        return from_json(text)
    except ValueError:  # nested deeper than it likes
        return json.loads(text)


def first_row(connection: Connection, statement: str, facts: Mapping[str, Any]) -> Row | None:
    """The first row of a statement's answer, by the driver itself; ``facts`` are its ``%(name)s``.

    For the few statements that every file's steps run: SQLAlchemy describes each column of each answer anew, which
    costs more than PostgreSQL takes for the statement (ADR 385). Raises what SQLAlchemy would raise.
    """
    with _plain(connection, statement) as plain:
        return plain.execute(statement, facts).fetchone()


def rows(connection: Connection, statement: str, facts: Mapping[str, Any]) -> list[Any]:
    """Every row of a statement's answer as a named tuple, by the driver itself; none where it answers with no rows.

    Raises what SQLAlchemy would raise.
    """
    with _plain(connection, statement) as plain, plain.cursor(row_factory=_named) as cursor:
        cursor.execute(statement, facts)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def _plain(connection: Connection, statement: str) -> Iterator[Plain]:
    """The driver's connection behind it; what goes wrong is told as SQLAlchemy tells it."""
    plain = cast(Plain, connection.connection.driver_connection)
    try:
        yield plain
    except psycopg.Error as error:
        gone = _ended(plain, error)
        if gone:
            connection.invalidate(error)
        raise _as_sqlalchemy_tells(connection.engine, statement, error, gone=gone) from error


def _named(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], Any]:
    made: Callable[[Sequence[Any]], Any] = _kind_of_row(tuple(each.name for each in cursor.description or ()))._make
    return made


@lru_cache(512)
def _kind_of_row(names: tuple[str, ...]) -> Any:
    """A column without a name of its own (``?column?``, the second ``count``) is known by its place."""
    return namedtuple("Row", names, rename=True)


def at_once(engine: Engine, *statements: str, facts: Mapping[str, Any]) -> Row | None:
    """As ``first_row`` of the last one, in one round trip and a transaction of their own: all are done, or none is.

    Each statement sees what was committed before it began, also by those that the one before it waited for.
    """
    lent = engine.raw_connection()
    plain = cast(Plain, lent.driver_connection)
    try:
        plain.autocommit = True  # without a BEGIN and a COMMIT, each a round trip
        row = _answer(plain, statements, facts)
        plain.autocommit = False
    except psycopg.Error as error:
        gone = _ended(plain, error)
        if gone:
            lent.invalidate(error)
        else:
            plain.autocommit = False
        raise _as_sqlalchemy_tells(engine, statements[-1], error, gone=gone) from error
    finally:
        lent.close()
    return row


def _answer(plain: Plain, statements: Sequence[str], facts: Mapping[str, Any]) -> Row | None:
    *before, last = statements
    if not before:
        return plain.execute(last, facts).fetchone()
    with plain.pipeline():
        for each in before:
            plain.execute(each, facts)
        return plain.execute(last, facts).fetchone()


def _ended(plain: Plain, error: psycopg.Error) -> bool:
    return isinstance(error, GONE) or plain.closed


def _as_sqlalchemy_tells(engine: Engine, statement: str, error: psycopg.Error, *, gone: bool) -> Exception:
    if isinstance(error, GONE):
        return OperationalError(statement, None, error, connection_invalidated=True)
    return DBAPIError.instance(
        statement, None, error, psycopg.Error, connection_invalidated=gone, dialect=engine.dialect
    )


def _as_operational(context: ExceptionContext) -> None:
    if isinstance(context.original_exception, GONE):
        context.is_disconnect = True
        raise OperationalError(
            context.statement, None, context.original_exception, connection_invalidated=True
        ) from context.original_exception

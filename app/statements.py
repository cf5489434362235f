"""Statements that every file's steps run, asked of the driver inside the session's transaction.

SQLAlchemy looks up how each is compiled, describes every column of its answer and wraps its rows: as much processor as
PostgreSQL takes for a statement over twenty rows. Nothing of a session is flushed here, as for any text. See ADR 389.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql.compiler import SQLCompiler

from app import database
from app.extensions import db

_NOTHING: dict[str, Any] = {}


def run(statement: Executable, facts: Mapping[str, Any] = _NOTHING) -> list[Any]:
    """Every row that the statement answers with, as named tuples; none where it answers with no rows.

    ``statement``: a constant of its module, for it is compiled once and kept. ``facts``: its parameters by name, as the
    driver takes them. Raises SQLAlchemyError.
    """
    sql, own = _as_the_driver_takes_it(statement)
    return database.rows(db.session.connection(), sql, {**own, **facts})


@cache
def _as_the_driver_takes_it(statement: Executable) -> tuple[str, dict[str, Any]]:
    """Its text and the values of the parameters that are constants of its own."""
    compiled = statement.compile(dialect=psycopg.dialect())  # type: ignore[no-untyped-call, attr-defined]
    assert isinstance(compiled, SQLCompiler)
    own = compiled.params
    return str(compiled), {name: value for name, value in own.items() if value is not None}

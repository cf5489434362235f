"""Rows of jobs as plain records, read and written by the driver.

What a step asks of every file goes this way; where people click, the ORM does. See ADR 385.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from psycopg.types.json import Jsonb
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm.attributes import set_committed_value

from app import database
from app.extensions import Model, db
from app.models.job import Job
from app.models.supplier import Supplier

Record = TypeVar("Record", bound=Model)

_COLUMNS = Job.__table__.columns
NAMES = tuple(each.name for each in _COLUMNS)
OF_SUPPLIER = ", ".join(each.name for each in Supplier.__table__.columns)
_ATTRIBUTES = tuple(Supplier.__mapper__.get_property_by_column(each).key for each in Supplier.__table__.columns)
_IN_JSON = frozenset(each.name for each in _COLUMNS if isinstance(each.type, JSONB))


def names(of: str) -> str:
    """The columns as a statement lists them, each of the table called ``of`` in it."""
    return ", ".join(f"{of}.{name}" for name in NAMES)


def ask(statement: str, facts: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The first row that the statement answers with, inside the session's transaction. Raises SQLAlchemyError."""
    db.session.flush()
    return database.first_row(db.session.connection(), statement, facts)


def at_once(*statements: str, facts: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """As ``ask`` of the last one, in one round trip and a transaction of their own. Raises SQLAlchemyError."""
    return database.at_once(db.engine, *statements, facts=facts)


def look(statement: str, facts: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """``ask`` where the session's transaction is open already, ``at_once`` where it is not. Raises SQLAlchemyError."""
    return ask(statement, facts) if db.session().in_transaction() else at_once(statement, facts=facts)


def fitting(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Values of columns as the driver takes them."""
    return {name: Jsonb(value) if name in _IN_JSON else value for name, value in columns.items()}


def job_of(row: Sequence[Any]) -> Job:
    """A record of the columns in ``NAMES``. The session's own object of that row, where it has one, learns them too."""
    facts = dict(zip(NAMES, row, strict=True))
    known = db.session.identity_map.get(Job.__mapper__.identity_key_from_primary_key((facts["id"],)))
    if isinstance(known, Job):
        for name, value in facts.items():
            set_committed_value(known, name, value)
        return known
    return _plain(Job, facts)


def supplier_of(row: Sequence[Any]) -> Supplier:
    """A record of the columns in ``OF_SUPPLIER``; no session follows it."""
    return _plain(Supplier, dict(zip(_ATTRIBUTES, row, strict=True)))


def _plain(kind: type[Record], facts: dict[str, Any]) -> Record:
    made = kind()
    vars(made).update(facts)  # nobody follows it: no history of each attribute
    return made

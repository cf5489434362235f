"""What the database does to a connection, in words that the callers know."""

from __future__ import annotations

from psycopg import errors
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError

#: of a connection, not of what was asked: the driver counts them among its own faults
GONE = (errors.IdleInTransactionSessionTimeout, errors.IdleSessionTimeout, errors.TransactionTimeout)


def tell_what_is_gone(engine: Engine) -> None:
    """A connection that the database ended is an ``OperationalError``, as any other that was lost."""
    event.listen(engine, "handle_error", _as_operational)


def _as_operational(context: ExceptionContext) -> None:
    if isinstance(context.original_exception, GONE):
        context.is_disconnect = True
        raise OperationalError(
            context.statement, None, context.original_exception, connection_invalidated=True
        ) from context.original_exception

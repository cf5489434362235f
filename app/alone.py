"""Rows that are worked on one by one: what is wrong with one of them keeps no other from its turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from psycopg.errors import LockNotAvailable
from redis import RedisError
from sqlalchemy.exc import InterfaceError, OperationalError

from app.extensions import db

log = structlog.get_logger()


@contextmanager
def alone(event: str, **facts: object) -> Iterator[None]:
    """Told in the log as ``event``, with the traceback, and passed over; what the row had written is taken back.

    A lock that somebody holds who stands still is the row's own matter too: its turn comes again. An outage of the
    database or of Redis is raised: it is every row's, and waited out by the caller.
    """
    try:
        yield
    except (OperationalError, InterfaceError, RedisError) as error:
        if not is_locked(error):
            raise
        db.session.rollback()
        log.warning(event, reason="Somebody holds its lock.", **facts)
    except Exception:
        db.session.rollback()
        log.exception(event, **facts)


def is_locked(error: BaseException) -> bool:
    """Whether a statement was given up because somebody else held a lock for too long."""
    return isinstance(error, OperationalError) and isinstance(error.orig, LockNotAvailable)

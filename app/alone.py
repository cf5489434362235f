"""Rows that are worked on one by one: what is wrong with one of them keeps no other from its turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from redis import RedisError
from sqlalchemy.exc import InterfaceError, OperationalError

from app.extensions import db

log = structlog.get_logger()


@contextmanager
def alone(event: str, **facts: object) -> Iterator[None]:
    """Told in the log as ``event``, with the traceback, and passed over; what the row had written is taken back.

    An outage of the database or of Redis is raised: it is every row's, and waited out by the caller.
    """
    try:
        yield
    except (OperationalError, InterfaceError, RedisError):
        raise
    except Exception:
        db.session.rollback()
        log.exception(event, **facts)

"""The application as Flask sees it: a look that PostgreSQL ended to break a deadlock is taken again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import structlog
from flask import Flask, request
from flask.typing import ResponseReturnValue
from psycopg.errors import DeadlockDetected
from sqlalchemy.exc import OperationalError

from app.extensions import db

R = TypeVar("R")
LOOKS = frozenset({"GET", "HEAD"})

log = structlog.get_logger()


class Application(Flask):
    def dispatch_request(self) -> ResponseReturnValue:
        """What changes something is not done again here: its steps have their own rules."""
        return again(super().dispatch_request) if request.method in LOOKS else super().dispatch_request()


def again(look: Callable[[], R]) -> R:
    """What ``look`` finds, asked once more when the first time met a deadlock.

    A question that joins two tables may meet a migration that changes both in the other order. PostgreSQL ends the
    one that notices first, which is as often the question; a moment later it is answered.
    """
    try:
        return look()
    except OperationalError as error:
        if not isinstance(error.orig, DeadlockDetected):
            raise
        log.info("look_taken_again", path=request.path)
        db.session.rollback()
        return look()

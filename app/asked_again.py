"""The application as Flask sees it: a look that PostgreSQL ended to break a deadlock is taken again."""

from __future__ import annotations

import structlog
from flask import Flask, request
from flask.typing import ResponseReturnValue
from psycopg.errors import DeadlockDetected
from sqlalchemy.exc import OperationalError

from app.extensions import db

LOOKS = frozenset({"GET", "HEAD"})

log = structlog.get_logger()


class Application(Flask):
    def dispatch_request(self) -> ResponseReturnValue:
        """A question that joins two tables may meet a migration that changes both in the other order.

        PostgreSQL ends the one that notices first, which is as often the question; a moment later it is answered. What
        changes something is not done again here: its steps have their own rules.
        """
        try:
            return super().dispatch_request()
        except OperationalError as error:
            if request.method not in LOOKS or not isinstance(error.orig, DeadlockDetected):
                raise
            log.info("look_taken_again", path=request.path)
            db.session.rollback()
            return super().dispatch_request()

"""What the rest of a transaction is done by, as the feed will say."""

from __future__ import annotations

from sqlalchemy import text

from app.extensions import db
from app.models.feed import Cause

SAY = text("SELECT set_config('courier.cause', :cause, true)")


def because(cause: Cause) -> None:
    """Until the transaction ends, or until it is said otherwise."""
    db.session.execute(SAY, {"cause": cause})

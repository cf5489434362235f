"""What the rest of a transaction is done by, as the feed will say."""

from __future__ import annotations

from sqlalchemy import text

from app import statements
from app.models.feed import Cause

SAY = text("SELECT set_config('courier.cause', :cause, true)")


def because(cause: Cause) -> None:
    """Until the transaction ends, or until it is said otherwise."""
    statements.run(SAY, {"cause": cause})

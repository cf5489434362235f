"""Who did what, when, to what: written in the caller's transaction, never changed."""

from __future__ import annotations

from typing import Any

from app.extensions import db
from app.models.user import AuditEntry


def record(actor: str | None, action: str, subject: str = "", **facts: Any) -> None:
    """``action`` is a verb with its object (``supplier.deleted``); ``facts`` must be JSON."""
    db.session.add(AuditEntry(actor=actor or "system", action=action, subject=subject, facts=facts))

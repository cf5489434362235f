"""Who did what, when, to what: written in the caller's transaction, never changed."""

from __future__ import annotations

from typing import Any

from app.extensions import db
from app.models.user import AuditEntry
from handoff.addresses import without_secrets


def record(actor: str | None, action: str, subject: str = "", **facts: Any) -> None:
    """``action`` is a verb with its object (``supplier.deleted``); ``facts`` must be JSON.

    It is exported and kept for good, so addresses lose what lets their reader in.
    """
    told = {name: without_secrets(each) if isinstance(each, str) else each for name, each in facts.items()}
    db.session.add(AuditEntry(actor=actor or "system", action=action, subject=without_secrets(subject), facts=told))

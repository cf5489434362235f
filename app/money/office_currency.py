"""The currency in which the office compares offers."""

from __future__ import annotations

import re

from sqlalchemy import text

from app import audit, statements
from app.errors import Invalid
from app.extensions import db
from app.models.sync import AppSetting

SETTING = "money"
BASE = text("SELECT value->>'base' AS base FROM app_settings WHERE key = :key")
_CODE = re.compile(r"[A-Z]{3}")


def base_currency() -> str | None:
    """Three letters, or None while the office has not chosen one: then nothing is compared."""
    db.session.flush()
    found = statements.run(BASE, {"key": SETTING})
    return found[0].base if found else None


def code(text: str) -> str:
    """A currency as three capital letters. Raises Invalid."""
    found = text.strip().upper()
    if not _CODE.fullmatch(found):
        raise Invalid(f"{text.strip()[:20] or 'Nothing'} is no currency: write its three letters, such as EUR.")
    return found


def keep(currency: str, *, actor: str) -> None:
    """Set the base currency, in the caller's transaction. Raises Invalid."""
    kept = db.session.get(AppSetting, SETTING) or AppSetting(key=SETTING)
    before = (kept.value or {}).get("base")
    kept.value, kept.updated_by = {**(kept.value or {}), "base": code(currency)}, actor
    db.session.add(kept)
    audit.record(actor, "base_currency.set", code(currency), before=before)

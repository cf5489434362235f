"""The global switch of ML processing, and who turned it why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app import audit
from app.courier.which_pipeline import ML_SWITCH
from app.extensions import db, settings
from app.models.sync import AppSetting


@dataclass(frozen=True)
class Switch:
    """``by`` None: nobody touched it, USE_ML_PROCESSING counts. ``tripped``: the guard turned it off, not a person."""

    on: bool
    reason: str = ""
    by: str | None = None
    at: datetime | None = None
    tripped: bool = False


def current() -> Switch:
    kept = db.session.get(AppSetting, ML_SWITCH, populate_existing=True)
    if kept is None:
        return Switch(settings().use_ml_processing)
    value = kept.value
    on = bool(value.get("on", settings().use_ml_processing))
    return Switch(on, str(value.get("reason", "")), kept.updated_by, kept.updated_at, bool(value.get("tripped")))


def turn(on: bool, *, actor: str, reason: str = "", tripped: bool = False) -> Switch:
    """Send every supplier's next files through ml-analyze (as far as its own flag says), or through legacy."""
    kept = db.session.get(AppSetting, ML_SWITCH, populate_existing=True, with_for_update=True)
    if kept is None:
        kept = AppSetting(key=ML_SWITCH)
        db.session.add(kept)
    kept.value = {"on": on, "reason": reason, "tripped": tripped}
    kept.updated_by = actor
    audit.record(actor, "ml.switched", "all suppliers", on=on, reason=reason)
    db.session.commit()
    db.session.refresh(kept)
    return current()

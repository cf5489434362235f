"""What the office has set on the screen; where it has set nothing, the environment's value holds.

``settings()`` says both as one: each door calls ``follow`` before it works, so that a change holds everywhere within
``FRESH`` seconds, in the processes that run already too.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from math import isfinite
from typing import Any

import structlog
from flask import Flask, current_app, request
from pydantic import BaseModel, ValidationError, create_model
from sqlalchemy.exc import SQLAlchemyError

from app import audit
from app.errors import Invalid
from app.extensions import db, settings
from app.models.sync import AppSetting
from app.request_log import QUIET
from app.settings import Settings
from handoff.api import MatchThresholds

log = structlog.get_logger()

SETTING = "office"
_ADDRESS = re.compile(r"[^@\s,]{1,64}@[^@\s,]{1,255}")
FRESH = 5.0
#: the second must not exceed the first
IN_ORDER = ("match_auto_threshold", "match_potential_threshold")
GROUPS: dict[str, tuple[str, ...]] = {
    "matching": IN_ORDER,
    "guard": (
        "price_guard_enabled",
        "price_guard_quarantine",
        "price_guard_change_percent",
        "price_guard_changed_share",
        "price_guard_jump_share",
        "price_guard_worse_share",
        "price_guard_vanished_share",
        "price_guard_look_share",
        "price_guard_min_items",
    ),
    "told": (
        "alert_email_to",
        "alert_batch_minutes",
        "supplier_silent_days",
        "event_price_move_percent",
    ),
    "schedule": ("sync_interval_hours", "master_sheet_deactivation_limit"),
    "kept": (
        "job_history_days",
        "file_cleanup_ttl_hours",
        "supplier_bin_days",
        "match_review_expiration_days",
        "backup_keep_days",
    ),
}
NAMES = frozenset(name for group in GROUPS.values() for name in group)


@dataclass
class Known:
    """Of one app: the environment's settings, and what was kept when it was last looked at (monotonic seconds)."""

    environment: Settings
    kept: dict[str, Any] = field(default_factory=dict)
    looked_at: float = float("-inf")


def register(app: Flask) -> None:
    """Every request follows but those that machines ask for, which must not wait for the database."""
    app.before_request(lambda: None if request.endpoint in QUIET else follow())


def follow() -> None:
    """Let ``settings()`` say what is kept. A database that is away leaves everything as it was last known."""
    known = _known()
    now = time.monotonic()
    if now - known.looked_at < FRESH:
        return
    known.looked_at = now
    try:
        kept = chosen()
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        log.debug("office_settings_not_read", error=str(error).splitlines()[0])
        return
    _hold(known, kept)


def chosen() -> dict[str, Any]:
    """Name -> value of what the office has set. What does not fit any more is left out: the environment's holds."""
    row = db.session.get(AppSetting, SETTING, populate_existing=True)
    found = {}
    for name, value in (row.value if row else {}).items():
        try:
            found[name] = _fitting(name, value)
        except Invalid as error:
            log.warning("office_setting_left_out", name=name, reason=str(error))
    return found


def thresholds() -> MatchThresholds | None:
    """What ml-analyze is asked to match with; None while the office has set nothing: then its own settings hold."""
    if _known().kept.keys().isdisjoint(IN_ORDER):
        return None
    now = settings()
    return MatchThresholds(auto=now.match_auto_threshold, potential=now.match_potential_threshold)


def environment() -> Settings:
    """What would hold if the office had set nothing."""
    return _known().environment


def choose(group: str, values: Mapping[str, Any], *, actor: str) -> dict[str, Any]:
    """Set a group: a value for a name, None for the environment's. Returns what changed; raises Invalid."""
    row = db.session.get(AppSetting, SETTING, populate_existing=True, with_for_update=True)
    row = row or AppSetting(key=SETTING, value={})
    before = {name: value for name, value in row.value.items() if name in NAMES}
    problems: dict[str, str] = {}
    after = before | {name: _checked(name, values.get(name), problems) for name in GROUPS[group]}
    after = {name: value for name, value in after.items() if value is not None}
    high, low = (after.get(name, getattr(environment(), name)) for name in IN_ORDER)
    if not problems and low > high:
        problems[IN_ORDER[1]] = f"Write a number of at most {high:g}: the score from which a match is linked."
    if problems:
        db.session.rollback()
        raise Invalid(" ".join(dict.fromkeys(problems.values())), details=problems)
    changed = {name: after.get(name) for name in GROUPS[group] if after.get(name) != before.get(name)}
    if changed:
        row.value, row.updated_by = after, actor
        db.session.add(row)
        for name, value in changed.items():
            audit.record(actor, "setting.set", name, before=before.get(name), after=value)
        db.session.commit()
        _hold(_known(), chosen())
    return changed


def _checked(name: str, value: Any, problems: dict[str, str]) -> Any:
    if value is None:
        return None
    try:
        return _fitting(name, value)
    except Invalid as error:
        problems[name] = str(error)
        return None


def _fitting(name: str, value: Any) -> Any:
    """The value as its setting takes it. Raises Invalid."""
    if name not in NAMES:
        raise Invalid(f"{name} is set in the environment.")
    try:
        fitting = _shape(name).model_validate({"value": value}).value  # type: ignore[attr-defined]  # made below
    except ValidationError as error:
        raise Invalid(f"{error.errors()[0]['msg']}.") from error
    if isinstance(fitting, float) and not isfinite(fitting):
        raise Invalid("Input should be a finite number.")
    if name == "alert_email_to" and not all(_ADDRESS.fullmatch(each.strip()) for each in fitting.split(",") if fitting):
        raise Invalid("Write mail addresses, separated by commas.")
    return fitting


@cache
def _shape(name: str) -> type[BaseModel]:
    """A model of one ``value`` with the bounds of the setting."""
    declared = Settings.model_fields[name]
    assert declared.annotation is not None  # every setting has a type
    return create_model(f"Office_{name}", value=(declared.annotation, declared))


def _known() -> Known:
    """Kept by the app itself: several may live in one process."""
    found: Known = current_app.extensions.setdefault("office_settings", Known(settings()))
    return found


def _hold(known: Known, kept: dict[str, Any]) -> None:
    if kept != known.kept:
        known.kept = kept
        current_app.extensions["settings"] = known.environment.model_copy(update=kept)

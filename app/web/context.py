"""What every template may name: states of a job with icon and colour, roles, banners, counts in the menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from app.access.policy import may, may_open, may_see_prices, may_use
from app.courier.file_names import KINDS
from app.courier.which_pipeline import ML_SWITCH, ml_is_on
from app.extensions import db
from app.models.sync import AppSetting
from app.models.user import UserRole
from app.web import menu
from app.web.remembered import remembered


@dataclass(frozen=True)
class Look:
    """How a state is shown: never by its colour alone."""

    tone: str
    icon: str
    name: Any


STATES = {
    "downloading": Look("blue", "download", _l("Downloading")),
    "analyzing": Look("amber", "report-search", _l("Analyzing")),
    "matching": Look("amber", "git-compare", _l("Matching")),
    "away": Look("amber", "hourglass", _l("Waits for us")),
    "complete": Look("green", "circle-check", _l("Complete")),
    "warnings": Look("green", "alert-triangle", _l("Complete with warnings")),
    "unchanged": Look("grey", "equal", _l("Unchanged")),
    "held": Look("violet", "hand-stop", _l("Held for approval")),
    "rejected": Look("grey", "x", _l("Rejected")),
    "undone": Look("grey", "arrow-back-up", _l("Undone")),
    "failed": Look("red", "circle-x", _l("Failed")),
    "cancelled": Look("grey", "ban", _l("Cancelled")),
}
ROLES = {UserRole.ADMIN: _l("Administrator"), UserRole.PROCUREMENT: _l("Procurement"), UserRole.SALES: _l("Sales")}
SOURCES = {
    "url": _l("Web address"),
    "google_sheets": _l("Google Sheets"),
    "csv": _l("CSV"),
    "excel": _l("Excel"),
    "pdf": _l("PDF"),
}
#: who told a rate
RATE_SOURCES = {"ecb": _l("European Central Bank"), "csv": _l("a file"), "hand": _l("by hand")}
TRIGGERS = {
    "upload": _l("Uploaded"),
    "manual": _l("By hand"),
    "scheduled": _l("Scheduled"),
    "api": _l("API"),
    "reprocess": _l("Re-processing"),
    "shadow": _l("Shadow run"),
    "adopted": _l("Found on the volume"),
    "archive": _l("From an archive"),
    "supplier_created": _l("New supplier"),
}


@dataclass(frozen=True)
class Banner:
    tone: str
    icon: str
    text: str
    href: str = ""
    action: str = ""


def banners_to_show() -> list[Banner]:
    """What everyone must know on every page."""
    if not current_user.is_authenticated:
        return []
    on, reason = _switch()
    if on:
        return []
    text = ml_is_off()
    mends = may_use("settings.index")
    return [
        Banner(
            "amber",
            "alert-triangle",
            f"{text} {reason}".strip(),
            url_for("settings.index") if mends else "",
            _("Settings") if mends else "",
        )
    ]


def ml_on() -> bool:
    """Whether ML processing is on for the installation: else toggles show what happens, and its tiles go."""
    return _switch()[0]


def ml_is_off() -> str:
    return str(_("ML processing is switched off for all suppliers: files take the simple reader."))


def _switch() -> tuple[bool, str]:
    return remembered("ml_switch", _ml_switch, seconds=2)[0]


def _ml_switch() -> tuple[bool, str]:
    try:
        kept = db.session.get(AppSetting, ML_SWITCH)
        return ml_is_on(), str(kept.value.get("reason") or "") if kept else ""
    except SQLAlchemyError:
        db.session.rollback()
        return True, ""


def role_name(role: UserRole) -> str:
    return str(ROLES[UserRole(role)])


def register(app: Flask) -> None:
    app.jinja_env.globals.update(
        states=STATES,
        sources=SOURCES,
        triggers=TRIGGERS,
        rate_sources=RATE_SOURCES,
        roles=ROLES,
        may=may,
        may_open=may_open,
        may_see_prices=may_see_prices,
        may_use=may_use,
        banners_to_show=banners_to_show,
        ml_on=ml_on,
        ml_is_off=ml_is_off,
        menu_counts=menu.counts,
        upload_types=",".join(KINDS),
        role_name=role_name,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

"""What an administrator sets: the Master Sheet, ML processing for all, and what the environment fixes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from pydantic import SecretStr

from app.access import policy
from app.errors import CourierError, IngestError, Invalid
from app.extensions import settings
from app.guards import ml_rate, switch
from app.office_settings import NAMES
from app.settings import Settings
from app.sync import held, master
from app.sync import run as sync_run
from app.sync import standing as sync_status
from app.web import office_settings, remembered
from app.web.fragments import done, page_or_fragment
from app.web.security import handle_errors

bp = Blueprint("settings", __name__, url_prefix="/settings")
handle_errors(bp)


@bp.get("")
@policy.require("admin")
def index() -> str:
    return _page()


@bp.post("/master-sheet")
@policy.require("admin")
def set_master_sheet() -> Response:
    try:
        master.configure(
            request.form.get("url", "").strip() or None, request.form.get("sheet_name"), current_user.username
        )
    except Invalid as error:
        return make_response(_page(problems={"url": str(error)}), 422)
    return done(_("The Master Sheet was saved."), url_for("settings.index"))


@bp.post("/master-sheet/try")
@policy.require("admin")
def try_master_sheet() -> Response:
    """What the sheet would change now; nothing is changed."""
    plan, problem = None, ""
    try:
        plan = sync_run.dry_run()
        if plan is None:
            problem = _("No Master Sheet is set.")
    except (IngestError, CourierError) as error:
        problem = str(error)
    limit = settings().master_sheet_deactivation_limit
    context = {"plan": plan, "problem": problem, "hold": plan.hold_reason(limit) if plan else None}
    return page_or_fragment("settings/plan.html", "settings/_plan.html", **context)


@bp.post("/master-sheet/held/<uuid:run_id>")
@policy.require("admin")
def decide_held(run_id: UUID) -> Response:
    if request.form.get("act") == "approve":
        changes = held.approve(run_id, current_user.username)
        message = _("%(n)s changes of the Master Sheet were made.", n=changes)
    else:
        held.reject(run_id, current_user.username)
        message = _("The changes of the Master Sheet were rejected.")
    remembered.forget()
    return done(message, url_for("settings.index"))


@bp.post("/ml")
@policy.require("admin")
def set_ml() -> Response:
    on = request.form.get("on") == "1"
    reason = request.form.get("reason", "").strip()[:200]
    if on:
        ml_rate.restore(current_user.username, reason)
    else:
        switch.turn(False, actor=current_user.username, reason=reason)
    remembered.forget()
    message = (
        _("ML processing is on for all suppliers that want it.")
        if on
        else _("ML processing is off: files take the simple reader.")
    )
    return done(message, url_for("settings.index"))


@bp.post("/guard/restore")
@policy.require("admin")
def restore_guard() -> Response:
    """Suppliers that the guard switched to legacy are on ML again."""
    count = ml_rate.restore(current_user.username)
    remembered.forget()
    return done(
        ngettext("%(num)s supplier is on ML again.", "%(num)s suppliers are on ML again.", count),
        url_for("settings.index"),
    )


@bp.post("/office/<group>")
@policy.require("admin")
def set_office(group: str) -> Response:
    try:
        count = office_settings.save(group, actor=current_user.username)
    except Invalid as error:
        return make_response(_page(wrong=group, problems=error.details), 422)
    message = ngettext("%(num)s setting was changed.", "%(num)s settings were changed.", count)
    return done(message if count else _("Nothing to change."), url_for("settings.index", _anchor=f"office-{group}"))


def _page(*, wrong: str = "", problems: dict[str, str] | None = None) -> str:
    """``wrong`` names the group of the office's settings that was refused."""
    sync = sync_status.current()
    return render_template(
        "settings/index.html",
        sheet=master.configured(),
        switch=switch.current(),
        guard=ml_rate.state(),
        sync=sync,
        held=sync.run if sync.is_held else None,
        office=office_settings.groups(wrong, problems),
        wrong=wrong,
        fixed=_fixed(),
        problems=problems or {},
    )


def _fixed() -> list[tuple[str, Any, str]]:
    """What only the environment sets: name, value without secrets, one line why."""
    config = settings()
    found = []
    for name, field in Settings.model_fields.items():
        if name in NAMES:
            continue
        value = getattr(config, name)
        if isinstance(value, SecretStr):
            value = _("set") if value.get_secret_value() else _("not set")
        elif name in ("database_url", "redis_url", "smtp_url", "alert_webhook_url"):  # addresses that hold a secret
            value = _("set") if value else _("not set")
        elif isinstance(value, frozenset):
            value = ", ".join(sorted(value))
        found.append((name.upper(), value, field.description or ""))
    return found

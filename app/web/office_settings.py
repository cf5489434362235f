"""The office's own settings on the settings page: a form a group, an empty field is as in the environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import office_settings
from app.errors import Invalid, NotFound
from app.settings import Settings

GROUPS = {
    "matching": (
        _l("Matching"),
        _l(
            "Scores go from 0 to 100; they count from the next file on. At 50 or less a list whose scores are all low "
            "is asked about from a lower score already."
        ),
    ),
    "guard": (_l("When a file waits"), _l("For all suppliers; a supplier may have limits of its own on its page.")),
    "told": (_l("Who is told, and of what"), _l("Alerts go out by mail when a mail server is set in the environment.")),
    "schedule": (_l("Schedule"), _l("When suppliers are fetched by themselves.")),
    "kept": (_l("How long things are kept"), _l("What is older is removed for good.")),
}
LABELS = {
    "match_auto_threshold": _l("Linked without a person from a score of"),
    "match_potential_threshold": _l("A person is asked at the latest from a score of"),
    "price_guard_enabled": _l("Guard"),
    "price_guard_quarantine": _l("Of an odd file"),
    "price_guard_change_percent": _l("A change is large from"),
    "price_guard_changed_share": _l("Large changes, share of prices"),
    "price_guard_jump_share": _l("Moved by a power of ten, share of prices"),
    "price_guard_worse_share": _l("Price, currency, unit or name gone, share of items"),
    "price_guard_vanished_share": _l("Missing, share of items"),
    "price_guard_look_share": _l("Look at it: without a price or left out, share"),
    "price_guard_min_items": _l("Known items from which files are judged"),
    "alert_email_to": _l("Mail addresses, separated by commas"),
    "alert_batch_minutes": _l("Alerts of so many minutes go in one mail"),
    "supplier_silent_days": _l("Days after which a supplier counts as silent"),
    "event_price_move_percent": _l("A price change is told to programs from"),
    "sync_interval_hours": _l("Hours between two syncs"),
    "master_sheet_deactivation_limit": _l("Suppliers a Master Sheet may switch off unasked, share"),
    "job_history_days": _l("Days that ended files and changes are kept"),
    "file_cleanup_ttl_hours": _l("Hours that files nobody needs are kept"),
    "supplier_bin_days": _l("Days in which a deleted supplier can be brought back"),
    "match_review_expiration_days": _l("Days in which a question about a match can be answered"),
    "backup_keep_days": _l("Days that back-ups are kept"),
}
WORDS = {
    "price_guard_enabled": {True: _l("on"), False: _l("off")},
    "price_guard_quarantine": {True: _l("only the odd rows wait"), False: _l("everything waits")},
}


@dataclass(frozen=True)
class Entry:
    """One field of a form. ``typed`` is what it shows, ``otherwise`` what holds while it is empty."""

    name: str
    label: Any
    typed: str
    otherwise: str
    is_share: bool
    words: dict[bool, Any]
    problem: str = ""


@dataclass(frozen=True)
class Group:
    name: str
    title: Any
    hint: Any
    entries: list[Entry]
    #: the office has set something of it
    is_own: bool


def groups(wrong: str = "", problems: dict[str, str] | None = None) -> list[Group]:
    """``wrong`` names the form that was refused: it is shown as it was sent, with its problems."""
    chosen, environment = office_settings.chosen(), office_settings.environment()
    found = []
    for group, names in office_settings.GROUPS.items():
        sent = request.form if group == wrong else None
        entries = [
            _entry(
                name,
                typed=sent.get(name, "") if sent is not None else _typed(name, chosen.get(name)),
                otherwise=_typed(name, getattr(environment, name)),
                problem=(problems or {}).get(name, ""),
            )
            for name in names
        ]
        found.append(Group(group, *GROUPS[group], entries, is_own=not chosen.keys().isdisjoint(names)))
    return found


def save(group: str, *, actor: str) -> int:
    """What the form says; returns how many settings changed. Raises Invalid with a sentence a field, NotFound."""
    if group not in GROUPS:
        raise NotFound(_("There is no such group of settings."))
    problems, values = {}, {}
    for name in office_settings.GROUPS[group]:
        text = request.form.get(name, "").strip()
        try:
            values[name] = _value(name, text) if text else None
        except ValueError:
            problems[name] = _range(name)
    if problems:
        raise Invalid(_("Nothing was saved."), details=problems)
    try:
        return len(office_settings.choose(group, values, actor=actor))
    except Invalid as error:
        raise Invalid(
            _("Nothing was saved."), details={name: _problem(name, values) for name in error.details}
        ) from error


def shown(name: str, value: Any) -> str:
    """A kept value as a reader says it."""
    if value is None:
        return str(_("as in the environment"))
    if name in WORDS:
        return str(WORDS[name][bool(value)])
    return f"{_typed(name, value)} %" if _is_share(name) or name.endswith("_percent") else _typed(name, value)


def _entry(name: str, *, typed: str, otherwise: str, problem: str) -> Entry:
    return Entry(name, LABELS[name], typed, otherwise, _is_share(name), WORDS.get(name, {}), problem)


def _typed(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if _is_share(name):
        value = round(value * 100, 6)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _value(name: str, text: str) -> Any:
    """Raises ValueError. Shares are written in per cent."""
    if name in WORDS:
        return text == "on"
    kind = Settings.model_fields[name].annotation
    if kind is str:
        return text
    number = float(text.replace(",", ".").replace("\N{NO-BREAK SPACE}", ""))
    return number / 100 if _is_share(name) else int(number) if kind is int and number.is_integer() else number


def _is_share(name: str) -> bool:
    return name.endswith(("_share", "_limit"))


def _problem(name: str, values: dict[str, Any]) -> str:
    """Why a value that is a number all the same cannot be kept."""
    lower, limits = values.get(name), office_settings.environment()
    if name != office_settings.IN_ORDER[1] or not isinstance(lower, int | float) or not 0 <= lower <= 100:
        return _range(name)
    high = values.get(office_settings.IN_ORDER[0]) or limits.match_auto_threshold
    return str(_("Write a number of at most %(high)s, the score from which a match is linked.", high=f"{high:g}"))


def _range(name: str) -> str:
    if name == "alert_email_to":
        return str(_("Write mail addresses, separated by commas."))
    bounds = Settings.model_fields[name].metadata
    limits = {key: getattr(each, key) for each in bounds for key in ("gt", "ge", "le") if hasattr(each, key)}
    factor = 100 if _is_share(name) else 1
    low, high = limits.get("ge", limits.get("gt", 0)) * factor, limits.get("le")
    if high is None and "ge" in limits:
        return str(_("Write a number of at least %(low)s.", low=f"{low:g}"))
    if high is None:
        return str(_("Write a number above %(low)s.", low=f"{low:g}"))
    return str(_("Write a number from %(low)s to %(high)s.", low=f"{low:g}", high=f"{high * factor:g}"))

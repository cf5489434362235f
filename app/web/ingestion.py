"""Page of the pipeline: how it stands, what runs, what ended last, suppliers with their switch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import escape

from app import vitals
from app.access import policy, rate_limits
from app.errors import Conflict, SyncInProgress
from app.extensions import settings
from app.jobs import progress, queries
from app.models.phase import Outcome, Phase
from app.suppliers import listed
from app.sync import run as sync_run
from app.sync import standing as sync_status
from app.web import early, permits, remembered
from app.web.fragments import Region, done, polled, say, wants_piece
from app.web.language import moment, select_language
from app.web.security import handle_errors
from app.web.sentences import told

bp = Blueprint("ingestion", __name__, url_prefix="/ingestion")
handle_errors(bp)

ROWS, SUPPLIERS = 12, 10
#: a job that is due and untouched for so long waits for something
OVERDUE = timedelta(seconds=10)


@dataclass(frozen=True)
class Note:
    """Why something waits or is wrong, and where to mend it."""

    tone: str
    icon: str
    text: Any
    href: str = ""


@bp.get("")
@policy.require("admin", "procurement")
def index() -> Response:
    return early.page("ingestion/index.html", lambda: {"live": _live()[0].html, "page": listed.newest(SUPPLIERS)})


@bp.get("/live")
@policy.require("admin", "procurement")
def live() -> Response:
    """The region that polls: status and rows in one answer, worked out once a second."""
    region, made_at = _live()
    permits.may_repeat(_key(), region)
    return polled(region, made_at=made_at)


@bp.post("/sync")
@policy.require("admin")
def sync() -> Response:
    """Sync now: the page shows the new state with the answer, workers or not."""
    config = settings()
    allowance = rate_limits.count(
        "sync",
        str(current_user.id),
        limit=config.sync_rate_limit_per_minute,
        window_seconds=config.sync_rate_limit_window_seconds,
    )
    if allowance.exceeded:
        raise allowance.error
    try:
        sync_run.request_sync(current_user.username, force=request.form.get("force") == "1")
        message, tone = _("Sync started."), "good"
    except SyncInProgress as error:
        message, tone = told(str(error)), "warn"
    remembered.forget()
    if not wants_piece():
        return done(message, url_for("ingestion.index"), tone=tone)
    return say(make_response(_live()[0].html), message, tone=tone)


@bp.post("/sync/stop")
@policy.require("admin")
def stop_sync() -> Response:
    """No more files are begun; those under way go on."""
    try:
        sync_run.stop(current_user.username)
        message, tone = _("The sync was stopped. Files under way go on to their end."), "good"
    except Conflict as error:  # it ended in this moment
        message, tone = told(str(error)), "warn"
    remembered.forget()
    if not wants_piece():
        return done(message, url_for("ingestion.index"), tone=tone)
    return say(make_response(_live()[0].html), message, tone=tone)


def _live() -> tuple[Region, float]:
    return remembered.remembered(_key(), _render, seconds=1)


def _key() -> str:
    """One region for all of a language who are offered the same."""
    return f"ingestion:{select_language()}:{policy.may('admin')}"


def _render() -> Region:
    now = datetime.now(UTC)
    sync = sync_status.current(now)
    jobs = progress.pictures(queries.latest(ROWS))
    alive = vitals.vitals()
    counts = queries.active_by_phase()
    ended = queries.outcomes_since(now - timedelta(days=1))
    html = render_template(
        "ingestion/_live.html",
        sync=sync,
        jobs=jobs,
        vitals=alive,
        counts={
            "downloading": counts[Phase.DOWNLOADING],
            "analyzing": counts[Phase.ANALYZING] + counts[Phase.MATCHING],
            "complete": sum(ended.get(each, 0) for each in (Outcome.SUCCESS, Outcome.WARNINGS, Outcome.UNCHANGED)),
            "failed": ended.get(Outcome.FAILED, 0),
            "held": queries.held_count(),
        },
        notes=_notes(alive, sync),
    )
    return Region.of(html)


def _notes(alive: vitals.Vitals, sync: sync_status.SyncStatus) -> list[Note]:
    """Causes, worst first; each with the page that helps."""
    return [
        *_of_machinery(alive),
        *_of_the_volume(alive),
        *_of_the_sheet(sync),
        *_of_the_sync(sync),
        *_of_waiting(alive),
    ]


def _of_machinery(alive: vitals.Vitals) -> Iterator[Note]:
    down = partial(Note, "bad", "plug-connected-x", href=url_for("system.index"))
    if not alive.redis:
        yield down(text=_("Redis does not answer: nothing is queued and live progress is not shown."))
    elif alive.workers == 0:
        yield down(text=_("No worker is alive: jobs wait until one is started."))
    if alive.redis and not alive.scheduler_alive:
        yield down(text=_("The scheduler is not running: analyses are not followed and nothing is retried."))
    if alive.analysis.is_down and (since := alive.analysis.down_since):
        text = _("ML service unavailable since %(time)s: files wait and are handed over when it answers.")
        yield down(text=escape(text) % {"time": moment(since, "HH:mm:ss")})
    elif alive.analysis.is_down:
        yield down(text=_("ML service unavailable: files wait and are handed over when it answers."))


def _of_the_volume(alive: vitals.Vitals) -> Iterator[Note]:
    health, share = url_for("system.index"), alive.volume_share
    if alive.volume is None:
        yield Note("bad", "database", _("The shared volume cannot be read."), health)
    elif share is not None and share > 0.9:
        text = _("The shared volume is %(share)s full; new files may have to wait.", share=f"{share:.0%}")
        yield Note("warn", "database", text, health)


def _of_the_sheet(sync: sync_status.SyncStatus) -> Iterator[Note]:
    master_sheet = url_for("settings.index") + "#master-sheet"
    if sync.is_held:
        yield Note("warn", "hand-stop", _("The Master Sheet's changes wait for your word."), master_sheet)
    elif sync.run and sync.run.error_message and sync.state == "failed":
        yield Note("bad", "alert-triangle", told(sync.run.error_message), master_sheet)


def _of_the_sync(sync: sync_status.SyncStatus) -> Iterator[Note]:
    if sync.run and sync.is_overdue:
        text = _("The sync runs since %(time)s. Look at the files that have not ended, or stop it.")
        yield Note("warn", "clock", escape(text) % {"time": moment(sync.run.created_at)}, url_for("system.index"))


def _of_waiting(alive: vitals.Vitals) -> Iterator[Note]:
    for sentence, number, _due in queries.waiting_reasons(3):
        reason = told(sentence)
        text = reason if number == 1 else _("%(n)s jobs: %(reason)s", n=number, reason=reason)
        yield Note("warn", "hourglass", text, url_for("jobs.index", state="waiting"))
    waiting, _since = queries.overdue(OVERDUE)
    if waiting and alive.workers:
        text = _(
            "%(n)s jobs wait for a free worker (%(workers)s alive, all busy or one file a supplier at a time).",
            n=waiting,
            workers=alive.workers,
        )
        yield Note("info", "hourglass", text, url_for("jobs.index", state="active"))

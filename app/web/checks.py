"""What everything needs, whether it is there, and how to mend it.

One room: one check after the other, each of a few lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from app import vitals
from app.backup import nightly
from app.extensions import db, settings
from app.jobs import queries
from app.jobs.job_filter import JobFilter
from app.sync import schedule, standing
from app.web.language import ago, number, percent, size, span
from app.web.sentences import told

SLOW_DATABASE = 0.25


@dataclass(frozen=True)
class Check:
    """``tone`` green, amber or red; ``help`` says what to do when it is not green."""

    name: str
    tone: str
    value: Any
    help: str = ""
    href: str = ""


def all_checks() -> list[Check]:
    """One for each thing, in the order of the page."""
    alive = vitals.vitals()
    return [
        _database(),
        _redis(alive),
        _workers(alive),
        _queue(),
        _scheduler(alive),
        _analysis(alive),
        _volume(alive),
        _backup(),
        _schedule(),
        _mistakes(),
    ]


def _database() -> Check:
    try:
        seconds = vitals.database_time()
    except SQLAlchemyError as error:
        db.session.rollback()
        return Check(
            _("Database"),
            "red",
            str(error).splitlines()[0][:200],
            _("Start PostgreSQL and check DATABASE_URL. Nothing is lost; work goes on by itself."),
        )
    slow = seconds > SLOW_DATABASE
    return Check(
        _("Database"),
        "amber" if slow else "green",
        _("answers") if not slow else _("answers slowly"),
        _("The database is busy or far away; look at its load.") if slow else "",
    )


def _redis(alive: vitals.Vitals) -> Check:
    if alive.redis:
        return Check(_("Redis"), "green", _("answers"))
    return Check(
        _("Redis"),
        "red",
        _("does not answer"),
        _("Start Redis and check REDIS_URL. The queue and live progress are rebuilt from the database by themselves."),
    )


def _workers(alive: vitals.Vitals) -> Check:
    if alive.workers is None:
        return Check(_("Workers"), "amber", _("unknown while Redis is away"))
    if alive.workers == 0:
        return Check(
            _("Workers"),
            "red",
            _("none alive"),
            _("Start one: docker compose up -d worker, or python worker.py. Jobs wait until then; none is lost."),
        )
    return Check(_("Workers"), "green", _("%(n)s alive, %(busy)s busy", n=alive.workers, busy=alive.busy))


def _queue() -> Check:
    late, since = queries.overdue(timedelta(seconds=60))
    if not late or since is None:
        return Check(_("Queue"), "green", _("nothing waits longer than a minute"))
    waited = (datetime.now(UTC) - since).total_seconds()
    tone = "red" if waited > 900 else "amber"
    return Check(
        _("Queue"),
        tone,
        _("%(n)s jobs wait, the first for %(time)s", n=number(late), time=span(waited)),
        _(
            "Start more workers (docker compose up -d --scale worker=4), or wait: "
            "one file of a supplier is worked on at a time."
        ),
        url_for("jobs.index", state="active"),
    )


def _scheduler(alive: vitals.Vitals) -> Check:
    if alive.scheduler_alive:
        return Check(_("Scheduler"), "green", _("runs"))
    if not alive.redis:
        return Check(_("Scheduler"), "amber", _("unknown while Redis is away"))
    return Check(
        _("Scheduler"),
        "red",
        _("does not run"),
        _(
            "Start it: docker compose up -d scheduler, or flask scheduler run. "
            "Until then nothing is followed, retried or synced by itself."
        ),
    )


def _analysis(alive: vitals.Vitals) -> Check:
    found = alive.analysis
    if found.status == "unknown":
        return Check(_("ml-analyze"), "amber", _("being asked …"))
    if found.status == "unreachable":
        return Check(
            _("ml-analyze"),
            "red",
            told(found.message),
            _(
                "Start ml-analyze and check ML_ANALYZE_URL. Files wait and are handed over when it answers; "
                "or switch ML processing off."
            ),
            url_for("settings.index") + "#ml",
        )
    version = _("version %(version)s", version=found.version) if found.version else ""
    broken = ", ".join(f"{name}: {value}" for name, value in found.checks.items() if _is_bad(value))
    if found.status == "healthy":
        return Check(_("ml-analyze"), "green", version or _("healthy"))
    tone = "red" if found.status == "unhealthy" else "amber"
    return Check(
        _("ml-analyze"),
        tone,
        f"{found.status}. {broken}".strip(),
        _("Look at its own log; its health lists what is missing."),
    )


def _is_bad(value: Any) -> bool:
    text = str(value.get("status") if isinstance(value, dict) else value).lower()
    return text not in ("ok", "healthy", "up", "true", "connected", "none", "not used", "disabled")


def _volume(alive: vitals.Vitals) -> Check:
    share, usage = alive.volume_share, alive.volume
    if usage is None or share is None:
        return Check(
            _("Shared volume"),
            "red",
            _("cannot be read"),
            _("Mount it at SHARED_DIR in web, worker and ml-analyze, writable for both services."),
        )
    limit = usage.limit or usage.used + usage.free
    value = _(
        "%(share)s used (%(used)s of %(all)s), %(n)s files",
        share=percent(share),
        used=size(usage.used),
        all=size(limit),
        n=number(usage.files),
    )
    if share > 0.95 or usage.free < 100 * 2**20:
        return Check(
            _("Shared volume"),
            "red",
            value,
            _(
                "Raise SHARED_MAX_BYTES or lower FILE_CLEANUP_TTL_HOURS; "
                "files of jobs that run or may be retried are never removed."
            ),
        )
    help_text = _("Old files are removed when it is full; raise SHARED_MAX_BYTES before that.")
    return Check(_("Shared volume"), "amber" if share > 0.8 else "green", value, help_text if share > 0.8 else "")


def _backup() -> Check:
    """Only one that was restored counts."""
    found = nightly.state()
    restored = _("restored %(when)s", when=ago(found.restored_at)) if found.restored_at else _("none was restored yet")
    if found.problem:
        return Check(
            _("Back-up"),
            "red",
            f"{told(found.problem)} ({restored})",
            _("Mend the cause, then try it: flask backup create FOLDER, flask backup check FOLDER."),
        )
    if not found.is_missed:
        return Check(_("Back-up"), "green", restored)
    if settings().backup_dir:
        tone = "red" if found.restored_at else "amber"  # the first one may be on its way
        return Check(
            _("Back-up"), tone, restored, _("The nightly back-up did not end: look at the log of the scheduler.")
        )
    needed = settings().environment == "production"
    return Check(
        _("Back-up"),
        "amber" if needed else "green",
        restored,
        _("Set BACKUP_DIR: every night a back-up is made there and restored as a trial.") if needed else "",
    )


def _schedule() -> Check:
    now = standing.current()
    if now.run and now.is_overdue:
        age = (datetime.now(UTC) - now.run.created_at).total_seconds()
        return Check(
            _("Schedule"),
            "amber",
            _("a sync runs for %(time)s", time=span(age)),
            _("Look at the files that have not ended, or stop the sync: the next one can begin then."),
            url_for("ingestion.index"),
        )
    due = schedule.next_run()
    late = (datetime.now(UTC) - due).total_seconds()
    if late > 120:
        return Check(
            _("Schedule"),
            "red",
            _("the sync is overdue by %(time)s", time=span(late)),
            _("The scheduler does not run, or a sync is still going on."),
        )
    return Check(
        _("Schedule"), "green", _("every %(n)s h, next sync", n=settings().sync_interval_hours) + " " + ago(due)
    )


def _mistakes() -> Check:
    failed = queries.count(JobFilter(state="failed", span="24h"), at_most=1000)
    bugs = queries.count(JobFilter(cause="INTERNAL_ERROR", span="24h"), at_most=1000)
    if bugs:
        return Check(
            _("Failed jobs, 24 h"),
            "red",
            _("%(n)s, of which %(bugs)s internal errors", n=failed, bugs=bugs),
            _("Internal errors are bugs: the log of the worker has the trace."),
            url_for("jobs.index", cause="INTERNAL_ERROR"),
        )
    tone = "amber" if failed else "green"
    return Check(
        _("Failed jobs, 24 h"),
        tone,
        number(failed),
        _("Open them, mend the cause, retry all of one cause at once.") if failed else "",
        url_for("jobs.index", state="failed", span="24h") if failed else "",
    )

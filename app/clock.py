"""What happens by itself, and when: the declared list, and the loop that goes through it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from flask import Flask
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from app import digest, ecb, errands, office_settings, upkeep
from app.access import once
from app.alerts import outgoing, watch
from app.analysis import follow, outage
from app.apply import due
from app.backup import nightly
from app.export import scheduled as exports
from app.extensions import db, redis
from app.feed import numbering
from app.guards import ml_rate
from app.jobs import board
from app.money import best
from app.review import answer
from app.suppliers import wastebin
from app.sync import reprocess, triggers
from app.sync import run as sync_run
from app.vitals import BEAT, BEAT_TTL
from app.webhooks import send as webhooks

log = structlog.get_logger()


@dataclass
class Every:
    """Run ``verb`` every ``seconds``; safe with several schedulers, because every verb claims what it works on.

    What speaks to other machines, or tells workers what is due, has a lane (a thread) of its own: one that hangs, or
    waits for a lock, holds up nothing else.
    """

    seconds: float
    verb: Callable[[], object]
    lane: str = "clock"
    due: float = field(default=0, compare=False)


PERIODIC = [
    Every(0.5, follow.sweep, lane="sweep"),
    Every(1, upkeep.reap, lane="reap"),
    Every(1, triggers.pick_up),
    Every(1, sync_run.run_due_slot),
    Every(1, sync_run.advance),
    Every(5, sync_run.tell_workers),
    Every(1, reprocess.advance),
    Every(2, board.catch_up),
    Every(1, numbering.give_all, lane="feed"),
    Every(5, outage.look, lane="outage"),
    Every(30, upkeep.refresh_board),
    Every(10, errands.tell_lost),
    Every(30, watch.watch),
    Every(30, outgoing.dispatch, lane="alerts"),
    Every(60, digest.dispatch, lane="alerts"),
    Every(2, webhooks.dispatch, lane="alerts"),
    Every(60, ml_rate.check),
    Every(20, upkeep.adopt_orphans, lane="volume"),
    Every(60, upkeep.recount, lane="volume"),
    Every(3600, upkeep.purge, lane="volume"),
    Every(3600, answer.expire_reviews),
    Every(60, due.apply_due),
    Every(6 * 3600, upkeep.forget_old_jobs),
    Every(6 * 3600, numbering.forget, lane="feed"),
    Every(6 * 3600, webhooks.forget),
    Every(3600, once.forget),
    Every(20, exports.run_due, lane="exports"),
    Every(6 * 3600, wastebin.empty),
    Every(60, nightly.run_due, lane="backup"),
    Every(6 * 3600, ecb.keep_current, lane="rates"),
    Every(60, best.keep_current, lane="rates"),
]


def run(app: Flask, *, entries: list[Every] | None = None) -> None:
    """Loop until SIGTERM or SIGINT. An outage of PostgreSQL or Redis is waited out, not died of."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    wanted = PERIODIC if entries is None else entries
    lanes = {entry.lane: [each for each in wanted if each.lane == entry.lane] for entry in wanted}
    threads = [threading.Thread(target=_go_round, args=(app, lane, stop), daemon=True) for lane in lanes.values()]
    for thread in threads:
        thread.start()
    log.info("scheduler_started")
    while not stop.wait(1):
        if all(thread.is_alive() for thread in threads):
            beat(app)
    for thread in threads:
        thread.join(timeout=5)


def _go_round(app: Flask, entries: list[Every], stop: threading.Event) -> None:
    while not stop.is_set():
        tick(app, entries, now=time.monotonic())
        stop.wait(0.2)


def beat(app: Flask) -> None:
    """Say that a scheduler is alive; the screen and the health page look at it."""
    with app.app_context():
        try:
            redis().set(BEAT, "1", ex=BEAT_TTL)
        except RedisError as error:
            log.debug("beat_not_published", error=str(error))


def tick(app: Flask, entries: list[Every], *, now: float) -> None:
    """Run what is due at ``now`` (monotonic seconds)."""
    for entry in entries:
        if now < entry.due:
            continue
        entry.due = now + entry.seconds
        with app.app_context():
            try:
                office_settings.follow()
                entry.verb()
            except (RedisError, SQLAlchemyError) as error:
                db.session.rollback()
                log.warning("periodic_work_postponed", verb=entry.verb.__name__, error=str(error).splitlines()[0])
            except Exception:
                db.session.rollback()
                log.exception("periodic_work_failed", verb=entry.verb.__name__)

"""Deliveries that are due go out through the fetch guard; what is not taken is tried again, after growing pauses."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import requests
import structlog
from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import contains_eager

from app.courier import sources
from app.errors import BadAddress, SourceRefused
from app.extensions import db, queue, settings
from app.models.events import Delivery, DeliveryState, Event, Receiver
from app.webhooks import receivers, sign

log = structlog.get_logger()

SEND_EVENTS = "app.tasks.send_events"
AT_ONCE = 20
TIMEOUT = (5, 15)
#: a try that never came back is made again after this
LEASE = timedelta(minutes=10)
#: after each try that was not taken; after the last one it is given up
PAUSES = tuple(timedelta(seconds=each) for each in (5, 30, 120, 600, 3600, 3 * 3600, 6 * 3600, 12 * 3600))
DEAD_AFTER = timedelta(days=1)
GONE = 410
LONGEST_PROBLEM = 500


def dispatch() -> bool:
    """Tell a worker to send what is due. The clock's: it never waits for a receiver itself."""
    if db.session.scalar(select(_due().exists())) is not True:
        return False
    queue().enqueue(SEND_EVENTS, job_timeout=AT_ONCE * sum(TIMEOUT) + 60, result_ttl=0, failure_ttl=3600)
    return True


def send_due() -> int:
    """Send what is due, the oldest first; returns how many were taken."""
    taken = 0
    failed: set[UUID] = set()
    for each in _claim():
        if each.receiver_id in failed:  # one that does not answer holds up no other's messages
            each.due_at = func.now() + PAUSES[0]
        elif _send(each):
            taken += 1
        else:
            failed.add(each.receiver_id)
        db.session.commit()
    return taken


def forget() -> int:
    """Remove events, with their deliveries, after JOB_HISTORY_DAYS; returns how many."""
    edge = datetime.now(UTC) - timedelta(days=settings().job_history_days)
    gone = len(db.session.scalars(delete(Event).where(Event.at < edge).returning(Event.id)).all())
    db.session.commit()
    return gone


def _due() -> Select[Delivery]:
    """Those of receivers that are on."""
    return (
        select(Delivery)
        .join(Delivery.receiver)
        .where(Receiver.is_on, Delivery.state == DeliveryState.WAITING, Delivery.due_at <= func.now())
    )


def _claim() -> Sequence[Delivery]:
    """Under a lease, so that two workers never send the same at the same time."""
    query = (
        _due()
        .join(Delivery.event)
        .options(contains_eager(Delivery.receiver), contains_eager(Delivery.event))
        .order_by(Delivery.due_at, Delivery.id)
        .limit(AT_ONCE)
        .with_for_update(of=Delivery, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).all()
    for each in found:
        each.due_at = func.now() + LEASE
    db.session.commit()
    return found


def _send(delivery: Delivery) -> bool:
    """One try, and what it came to; the caller commits."""
    answer, problem = _post(delivery)
    delivery.tries += 1
    delivery.tried_at, delivery.answer, delivery.problem = func.now(), answer, problem
    receiver = delivery.receiver
    if problem is None:
        delivery.state, delivery.delivered_at, receiver.failing_since = DeliveryState.DELIVERED, func.now(), None
        return True
    log.warning("event_not_taken", receiver_id=str(receiver.id), event_id=str(delivery.event_id), reason=problem)
    if delivery.tries > len(PAUSES):
        delivery.state = DeliveryState.GIVEN_UP
    else:
        delivery.due_at = func.now() + PAUSES[delivery.tries - 1]
    _blame(receiver, gone=answer == GONE, problem=problem)
    return False


def _blame(receiver: Receiver, *, gone: bool, problem: str) -> None:
    """A receiver that took nothing for a day, or says that it is gone, is switched off; app/alerts tells of it."""
    now = datetime.now(UTC)
    receiver.failing_since = receiver.failing_since or now
    if gone or now - receiver.failing_since > DEAD_AFTER:
        receiver.is_on, receiver.switched_off_at, receiver.off_reason = False, now, problem
        log.error("receiver_switched_off", receiver_id=str(receiver.id), reason=problem)


def _post(delivery: Delivery) -> tuple[int | None, str | None]:
    """The status of the answer, and why that will not do: None for a 2xx."""
    body = sign.body_of(delivery.event)
    try:
        secret = receivers.secret_of(delivery.receiver)
        signed = sign.headers(delivery.event, body, secret=secret, now=int(time.time()))
        session = sources.guarded_session()
        with (
            session.at_most(sum(TIMEOUT)),
            session.post(
                delivery.receiver.url, data=body, headers=signed, timeout=TIMEOUT, allow_redirects=False, stream=True
            ) as answer,
        ):
            status = answer.status_code
    except (BadAddress, SourceRefused) as error:
        return None, str(error)[:LONGEST_PROBLEM]
    except requests.RequestException as error:
        return None, f"The receiver cannot be reached: {type(error).__name__}."
    except Exception as bug:  # of this message: it counts as a try, and those behind it have their turn
        log.exception("event_not_sent", event_id=str(delivery.event_id))
        return None, f"Internal error ({type(bug).__name__}). The log has the details."
    return status, None if 200 <= status < 300 else f"The receiver answers {status}."

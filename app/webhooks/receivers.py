"""Who is told of events: added, changed, switched off and on, and told again what they missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import contains_eager

from app import audit
from app.courier import fetch_guard, secret_headers
from app.errors import BadAddress, Conflict, Invalid, NotFound
from app.extensions import db
from app.models.events import Delivery, DeliveryState, Event, EventKind, Receiver
from app.webhooks import sign

MOST_RECEIVERS, LONGEST_URL, PAGE_SIZE = 50, 2000, 50
UNDER = "secret"  # the name of the one header, so to speak, that is sealed


@dataclass(frozen=True)
class Standing:
    """A receiver and how many of its deliveries are in each state."""

    receiver: Receiver
    waiting: int
    delivered: int
    given_up: int
    last_at: datetime | None


def all_of_them() -> list[Standing]:
    waiting, delivered, given_up = (func.count().filter(Delivery.state == each) for each in DeliveryState)
    query = (
        select(Receiver, waiting, delivered, given_up, func.max(Delivery.delivered_at))
        .outerjoin(Delivery, Delivery.receiver_id == Receiver.id)
        .group_by(Receiver.id)
        .order_by(Receiver.created_at)
    )
    return [Standing(*row) for row in db.session.execute(query)]


def get(receiver_id: UUID) -> Receiver:
    """Raises NotFound."""
    found = db.session.get(Receiver, receiver_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such receiver.")
    return found


def add(url: str, kinds: Sequence[str], *, actor: str) -> tuple[Receiver, str]:
    """The receiver and its secret, which is told this once. Raises Invalid, Conflict."""
    if (db.session.scalar(select(func.count()).select_from(Receiver)) or 0) >= MOST_RECEIVERS:
        raise Conflict(f"There are {MOST_RECEIVERS} receivers already. Remove one first.")
    secret = sign.new_secret()
    made = Receiver(url=_address(url), kinds=_kinds(kinds), secret=_sealed(secret), created_by=actor)
    db.session.add(made)
    db.session.flush()
    audit.record(actor, "receiver.added", str(made.id), url=made.url, kinds=made.kinds)
    db.session.commit()
    return made, secret


def renew_secret(receiver_id: UUID, *, actor: str) -> str:
    """The new secret, told this once; what is sent from now on is signed with it. Raises NotFound."""
    secret = sign.new_secret()
    get(receiver_id).secret = _sealed(secret)
    audit.record(actor, "receiver.secret_renewed", str(receiver_id))
    db.session.commit()
    return secret


def secret_of(receiver: Receiver) -> str:
    """Raises SourceRefused when SECRET_KEY is not the one that it was sealed with."""
    return secret_headers.unseal(receiver.secret)[UNDER]


def switch(receiver_id: UUID, *, on: bool, actor: str) -> Receiver:
    """A person's word. On again, what waited goes out at once. Raises NotFound."""
    found = get(receiver_id)
    found.is_on, found.off_reason, found.failing_since = on, None, None
    found.switched_off_at = None if on else func.now()
    if on:
        waiting = (Delivery.receiver_id == receiver_id) & (Delivery.state == DeliveryState.WAITING)
        db.session.execute(update(Delivery).where(waiting).values(due_at=func.now(), tries=0))
    audit.record(actor, "receiver.switched_on" if on else "receiver.switched_off", str(receiver_id))
    db.session.commit()
    return found


def remove(receiver_id: UUID, *, actor: str) -> None:
    """With the log of its deliveries. Raises NotFound."""
    found = get(receiver_id)
    audit.record(actor, "receiver.removed", str(receiver_id), url=found.url)
    db.session.delete(found)
    db.session.commit()


def send_test(receiver_id: UUID, *, actor: str) -> None:
    """An event that is nobody's matter, for this receiver alone. Raises NotFound, Conflict."""
    if not get(receiver_id).is_on:
        raise Conflict("The receiver is switched off. Switch it on first.")
    event = Event(kind=EventKind.TEST, data={"message": f"A test, sent by {actor}: events arrive here."})
    db.session.add(event)
    db.session.flush()
    db.session.add(Delivery(event_id=event.id, receiver_id=receiver_id))
    db.session.commit()


def log_of(
    receiver_id: UUID, *, state: str = "", kind: str = "", before: int = 0
) -> tuple[Sequence[Delivery], int | None]:
    """Deliveries with their events, the last first, and where to go on; 0 begins."""
    query = (
        select(Delivery)
        .join(Delivery.event)
        .options(contains_eager(Delivery.event))
        .where(Delivery.receiver_id == receiver_id)
        .order_by(Delivery.id.desc())
    )
    if state:
        query = query.where(Delivery.state == state)
    if kind:
        query = query.where(Event.kind == kind)
    if before:
        query = query.where(Delivery.id < before)
    found = db.session.scalars(query.limit(PAGE_SIZE + 1).execution_options(populate_existing=True)).all()
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None


def replay(receiver_id: UUID, delivery_id: int, *, actor: str) -> None:
    """Send one again, whatever became of it. Raises NotFound."""
    own = select(Delivery.event_id).where(Delivery.receiver_id == receiver_id, Delivery.id == delivery_id)
    if not _send_again(receiver_id, own):
        db.session.rollback()
        raise NotFound("There is no such delivery. It may have been removed with its history.")
    audit.record(actor, "delivery.replayed", str(receiver_id), delivery=delivery_id)
    db.session.commit()


def replay_all(
    receiver_id: UUID, *, since: datetime | None, kinds: Sequence[str] = (), missed: bool = True, actor: str
) -> int:
    """Send all matching events again, those from before the receiver was added too; returns how many.

    ``missed``: only those that it never took. Raises NotFound, Invalid.
    """
    wanted = _kinds(kinds) or get(receiver_id).kinds
    query = select(Event.id).where(Event.kind != EventKind.TEST)
    if since:
        query = query.where(Event.at >= since)
    if wanted:
        query = query.where(Event.kind.in_(wanted))
    if missed:
        taken = select(Delivery.event_id).where(
            Delivery.receiver_id == receiver_id, Delivery.state == DeliveryState.DELIVERED
        )
        query = query.where(Event.id.not_in(taken))
    count = _send_again(receiver_id, query)
    audit.record(actor, "deliveries.replayed", str(receiver_id), count=count)
    db.session.commit()
    return count


def _send_again(receiver_id: UUID, which: Select[UUID]) -> int:
    chosen = which.subquery()
    rows = select(chosen.c[0], literal(receiver_id))
    anew: dict[str, Any] = {"state": DeliveryState.WAITING, "tries": 0, "due_at": func.now(), "delivered_at": None}
    again = insert(Delivery).from_select(["event_id", "receiver_id"], rows)
    again = again.on_conflict_do_update(constraint="uq_deliveries_event_receiver", set_=anew)
    return len(db.session.scalars(again.returning(Delivery.id)).all())


def _address(url: str) -> str:
    try:
        return fetch_guard.check_url(url.strip()[:LONGEST_URL])
    except BadAddress as error:
        raise Invalid(str(error), details={"url": str(error)}) from error


def _kinds(kinds: Sequence[str]) -> list[str]:
    unknown = set(kinds) - set(EventKind)
    if unknown:
        raise Invalid(f"There is no such event: {', '.join(sorted(unknown))[:200]}.")
    return sorted(set(kinds))


def _sealed(secret: str) -> bytes:
    sealed = secret_headers.seal({UNDER: secret})
    assert sealed is not None  # only no headers seal to nothing
    return sealed

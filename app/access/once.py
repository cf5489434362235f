"""A request with an idempotency key is carried out once; who repeats it is given the same answer, for a day.

The key is a row that says who carries the request out. The first commit of anything says so in the same transaction,
and fails where somebody else has taken the key over: so nothing is done twice, however slowly a request ends. A
process that dies before that leaves a key that may be taken over; one that dies after it, before its answer was kept,
leaves a key that says so for the rest of the day.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from cryptography.fernet import InvalidToken
from sqlalchemy import and_, delete, event, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, scoped_session

from app.errors import AnswerLost, KeyInProgress, KeyReused
from app.extensions import db
from app.models.kept_answers import KeptAnswer
from app.sealing import box

log = structlog.get_logger()

KEPT_FOR = timedelta(days=1)
#: after this long without an answer somebody else may carry the request out
HELD_FOR = timedelta(seconds=60)
FORGET_AT_ONCE = 5000
PURPOSE = b"kept answers"
LOST = "The request with this idempotency key was carried out, and its answer was lost. Look at what it did."
HAS_WRITTEN = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")


@dataclass(frozen=True)
class Claim:
    """The right to carry out the request that has this key."""

    user_id: UUID
    key: str
    token: UUID


@dataclass(frozen=True)
class Kept:
    """The answer from before. ``sent``: the digest of the form it was given to, where a file was sent."""

    status: int
    kind: str
    body: bytes
    sent: str | None


_carrying: ContextVar[Claim | None] = ContextVar("claim", default=None)


def claim(user_id: UUID, key: str, asked: str) -> Claim | Kept:
    """Take the key, or find its answer; commits. Raises KeyReused, KeyInProgress, AnswerLost."""
    mine = Claim(user_id, key, uuid4())
    taken = db.session.scalar(_take(mine, asked))
    kept = None if taken else db.session.get(KeptAnswer, (user_id, key), populate_existing=True)
    db.session.commit()
    if taken:
        return mine
    if kept is None:  # its request was refused this very moment
        return claim(user_id, key, asked)
    return _answer(kept, asked)


@contextmanager
def carrying_out(mine: Claim) -> Iterator[None]:
    """What is committed in this block is the request's doing."""
    before = _carrying.set(mine)
    try:
        yield
    finally:
        _carrying.reset(before)


def keep(mine: Claim, answer: Kept) -> None:
    """The request was answered; commits. An answer that changed nothing and is an error sets the key free."""
    db.session.rollback()
    ours = and_(KeptAnswer.user_id == mine.user_id, KeptAnswer.key == mine.key, KeptAnswer.token == mine.token)
    freed = answer.status >= 400 and db.session.scalar(
        delete(KeptAnswer).where(ours, KeptAnswer.acted.is_(False)).returning(KeptAnswer.key)
    )
    if not freed:
        sealed = box(PURPOSE).encrypt(answer.body)
        kept = {"status": answer.status, "kind": answer.kind, "body": sealed, "sent": answer.sent}
        db.session.execute(update(KeptAnswer).where(ours).values(**kept))
    db.session.commit()


def forget() -> int:
    """Remove the keys of the day before, and returns how many."""
    forgotten = 0
    while True:
        old = select(KeptAnswer.user_id, KeptAnswer.key).where(KeptAnswer.created_at < func.now() - KEPT_FOR)
        some = old.limit(FORGET_AT_ONCE).subquery()
        gone = delete(KeptAnswer).where(KeptAnswer.user_id == some.c.user_id, KeptAnswer.key == some.c.key)
        number = len(db.session.execute(gone.returning(KeptAnswer.key)).all())
        db.session.commit()
        forgotten += number
        if number < FORGET_AT_ONCE:
            return forgotten


def watch(sessions: scoped_session[Any]) -> None:
    """Before anything is committed for a request, its key is looked at."""
    if not event.contains(sessions, "before_commit", _still_ours):
        event.listen(sessions, "before_commit", _still_ours)


def _still_ours(session: Session) -> None:
    """In the transaction that is to be committed. Raises KeyInProgress when the key was taken over."""
    mine = _carrying.get()
    if mine is None:
        return
    session.flush()
    if not session.scalar(HAS_WRITTEN):
        return  # nothing but reading: it may be done again
    acted = (
        update(KeptAnswer)
        .where(KeptAnswer.user_id == mine.user_id, KeptAnswer.key == mine.key, KeptAnswer.token == mine.token)
        .values(acted=True)
        .returning(KeptAnswer.key)
    )
    if session.scalar(acted) is None:
        log.warning("idempotency_key_taken_over")
        raise _in_progress(HELD_FOR)


def _take(mine: Claim, asked: str) -> Any:
    """A fresh key, one of the day before, or one whose process died before it did anything."""
    fresh = insert(KeptAnswer).values(
        user_id=mine.user_id, key=mine.key, asked=asked, token=mine.token, held_until=func.now() + HELD_FOR
    )
    left = and_(
        KeptAnswer.held_until < func.now(),
        KeptAnswer.acted.is_(False),
        KeptAnswer.status.is_(None),
        KeptAnswer.asked == asked,
    )
    return fresh.on_conflict_do_update(
        index_elements=[KeptAnswer.user_id, KeptAnswer.key],
        set_={
            "asked": fresh.excluded.asked,
            "token": fresh.excluded.token,
            "held_until": fresh.excluded.held_until,
            "created_at": func.now(),
            "acted": False,
            "status": None,
            "body": None,
            "sent": None,
        },
        where=or_(KeptAnswer.created_at < func.now() - KEPT_FOR, left),
    ).returning(KeptAnswer.key)


def _answer(kept: KeptAnswer, asked: str) -> Kept:
    if kept.asked != asked:
        raise KeyReused("This idempotency key was used for another request. Make a new key for a new request.")
    if kept.status is None:
        if kept.acted and kept.held_until < datetime.now(UTC):
            raise AnswerLost(LOST)
        raise _in_progress(kept.held_until - datetime.now(UTC))
    try:
        return Kept(kept.status, kept.kind or "", box(PURPOSE).decrypt(kept.body or b""), kept.sent)
    except InvalidToken as error:
        raise AnswerLost(LOST) from error


def _in_progress(wait: timedelta) -> KeyInProgress:
    seconds = max(1, math.ceil(wait.total_seconds()))
    said = "The request with this idempotency key is being carried out. Repeat it in a moment."
    return KeyInProgress(said, details={"retry_after": seconds})

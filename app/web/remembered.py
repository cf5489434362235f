"""Answers that many people ask for at once are worked out once a second in a process, not once a person.

Nobody waits for one that is only just too old: who notices is given the last one, and the next is worked out by his
thread when his answer is sent. A value that nobody asked for in a while is made before it is shown.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog
from flask import Flask, Response, after_this_request, copy_current_request_context, current_app, has_request_context

T = TypeVar("T")
#: seconds for which a value that is too old is still shown while the next one is made
GRACE = 0.5

log = structlog.get_logger()


@dataclass
class Answer(Generic[T]):
    """``made_at`` is in seconds since the epoch: what is shown can say its own age."""

    value: T | None = None
    made_at: float = 0.0
    expires: float = 0.0
    #: somebody makes the next one when his answer is sent
    promised: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


def remembered(key: str, make: Callable[[], T], *, seconds: float) -> tuple[T, float]:
    """The value and when it was made (seconds since the epoch); ``make`` is called in a request's context."""
    answers: dict[str, Answer[Any]] = current_app.extensions.setdefault("remembered", {})
    answer = answers.setdefault(key, Answer())
    if answer.value is not None and time.monotonic() < answer.expires:
        return answer.value, answer.made_at
    late = time.monotonic() - answer.expires
    if answer.value is not None and late < GRACE and not answer.promised and has_request_context():
        answer.promised = True
        _make_when_sent(answer, make, seconds)
        return answer.value, answer.made_at
    # While one thread makes it anew, the others are given the last one.
    bearable = answer.value is not None and late < 2
    if not answer.lock.acquire(blocking=not bearable):
        return answer.value, answer.made_at  # type: ignore[return-value]
    try:
        if answer.value is None or time.monotonic() >= answer.expires:
            _make(answer, make, seconds)
        return answer.value, answer.made_at  # type: ignore[return-value]
    finally:
        answer.lock.release()


def _make(answer: Answer[T], make: Callable[[], T], seconds: float) -> None:
    began = time.time()
    answer.value = make()
    answer.made_at, answer.expires, answer.promised = began, time.monotonic() + seconds, False


def _make_when_sent(answer: Answer[T], make: Callable[[], T], seconds: float) -> None:
    """A promise that is not kept costs nothing: after its grace the value is made before it is shown."""

    @copy_current_request_context
    def renew() -> None:
        if not answer.lock.acquire(blocking=False):
            return
        try:
            _make(answer, make, seconds)
        except Exception:
            log.exception("not_renewed")  # who asks next makes it himself, and is told what is wrong
        finally:
            answer.lock.release()

    @after_this_request
    def promise(response: Response) -> Response:
        response.call_on_close(renew)
        return response


def fresh(app: Flask, key: str) -> tuple[Any, float]:
    """The value and when it was made, as long as nobody has to make it anew; else None. Needs no app context."""
    answer = app.extensions.get("remembered", {}).get(key)
    if answer is None or time.monotonic() >= answer.expires:
        return None, 0.0
    return answer.value, answer.made_at


def forget(*keys: str) -> None:
    """After an act of this process: the next question, or the next for one of ``keys``, is answered anew."""
    if not keys:
        current_app.extensions.pop("remembered", None)
    for key in keys:
        current_app.extensions.get("remembered", {}).pop(key, None)

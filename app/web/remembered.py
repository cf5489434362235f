"""Answers that many people ask for at once are worked out once a second in a process, not once a person."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flask import Flask, current_app

T = TypeVar("T")


@dataclass
class Answer(Generic[T]):
    """``made_at`` is in seconds since the epoch: what is shown can say its own age."""

    value: T | None = None
    made_at: float = 0.0
    expires: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


def remembered(key: str, make: Callable[[], T], *, seconds: float) -> tuple[T, float]:
    """The value and when it was made. While one thread makes it anew, the others are given the last one."""
    answers: dict[str, Answer[Any]] = current_app.extensions.setdefault("remembered", {})
    answer = answers.setdefault(key, Answer())
    if answer.value is not None and time.monotonic() < answer.expires:
        return answer.value, answer.made_at
    # Nobody waits for a value that is only a little too old.
    bearable = answer.value is not None and time.monotonic() < answer.expires + 2
    if not answer.lock.acquire(blocking=not bearable):
        return answer.value, answer.made_at  # type: ignore[return-value]
    try:
        if answer.value is None or time.monotonic() >= answer.expires:
            began = time.time()
            answer.value = make()
            answer.made_at, answer.expires = began, time.monotonic() + seconds
        return answer.value, answer.made_at
    finally:
        answer.lock.release()


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

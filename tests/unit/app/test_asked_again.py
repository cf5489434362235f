"""A look that ended in a deadlock is taken once more; what changes something is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, request
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.extensions import db

DEADLOCK = text("DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$")
AWAY = text("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.fixture
def page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[str, int]]:
    """A page that meets ``fault`` so often before it answers: what it said, and how often it was asked."""

    def ask(method: str, *, times: int, fault: object = DEADLOCK) -> tuple[str, int]:
        asked: list[str] = []

        def view() -> str:
            asked.append(method)
            db.session.execute(fault if len(asked) <= times else text("SELECT 1"))  # type: ignore[call-overload]
            return "here"

        monkeypatch.setitem(app.view_functions, "health.live", view)
        with app.test_request_context("/live"):
            request.method = method
            try:
                return str(app.dispatch_request()), len(asked)
            except OperationalError:
                return "failed", len(asked)

    return ask


def test_a_look_is_taken_again_once(page: Callable[..., tuple[str, int]]) -> None:
    assert page("GET", times=0) == ("here", 1)
    assert page("GET", times=1) == ("here", 2)
    assert page("GET", times=2) == ("failed", 2)


def test_what_changes_something_and_a_database_that_is_away_are_told_at_once(
    page: Callable[..., tuple[str, int]],
) -> None:
    assert page("POST", times=1) == ("failed", 1)
    assert page("GET", times=1, fault=AWAY) == ("failed", 1)

"""The rate limit's window, and the lock-out's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app.access import accounts, passwords, rate_limits
from app.errors import Conflict, Invalid, Unauthorized
from app.extensions import redis
from app.models.user import UserRole


def test_a_window_begins_with_its_first_request_and_ends_by_itself(ctx: Flask) -> None:
    told = [rate_limits.count("x", "me", limit=2, window_seconds=60) for _ in range(3)]
    assert [each.remaining for each in told] == [1, 0, 0] and [each.exceeded for each in told] == [False, False, True]
    assert "retry-after" in told[2].headers and told[2].error.details["limit"] == 2
    assert not rate_limits.count("x", "somebody else", limit=2, window_seconds=60).exceeded
    redis().pexpire("limit:x:me", 1)
    while redis().exists("limit:x:me"):
        pass
    assert rate_limits.count("x", "me", limit=2, window_seconds=60).remaining == 1


def test_requests_at_once_are_all_counted(app: Flask) -> None:
    def hit(_: int) -> bool:
        with app.app_context():
            return rate_limits.count("x", "me", limit=10, window_seconds=60).exceeded

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(hit, range(40))) == 30


def test_a_success_forgets_the_failures(ctx: Flask) -> None:
    accounts.create_user("somebody", "a good password", UserRole.SALES, "tests")
    for _ in range(2):
        for _ in range(6):
            with pytest.raises(Unauthorized):
                passwords.authenticate("somebody", "wrong password")
        assert passwords.authenticate("somebody", "a good password").username == "somebody"


def test_the_last_administrator_stays(ctx: Flask) -> None:
    first = accounts.create_user("first", "a good password", UserRole.ADMIN, "tests")
    with pytest.raises(Conflict):
        accounts.change_user(first.id, "tests", enabled=False)
    accounts.create_user("second", "a good password", UserRole.ADMIN, "tests")
    assert not accounts.change_user(first.id, "tests", enabled=False).is_enabled
    with pytest.raises(Unauthorized):
        passwords.authenticate("first", "a good password")


def test_a_session_ends_with_the_password(ctx: Flask) -> None:
    user = accounts.create_user("somebody", "a good password", UserRole.SALES, "tests")
    session = user.get_id()
    assert passwords.session_user(session) is not None
    accounts.change_password(user.id, "a better password", "tests")
    assert passwords.session_user(session) is None and passwords.session_user("nonsense") is None
    with pytest.raises(Invalid):
        accounts.change_password(user.id, "short", "tests")
    with pytest.raises(Conflict):
        accounts.create_user("somebody", "a good password", UserRole.SALES, "tests")

"""Who has signed in at a machine whose clock is wrong is signed in at every other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.access import tokens
from app.extensions import db
from app.models.user import User, UserRole
from tests.fixtures.web import Visitor

AHEAD, BEHIND = timedelta(minutes=5), timedelta(minutes=-5)


@pytest.mark.parametrize("shift", [AHEAD, BEHIND])
def test_a_session_or_token_begun_at_another_time_is_one(
    app: Flask, visitor: Callable[[UserRole], Visitor], shift: timedelta
) -> None:
    with time_machine.travel(shift):
        who = visitor(UserRole.ADMIN)
        with app.app_context():
            user = db.session.scalars(select(User).where(User.username == who.name)).one()
            token, _ = tokens.issue(user)
    who.get("/jobs")
    with app.app_context():
        assert tokens.bearer(token).user.username == who.name

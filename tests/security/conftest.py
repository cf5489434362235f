"""People of each role at the door of the screen and of the API, without signing in each time."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.access import accounts, tokens
from app.extensions import db
from app.models.user import User, UserRole

#: hashed with Argon2 once a run; the users of these tests do not sign in with it unless a test says so
PASSWORD = "a-password-that-is-long-enough"


@dataclass
class Visitor:
    """``role`` None is nobody. Pages are asked with a session and a form token, the API with a bearer token."""

    app: Flask
    user_id: UUID | None

    def __call__(self, method: str, path: str, *, form_token: bool = True, **request: Any) -> TestResponse:
        client = self.app.test_client()
        headers = dict(request.pop("headers", {}))
        if path.startswith("/api/"):
            if self.user_id is not None:
                headers.setdefault("Authorization", f"Bearer {self.bearer()}")
            if method != "GET" and "data" not in request:
                request.setdefault("json", {})
        else:
            token = self.begin_session(client)
            if method != "GET" and form_token:
                headers.setdefault("X-CSRFToken", token)
        return client.open(path, method=method, headers=headers, **request)

    def begin_session(self, client: FlaskClient) -> str:
        """A signed-in session; returns the form token that belongs to it."""
        raw = secrets.token_hex(20)
        with client.session_transaction() as session:
            session["csrf_token"] = raw
            if self.user_id is not None:
                session["_user_id"], session["_fresh"] = self.session_id(), True
        return str(URLSafeTimedSerializer(self.app.secret_key or "", salt="wtf-csrf-token").dumps(raw))

    def bearer(self) -> str:
        with self.app.app_context():
            return tokens.issue(self._user())[0]

    def session_id(self) -> str:
        with self.app.app_context():
            return str(self._user().get_id())

    def _user(self) -> User:
        user = db.session.get(User, self.user_id)
        assert user is not None
        return user


@pytest.fixture
def secured(make_app: Callable[..., Flask]) -> Flask:
    """The app with limits that a walk over every route does not meet. No context is pushed: requests would share it."""
    return make_app(sync_rate_limit_per_minute=1000, api_rate_limit_per_minute=100_000)


@pytest.fixture
def visitor(secured: Flask) -> Callable[[str | None], Visitor]:
    """Call it with a role, or None for nobody."""
    made: dict[str | None, Visitor] = {None: Visitor(secured, None)}

    def make(role: str | None) -> Visitor:
        if role is not None and role not in made:
            with secured.app_context():
                user = accounts.create_user(f"the-{role}", PASSWORD, UserRole(role), actor="tests")
            made[role] = Visitor(secured, user.id)
        return made[role]

    return make

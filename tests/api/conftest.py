"""The API as a program sees it: a client that carries a bearer token, one for each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.access import accounts, tokens
from app.models.user import User, UserRole


@dataclass
class Caller:
    """Calls below /api/v1 as one user; ``user`` None calls as nobody."""

    client: FlaskClient
    user: User | None
    token: str

    def __call__(self, method: str, path: str, **request: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= request.pop("headers", {})
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **request)

    def get(self, path: str, **query: Any) -> TestResponse:
        return self("GET", path, query_string=query)

    def post(self, path: str, body: Any = None, **request: Any) -> TestResponse:
        return self("POST", path, **({"json": body} if body is not None else {}), **request)

    def put(self, path: str, body: Any) -> TestResponse:
        return self("PUT", path, json=body)

    def patch(self, path: str, body: Any) -> TestResponse:
        return self("PATCH", path, json=body)

    def delete(self, path: str) -> TestResponse:
        return self("DELETE", path)


@pytest.fixture
def caller(ctx: Flask) -> Callable[[str], Caller]:
    """Call it with a role for a caller of that role."""
    made: dict[str, Caller] = {}

    def make(role: str) -> Caller:
        if role not in made:
            user = accounts.create_user(f"{role}-person", "a good password", UserRole(role), "tests")
            made[role] = Caller(ctx.test_client(), user, tokens.issue(user)[0])
        return made[role]

    return make


@pytest.fixture
def admin(caller: Callable[[str], Caller]) -> Caller:
    return caller("admin")


@pytest.fixture
def buyer(caller: Callable[[str], Caller]) -> Caller:
    return caller("procurement")


@pytest.fixture
def seller(caller: Callable[[str], Caller]) -> Caller:
    return caller("sales")


@pytest.fixture
def nobody(ctx: Flask) -> Iterator[Caller]:
    yield Caller(ctx.test_client(), None, "")

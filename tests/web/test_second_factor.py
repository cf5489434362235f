"""A second factor: switched on with a first code, asked for behind the password, each code once, taken off by whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.access import passwords, second_factor
from app.errors import Unauthorized
from app.extensions import db
from app.models.user import AuditEntry, User, UserRole
from app.web import signing_in
from tests.fixtures.web import PASSWORD, Visitor, token_of


@pytest.fixture
def anna(visitor: Callable[[UserRole], Visitor]) -> Visitor:
    return visitor(UserRole.PROCUREMENT)


def the_user(name: str) -> User:
    return db.session.scalars(select(User).where(User.username == name)).one()


def code_of(secret: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(datetime.now(UTC), counter_offset=steps)


def switched_on(anna: Visitor) -> tuple[str, list[str]]:
    """The key and the codes for paper."""
    anna.post("/second-factor/begin")
    page = anna.get("/second-factor")
    secret = re.search(r'id="key">([A-Z2-7]+)<', page)
    assert secret is not None and '<svg viewBox="0 0' in page and "style=" not in page
    assert "aria-invalid" in anna.post("/second-factor/confirm", status=422, code="000000").get_data(as_text=True)
    page = anna.post("/second-factor/confirm", status=200, code=code_of(secret[1])).get_data(as_text=True)
    paper = re.findall(r"<li>(\d{4}-\d{4})</li>", page)
    assert len(paper) == 10 and paper[0] not in anna.get("/second-factor")
    return secret[1], paper


def sign_in(client: FlaskClient, name: str) -> TestResponse:
    token = token_of(client.get("/login").get_data(as_text=True))
    form = {"csrf_token": token, "username": name, "password": PASSWORD, "next": "/items"}
    return client.post("/login", data=form)


def enter(client: FlaskClient, code: str) -> TestResponse:
    token = token_of(client.get("/second-factor/code").get_data(as_text=True))
    return client.post("/second-factor/code", data={"csrf_token": token, "code": code})


def test_the_password_alone_lets_nobody_in_and_a_code_does_so_once(app: Flask, anna: Visitor) -> None:
    secret, paper = switched_on(anna)
    client = app.test_client()
    assert sign_in(client, anna.name).location == "/second-factor/code"
    assert client.get("/items").status_code == 302 or "/login" in client.get("/items").location
    assert enter(client, code_of(secret)).status_code == 422, "it was used to switch the factor on"
    following = code_of(secret, steps=1)
    assert enter(client, following).location == "/items"
    assert client.get("/items").status_code == 200
    other = app.test_client()
    sign_in(other, anna.name)
    assert enter(other, following).status_code == 422
    assert enter(other, paper[3]).location == "/items"
    sign_in(again := app.test_client(), anna.name)
    assert enter(again, paper[3]).status_code == 422
    assert "9 codes on paper are left" in anna.get("/second-factor")


def test_the_api_asks_for_the_code_and_wrong_ones_lock_the_name(app: Flask, anna: Visitor) -> None:
    secret, _paper = switched_on(anna)
    client, body = app.test_client(), {"username": anna.name, "password": PASSWORD}
    assert client.post("/api/v1/auth/login", json=body).status_code == 401
    code = {"X-One-Time-Code": code_of(secret, steps=1)}
    assert client.post("/api/v1/auth/login", json=body, headers=code).status_code == 200
    with app.app_context():
        user = the_user(anna.name)
        for _time in range(10):
            passwords.check_password(anna.name, PASSWORD)
            with pytest.raises(Unauthorized):
                passwords.enter_code(user, "123456")
        with pytest.raises(Unauthorized, match="Too many"):
            passwords.check_password(anna.name, PASSWORD)


def test_it_is_taken_off_with_the_password_or_by_an_administrator(app: Flask, anna: Visitor, admin: Visitor) -> None:
    switched_on(anna)
    anna.post("/second-factor/off", status=422, password="wrong-password")
    anna.post("/second-factor/off", password=PASSWORD)
    assert sign_in(app.test_client(), anna.name).location == "/items"
    switched_on(anna)
    with app.app_context():
        anna_id: UUID = the_user(anna.name).id
    assert "2FA" in admin.get("/users")
    admin.post(f"/users/{anna_id}/second-factor/off")
    assert sign_in(app.test_client(), anna.name).location == "/items"
    with app.app_context():
        off = select(AuditEntry.actor).where(AuditEntry.action == "user.second_factor_off").order_by(AuditEntry.id)
        assert list(db.session.scalars(off)) == [anna.name, admin.name]


def test_who_waits_too_long_gives_the_password_again(
    app: Flask, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _paper = switched_on(anna)
    sign_in(client := app.test_client(), anna.name)
    token = token_of(client.get("/second-factor/code").get_data(as_text=True))
    monkeypatch.setattr(signing_in, "LASTS", -1)
    form = {"csrf_token": token, "code": code_of(secret, steps=1)}
    assert "too long ago" in client.post("/second-factor/code", data=form).get_data(as_text=True)


def test_another_secret_key_leaves_a_secret_that_opens_nothing(app: Flask, anna: Visitor) -> None:
    switched_on(anna)
    with app.app_context():
        user = the_user(anna.name)
        user.totp_secret = b"sealed by another key"
        db.session.commit()
        assert not second_factor.accepts(user, "123456")
        assert second_factor.is_on(user), "and is not taken for none"

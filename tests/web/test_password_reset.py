"""A forgotten password: a letter to who has an address, a link that works once, nothing told to anybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.access import accounts, passwords, reset
from app.errors import NotFound, Unauthorized
from app.extensions import db, queue
from app.models.user import User, UserRole
from tests.fixtures.web import PASSWORD, token_of
from tests.servers.mail import Mailbox

NEW = "another-password-of-the-tests"


@pytest.fixture
def office(make_app: Callable[..., Flask], mailbox: Mailbox) -> Iterator[Flask]:
    app = make_app(smtp_url=mailbox.url, public_url="https://prices.example")
    with app.app_context():
        for name, email in (("anna", "Anna@shop.example"), ("boris", None)):
            user = accounts.create_user(name, PASSWORD, UserRole.PROCUREMENT, "tests")
            user.email, user.locale = email, "ru"
        db.session.commit()
        yield app


def ask(client: FlaskClient, name: str) -> str:
    token = token_of(client.get("/password/forgotten").get_data(as_text=True))
    answer = client.post("/password/forgotten", data={"csrf_token": token, "name": name})
    assert answer.status_code == 200
    return answer.get_data(as_text=True).replace(token, "")


def test_a_link_by_mail_sets_a_new_password_once(office: Flask, mailbox: Mailbox) -> None:
    client = office.test_client()
    assert "/password/forgotten" in client.get("/login").get_data(as_text=True)
    ask(client, "anna@SHOP.example")
    assert queue().count == 1
    assert reset.send_link("anna@SHOP.example") == 1
    (letter,) = mailbox.read()
    assert letter["To"] == "Anna@shop.example"
    assert "\u0437\u0430\u043f\u0440\u043e\u0441\u0438\u043b" in letter.get_content()
    path = next(line for line in letter.get_content().splitlines() if line.startswith("https://"))
    path = path.removeprefix("https://prices.example")
    form = {"csrf_token": token_of(client.get(path).get_data(as_text=True)), "password": NEW}
    assert client.post(path, data=form | {"again": "x"}).status_code == 422
    assert client.post(path, data=form | {"again": NEW}).location == "/login"
    assert passwords.authenticate("anna", NEW).username == "anna"
    assert client.get(path).status_code == client.get(path[:-2] + "xx").status_code == 404
    with pytest.raises(Unauthorized):
        passwords.authenticate("anna", PASSWORD)


def test_nobody_is_told_who_there_is_and_a_name_is_written_to_three_times(office: Flask) -> None:
    client = office.test_client()
    pages = {ask(client, name) for name in ("anna", "nobody", "boris")}
    assert len(pages) == 1
    assert reset.send_link("nobody") == reset.send_link("boris") == 0
    before = queue().count
    for _time in range(4):
        ask(client, "anna")
    assert queue().count == before + 2


def test_a_link_ends_with_an_hour_or_a_change_of_the_user(office: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = db.session.scalars(select(User).where(User.username == "anna")).one()
    token = reset._links().dumps([str(anna.id), anna.session_epoch])
    assert reset.holder(token).id == anna.id
    monkeypatch.setattr(reset, "LASTS_SECONDS", -1)
    with pytest.raises(NotFound, match="too old"):
        reset.holder(token)
    monkeypatch.undo()
    accounts.sign_out_everywhere(anna.id, "anna")
    with pytest.raises(NotFound, match="used already"):
        reset.holder(token)


def test_without_a_mail_server_it_is_not_offered(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/login").get_data(as_text=True)
    assert "/password/forgotten" not in page
    assert client.post("/password/forgotten", data={"csrf_token": token_of(page), "name": "anna"}).status_code == 404

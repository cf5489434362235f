"""Sign-in at a provider of the office's own: a real HTTP one, made here; state, nonce, signature and address count."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from app.access import accounts
from app.extensions import db
from app.models.user import UserRole
from tests.fixtures.web import PASSWORD

KEY, OTHER = (RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}) for _ in range(2))


class Provider(ThreadingHTTPServer):
    """Answers discovery, keys and tokens; ``claims`` go into the next token, signed with ``key``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.claims: dict[str, Any] = {}
        self.key = KEY
        self.asked: list[dict[str, list[str]]] = []


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        here = self.server.issuer
        if self.path.endswith("/openid-configuration"):
            ends = {"authorization": "authorize", "token": "token"}
            told: dict[str, Any] = {f"{name}_endpoint": f"{here}/{path}" for name, path in ends.items()}
            self._answer(told | {"issuer": here, "jwks_uri": f"{here}/keys"})
        else:
            self._answer({"keys": [KEY.as_dict(private=False)]})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append(parse_qs(body))
        now = int(time.time())
        claims = {"iss": self.server.issuer, "aud": "courier", "sub": "42", "iat": now, "exp": now + 60}
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, claims | self.server.claims, self.server.key)
        self._answer({"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": token})

    def _answer(self, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def office(make_app: Callable[..., Flask], provider: Provider) -> Iterator[Flask]:
    asked = {"oidc_issuer": provider.issuer, "oidc_client_id": "courier", "oidc_client_secret": "of the tests"}
    app = make_app(**asked, oidc_name="Shop account", public_url="http://localhost")
    with app.app_context():
        user = accounts.create_user("anna", PASSWORD, UserRole.PROCUREMENT, "tests")
        accounts.change_email(user.id, "Anna@shop.example", "tests")
        db.session.commit()
        yield app


def at_the_provider(client: FlaskClient) -> dict[str, str]:
    """What the provider is sent by the browser that comes to it."""
    away = client.get("/sign-in/openid")
    assert away.status_code == 302
    return {name: each[0] for name, each in parse_qs(urlsplit(away.location).query).items()}


def come_back(client: FlaskClient, provider: Provider, **claims: Any) -> TestResponse:
    sent = at_the_provider(client)
    provider.claims = {"nonce": sent["nonce"], "email": "anna@shop.example", "email_verified": True} | claims
    return client.get(f"/sign-in/openid/back?code=c&state={sent['state']}")


def test_who_the_provider_vouches_for_is_signed_in(office: Flask, provider: Provider) -> None:
    client = office.test_client()
    assert "Shop account" in client.get("/login").get_data(as_text=True)
    assert come_back(client, provider).location == "/"
    assert "anna" in client.get("/account").get_data(as_text=True)
    (asked,) = provider.asked
    assert asked["code"] == ["c"] and len(asked["code_verifier"][0]) > 40
    assert asked["redirect_uri"] == ["http://localhost/sign-in/openid/back"]


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "boris@shop.example"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"nonce": "of another sign-in"},
        {"aud": "somebody else"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1},
    ],
)
def test_whom_it_does_not_vouch_for_is_not(office: Flask, provider: Provider, claims: dict[str, Any]) -> None:
    client = office.test_client()
    assert come_back(client, provider, **claims).location == "/login"
    assert client.get("/account").status_code in (302, 303)


def test_another_key_another_browser_and_another_user_with_the_address_let_nobody_in(
    office: Flask, provider: Provider
) -> None:
    provider.key = OTHER
    assert come_back(office.test_client(), provider).location == "/login"
    provider.key = KEY
    sent = at_the_provider(office.test_client())
    provider.claims = {"nonce": sent["nonce"], "email": "anna@shop.example", "email_verified": True}
    answer = office.test_client().get(f"/sign-in/openid/back?code=c&state={sent['state']}")
    assert answer.location == "/login", "the state is another browser's"
    twin = accounts.create_user("twin", PASSWORD, UserRole.SALES, "tests")
    accounts.change_email(twin.id, "ANNA@shop.example", "tests")
    assert come_back(office.test_client(), provider).location == "/login"


def test_without_a_provider_it_is_not_offered(app: Flask) -> None:
    client = app.test_client()
    assert "/sign-in/openid" not in client.get("/login").get_data(as_text=True)
    assert client.get("/sign-in/openid").status_code == 404

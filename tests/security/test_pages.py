"""What every page carries: a form token, a policy without inline script, cookies that stay where they belong."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.access import accounts
from app.extensions import db
from app.models.job import Job
from app.models.supplier import Supplier
from app.models.user import UserRole
from app.volume import volume
from tests.security import table
from tests.security.conftest import PASSWORD, Visitor

SCREEN = {route: who for route, who in table.held().items() if not route[1].startswith("/api/")}
#: its token is read from the stream, so that files go straight onto the volume: see the test of it
STREAMED = ("POST", "/suppliers/<uuid:supplier_id>/files")
#: sent by a mail program (RFC 8058), which has no session: its sealed token says who asks for what
BY_MAIL = ("POST", "/digest/stop/<token>")
MUTATIONS = sorted(route for route in SCREEN if route[0] != "GET" and route not in (STREAMED, BY_MAIL))
POLICY = re.compile(r"script-src 'self';|script-src 'self'$")


class Inline(HTMLParser):
    """Everything that a strict policy would have to allow: code and style inside the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name: value or "" for name, value in attrs}
        code = tag == "script" and "src" not in names and names.get("type") != "application/json"
        if code or tag == "style":
            self.found.append(f"<{tag}>")
        self.found += [f"<{tag} {name}>" for name in names if name == "style" or name.startswith(("on", "hx-on"))]
        self.found += [f"<{tag} {name}={value}>" for name, value in names.items() if value.startswith("javascript:")]
        self.found += [f"<{tag} {name}={value}>" for name, value in names.items() if is_foreign(tag, name, value)]


def is_foreign(tag: str, name: str, value: str) -> bool:
    """Something that the browser would load from elsewhere by itself."""
    return name in ("src", "href") and tag in ("script", "img", "link", "iframe") and "//" in value


def test_no_change_is_made_without_the_forms_token_or_with_another_sessions(
    secured: Flask, visitor: Callable[[str | None], Visitor]
) -> None:
    admin = visitor("admin")
    other = Visitor(secured, admin.user_id).begin_session(secured.test_client())
    for method, rule in MUTATIONS:
        path = table.path_of(rule)
        assert admin(method, path, form_token=False).status_code == 400, f"{method} {rule}"
        assert admin(method, path, headers={"X-CSRFToken": other}).status_code == 400, f"{method} {rule}"
    assert len(MUTATIONS) > 30


def test_an_upload_without_the_forms_token_leaves_nothing_behind(
    secured: Flask, visitor: Callable[[str | None], Visitor]
) -> None:
    with secured.app_context():
        supplier = Supplier(name="Werkzeug Brandt", source_type="csv", meta={})
        db.session.add(supplier)
        db.session.commit()
        path = f"/suppliers/{supplier.id}/files"
    for token, jobs in ({}, 0), ({"csrf_token": "forged"}, 0), (None, 1):
        data = {**(token or {}), "file": (io.BytesIO(b"sku;name;price\nA;Pump;1.00\n"), "list.csv")}
        visitor("admin")("POST", path, form_token=token is None, data=data)
        with secured.app_context():
            assert db.session.scalar(select(func.count()).select_from(Job)) == jobs
            assert len([each for each in volume().iter_raw() if each.path]) == jobs


def test_a_session_alone_changes_nothing_through_the_api(
    secured: Flask, visitor: Callable[[str | None], Visitor]
) -> None:
    """The API has no form token because it has no session: a browser's cookie means nothing there."""
    client = secured.test_client()
    visitor("admin").begin_session(client)
    for (method, rule), who in table.held().items():
        if rule.startswith("/api/") and "anyone" not in who:
            assert client.open(table.path_of(rule), method=method, json={}).status_code == 401, f"{method} {rule}"


def test_every_page_forbids_inline_script_and_has_none(
    secured: Flask, visitor: Callable[[str | None], Visitor]
) -> None:
    seen = 0
    for (method, rule), who in sorted(table.held().items()):
        if method != "GET" or rule == "/api/v1/admin/jobs/<job_id>/wait":
            continue
        answer = visitor("admin" if "anyone" not in who else None)(method, table.path_of(rule))
        policy = answer.headers["Content-Security-Policy"]
        assert POLICY.search(policy) and "unsafe" not in policy and "frame-ancestors 'none'" in policy, rule
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if answer.mimetype == "text/html" and answer.status_code == 200:
            seen += 1
            page = Inline()
            page.feed(answer.text)
            assert page.found == [], f"{rule}: {page.found}"
    assert seen > 10


def test_nothing_personal_is_kept_in_a_shared_cache(visitor: Callable[[str | None], Visitor]) -> None:
    for path in ("/suppliers", "/account", "/api/v1/auth/me"):
        assert "no-store" in visitor("admin")("GET", path).headers.get("Cache-Control", ""), path


def sign_in(app: Flask, client: Any, username: str, password: str, **more: str) -> TestResponse:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login").text)
    assert token, "the sign-in has a form token"
    data = {"username": username, "password": password, "csrf_token": token[1], **more}
    answer: TestResponse = client.post("/login", data=data)
    return answer


@pytest.fixture
def production(make_app: Callable[..., Flask]) -> Flask:
    app = make_app(environment="production", login_attempts=3)
    with app.app_context():
        accounts.create_user("keeper", PASSWORD, UserRole.ADMIN, actor="tests")
    return app


def test_the_session_cookie_is_secure_http_only_and_lax(production: Flask) -> None:
    client = production.test_client()
    token = re.search(r'value="([^"]{40,})"', client.get("/login", base_url="https://localhost").text)
    assert token
    data = {"username": "keeper", "password": PASSWORD, "csrf_token": token[1]}
    answer = client.post(
        "/login", data=data, base_url="https://localhost", headers={"Referer": "https://localhost/login"}
    )
    assert answer.status_code == 303
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_signing_in_leaves_nothing_of_the_session_before_it(
    secured: Flask, visitor: Callable[[str | None], Visitor]
) -> None:
    """An id or a form token that somebody else planted is worth nothing afterwards."""
    visitor("admin")
    client = secured.test_client()
    client.get("/login")
    with client.session_transaction() as session:
        session["planted"], before = "x", session["csrf_token"]
    assert sign_in(secured, client, "the-admin", PASSWORD).status_code == 303
    with client.session_transaction() as session:
        assert "planted" not in session and session.get("csrf_token") != before


def test_a_name_is_locked_after_too_many_wrong_passwords_even_for_the_right_one(make_app: Callable[..., Flask]) -> None:
    app = make_app(login_attempts=3)
    with app.app_context():
        accounts.create_user("keeper", PASSWORD, UserRole.ADMIN, actor="tests")
    client = app.test_client()
    for _ in range(3):
        assert sign_in(app, client, "keeper", "wrong-password").status_code == 401
    locked = sign_in(app, client, "keeper", PASSWORD)
    assert locked.status_code == 401 and "15 min" in locked.text


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(secured: Flask, visitor: Callable[[str | None], Visitor], back: str) -> None:
    visitor("admin")
    answer = sign_in(secured, secured.test_client(), "the-admin", PASSWORD, next=back)
    assert answer.status_code == 303 and answer.headers["Location"] in ("/", "http://localhost/")


def test_production_refuses_to_start_with_a_development_secret(make_app: Callable[..., Flask]) -> None:
    for name in ("secret_key", "jwt_secret"):
        with pytest.raises(ValueError, match=name.upper()):
            make_app(environment="production", **{name: "short"})


def test_a_copied_cookie_dies_with_the_session_and_leaves_the_others(
    secured: Flask, visitor: Callable[[str | None], Visitor]
) -> None:
    visitor("sales")

    def signed_in() -> FlaskClient:
        client = secured.test_client()
        client.get("/login")
        with client.session_transaction() as session:
            raw = session.get("csrf_token") or "x" * 40
            session["csrf_token"] = raw
        token = str(URLSafeTimedSerializer(secured.secret_key or "", salt="wtf-csrf-token").dumps(raw))
        form = {"username": "the-sales", "password": PASSWORD, "csrf_token": token}
        assert client.post("/login", data=form).status_code == 303
        return client

    mine, other, thief = signed_in(), signed_in(), secured.test_client()
    cookie = mine.get_cookie("session")
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    assert [each.get("/account").status_code for each in (mine, other, thief)] == [200] * 3
    with mine.session_transaction() as session:
        raw = session.get("csrf_token") or "y" * 40
        session["csrf_token"] = raw
    token = str(URLSafeTimedSerializer(secured.secret_key or "", salt="wtf-csrf-token").dumps(raw))
    mine.post("/logout", data={"csrf_token": token})
    assert [each.get("/account").status_code for each in (mine, other, thief)] == [303, 200, 303]

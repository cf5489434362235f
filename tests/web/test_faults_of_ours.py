"""A value that cannot be kept is the caller's fault where he sent it; where he did not, it is ours, and is heard of."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask

from app.models.user import UserRole
from tests.fixtures.web import Visitor

FAULTS = ("\ud800".encode, b"\xff".decode, partial("ü".encode, "ascii"))


@pytest.mark.parametrize("fault", FAULTS, ids=["half a pair", "not UTF-8", "not ASCII"])
@pytest.mark.parametrize("path", ["/catalogue", "/api/v1/catalog"])
def test_a_unicode_error_of_ours_is_a_500_and_in_the_log(
    app: Flask,
    visitor: Callable[[UserRole], Visitor],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Callable[[], object],
    path: str,
) -> None:
    someone = visitor(UserRole.ADMIN)
    endpoint = app.url_map.bind("localhost").match(path)[0]
    monkeypatch.setitem(app.view_functions, endpoint, lambda **_: fault())
    someone.ask(path + "?q=pump", status=500)
    assert "page_failed" in caplog.text or "api_failed" in caplog.text


def test_half_a_character_that_was_sent_is_refused_and_not_called_a_fault_of_ours(
    visitor: Callable[[UserRole], Visitor], caplog: pytest.LogCaptureFixture
) -> None:
    admin = visitor(UserRole.ADMIN)
    sent = admin.client.post(
        "/api/v1/auth/login", data='{"username": "a\\ud800", "password": "x"}', content_type="application/json"
    )
    assert sent.status_code in (400, 401) and "Traceback" not in caplog.text


@pytest.mark.parametrize("name", ["a%00b.css", "x" * 5000 + ".css", "%ff%fe.js", "..%2f..%2fapp.js"])
def test_an_asset_by_a_name_that_no_file_can_have_is_not_there(app: Flask, name: str) -> None:
    assert app.test_client().get(f"/assets/0123456789/{name}").status_code == 404

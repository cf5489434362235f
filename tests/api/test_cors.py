"""Pages of other origins: those that are named, and no other."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

ORIGIN = "http://localhost:5173"


def test_a_preflight_of_a_named_origin_is_answered(make_app: Callable[..., Flask]) -> None:
    client = make_app(allowed_origins=f"{ORIGIN}, https://office.example.com").test_client()
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization",
    }
    answer = client.options("/api/v1/admin/suppliers", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    refused = client.get("/api/v1/admin/suppliers", headers={"Origin": ORIGIN})
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, ORIGIN)
    assert "Origin" in refused.headers["Vary"]


def test_other_origins_and_pages_of_the_screen_are_left_to_the_browser(make_app: Callable[..., Flask]) -> None:
    client = make_app(allowed_origins=ORIGIN).test_client()
    for path, origin in (
        ("/api/v1/catalog/", "https://evil.example"),
        ("/login", ORIGIN),
        ("/api/v1/catalog/", "null"),
    ):
        assert "Access-Control-Allow-Origin" not in client.get(path, headers={"Origin": origin}).headers


def test_nothing_is_allowed_unless_it_is_set(make_app: Callable[..., Flask]) -> None:
    answer = make_app().test_client().get("/api/v1/catalog/", headers={"Origin": ORIGIN})
    assert "Access-Control-Allow-Origin" not in answer.headers

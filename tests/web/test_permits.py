"""Who polls is believed for a moment, and nobody else is."""

from __future__ import annotations

import re
import time

import pytest
from flask import Flask

from app.web import permits
from app.web.security import HEADERS
from tests.fixtures.web import Visitor

POLL = {"HX-Request": "true"}


@pytest.fixture
def repeated(app: Flask, admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each poll was answered from what is kept; the region holds as long as the test runs."""
    found: list[bool] = []
    again = permits.Permits._again

    def watched(self: permits.Permits, *args: object) -> object:
        answer = again(self, *args)  # type: ignore[arg-type]
        found.append(answer is not None)
        return answer

    monkeypatch.setattr(permits.Permits, "_again", watched)
    permits_of(app).forget()
    return found


def permits_of(app: Flask) -> permits.Permits:
    kept = app.extensions["permits"]
    assert isinstance(kept, permits.Permits)
    return kept


def hold(app: Flask) -> None:
    """The remembered region stays fresh while a slow machine runs the test."""
    for answer in app.extensions["remembered"].values():
        answer.expires = time.monotonic() + 60


def test_a_second_look_says_the_same_with_the_same_protection(app: Flask, admin: Visitor, repeated: list[bool]) -> None:
    first = admin.client.get("/ingestion/live", headers=POLL)
    hold(app)
    second = admin.client.get("/ingestion/live", headers=POLL | {"X-Request-ID": "edge-1"})
    assert repeated == [True]
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert {name: second.headers[name] for name in HEADERS} == HEADERS
    assert second.headers["Cache-Control"] == "no-store"
    assert second.headers["X-Request-ID"] == "edge-1"
    assert "Set-Cookie" not in second.headers
    third = admin.client.get(f"/ingestion/live?v={version_of(second.text)}", headers=POLL)
    assert (third.status_code, third.data, repeated) == (204, b"", [True, True])
    assert third.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


def test_another_browser_or_no_cookie_is_never_given_what_somebody_else_may_see(
    app: Flask, admin: Visitor, repeated: list[bool]
) -> None:
    admin.client.get("/ingestion/live", headers=POLL)
    hold(app)
    stranger = app.test_client().get("/ingestion/live", headers=POLL)
    assert stranger.headers["HX-Redirect"].startswith("/login")
    admin.client.get("/ingestion/live", headers=POLL | {"User-Agent": "another browser"})
    assert repeated == []  # both took the whole way


def test_a_change_of_a_user_is_felt_at_once_here_and_within_seconds_everywhere(
    app: Flask, admin: Visitor, repeated: list[bool]
) -> None:
    admin.client.get("/ingestion/live", headers=POLL)
    hold(app)
    admin.post("/account/sessions/end", status=303)
    assert not permits_of(app)._kept
    assert permits.BELIEVED <= 3


def test_a_permit_ends_with_its_time(
    app: Flask, admin: Visitor, repeated: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permits, "BELIEVED", 0.0)
    admin.client.get("/ingestion/live", headers=POLL)
    hold(app)
    admin.client.get("/ingestion/live", headers=POLL)
    assert repeated == []


def test_an_act_is_shown_with_the_next_look_although_the_page_is_believed(
    app: Flask, admin: Visitor, repeated: list[bool]
) -> None:
    admin.client.get("/ingestion/live", headers=POLL)
    hold(app)
    told = admin.post("/ingestion/sync", status=200, htmx=True)
    shown = admin.client.get("/ingestion/live", headers=POLL)
    assert version_of(shown.text) == version_of(told.get_data(as_text=True))


def version_of(region: str) -> str:
    found = re.search(r'"v": "([^"]+)"', region)
    assert found is not None
    return found.group(1)

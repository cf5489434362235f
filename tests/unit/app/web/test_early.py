"""app.web.early: a page's frame goes out before its content is asked for; what fails after it is told in it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from app.errors import Invalid
from app.extensions import db
from app.web import changes, early
from tests.fixtures.web import Visitor

DEADLOCK = text("DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$")
PAGES = ("/needs-you", "/ingestion", "/items", "/catalogue", "/jobs", "/suppliers", "/dashboard", "/changes")
TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]{20,}")
BOOSTED = {"HX_Request": "true", "HX_Boosted": "true"}


@pytest.mark.parametrize("address", PAGES)
def test_in_two_parts_and_whole_are_the_same_page(admin: Visitor, address: str) -> None:
    whole, parts = admin.ask(address, **BOOSTED), admin.ask(address)
    assert "X-Accel-Buffering" in parts.headers and "X-Accel-Buffering" not in whole.headers
    assert lines(parts.text) == lines(whole.text)


def lines(page: str) -> list[str]:
    """Without the blank lines of the template, which nobody sees, and the form token, which tells its second."""
    return [TOKEN.sub("", line.strip()) for line in page.splitlines() if line.strip()]


@pytest.mark.parametrize("address", PAGES)
def test_an_address_with_wishes_is_answered_with_its_status(admin: Visitor, address: str) -> None:
    assert "X-Accel-Buffering" not in admin.ask(address + "?q=pump").headers
    admin.ask("/items?after=nothing", status=400)


def test_the_frame_is_sent_before_the_content_is_asked_for(admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("app.web.changes._found", lambda: asked.append("found") or {})
    answer = admin.client.get("/changes", buffered=False)
    chunks = iter(answer.response)
    head = next(chunks).decode()  # type: ignore[union-attr]
    assert "app.css" in head and "<nav" in head and "</html>" not in head and asked == []
    assert "</html>" in "".join(chunk.decode() for chunk in chunks)  # type: ignore[union-attr]
    assert asked == ["found"]


def test_each_part_can_be_read_when_it_arrives(admin: Visitor) -> None:
    answer = admin.client.get("/changes", headers={"Accept-Encoding": "gzip, br"}, buffered=False)
    assert answer.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in answer.headers["Vary"]
    unpacker = zlib.decompressobj(early.GZIP)
    found = [unpacker.decompress(chunk).decode() for chunk in answer.response]  # type: ignore[arg-type]
    assert unpacker.eof and "<nav" in found[0] and "<h1>" in found[1] and "</html>" in found[1]


@pytest.mark.parametrize(
    ("fault", "headline", "heard"),
    [
        (RuntimeError("a bug"), "Something broke on our side", "page_failed"),
        (Invalid("No such day."), "No such day.", ""),
    ],
)
def test_what_fails_after_the_frame_is_told_in_the_page_and_in_the_log(
    admin: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Exception,
    headline: str,
    heard: str,
) -> None:
    def fail() -> Mapping[str, Any]:
        raise fault

    monkeypatch.setattr("app.web.changes._found", fail)
    page = admin.get("/changes")
    assert headline in page and page.count("<nav") == admin.get("/needs-you").count("<nav") and "</html>" in page
    assert heard in caplog.text


def test_the_line_of_the_log_has_the_status_that_it_should_have_been(
    admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int]] = []
    monkeypatch.setattr("app.request_log.log.info", lambda event, **more: told.append((more["path"], more["status"])))

    def fail() -> Mapping[str, Any]:
        raise RuntimeError("a bug")

    monkeypatch.setattr("app.web.changes._found", fail)
    admin.get("/changes")
    assert told == [("/changes", 500)]


def test_a_deadlock_after_the_frame_is_asked_again(admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[int] = []
    whole = changes._found

    def meets() -> Mapping[str, Any]:
        times.append(1)
        if len(times) == 1:
            db.session.execute(DEADLOCK)
        return whole()

    monkeypatch.setattr(changes, "_found", meets)
    assert "Something broke on our side" not in admin.get("/changes") and len(times) == 2

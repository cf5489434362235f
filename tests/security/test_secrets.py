"""Secrets go where they are needed and nowhere else; what the app writes for spreadsheets runs nothing there."""

from __future__ import annotations

import csv
import io
import logging
import zlib
from collections.abc import Callable
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog
from flask import Flask
from redis import Redis
from sqlalchemy import select, text

from app import audit
from app.access import accounts, tokens
from app.extensions import db
from app.models.catalog import ParsingLog
from app.models.phase import Phase
from app.models.user import AuditEntry, User, UserRole
from app.suppliers import editing
from app.volume import volume
from handoff import logs
from tests.fixtures.courier import Courier
from tests.security.conftest import PASSWORD, Visitor
from tests.servers.files import FileServer, Served

FORMULAS = ("=HYPERLINK(1)", "+1+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1")


def everything_kept() -> str:
    """All rows of all tables, as text."""
    names = [table.name for table in db.metadata.sorted_tables]
    rows = [row for name in names for row in db.session.scalars(text(f"SELECT t::text FROM {name} AS t"))]
    return "\n".join(rows)


def test_a_sources_credentials_are_in_no_log_no_sidecar_no_page_and_unsealed_in_no_table(
    courier: Courier, courier_app: Flask, files: FileServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = files.put("/list.csv", b"sku;name;price\nA;Pump;1.00\n")
    gone = files.put("/broken.csv", Served(statuses=[500] * 9))
    for address in (url, gone):
        supplier = courier.supplier(address.replace("//", "//someone:word-in-the-url@") + "?signature=signed-by-key")
        editing.set_secret_headers(supplier.id, {"X-Api-Key": "key-in-a-header"}, actor="tests")
        courier.run(courier.fetch(supplier))
    assert {asked.headers.get("X-Api-Key") for asked in files.asked} == {"key-in-a-header"}, "it was sent"
    sidecars = "".join(each.sidecar.read_text() for each in volume().iter_raw() if each.sidecar)
    assert sidecars and caplog.text
    for secret in ("key-in-a-header", "word-in-the-url"):
        assert secret not in caplog.text, secret
        assert secret not in sidecars, secret
    assert "key-in-a-header" not in everything_kept()
    assert str(courier_app.secret_key) not in caplog.text


SECRET = "wOrd0nly4us-wOrd0nly4us-wOrd0nly4us"
#: ways in which an address bears what lets its reader in
BEARERS = (
    "{}://u:{SECRET}@{}/a.csv",
    "{}://{SECRET}@{}/a.csv",
    "{}://{}/a.csv?token={SECRET}",
    "{}://{}/a.csv?accessToken={SECRET}",
    "{}://{}/a.csv?AWSAccessKeyId={SECRET}",
    "{}://{}/a.csv?sv=1&sig={SECRET}",
    "{}://{}/a.csv;jsessionid={SECRET}",
    "{}://{}/a.csv#access_token={SECRET}",
    "{}://{}/dl/{SECRET}/a.csv",
    "{}://{}/a.csv?q={SECRET}",
)


def all_of_redis(address: str) -> str:
    """Every key with what it holds, the packed bodies of the queue's entries opened."""
    raw = Redis.from_url(address)
    read: dict[bytes, Callable[[bytes], Any]] = {
        b"string": lambda key: [raw.get(key)],
        b"hash": lambda key: chain.from_iterable(raw.hgetall(key).items()),  # type: ignore[union-attr]  # no coroutine
        b"set": raw.smembers,
        b"list": lambda key: raw.lrange(key, 0, -1),
        b"zset": lambda key: raw.zrange(key, 0, -1),
    }
    held = [(key, each) for key in raw.scan_iter() for each in read[raw.type(key)](key)]  # type: ignore[index]
    return "\n".join(f"{key!r} {_opened(each)!r}" for key, each in held)


def _opened(value: bytes) -> bytes:
    try:
        return zlib.decompress(value)
    except zlib.error:
        return value


def test_a_secret_in_an_address_is_in_no_log_no_sidecar_and_not_in_redis(
    courier: Courier,
    files: FileServer,
    redis_url: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The table keeps the address, for it is fetched from; what is told of it is masked everywhere."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    logs.configure("INFO", "json")
    parts = urlsplit(files.url)
    for form in BEARERS:
        address = form.format(parts.scheme, parts.netloc, SECRET=SECRET)
        path = urlsplit(address).path
        gone = courier.run(courier.fetch(courier.supplier(address), source_url=address))
        files.put(path, b"sku;name;price\nA;Pump;1.00\n")
        good = courier.run(courier.fetch(courier.supplier(address), source_url=address))
        files.put(path, Served(redirect=address.replace("a.csv", "b.csv")))
        courier.run(courier.fetch(courier.supplier(address), source_url=address))
        files.put(path, Served(statuses=[404] * 9))
        assert (gone.error_code, good.phase) == ("SOURCE_MISSING", Phase.COMPLETE), form
        logging.getLogger("elsewhere").error("of a library: %s", address)
        try:
            raise ValueError(address)
        except ValueError:
            structlog.get_logger().exception("of_a_traceback")
    sidecars = "".join(each.sidecar.read_text() for each in volume().iter_raw() if each.sidecar)
    kept = "\n".join(line.error_message for line in db.session.scalars(select(ParsingLog)))
    told = {"redis": all_of_redis(redis_url), "sidecars": sidecars, "logs": capsys.readouterr().err, "rows": kept}
    assert {place: [text for text in all_of.splitlines() if SECRET in text] for place, all_of in told.items()} == {
        place: [] for place in told
    }
    assert all(told.values()) and told["logs"].count("of_a_traceback") == len(BEARERS)


def test_the_audit_knows_which_address_and_not_what_lets_one_in(ctx: Flask) -> None:
    for form in BEARERS:
        address = form.format("https", "hooks.example.org", SECRET=SECRET)
        audit.record("tests", "receiver.added", address, url=address)
    db.session.commit()
    kept = db.session.execute(select(AuditEntry.subject, AuditEntry.facts)).all()
    assert len(kept) == len(BEARERS)
    assert not [row for row in kept if SECRET in str(row) or "hooks.example.org" not in row.subject]


def test_passwords_and_tokens_are_kept_as_hashes_and_not_logged(ctx: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    user = accounts.create_user("keeper", "a-long-password-of-mine", UserRole.ADMIN, actor="tests")
    _, plain = tokens.create_api_token(user, "for a program", actor="tests")
    bearer, _ = tokens.issue(user)
    client = ctx.test_client()
    for token in (plain, bearer):
        assert client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    body = {"username": "keeper", "password": "a-wrong-password-of-mine"}
    assert client.post("/api/v1/auth/login", json=body).status_code == 401
    kept = db.session.get_one(User, user.id).password_hash
    assert kept.startswith("$argon2id$")
    for secret in ("a-long-password-of-mine", "a-wrong-password-of-mine", plain, bearer):
        assert secret not in caplog.text
        assert secret not in everything_kept()


def test_the_settings_and_health_pages_show_no_secret(
    make_app: Callable[..., Flask], database_url: str, redis_url: str
) -> None:
    """Administrators see what the environment says, but for what would let them be somebody else."""
    words = {
        "ml_analyze_secret": "shared-word-of-both",
        "metrics_token": "word-for-prometheus",
        "alert_webhook_secret": "word-that-signs",
        "redis_password": "word-of-redis",
    }
    app = make_app(
        **words,
        smtp_url="smtp://bot:word-of-the-mail@127.0.0.1:9",
        alert_webhook_url="http://127.0.0.1:9/key-in-a-path",
    )
    with app.app_context():
        admin = accounts.create_user("keeper", PASSWORD, UserRole.ADMIN, actor="tests")
    secrets = [
        *words.values(),
        "word-of-the-mail",
        str(app.secret_key),
        password_in(database_url),
        password_in(redis_url),
    ]
    for path in ("/settings", "/system", "/system/checks", "/health", "/api/v1/admin/pipeline"):
        answer = Visitor(app, admin.id)("GET", path)
        assert answer.status_code in (200, 503)
        assert [secret for secret in secrets if secret and secret in answer.text] == [], path


def password_in(url: str) -> str:
    return urlsplit(url).password or ""


@pytest.mark.parametrize("formula", FORMULAS)
def test_files_for_spreadsheets_neutralise_formulas(
    secured: Flask, visitor: Callable[[str | None], Visitor], formula: str
) -> None:
    admin = visitor("admin")
    with secured.app_context():
        courier = Courier()
        job = courier.fetch(courier.supplier("https://example.com/list.csv"))
        line = {"task_id": "t", "job_id": job.id, "error_type": "ValidationError", "error_message": formula}
        db.session.add(ParsingLog(**line, row_number=2, row_data={"value": formula, "cells": [formula]}))
        audit.record("tests", "tested", formula)
        db.session.commit()
    for path in (f"/jobs/{job.id}/errors.csv", "/audit/export"):
        answer = admin("GET", path)
        assert answer.status_code == 200 and formula.strip() in answer.text.replace('""', '"')
        cells = [cell for row in csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))], path

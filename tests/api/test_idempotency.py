"""A write with an idempotency key is done once, whoever repeats it, and whatever dies in between."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from app.access import once
from app.api import document
from app.catalog import product_edit
from app.extensions import db
from app.models.catalog import Product
from app.models.job import Job
from app.models.kept_answers import KeptAnswer
from app.models.supplier import Supplier
from app.models.user import ApiToken
from tests.api.conftest import Caller

ANVIL = {"name": "Anvil", "status": "active"}


def write(caller: Caller, key: str = "k-1", body: Any = ANVIL, path: str = "/admin/products") -> TestResponse:
    return caller("POST", path, json=body, headers={"Idempotency-Key": key})


def products() -> int:
    return db.session.scalar(select(func.count()).select_from(Product)) or 0


def code(answer: TestResponse) -> tuple[int, str]:
    assert answer.json is not None
    return answer.status_code, answer.json["error"]["code"]


def dies(_mine: once.Claim, _answer: once.Kept) -> None:
    """As if the process ended between its commit and its answer."""


def test_the_same_request_is_given_the_same_answer_and_done_once(buyer: Caller, admin: Caller) -> None:
    first, again, quoted = write(buyer), write(buyer), write(buyer, '"k-1"')
    assert first.status_code == again.status_code == 201
    assert first.data == again.data == quoted.data and "Idempotency-Replayed" not in first.headers
    assert (again.headers["Idempotency-Replayed"], again.content_type) == ("true", "application/json")
    assert products() == 1
    assert write(admin).data != first.data, "keys are each user's own"
    assert products() == 2


def test_another_request_with_the_key_is_refused(buyer: Caller) -> None:
    write(buyer)
    for other in (
        write(buyer, body=ANVIL | {"name": "Hammer"}),
        write(buyer, path="/admin/products?x=1"),
        write(buyer, path="/admin/items/products"),
    ):
        assert code(other) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert products() == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "caf\u00e9"])
def test_a_key_that_is_none_is_refused(buyer: Caller, key: str) -> None:
    assert code(write(buyer, key)) == (400, "VALIDATION_ERROR")


def test_what_was_refused_and_changed_nothing_leaves_its_key_free(buyer: Caller) -> None:
    assert code(write(buyer, body={"name": ""})) == (400, "VALIDATION_ERROR")
    assert write(buyer).status_code == 201


def test_while_it_runs_the_key_is_taken_and_one_that_died_before_it_did_anything_is_free(
    buyer: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    repeated: list[TestResponse] = []
    create = product_edit.create

    def slowly(*args: Any, **fields: Any) -> Any:
        """Somebody repeats the request while the first one is carried out."""
        monkeypatch.setattr(product_edit, "create", create)
        with monkeypatch.context() as other:
            other.setattr(once, "_carrying", type(once._carrying)("other", default=None))
            repeated.append(write(buyer))
        return create(*args, **fields)

    monkeypatch.setattr(product_edit, "create", slowly)
    assert write(buyer).status_code == 201
    assert code(repeated[0]) == (409, "IDEMPOTENCY_KEY_IN_PROGRESS")
    assert 0 < int(repeated[0].headers["Retry-After"]) <= once.HELD_FOR.total_seconds()
    left = text("UPDATE kept_answers SET status = NULL, acted = false, held_until = now() - interval '1 second'")
    db.session.execute(left)
    db.session.commit()
    assert write(buyer).status_code == 201
    assert products() == 2


def test_one_that_was_taken_over_commits_nothing(buyer: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    create = product_edit.create

    def taken_over(*args: Any, **fields: Any) -> Any:
        with db.engine.begin() as other:
            other.execute(text("UPDATE kept_answers SET token = gen_random_uuid()"))
        return create(*args, **fields)

    monkeypatch.setattr(product_edit, "create", taken_over)
    assert code(write(buyer)) == (409, "IDEMPOTENCY_KEY_IN_PROGRESS")
    assert products() == 0


def test_one_that_died_after_its_commit_is_never_done_again(buyer: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as dead:
        dead.setattr(once, "keep", dies)
        assert write(buyer).status_code == 201
    assert code(write(buyer)) == (409, "IDEMPOTENCY_KEY_IN_PROGRESS")
    db.session.execute(text("UPDATE kept_answers SET held_until = now() - interval '1 second'"))
    db.session.commit()
    assert code(write(buyer)) == (409, "IDEMPOTENCY_ANSWER_LOST")
    assert products() == 1


def test_keys_end_after_a_day_and_are_purged(buyer: Caller) -> None:
    write(buyer)
    write(buyer, "young")
    db.session.execute(text("UPDATE kept_answers SET created_at = now() - interval '25 hours' WHERE key = 'k-1'"))
    db.session.commit()
    assert write(buyer).status_code == 201 and products() == 3
    db.session.execute(text("UPDATE kept_answers SET created_at = now() - interval '25 hours' WHERE key = 'k-1'"))
    assert once.forget() == 1
    assert db.session.scalars(select(KeptAnswer.key)).all() == ["young"]


def test_an_answer_with_a_token_is_not_readable_in_the_table(buyer: Caller) -> None:
    first = write(buyer, body={"name": "erp"}, path="/auth/tokens")
    again = write(buyer, body={"name": "erp"}, path="/auth/tokens")
    assert first.json is not None and again.json == first.json
    assert len(db.session.scalars(select(ApiToken)).all()) == 1
    kept = db.session.scalars(select(KeptAnswer.body)).one()
    assert kept is not None and first.json["token"].encode() not in kept


@pytest.fixture
def acme(admin: Caller) -> Iterator[Supplier]:
    made = Supplier(name="Acme", source_type="csv", meta={})
    db.session.add(made)
    db.session.commit()
    yield made


def test_a_file_that_is_sent_again_opens_no_other_job(
    ctx: Flask, admin: Caller, acme: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(content: bytes, key: str = "f-1") -> TestResponse:
        form = {"file": (io.BytesIO(content), "list.csv")}
        path = f"/admin/suppliers/{acme.id}/upload"
        return admin(
            "POST",
            path,
            data=form,
            headers={"Idempotency-Key": key},
            content_type=f"multipart/form-data; boundary={uuid4().hex}",
        )

    first, again = send(b"sku;price\n1;2\n" * 1000), send(b"sku;price\n1;2\n" * 1000)
    assert (first.status_code, again.data, again.headers["Idempotency-Replayed"]) == (202, first.data, "true")
    assert code(send(b"sku;price\n1;3\n")) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert db.session.scalar(select(func.count()).select_from(Job)) == 1
    assert send(b"sku;price\n1;2\n", "f-2").status_code == 202


def test_every_write_for_people_who_signed_in_takes_a_key_and_no_reading_does(ctx: Flask) -> None:
    paths: Any = document()["paths"]
    for path, methods in paths.items():
        for method, told in methods.items():
            takes = any(each["name"] == "Idempotency-Key" for each in told["parameters"])
            assert takes == (method != "get" and path != "/auth/login"), (method, path)

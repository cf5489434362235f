"""Every route below /api/: who gets in, that no cookie does, and that answers give nothing away."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from app.access import accounts, policy, tokens
from app.api import ROUTERS, document
from app.models.user import User, UserRole

OPERATIONS = [each for router in ROUTERS for each in router.operations]
PROTECTED = [each for each in OPERATIONS if not each.is_public]


def path_of(operation: Any) -> str:
    return "/api/v1" + re.sub(r"<\w+>", str(uuid4()), operation.path)


@pytest.fixture
def users(ctx: Flask) -> dict[UserRole, User]:
    return {role: accounts.create_user(f"the-{role}", "a good password", role, "tests") for role in UserRole}


def test_each_protected_route_refuses_strangers_cookies_and_other_roles(
    ctx: Flask, users: dict[UserRole, User]
) -> None:
    client = ctx.test_client()
    bearer = {role: {"Authorization": f"Bearer {tokens.issue(user)[0]}"} for role, user in users.items()}
    with client.session_transaction() as session:
        session["_user_id"] = users[UserRole.ADMIN].get_id()
    for operation in PROTECTED:
        stranger = client.open(path_of(operation), method=operation.method)
        assert stranger.status_code == 401, f"{operation.method} {operation.path} with a session cookie only"
        assert stranger.headers["WWW-Authenticate"] == "Bearer"
        for role in set(UserRole) - operation.allowed:
            refused = client.open(path_of(operation), method=operation.method, headers=bearer[role])
            assert refused.status_code == 403, f"{operation.method} {operation.path} as {role}"


def test_only_administrators_change_suppliers_users_syncs_and_settings_and_many_jobs_at_once() -> None:
    for operation in OPERATIONS:
        if operation.method != "GET" and re.search(r"/(suppliers|users|sync|settings|guard|jobs/\w+$)", operation.path):
            assert operation.allowed == {UserRole.ADMIN}, operation.path


def test_whoever_buys_decides_on_files() -> None:
    for operation in OPERATIONS:
        if re.search(r"/jobs/<job_id>/(approve|reject|undo|apply-rest|cancel)", operation.path):
            assert operation.allowed == {UserRole.ADMIN, UserRole.PROCUREMENT}, operation.path


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "bearer x.y.z", "Bearer courier_nonsense", "Bearer \u00e9"]
)
def test_malformed_authorization_headers_are_401(ctx: Flask, header: str) -> None:
    answer = ctx.test_client().get("/api/v1/admin/suppliers", headers={"Authorization": header})
    assert answer.status_code == 401


def test_a_disabled_users_tokens_end_at_once(ctx: Flask, users: dict[UserRole, User]) -> None:
    sales = users[UserRole.SALES]
    jwt, (_, plain) = tokens.issue(sales)[0], tokens.create_api_token(sales, "mine", "tests")
    accounts.change_user(sales.id, "tests", enabled=False)
    for token in (jwt, plain):
        answer = ctx.test_client().get("/api/v1/admin/products", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401


def test_a_role_that_was_taken_away_is_gone_at_once(ctx: Flask, users: dict[UserRole, User]) -> None:
    jwt = tokens.issue(users[UserRole.ADMIN])[0]
    accounts.create_user("another-admin", "a good password", UserRole.ADMIN, "tests")
    accounts.change_user(users[UserRole.ADMIN].id, "tests", role=UserRole.SALES)
    answer = ctx.test_client().get("/api/v1/admin/suppliers", headers={"Authorization": f"Bearer {jwt}"})
    assert answer.status_code == 401


def test_a_wrong_name_and_a_wrong_password_look_the_same(ctx: Flask, users: dict[UserRole, User]) -> None:
    tries = [{"username": name, "password": "wrong password"} for name in ("the-admin", "nobody-at-all")]
    known, unknown = (ctx.test_client().post("/api/v1/auth/login", json=body).data for body in tries)
    assert known == unknown


def test_answers_carry_the_headers_of_the_screen_and_the_docs_load_nothing_from_elsewhere(ctx: Flask) -> None:
    page = ctx.test_client().get("/api/v1/docs")
    assert page.status_code == 200
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options"):
        assert name in page.headers
    assert not re.search(r"(src|href)=\"(https?:)?//", page.text) and "<script" not in page.text
    assert "style=" not in page.text


def test_no_secret_stands_in_the_schema(ctx: Flask) -> None:
    names = str(document()["components"])
    assert "password_hash" not in names and "token_sha256" not in names and "'secret_headers'" not in names


def test_the_table_of_routes_has_no_gap(ctx: Flask) -> None:
    forgotten = [name for name, roles in policy.route_table(ctx).items() if roles is None]
    assert not forgotten


def test_an_upload_without_a_role_stores_nothing(ctx: Flask, make_settings: Callable[..., Any]) -> None:
    answer = ctx.test_client().post(
        f"/api/v1/admin/suppliers/{uuid4()}/upload",
        data=b"--b\r\n" + b"x" * 100_000,
        content_type="multipart/form-data; boundary=b",
    )
    assert answer.status_code == 401
    root = make_settings().shared_dir
    assert not [path for path in root.rglob("*") if path.is_file() and path.parent.name != "tmp"]

"""Every route of both services × every role and none, against the held table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from ml_analyze import api as analysis_api
from ml_analyze.settings import Settings as AnalysisSettings
from tests.security import table
from tests.security.conftest import Visitor

ROLES = (None, "sales", "procurement", "admin")
#: leads to the sign-in because it ended the session
SIGN_OUT = ("/logout", "/account/sessions/end")
SECRET = "the-shared-secret-of-both-services"


def test_the_held_table_knows_every_route_and_no_other(secured: Flask) -> None:
    held, told = table.held(), table.declared(secured)
    new = [table.line(*route, told[route]) for route in sorted(told.keys() - held.keys())]
    assert not new, "decide who may use these, and write them into tests/security/routes.txt:\n" + "\n".join(new)
    assert not held.keys() - told.keys(), "these routes are gone; take their lines out of routes.txt"


def test_the_views_say_what_the_table_holds(secured: Flask) -> None:
    held, told = table.held(), table.declared(secured)
    differ = {route: (held[route], told[route]) for route in held.keys() & told.keys() if held[route] != told[route]}
    assert not differ


@pytest.mark.parametrize("role", ROLES)
def test_every_route_lets_in_whom_the_table_names_and_nobody_else(
    secured: Flask, visitor: Callable[[str | None], Visitor], role: str | None
) -> None:
    wrong = []
    for (method, rule), who in sorted(table.held().items()):
        answer = visitor(role)(method, table.path_of(rule))
        expected = "anyone" in who or role in who
        if is_let_in(answer, rule, role) != expected:
            wrong.append(f"{method} {rule}: {role or 'nobody'} gets {answer.status}, the table says {sorted(who)}")
        elif not expected and (answer.status_code == 401) != (role is None) and rule.startswith("/api/"):
            wrong.append(f"{method} {rule}: 401 is for nobody, 403 for a wrong role; {role} gets {answer.status}")
        elif answer.status_code >= 500 and not (rule == "/ready" or answer.status_code in (502, 503)):
            wrong.append(f"{method} {rule}: {role or 'nobody'} gets {answer.status}")
    assert not wrong, "\n".join(wrong)


def is_let_in(answer: TestResponse, rule: str, role: str | None) -> bool:
    """401, 403 and the way to the sign-in are refusals; a 404 or a 400 comes from behind the door."""
    if answer.status_code in (301, 302, 303) and (role is None or rule not in SIGN_OUT):
        return "/login" not in answer.headers["Location"] or rule in ("/login", "/logout")
    if rule in ("/login", "/api/v1/auth/login"):  # 401 here is the answer to a wrong password
        return True
    return answer.status_code not in (401, 403)


@pytest.fixture
def analysis(redis_url: str, tmp_path: Path) -> Flask:
    (tmp_path / "shared").mkdir(exist_ok=True)
    settings = AnalysisSettings(redis_url=redis_url, shared_dir=tmp_path / "shared", ml_analyze_secret=SECRET)
    return analysis_api.create_app(settings)


def test_ml_analyze_answers_only_who_knows_the_secret(analysis: Flask) -> None:
    held = table.held(table.OTHER_SERVICE)
    assert held.keys() == table.served(analysis)
    for (method, rule), who in held.items():
        path = rule.replace("<uuid:analysis_id>", str(uuid4()))
        for secret, known in ((None, False), ("wrong", False), (SECRET[:-1], False), (SECRET, True)):
            headers = {"Authorization": f"Bearer {secret}"} if secret else {}
            answer = analysis.test_client().open(path, method=method, headers=headers, json={})
            assert (answer.status_code == 401) == ("anyone" not in who and not known), f"{method} {rule} {secret}"


def test_an_analysis_of_a_file_outside_the_volume_is_refused(analysis: Flask, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("sku;name;price\n")
    (tmp_path / "shared" / "link.csv").symlink_to(secret)
    for path in (
        "/etc/passwd",
        "../secret.csv",
        str(secret),
        str(tmp_path / "shared" / "link.csv"),
        "file:///etc/passwd",
    ):
        body = {"file_url": path, "supplier_id": str(uuid4()), "file_type": "csv"}
        answer = analysis.test_client().post("/analyze/file", json=body, headers={"Authorization": f"Bearer {SECRET}"})
        assert answer.status_code == 400, path
        assert answer.json is not None and answer.json["error"]["code"]

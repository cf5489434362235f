"""A process that is configured wrongly says what to set, and keeps the secrets it was given."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from embedded.environment import PROJECT
from handoff.environment import EX_CONFIG


def start(module: str, **variables: str) -> tuple[int, str]:
    """Exit code and what was said by ``import module`` with nothing but these variables."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        cwd=PROJECT,
        env=kept | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_missing_variable_is_named_in_one_line_with_its_meaning() -> None:
    code, said = start("wsgi")
    assert code == EX_CONFIG
    assert said.splitlines() == [
        "Not started: the environment variable DATABASE_URL is not set. "
        "PostgreSQL, as postgresql://user:password@host/name; any driver's prefix."
    ]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("PORT", "http", "valid integer"), ("MAX_FILE_SIZE_MB", "501", "less than or equal to 500")],
)  # fmt: skip
def test_a_wrong_value_says_what_is_allowed(name: str, value: str, words: str) -> None:
    code, said = start("wsgi", DATABASE_URL="postgresql+psycopg://localhost/courier", **{name: value})
    assert code == EX_CONFIG and name in said and words in said and "Traceback" not in said


def test_a_weak_secret_in_production_is_refused_and_not_repeated() -> None:
    code, said = start(
        "wsgi",
        DATABASE_URL="postgresql+psycopg://u:hidden@localhost/c",
        ENVIRONMENT="production",
        SECRET_KEY="short-one",
    )
    assert code == EX_CONFIG and "Set SECRET_KEY" in said
    assert "short-one" not in said and "hidden" not in said

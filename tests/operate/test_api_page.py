"""The scripts of docs/api.md, exactly as they stand there, against a running installation."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.access import tokens
from app.extensions import db
from app.models.user import User
from embedded.environment import PROJECT
from tests.fixtures.stack import Stack

PAGE = PROJECT / "docs" / "api.md"
PROGRAMS = {"sh": ["bash", "-eu", "-o", "pipefail", "-c"], "python": [sys.executable, "-c"]}


@pytest.fixture
def token(stack: Stack) -> Iterator[str]:
    with stack.context():
        admin = db.session.scalars(db.select(User).where(User.username == "admin")).one()
        yield tokens.create_api_token(admin, "api page", actor="tests")[1]


@pytest.mark.parametrize("language", PROGRAMS)
def test_the_script_of_the_page_goes_from_a_file_to_its_changes(
    stack: Stack, token: str, tmp_path: Path, language: str
) -> None:
    (script,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert "http://localhost:8000" in script
    done = subprocess.run(
        [*PROGRAMS[language], script.replace("http://localhost:8000", stack.url)],
        cwd=tmp_path,
        env=os.environ | {"TOKEN": token},
        capture_output=True,
        text=True,
        check=False,
    )
    told = done.stdout
    assert done.returncode == 0, told + done.stderr
    assert told.index("held") < told.index("108.50") < told.index("success") < told.rindex("108.50")
    assert told.count("60.50") == 3, "its difference, where it was new, and where it changed"

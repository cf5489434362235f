"""Each image installs its own lock and nothing else: what a service imports must stand in it."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.operate.compose import PROJECT

OURS = {"app", "handoff", "ml_analyze", "wsgi", "worker"}


def locked(name: str) -> set[str]:
    text = (PROJECT / "requirements" / f"{name}.txt").read_text()
    pins = re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)
    assert text.count("--hash=sha256:") >= len(pins) > 0, "every pin has its hashes"
    return {plain(each) for each in pins}


def plain(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def imported(*places: str) -> set[str]:
    """Top names of everything that is imported there, wherever in a file it is said, but for what only types need."""
    files = [
        file
        for place in places
        for file in ([PROJECT / place] if place.endswith(".py") else (PROJECT / place).rglob("*.py"))
    ]
    found: set[str] = set()
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for_types = [node for node in ast.walk(tree) if isinstance(node, ast.If) and _names(node.test, "TYPE_CHECKING")]
        never_run = {id(each) for node in for_types for each in node.body}
        for node in ast.walk(tree):
            if id(node) in never_run:
                continue
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".", maxsplit=1)[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".", maxsplit=1)[0])
    return found - OURS - set(sys.stdlib_module_names)


def _names(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


@pytest.mark.parametrize(
    ("lock", "places"),
    [
        ("courier", ("app", "handoff", "migrations", "wsgi.py", "worker.py", "deploy/healthcheck.py")),
        ("ml_analyze", ("ml_analyze", "handoff", "deploy/healthcheck.py")),
    ],
)
def test_what_a_service_imports_stands_in_its_lock(lock: str, places: tuple[str, ...]) -> None:
    packages, pins = packages_distributions(), locked(lock)
    names = imported(*places)
    assert names
    missing = {name for name in names if not {plain(each) for each in packages.get(name, [])} & pins}
    assert not missing, f"add what brings these to requirements/{lock}.in, then make lock"


def test_servers_that_images_start_by_command_are_in_their_locks() -> None:
    assert {"gunicorn", "flask", "psycopg", "psycopg-binary"} <= locked("courier")
    assert {"gunicorn", "redis", "rq"} <= locked("ml_analyze")

"""Every criterion of the specification with the tests that prove it and their last run: ``docs/criteria.md``.

python -m docs.criteria       writes the page again from the tests' names and from what the last ``make test`` noted

A test proves what its name or its docstring names (``test_ac_4_2_…``, ``AC-4.2``, ``SC-3``, ``Scenario 4``).
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CRITERIA, PAGE = ROOT / "docs" / "criteria.txt", ROOT / "docs" / "criteria.md"
#: written by ``tests/fixtures/criteria.py``: node id → outcome and day
NOTED = ROOT / ".local" / "acceptance.json"
HEAD = """\
# The criteria of the specification

Each with the tests that prove it, and how their last run ended. Written by `python -m docs.criteria` after `make test`;
a test fails while a criterion has no test, or this page names other tests than there are.

| Criterion | Tests | Last run |
|---|---|---|
"""
_IN_NAME = re.compile(r"(?:^|_)(ac_\d_\d|sc_\d|scenario_\d)(?![0-9])")
_IN_TEXT = re.compile(r"\b(?:AC-\d\.\d|SC-\d|Scenario \d)\b")


@dataclass(frozen=True)
class Proof:
    path: str
    test: str

    @property
    def node(self) -> str:
        return f"{self.path}::{self.test}"


def criteria() -> dict[str, str]:
    """Number → text, in the specification's order."""
    lines = CRITERIA.read_text("utf-8").splitlines()
    return {number: text for number, _, text in (line.partition("\t") for line in lines)}


@cache
def proofs() -> dict[str, list[Proof]]:
    """Number → the tests that name it."""
    found: dict[str, list[Proof]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for test in _tests(ast.parse(path.read_text("utf-8"))):
            for number in _named(test):
                found[number].append(Proof(path.relative_to(ROOT).as_posix(), test.name))
    return found


def _tests(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"))


def _named(test: ast.FunctionDef) -> set[str]:
    numbers = set(_IN_TEXT.findall(ast.get_docstring(test) or ""))
    for name in _IN_NAME.findall(test.name):
        kind, *digits = name.split("_")
        numbers.add(f"Scenario {digits[0]}" if kind == "scenario" else f"{kind.upper()}-{'.'.join(digits)}")
    return numbers


def page() -> str:
    """The page as it should be now."""
    noted = json.loads(NOTED.read_text("utf-8")) if NOTED.is_file() else {}
    found = proofs()
    rows = [
        f"| **{number}** {text} | {_links(found[number])} | {_last_run(found[number], noted)} |"
        for number, text in criteria().items()
    ]
    return HEAD + "\n".join(rows) + "\n"


def tests_named(text: str) -> list[str]:
    """The first two columns of a page's rows, which do not depend on a run."""
    return [line.rsplit("|", 2)[0] for line in text.splitlines() if line.startswith("| **")]


def _links(tests: list[Proof]) -> str:
    return "<br>".join(f"[{each.test}](../{each.path})" for each in tests)


def _last_run(tests: list[Proof], noted: dict[str, dict[str, str]]) -> str:
    runs = [run for each in tests for node, run in noted.items() if node.split("[")[0] == each.node]
    if not runs:
        return "not yet"
    bad = sum(run["outcome"] != "passed" for run in runs)
    day = max(run["day"] for run in runs)
    return f"{day}: {len(runs)} passed" if not bad else f"{day}: **{bad} of {len(runs)} failed**"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")

"""The arrows, checked: imports point down, verbs make no circle, both services meet only in the treaty."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: floor of each package or module of app; what is not named here is a verb
GROUND, NOUNS, VERBS, DOORS, ROOF = range(5)
FLOORS = {
    "settings": GROUND,
    "errors": GROUND,
    "extensions": GROUND,
    "models": NOUNS,
    "web": DOORS,
    "api": DOORS,
    "cli": DOORS,
    "tasks": DOORS,
    "clock": DOORS,
    "": ROOF,  # app/__init__.py: create_app binds the doors
}


def modules(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            yield name, ast.parse(path.read_text("utf-8"))


def imports(tree: ast.AST, *, inside_packages: bool = True) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if inside_packages:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(module: str) -> str:
    """``app.jobs.claims`` -> ``jobs``; ``app`` -> the empty string."""
    return module.split(".")[1] if "." in module else ""


def is_known(module: str) -> bool:
    """Whether a dotted name is a module of ours and not a name in one."""
    path = ROOT / module.replace(".", "/")
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


ENVIRONMENT = {"os.environ", "os.getenv"}
APP = [
    (name, [each for each in imports(tree) if each.startswith("app.") and is_known(each)])
    for name, tree in modules("app")
]


@pytest.mark.parametrize(("name", "used"), APP, ids=[name for name, _ in APP])
def test_imports_point_down(name: str, used: list[str]) -> None:
    own = FLOORS.get(room(name), VERBS)
    above = [each for each in used if FLOORS.get(room(each), VERBS) > own]
    assert not above, f"{name} imports what stands above it: {above}"
    if own == DOORS and name.split(".")[1] not in ("cli",):
        others = [each for each in used if FLOORS.get(room(each), VERBS) == DOORS and room(each) != room(name)]
        assert not others, f"the door {name} leads into another door: {others}"


def test_verbs_make_no_circle() -> None:
    graph: dict[str, set[str]] = {}
    for name, used in APP:
        if FLOORS.get(room(name), VERBS) == VERBS:
            rooms = {room(each) for each in used if FLOORS.get(room(each), VERBS) == VERBS} - {room(name)}
            graph.setdefault(room(name), set()).update(rooms)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"these packages of app import each other in a circle: {' -> '.join(error.args[1])}")


def test_both_services_meet_only_in_the_treaty() -> None:
    for name, tree in modules("ml_analyze"):
        assert not [each for each in imports(tree) if re.match(r"(app|embedded|tests|bench)(\.|$)", each)], name
    for name, tree in modules("app"):
        assert not [each for each in imports(tree) if re.match(r"(ml_analyze|embedded|tests|bench)(\.|$)", each)], name


def test_the_treaty_imports_nothing_of_ours() -> None:
    for name, tree in modules("handoff"):
        assert not [each for each in imports(tree) if re.match(r"(app|ml_analyze|embedded)(\.|$)", each)], name


def test_only_settings_read_the_environment() -> None:
    # the shell is given ADMIN_PASSWORD; numeric libraries read their thread limits before anything else runs; a
    # confined child empties it
    allowed = {"app.settings", "ml_analyze.settings", "app.cli", "ml_analyze", "handoff.confined"}
    for name, tree in modules("app", "ml_analyze", "handoff"):
        if name in allowed:
            continue
        reads = [
            each for each in ast.walk(tree) if isinstance(each, ast.Attribute) and ast.unparse(each) in ENVIRONMENT
        ]
        assert not reads, f"{name} reads the environment; that is the settings' work"


def test_no_room_has_a_name_that_would_fit_any_program() -> None:
    for package in ("app", "ml_analyze", "handoff", "embedded", "bench"):
        for path in (ROOT / package).rglob("*.py"):
            assert path.stem not in ("utils", "helpers", "common", "misc", "services", "base"), path


#: so many lines read at one sitting; a longer module says in its docstring why it is one room
SITTING = 250


def test_a_long_room_says_why_it_is_one() -> None:
    for package in ("app", "ml_analyze", "handoff", "embedded"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text("utf-8")
            long = len(text.splitlines()) > SITTING
            says = "One room: " in (ast.get_docstring(ast.parse(text)) or "")
            assert long == says, f"{path}: {'say why it is one room, or part it' if long else 'it is short enough now'}"


#: the faces of one subject bear its name, and so does the side that works with a word of the treaty
FACES = {("app", "web"), ("app", "api"), ("app", "models"), ("app", "cli")}
#: each service has its own; a supplier's items, our products and the catalogue's snapshot are the same thing everywhere
ONE_THING = {"settings", "metrics", "tasks", "items", "products", "snapshot", "locked"}


def test_a_name_of_a_module_means_one_thing() -> None:
    """Rooms of formats have the same inner names, which is their sense; whatever else is called alike is alike."""
    named: dict[str, list[str]] = {}
    for name, _ in modules("app", "ml_analyze", "embedded"):
        *package, last = name.split(".")
        one = tuple(package) in FACES or "formats" in package or last in ONE_THING or last == "__main__"
        if not one and not (ROOT / Path(*name.split("."))).is_dir():
            named.setdefault(last, []).append(name)
    twice = [names for names in named.values() if len(names) > 1]
    assert not twice, "one word, one meaning: rename one of them to what it is about"

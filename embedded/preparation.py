"""Before the first process starts: the tables, the administrator, the catalogue."""

from __future__ import annotations

import json
import os
import secrets
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg

from embedded import processes
from embedded.environment import PROJECT
from embedded.processes import CannotRun

ADMIN = "admin"


def migrate(variables: Mapping[str, str], log: Path) -> None:
    """Bring the tables up to date; raises CannotRun with the last line of a migration that failed."""
    log.parent.mkdir(parents=True, exist_ok=True)
    _flask(variables, log, "db", "upgrade")


def populate(
    variables: Mapping[str, str],
    log: Path,
    samples: Path,
    *,
    say: Callable[[str], None],
    show: Callable[[str], None],
) -> None:
    """Make the administrator, import the catalogue and the rates of ``samples`` where there are none yet; may raise
    CannotRun.

    ``show`` gets a password that was made up for the administrator, once and at once: nobody can ask for it later.
    """
    with psycopg.connect(variables["DATABASE_URL"].replace("+psycopg", ""), autocommit=True) as connection:
        has_admin = connection.execute("SELECT 1 FROM users WHERE username = %s", (ADMIN,)).fetchone()
        has_products = connection.execute("SELECT 1 FROM products LIMIT 1").fetchone()
    if not has_admin:
        password = None if os.environ.get("ADMIN_PASSWORD") else secrets.token_urlsafe(12)
        given = {**variables, "ADMIN_PASSWORD": password} if password else variables
        _flask(given, log, "users", "create", ADMIN, "--role", "admin")
        if password:
            show(password)
        else:
            say(f"The administrator {ADMIN} was made with the password in ADMIN_PASSWORD.")
    if not has_products:
        _flask(variables, log, "catalog", "import", str(samples / "catalogue.csv"))
        _flask(variables, log, "money", "rates", str(samples / "rates.csv"), "--base", "EUR")
        _keep_what_was_brought(variables["DATABASE_URL"], samples)
        say("The sample catalogue and made-up exchange rates were imported.")


def _keep_what_was_brought(database_url: str, samples: Path) -> None:
    """So that the first steps of an office do not count the samples as its own (app/first_steps.py)."""
    declared = tomllib.loads((samples / "suppliers.toml").read_text(encoding="utf-8"))
    names = [each["name"] for each in declared["supplier"]]
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO app_settings (key, value) VALUES ('samples',"
            " jsonb_build_object('suppliers', %s::jsonb, 'products_until', now())) ON CONFLICT (key) DO NOTHING",
            (json.dumps(names),),
        )


def _flask(variables: Mapping[str, str], log: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    done = processes.run(command, folder=PROJECT, environment=variables)
    with log.open("ab") as file:
        file.write(done.stdout + done.stderr)
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).decode(errors="replace").strip().splitlines()
        said = lines[-1].strip() if lines else "it said nothing"
        raise CannotRun(f"`flask {' '.join(arguments)}` ended with code {done.returncode}: {said} (see {log})")

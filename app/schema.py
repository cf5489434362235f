"""Which revision the tables have, and how they come to another: the migrations on any database, not only the app's."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
#: the existing system keeps its revisions in ``alembic_version``; ours live beside it
VERSION_TABLE = "courier_version"


@cache
def _script() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


def newest() -> str:
    """The revision that this version of the code works with."""
    head = _script().get_current_head()
    assert head is not None
    return head


def is_known(revision: str) -> bool:
    return any(each.revision == revision for each in _script().walk_revisions())


def current(engine: Engine) -> str | None:
    """The revision of the tables there; None where there are none of ours."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()


def bring_up(engine: Engine, revision: str) -> None:
    """Make or upgrade the tables there to ``revision``; nothing happens when they have it already."""
    script = _script()

    def steps(now: Any, _context: Any) -> Any:
        return script._upgrade_revs(revision, now)  # alembic's own way for programs: it has no public name for it

    with engine.connect() as connection, EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, version_table=VERSION_TABLE, transaction_per_migration=True)
        with environment.begin_transaction():
            environment.run_migrations()

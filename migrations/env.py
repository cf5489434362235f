"""Alembic's door: the app's engine and metadata, under a version table of our own.

The existing system keeps its revisions in ``alembic_version``; ours live beside it, so that both can
look at one database during the change-over.
"""

from __future__ import annotations

import time

import structlog
from alembic import context

from app import schema
from app.extensions import db
from app.schema import VERSION_TABLE

log = structlog.get_logger()


def run() -> None:
    with db.engine.connect() as guard, db.engine.connect() as connection:
        # Two starts at once must not migrate twice: the second waits here and then finds nothing to do.
        for each in (guard, connection):  # a change of a large table takes its time
            each.exec_driver_sql("SET lock_timeout = 0")
            each.exec_driver_sql("SET idle_in_transaction_session_timeout = 0")
            each.commit()
        while not guard.exec_driver_sql("SELECT pg_try_advisory_xact_lock(727001)").scalar():
            # Asked again and again: a statement that waits keeps its snapshot, for which an index built beside the
            # work by the first start would wait in turn, for ever.
            guard.commit()
            time.sleep(0.2)
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            version_table=VERSION_TABLE,
            compare_type=True,
            transaction_per_migration=True,  # an index built beside the work ends its transaction early
            include_object=lambda _item, name, kind, *_: not (kind == "table" and name == "alembic_version"),
        )
        known = context.get_context().get_current_revision()
        if known is not None and not schema.is_known(known) and context.get_revision_argument() == schema.newest():
            # Somebody went back to this release: later ones leave the tables so that it works with them.
            log.warning("tables_are_of_a_later_release", revision=known, ours=schema.newest())
            return
        with context.begin_transaction():
            context.run_migrations()


run()

"""The schema from nothing, and from the existing system with its rows in it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Connection, text

from app import create_app
from app.extensions import db
from app.settings import Settings

EXISTING_ROWS = """
    INSERT INTO suppliers (name, source_type, metadata) VALUES ('Old GmbH', 'csv', '{"use_ml_processing": false}');
    INSERT INTO products (internal_sku, name, min_price) VALUES ('PROD-1-AAAA', 'Hammer', 12.34);
    INSERT INTO supplier_items (supplier_id, supplier_sku, name, current_price)
        SELECT id, 'A1', 'Hammer', 12.34 FROM suppliers;
    INSERT INTO price_history (supplier_item_id, price) SELECT id, 12.34 FROM supplier_items;
    INSERT INTO users (username, password_hash, role) VALUES ('anna', 'x', 'admin');
    INSERT INTO parsing_logs (task_id, error_type, error_message) VALUES ('parse-old-1', 'ERROR', 'old');
    CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
    INSERT INTO alembic_version VALUES ('009_their_last_one');
"""


@pytest.fixture
def app_on(redis_url: str, tmp_path: Path) -> Callable[[str], Flask]:
    def make(url: str) -> Flask:
        return create_app(Settings(database_url=url, redis_url=redis_url, shared_dir=tmp_path))

    return make


#: columns of supplier_items that the release before still writes; they go with the next
LEFT_BEHIND = ("comparable_price", "not_compared")


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"version_table": "courier_version", "compare_type": True})
    known = ("catalog_revision", "alembic_version")  # the database's own counter, and the existing system's
    found = [each for each in compare_metadata(context, db.metadata) if getattr(each[1], "name", "") not in known]
    left = [("remove_column", "supplier_items", name) for name in LEFT_BEHIND]
    return [each for each in found if each[0] != "remove_column" or (each[0], each[2], each[3].name) not in left]


def test_the_migrations_lead_to_exactly_the_models(app_on: Callable[[str], Flask], database_url: str) -> None:
    with app_on(database_url).app_context(), db.engine.connect() as connection:
        assert differences(connection) == []


def test_the_existing_schema_is_upgraded_with_its_rows(
    app_on: Callable[[str], Flask], new_database: Callable[..., str]
) -> None:
    app = app_on(new_database())
    theirs = importlib.import_module("migrations.versions.0001_existing_system")
    with app.app_context():
        with db.engine.begin() as connection:
            for name, values in theirs.ENUMS.items():
                connection.execute(text(f"CREATE TYPE {name} AS ENUM ({', '.join(map(repr, values))})"))
            connection.exec_driver_sql(theirs.TABLES)
            connection.exec_driver_sql(EXISTING_ROWS)
        flask_migrate.upgrade()
        with db.engine.begin() as connection:
            assert differences(connection) == []
            item = connection.execute(text("SELECT * FROM supplier_items")).mappings().one()
            assert (item["supplier_sku"], str(item["current_price"]), item["is_available"]) == ("A1", "12.3400", True)
            theirs_left = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            assert theirs_left == "009_their_last_one"
            connection.execute(text("INSERT INTO suppliers (name, source_type) VALUES ('New', 'pdf')"))
            before = connection.execute(text("SELECT revision FROM catalog_revision")).scalar_one()
            connection.execute(text("UPDATE products SET name = 'Hammer 2'"))
            assert connection.execute(text("SELECT revision FROM catalog_revision")).scalar_one() == before + 1


def test_a_downgrade_gives_the_existing_schema_back(
    app_on: Callable[[str], Flask], new_database: Callable[..., str], migrated_template: str
) -> None:
    with app_on(new_database(migrated_template)).app_context():
        flask_migrate.downgrade(revision="0001")
        with db.engine.connect() as connection:
            columns = connection.execute(
                text("SELECT column_name FROM information_schema.columns WHERE table_name = 'supplier_items'")
            ).scalars()
            assert "file_sha256" not in set(columns)
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            assert differences(connection) == []


def test_an_earlier_release_leaves_the_tables_of_a_later_one(
    app_on: Callable[[str], Flask], new_database: Callable[..., str], migrated_template: str
) -> None:
    """Who goes back starts the earlier `prepare` too: it may neither fail and hold up the others nor change them."""
    app = app_on(new_database(migrated_template))
    change, told = (
        text("UPDATE courier_version SET version_num = 'later'"),
        text("SELECT version_num FROM courier_version"),
    )
    with app.app_context():
        with db.engine.begin() as connection:
            connection.execute(change)
        flask_migrate.upgrade()
        with db.engine.begin() as connection:
            assert connection.execute(told).scalar_one() == "later"
        with pytest.raises(SystemExit):  # but down goes only who knows the way
            flask_migrate.downgrade(revision="0002")

"""No migration holds a large table longer than people wait, or takes away what the release before still uses.

Looked for in the SQL of each migration, as `squawk` does. Tables that grow with the installation are read and written
all the time: what rewrites one, or reads it whole under a lock that keeps others out, stops every page meanwhile.
"""

from __future__ import annotations

import importlib.util
import io
import re
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from app.schema import MIGRATIONS

GROWING = {
    "products", "supplier_items", "price_history", "item_changes", "said_items", "parsing_logs", "ingestion_jobs",
    "job_events", "match_reviews", "match_decisions", "changes", "audit_log",
}  # fmt: skip
#: written before this was looked at, and run by nobody who has many rows without a pause: docs/upgrading.md says so
WITH_A_PAUSE = {
    "0001_existing_system", "0002_courier", "0003_submitted_at", "0005_decided_on", "0015_order_of_files",
    "0016_what_is_away", "0020_what_a_file_is_judged_by", "0021_a_bin_for_suppliers",
    "0023_decisions_are_taken_back", "0040_comparable_money",
}  # fmt: skip
RULES = {
    r"CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)(IF NOT EXISTS )?\S+ ON (?P<table>\w+)":
        "keeps writers out while it is built: postgresql_concurrently=True, in op.get_context().autocommit_block()",
    r"ALTER TABLE (?P<table>\w+) ADD COLUMN (?!.*\bDEFAULT\b).*\bNOT NULL":
        "fails where rows are: give a default, or add it without NOT NULL, fill it, then set it",
    r"ALTER TABLE (?P<table>\w+) ADD COLUMN .*DEFAULT \(?(clock_timestamp|gen_random_uuid|random|nextval|timeofday)":
        "writes every row again, for the default differs from row to row: add it without, fill it in portions",
    r"ALTER TABLE (?P<table>\w+) ALTER COLUMN \w+ (SET DATA )?TYPE":
        "writes every row again: add a column beside it",
    r"ALTER TABLE (?P<table>\w+) ALTER COLUMN \w+ SET NOT NULL":
        "reads every row with everybody kept out: a CHECK … NOT VALID that is validated first",
    r"ALTER TABLE (?P<table>\w+) ADD CONSTRAINT (?!.*(NOT VALID|USING INDEX))":
        "reads every row with writers kept out: NOT VALID, then VALIDATE; a unique one USING INDEX",
    r"ALTER TABLE (?P<table>\w+) (DROP COLUMN|RENAME)":
        "is still used by the release before: take it away one release later",
    r"DROP TABLE (?P<table>\w+)":
        "is still used by the release before: take it away one release later",
    r"(UPDATE|DELETE FROM) (?P<table>\w+)\b":
        "locks every row until the end: fill in portions, from the code",
}  # fmt: skip


def names() -> list[str]:
    return sorted(path.stem for path in (MIGRATIONS / "versions").glob("*.py"))


def sql_of(path: Path) -> str:
    """What ``upgrade`` would send, without a database."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sent = io.StringIO()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": sent})
    with Operations.context(context):
        module.upgrade()
    return sent.getvalue()


def complaints(sql: str) -> list[str]:
    """A sentence for each statement that stands in somebody's way; a table that the migration makes is empty."""
    # the body of a function runs later; a comment never
    plain = re.sub(r"--[^\n]*", "", re.sub(r"\$(\w*)\$.*?\$\1\$", "''", sql, flags=re.DOTALL))
    made = set(re.findall(r"CREATE TABLE (\w+)", plain))
    found = []
    for statement in (" ".join(each.split()) for each in plain.split(";")):
        for rule, why in RULES.items():
            match = re.match(rule, statement, re.IGNORECASE)
            if match and match["table"] in GROWING - made:
                found.append(f"{match['table']}: {statement[:80]} … {why}.")
    return found


@pytest.mark.parametrize("name", [name for name in names() if name not in WITH_A_PAUSE])
def test_a_migration_keeps_nobody_waiting(name: str) -> None:
    assert complaints(sql_of(MIGRATIONS / "versions" / f"{name}.py")) == []


@pytest.mark.parametrize("name", sorted(WITH_A_PAUSE - {"0001_existing_system", "0002_courier"}))
def test_what_is_excused_needs_it(name: str) -> None:
    assert complaints(sql_of(MIGRATIONS / "versions" / f"{name}.py"))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX ix ON supplier_items (name)",
        "CREATE UNIQUE INDEX ix ON supplier_items (name)",
        "ALTER TABLE products ADD COLUMN a INTEGER NOT NULL",
        "ALTER TABLE products ADD COLUMN a UUID DEFAULT gen_random_uuid() NOT NULL",
        "ALTER TABLE products ALTER COLUMN name TYPE TEXT",
        "ALTER TABLE products ALTER COLUMN name SET NOT NULL",
        "ALTER TABLE price_history ADD CONSTRAINT c CHECK (price > 0)",
        "ALTER TABLE job_events ADD CONSTRAINT fk FOREIGN KEY(job_id) REFERENCES ingestion_jobs (id)",
        "ALTER TABLE products DROP COLUMN name",
        "ALTER TABLE products RENAME name TO title",
        "DROP TABLE parsing_logs",
        "update supplier_items SET name = ''",
        "SELECT 1; DELETE FROM changes",
    ],
)
def test_what_stands_in_the_way_is_found(statement: str) -> None:
    assert len(complaints(f"{statement};")) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX CONCURRENTLY ix ON supplier_items (name)",
        "CREATE TABLE changes (id INTEGER); CREATE INDEX ix ON changes (id)",
        "CREATE INDEX ix ON users (name)",
        "ALTER TABLE products ADD COLUMN a INTEGER",
        "ALTER TABLE products ADD COLUMN a INTEGER DEFAULT 0 NOT NULL",
        "ALTER TABLE price_history ADD CONSTRAINT c CHECK (price > 0) NOT VALID",
        "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN UPDATE products SET name = ''; END $$ LANGUAGE plpgsql",
    ],
)
def test_what_stands_in_nobodys_way_is_let_through(statement: str) -> None:
    assert complaints(f"{statement};") == []

"""The existing system's database, with what years leave in one: upgraded, used, compared, and given back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bcrypt
import flask_migrate
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import create_app
from app.access import passwords
from app.errors import Unauthorized
from app.extensions import db, redis
from app.models.phase import Outcome
from app.models.supplier import Supplier
from app.settings import Settings
from app.sync import run
from embedded.servers import Servers
from tests.fixtures.client import Client
from tests.fixtures.courier import Courier
from tests.fixtures.servers import SECRET
from tests.servers.files import FileServer

EXISTING = Path(__file__).with_name("existing.sql")
LONG = "a password that is longer than the seventy-two bytes of which bcrypt takes notice"
USERS = {
    "anna": ("admin", "correct horse battery"),
    "bert": ("sales", "пароль-длинный"),
    "cleo": ("procurement", LONG),
}
#: what the upgrade may change: numbers widen, 0 is no price, no object is an empty one, a twin's name is kept beside
SAME = {
    "metadata": "CASE WHEN jsonb_typeof(metadata) = 'object' THEN metadata - 'renamed_from' ELSE '{}' END",
    "characteristics": "CASE WHEN jsonb_typeof(characteristics) = 'object' THEN characteristics ELSE '{}' END",
    "current_price": "coalesce(current_price, 0)",
    "suppliers.name": "coalesce(metadata ->> 'renamed_from', name)",
}
COLUMNS = text("""
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' ORDER BY table_name, ordinal_position
""")
Schema = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True)
class Database:
    """The courier on a copy of the existing system's database; ``schema`` and ``before`` are what it was."""

    app: Flask
    schema: Schema
    before: dict[str, str]

    def all(self, query: str) -> list[Any]:
        with db.engine.connect() as connection:
            return list(connection.execute(text(query)).scalars())


def columns() -> Schema:
    found: Schema = {}
    with db.engine.connect() as connection:
        for table, column, kind in connection.execute(COLUMNS):
            found.setdefault(table, []).append((column, kind))
    return found


def rows(schema: Schema) -> dict[str, str]:
    """Number and hash of every table's rows in the columns that the existing system knows."""
    with db.engine.connect() as connection:
        return {table: connection.execute(text(_hash(table, known))).scalar_one() for table, known in schema.items()}


def _hash(table: str, known: list[tuple[str, str]]) -> str:
    row = f"ROW({', '.join(_told(table, column, kind) for column, kind in known)})::text"
    only = "WHERE task_id <> 'upgrade'" if table == "parsing_logs" else ""
    return f"SELECT count(*) || ' ' || md5(coalesce(string_agg({row}, ',' ORDER BY {row}), '')) FROM {table} {only}"


def _told(table: str, column: str, kind: str) -> str:
    told = SAME.get(f"{table}.{column}", SAME.get(column, column))
    return f"trim_scale({told})" if kind == "numeric" else told


@pytest.fixture(scope="module")
def app_on(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Flask]:
    def make(url: str) -> Flask:
        app = create_app(
            Settings(
                environment="test",
                database_url=url,
                redis_url=servers.redis_url,
                shared_dir=tmp_path_factory.mktemp("shared"),
                secret_key=SECRET,
                jwt_secret=SECRET,
                fetch_allowed_hosts="127.0.0.1",
                use_ml_processing=False,
            )
        )
        app.test_client_class = Client
        return app

    return make


@pytest.fixture(scope="module")
def upgraded(new_database: Callable[..., str], app_on: Callable[[str], Flask]) -> tuple[str, Schema, dict[str, str]]:
    """The name of a database, upgraded as the first start does it, and what it held before."""
    url = new_database()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute(EXISTING.read_bytes())
        for name, (role, password) in USERS.items():
            known = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()
            row = (name, known, role)
            connection.execute("INSERT INTO users (username, password_hash, role) VALUES (%s, %s, %s)", row)
    with app_on(url).app_context():
        schema = columns()
        before = rows(schema)
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()
    return url.rpartition("/")[2].partition("?")[0], schema, before


@pytest.fixture
def database(
    upgraded: tuple[str, Schema, dict[str, str]], new_database: Callable[..., str], app_on: Callable[[str], Flask]
) -> Iterator[Database]:
    name, schema, before = upgraded
    app = app_on(new_database(name))
    with app.app_context():
        redis().flushall()
        yield Database(app, schema, before)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def file_server() -> Iterator[FileServer]:
    with FileServer() as server:
        yield server


def signed_in(client: FlaskClient, name: str) -> dict[str, str]:
    body = {"username": name, "password": USERS[name][1]}
    answer = client.post("/api/v1/auth/login", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None and answer.json["user"]["role"] == USERS[name][0]
    return {"Authorization": f"Bearer {answer.json['token']}"}


def test_every_row_is_kept_and_twins_are_told_apart(database: Database) -> None:
    assert rows(database.schema) == database.before
    names = database.all("SELECT name FROM suppliers ORDER BY created_at")
    x = "x" * 255
    assert names[:8] == [
        "Acme", "ACME (3)", "acme (2)", "aCmE (4)", "МАСТЕР", "Мастер (2)", x, "X" * 251 + " (2)",
    ]  # fmt: skip
    assert len(set(map(str.lower, names))) == len(names)
    told = database.all("SELECT error_message FROM parsing_logs WHERE task_id = 'upgrade' ORDER BY error_message")
    assert len(told) == 4
    assert told[0].startswith("The supplier ACME is called ACME (3) now")


def test_everybody_signs_in_as_before_and_is_kept_in_todays_form(database: Database) -> None:
    client = database.app.test_client()
    for _ in ("with the old hash", "with the new one"):
        for name in USERS:
            signed_in(client, name)
    assert all(each.startswith("$argon2id$") for each in database.all("SELECT password_hash FROM users"))
    with pytest.raises(Unauthorized):
        passwords.authenticate("anna", "another password")


def test_every_list_shows_what_was_there(database: Database) -> None:
    client = database.app.test_client()
    admin = signed_in(client, "anna")

    def get(path: str) -> Any:
        answer = client.get(f"/api/v1{path}", headers=admin)
        assert answer.status_code == 200, (path, answer.text[:500])
        return answer.json

    standing = {each["name"]: each for each in get("/admin/ingestion/status")["suppliers"]}
    assert (standing["Large Ltd"]["status"], standing["Large Ltd"]["items_count"]) == ("success", 100_000)
    assert (standing["Failing Ltd"]["status"], standing["Old Ltd"]["status"]) == ("error", "inactive")
    assert (standing["acme (2)"]["status"], standing["acme (2)"]["use_ml_processing"]) == ("success", True)
    assert standing["ACME (3)"]["use_ml_processing"] is False
    assert {each["is_active"] for each in get("/admin/suppliers")["suppliers"] if each["name"] != "Old Ltd"} == {True}
    assert get("/admin/products?status=archived&limit=200")["total_count"] == 1000
    assert get("/admin/suppliers/unmatched?search=anvil")["total_count"] == 9
    assert get("/catalog/?limit=200")["total_count"] == 1000
    for review in get("/admin/reviews?limit=200")["data"]:
        assert review["supplier_name"] == "Large Ltd"
    assert get("/admin/reviews?limit=1")["data"][0]["top_score"] == 87.5, "surest first"
    levels = database.all("SELECT level FROM parsing_logs WHERE task_id <> 'upgrade' ORDER BY created_at, task_id")
    assert levels == ["error", "warning", "info"]
    for path in ("/admin/reviews", "/admin/jobs", "/admin/audit", "/admin/alerts", "/admin/users", "/admin/sync/runs"):
        get(path)


def test_the_pages_open_on_rows_of_the_existing_system(database: Database) -> None:
    client = database.app.test_client()
    token = client.get("/login").text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "username": "anna", "password": USERS["anna"][1]}
    assert client.post("/login", data=form).status_code == 303
    supplier = database.all("SELECT id FROM suppliers WHERE name = 'Large Ltd'")[0]
    product = database.all("SELECT product_id FROM supplier_items WHERE supplier_sku = 'SKU-1'")[0]
    paths = ("/ingestion", "/matching", "/suppliers", f"/suppliers/{supplier}", "/catalogue", f"/catalogue/{product}")
    for path in (*paths, "/dashboard", "/jobs", "/log", "/system", "/users", "/settings", "/audit", "/reprocess"):
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.text[:1000])


def test_the_next_sync_takes_the_old_suppliers_files(database: Database, file_server: FileServer) -> None:
    url = file_server.put("list.csv", b"sku;name;price\nA;Anvil;12.50\nB;Bolt;0.0125\n")
    acme = db.session.query(Supplier).filter_by(name="Acme").one()
    acme.meta = acme.meta | {"source_url": url}
    db.session.commit()
    job = run.sync_supplier(acme.id, "tests")
    ended = Courier().run(job)
    assert ended.outcome in (Outcome.SUCCESS, Outcome.WARNINGS), ended.error_message
    prices = f"SELECT current_price FROM supplier_items WHERE supplier_id = '{acme.id}' ORDER BY supplier_sku"
    assert [str(each) for each in database.all(prices)] == ["12.5000", "0.0125"]
    old = "SELECT price FROM price_history JOIN supplier_items AS i ON i.id = supplier_item_id"
    history = database.all(f"{old} WHERE i.supplier_id = '{acme.id}' AND supplier_sku = 'A' ORDER BY recorded_at")
    assert [str(each) for each in history] == ["99999999.9900", "12.5000"]


def test_a_way_back_leaves_what_was_there(database: Database) -> None:
    with db.engine.begin() as connection:
        change = "UPDATE supplier_items SET current_price = {} WHERE supplier_sku = '{}'"
        connection.execute(text(change.format("1234567890.1234", "SKU-99999")))
        connection.execute(text(change.format("NULL", "SKU-99998")))
        kept = "INSERT INTO price_history (supplier_item_id, price) SELECT id, 1234567890 FROM supplier_items LIMIT 1"
        connection.execute(text(kept))
    db.session.remove()
    flask_migrate.downgrade(revision="0001")
    now = columns()
    now.pop("courier_version")
    assert now == database.schema
    prices = "SELECT current_price FROM supplier_items WHERE supplier_sku IN ('SKU-99998', 'SKU-99999')"
    assert [str(each) for each in database.all(prices)] == ["0.00", "0.00"], "no item goes with its price"
    with db.engine.begin() as connection:
        connection.execute(text(change.format("999.99", "SKU-99999")))
        connection.execute(text(change.format("999.98", "SKU-99998")))
    assert rows(database.schema) == database.before
    names = database.all("SELECT name FROM suppliers ORDER BY created_at")
    assert names[:4] == ["Acme", "ACME", "acme (2)", "aCmE"]
    flask_migrate.upgrade()

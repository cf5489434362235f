"""The release before works on today's tables: signed in, a list taken and applied, every page opened.

Its own code from the repository's history, in a process of its own. The whole roll-out, with both releases' processes
side by side, their treaty and the way back: ``python -m tests.upgrade``.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded.environment import PROJECT, environment
from embedded.servers import Servers
from tests.fixtures.servers import SECRET
from tests.upgrade.beside import code_of
from tests.upgrade.load import PAGES, PASSWORD, USER
from tests.upgrade.releases import previous

#: run by the release before, in its own folder; only what every release has is used
AT_WORK = """
import io, sys
from app import create_app
from app.extensions import db
from app.tasks import run_step
from sqlalchemy import text

user, password, *pages = sys.argv[1:]
app = create_app()
done = app.test_cli_runner().invoke(args=["users", "create", user])
assert done.exit_code == 0, done.output
client = app.test_client()
token = client.get("/login").text.split('name="csrf_token" value="')[1].split('"')[0]
form = {"csrf_token": token, "username": user, "password": password}
assert client.post("/login", data=form).status_code in (302, 303)
bearer = client.post("/api/v1/auth/login", json={"username": user, "password": password}).json["token"]
headers = {"Authorization": f"Bearer {bearer}"}
body = {"name": "Supplier", "source_type": "csv", "use_ml_processing": False}
made = client.post("/api/v1/admin/suppliers", json=body, headers=headers)
assert made.status_code == 201, made.text
address = f"/api/v1/admin/suppliers/{made.json['supplier']['id']}/upload"
for price in ("12.50", "12.60"):
    data = {"file": (io.BytesIO(f"sku;name;price\\nA;Anvil;{price}\\nB;Bolt;0.55\\n".encode()), "list.csv")}
    sent = client.post(address, data=data, headers=headers)
    assert sent.status_code == 202, sent.text
    for _ in range(3):
        with app.app_context():
            due = "SELECT id::text, step FROM ingestion_jobs WHERE phase NOT IN ('complete', 'failed')"
            found = db.session.execute(text(due)).all()
            db.session.rollback()
        for job_id, step in found:
            run_step(job_id, step)
with app.app_context():
    outcomes = db.session.scalars(text("SELECT outcome FROM ingestion_jobs ORDER BY created_at")).all()
    prices = db.session.scalars(text("SELECT count(*) FROM price_history")).one()
assert outcomes == ["success", "success"] and prices == 3, (outcomes, prices)
for page in pages:
    answer = client.get(page, headers=headers)
    assert answer.status_code == 200, (page, answer.status_code, answer.text[:300])
"""


def in_history(revision: str) -> bool:
    known = ["git", "cat-file", "-e", f"{revision}^{{commit}}"]
    return subprocess.run(known, cwd=PROJECT, capture_output=True, check=False).returncode == 0


def test_the_release_before_works_on_todays_tables(
    new_database: Callable[..., str], migrated_template: str, servers: Servers, tmp_path: Path
) -> None:
    revision = previous()
    if not in_history(revision):
        pytest.skip("a shallow clone: the release before is not in it")
    folder = code_of(revision, tmp_path / "code")
    (tmp_path / "shared").mkdir()
    variables = environment(
        database_url=new_database(migrated_template),
        redis_url=servers.redis_url,
        shared=tmp_path / "shared",
        secret_key=SECRET,
        ml_analyze_url="http://127.0.0.1:9",
        ENVIRONMENT="test",
        ADMIN_PASSWORD=PASSWORD,
        PYTHONPATH=str(folder),
    )
    command = [sys.executable, "-c", AT_WORK, USER, PASSWORD, *(each for each in PAGES if each != "/health")]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]

"""Every list is read by cursor and by what was touched since, also those that are short."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text

from app.access import tokens
from app.api import ROUTERS
from app.api.routing import Operation
from app.audit import record
from app.extensions import db
from app.models.catalog import ItemChange, ParsingLog, Product, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.models.review import MatchDecision
from app.models.supplier import BinnedSupplier, Supplier
from app.models.sync import Alert, SyncRun
from app.models.user import ApiToken, AuditEntry, User, UserRole
from tests.api.conftest import Caller
from tests.api.test_cursors import SEVERAL, ids, pages

JOB = UUID("00000000-0000-0000-0000-000000000016")
#: path, what names a row, what is counted, and how a row of it is touched
LISTS: dict[str, tuple[str, Any, str]] = {
    "/admin/decisions": (
        "id",
        MatchDecision,
        "UPDATE match_decisions SET decided_at = now()",
    ),
    "/admin/bin": ("id", BinnedSupplier, "UPDATE supplier_bin SET deleted_at = now() WHERE name = 'Gone 3'"),
    "/admin/audit": ("id", AuditEntry, "INSERT INTO audit_log (actor, action, subject) VALUES ('a', 'b.c', '')"),
    "/admin/alerts": ("id", Alert, "UPDATE alerts SET resolved_at = now() WHERE fingerprint = 'f-3'"),
    "/admin/users": ("id", User, "UPDATE users SET role = 'admin' WHERE username = 'user-3'"),
    "/admin/sync/runs": ("id", SyncRun, "UPDATE sync_runs SET state = 'failed' WHERE task_id = 'run-3'"),
    "/auth/tokens": ("id", ApiToken, "UPDATE api_tokens SET last_used_at = now() WHERE name = 'token-3'"),
    f"/admin/jobs/{JOB}/errors": ("id", ParsingLog, ""),
    f"/admin/jobs/{JOB}/changes": ("supplier_sku", ItemChange, ""),
}
#: no lists: the state of everything as the existing system tells it, and the feed, which has a cursor of its own
NONE = {"get_status", "get_reprocess", "get_guard", "get_pipeline", "get_shadow", "dry_run", "follow_changes"}


@pytest.fixture
def many(admin: Caller) -> Caller:
    """Seven of everything, which nobody touched for a day."""
    supplier = Supplier(name="Acme", source_type="csv", meta={})
    product = Product(internal_sku="P-1", name="Anvil")
    job = Job(id=JOB, task_id="t", supplier_name="Acme", source_type="csv", trigger="upload", phase=Phase.COMPLETE)
    job.outcome = Outcome.SUCCESS
    db.session.add_all([supplier, product, job])
    db.session.flush()
    job.supplier_id = supplier.id
    assert admin.user is not None
    for n in range(SEVERAL):
        word = {"supplier_id": supplier.id, "supplier_sku": f"A-{n}", "product_id": product.id, "verdict": "link"}
        tokens.create_api_token(admin.user, f"token-{n}", "tests", days=1, read_only=True)
        record("anna", "supplier.deleted", str(n))
        run = SyncRun(task_id=f"run-{n}", triggered_by="manual", state="complete", completed_at=datetime.now(UTC))
        line = {"task_id": "t", "error_type": "ValidationError", "error_message": "No price."}
        db.session.add_all(
            [
                MatchDecision(**word, name="Hammer", act_id=uuid4()),
                BinnedSupplier(id=uuid4(), name=f"Gone {n}", items=1, products=0, deleted_by="anna"),
                Alert(fingerprint=f"f-{n}", kind="held", message="Held."),
                User(username=f"user-{n}", password_hash="x", role=UserRole.SALES),
                run,
                ParsingLog(**line, job_id=JOB, row_number=n // 2 if n < 5 else None),
                ItemChange(job_id=JOB, supplier_sku=f"A-{n}", name="Hammer", kind="changed", change_percent=n),
            ]
        )
    db.session.commit()
    return admin


@pytest.mark.parametrize("path", LISTS)
def test_every_row_of_a_short_list_comes_once_by_cursor_and_by_what_was_touched(many: Caller, path: str) -> None:
    name, model, touch = LISTS[path]
    every = db.session.scalar(select(func.count()).select_from(model))
    told = ids(pages(many, path, limit=3), name)
    assert len(told) == len(set(told)) == every
    assert sorted(ids(pages(many, path, limit=2, updated_since="2020-01-01T00:00:00Z"), name), key=str) == sorted(
        told, key=str
    )
    *_, last = pages(many, path, updated_since="2020-01-01T00:00:00Z", limit=5)
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    assert ids(pages(many, path, updated_since=later), name) == []
    if touch:
        db.session.execute(text(touch))
        db.session.commit()
        assert len(ids(pages(many, path, updated_since=last["next_updated_since"]), name)) >= 1


def test_what_nobody_is_told_of_touches_no_user_and_no_sync(many: Caller) -> None:
    since = many.get("/admin/users", cursor="").json["next_updated_since"]
    db.session.execute(text("UPDATE users SET last_seen_at = now() WHERE username = 'user-3'"))
    db.session.execute(text("UPDATE sync_runs SET claimed_until = now() WHERE task_id = 'run-3'"))
    db.session.commit()
    for path in ("/admin/users", "/admin/sync/runs"):
        assert ids(pages(many, path, updated_since=since)) == [], path


def test_a_jobs_changes_are_touched_with_their_job_and_its_new_items_are_among_them(many: Caller) -> None:
    supplier = db.session.scalars(select(Supplier)).one()
    db.session.add(SupplierItem(supplier_id=supplier.id, supplier_sku="New", name="New", first_job_id=JOB))
    db.session.commit()
    path = f"/admin/jobs/{JOB}/changes"
    whole = ids(pages(many, path, limit=3), "supplier_sku")
    assert len(whole) == len(set(whole)) == SEVERAL + 1
    assert ids(pages(many, path, limit=3, kind="new"), "supplier_sku") == ["New"]
    since = many.get(path, cursor="").json["next_updated_since"]
    assert ids(pages(many, path, updated_since=since), "supplier_sku") == []
    db.session.execute(text("UPDATE ingestion_jobs SET outcome = 'undone', updated_at = now()"))
    db.session.commit()
    assert len(ids(pages(many, path, updated_since=since), "supplier_sku")) == SEVERAL + 1


@pytest.mark.parametrize(
    "operation",
    [each for router in ROUTERS for each in router.operations if each.method == "GET" and each.name not in NONE],
    ids=lambda each: each.name,
)
def test_every_list_takes_a_cursor_and_updated_since(operation: Operation) -> None:
    """A reply with a list of objects on its first level is one, however it is called."""
    assert operation.reply is None or not _lists(operation.reply.model_json_schema()) or _by_cursor(operation)


def _lists(schema: dict[str, Any]) -> list[str]:
    fields: dict[str, Any] = schema.get("properties", {})
    single = {"id", "job_id"} & set(fields)  # one thing with what belongs to it
    return [] if single else [name for name, each in fields.items() if "$ref" in each.get("items", {})]


def _by_cursor(operation: Operation) -> bool:
    known: Callable[[str], bool] = (operation.query.model_fields if operation.query else {}).__contains__
    return known("cursor") and known("updated_since")

"""Lists by cursor: every row once whatever happens meanwhile, nothing touched is missed, and no cursor is made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from app.extensions import db
from app.models.catalog import Product, ProductStatus, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.models.review import Review, ReviewStatus
from app.models.supplier import Supplier
from tests.api.conftest import Caller

SEVERAL = 7
#: path, and the name of a row's id
LISTS = {
    "/admin/suppliers": "id",
    "/admin/products": "id",
    "/admin/suppliers/unmatched": "id",
    "/admin/items": "id",
    "/admin/reviews": "id",
    "/admin/jobs": "job_id",
    "/catalog/": "id",
}


@pytest.fixture
def several(admin: Caller) -> Supplier:
    """Seven of everything, some of them alike in what they are sorted by."""
    suppliers = [Supplier(name=f"Acme {number}", source_type="csv", meta={}) for number in range(SEVERAL)]
    db.session.add_all(suppliers)
    db.session.flush()
    now = datetime.now(UTC)
    for number in range(SEVERAL):
        item = SupplierItem(
            supplier_id=suppliers[0].id, supplier_sku=f"A-{number}", name=f"Hammer {number // 2}", id=uuid4()
        )
        score = Decimal(number) if number > 2 else None
        db.session.add_all(
            [
                item,
                Product(internal_sku=f"P-{number}", name=f"Anvil {number // 3}", status=ProductStatus.ACTIVE),
                Job(
                    task_id=f"t-{number}",
                    supplier_id=suppliers[0].id,
                    supplier_name="Acme",
                    source_type="csv",
                    trigger="upload",
                    phase=Phase.COMPLETE,
                    outcome=Outcome.SUCCESS,
                ),
            ]
        )
        db.session.flush()
        db.session.add(Review(supplier_item_id=item.id, expires_at=now + timedelta(days=1), top_score=score))
    db.session.commit()
    return suppliers[0]


def pages(caller: Caller, path: str, **query: Any) -> Iterator[Any]:
    query = {"cursor": ""} | query
    while query["cursor"] is not None:
        answer = caller.get(path, **query)
        assert answer.status_code == 200, answer.json
        yield answer.json
        query["cursor"] = answer.json["next"]


def ids(found: Any, name: str = "id") -> list[str]:
    return [row[name] for page in found for row in page["data"]]


@pytest.mark.parametrize("path", LISTS)
def test_every_row_comes_once_by_cursor_and_by_what_was_touched(admin: Caller, several: Supplier, path: str) -> None:
    by_cursor = ids(pages(admin, path, limit=3), LISTS[path])
    assert len(by_cursor) == len(set(by_cursor)) == SEVERAL
    touched = ids(pages(admin, path, limit=2, updated_since="2020-01-01T00:00:00Z"), LISTS[path])
    assert sorted(touched) == sorted(by_cursor)
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    assert ids(pages(admin, path, updated_since=later), LISTS[path]) == []


def test_rows_that_come_and_go_between_pages_double_and_hide_no_other(admin: Caller, several: Supplier) -> None:
    path = f"/admin/suppliers/{several.id}/items"
    found = pages(admin, path, limit=3)
    first = next(found)
    told = [row["supplier_sku"] for row in first["data"]]
    db.session.execute(update(SupplierItem).where(SupplierItem.id == first["data"][-1]["id"]).values(name="A hammer"))
    db.session.add(SupplierItem(supplier_id=several.id, supplier_sku="new", name="Hammer 0"))
    db.session.execute(text("DELETE FROM supplier_items WHERE supplier_sku = 'A-6'"))
    db.session.commit()
    told += [row["supplier_sku"] for page in found for row in page["data"]]
    assert sorted(told) == [f"A-{number}" for number in range(6)]


def test_a_row_touched_while_somebody_reads_comes_again_behind(admin: Caller, several: Supplier) -> None:
    found = pages(admin, "/admin/items", limit=4, updated_since="2020-01-01T00:00:00Z")
    told = ids([next(found)])
    db.session.execute(update(SupplierItem).where(SupplierItem.id == told[0]).values(current_price=1))
    db.session.commit()
    told += ids(found)
    assert told[-1] == told[0] and len(set(told)) == SEVERAL


def test_a_question_that_is_decided_is_touched(admin: Caller, several: Supplier) -> None:
    since = admin.get("/admin/reviews", cursor="").json["next_updated_since"]
    db.session.execute(text("UPDATE match_review_queue SET status = 'rejected' WHERE top_score = 5"))
    db.session.commit()
    decided = list(pages(admin, "/admin/reviews", updated_since=since, status=ReviewStatus.REJECTED))
    assert len(ids(decided)) == 1


def test_what_an_open_transaction_will_commit_is_not_missed_the_next_time(admin: Caller, several: Supplier) -> None:
    db.session.commit()
    with db.engine.begin() as slow:
        slow.execute(text("UPDATE supplier_items SET current_price = 3, updated_at = now() WHERE supplier_sku = 'A-3'"))
        *_, last = pages(admin, "/admin/items", limit=2)
    touched = list(pages(admin, "/admin/items", updated_since=last["next_updated_since"]))
    assert "A-3" in [row["supplier_sku"] for page in touched for row in page["data"]]


def test_a_cursor_that_was_altered_or_is_of_another_list_is_refused(admin: Caller, several: Supplier) -> None:
    cursor = admin.get("/admin/items", cursor="", limit=2).json["next"]
    jobs = admin.get("/admin/jobs", limit=2).json["older"]
    for path, query in (
        ("/admin/items", {"cursor": cursor[:9] + ("a" if cursor[9] != "a" else "b") + cursor[10:]}),
        ("/admin/items", {"cursor": "made up"}),
        ("/admin/items", {"cursor": cursor, "search": "hammer"}),
        ("/admin/suppliers/unmatched", {"cursor": cursor}),
        ("/admin/jobs", {"cursor": cursor}),
        ("/admin/jobs", {"cursor": jobs, "state": "complete"}),
        ("/admin/jobs", {"cursor": "<1.2"}),
    ):
        answer = admin.get(path, **query)
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "VALIDATION_ERROR"), (path, query)
        assert "Begin again" in answer.json["error"]["message"]


def test_numbered_pages_stay_what_they_were_and_are_not_mixed_with_cursors(admin: Caller, several: Supplier) -> None:
    assert set(admin.get("/admin/products", page=2, limit=3).json) == {"total_count", "page", "limit", "data"}
    assert set(admin.get("/admin/suppliers").json) == {"suppliers", "total"}
    assert admin.get("/admin/products", page=2, cursor="").status_code == 400
    whole = admin.get("/admin/suppliers", search="Acme 1")
    assert (whole.json["total"], whole.headers["x-ignored"]) == (SEVERAL, "query.search")
    assert len(ids(pages(admin, "/admin/suppliers", search="Acme 1"))) == 1


def test_the_neighbours_of_a_page_of_jobs_lie_on_both_sides(admin: Caller, several: Supplier) -> None:
    first = admin.get("/admin/jobs", limit=3).json
    second = admin.get("/admin/jobs", limit=3, cursor=first["older"]).json
    assert second["next"] == second["older"] is not None
    again = admin.get("/admin/jobs", limit=3, cursor=second["newer"]).json
    assert ids([again], "job_id") == ids([first], "job_id")

"""The tables of a file on the page of its reading: one more, one less, and what changed since the last list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from app.extensions import db
from app.models.supplier import Supplier
from app.models.user import UserRole
from app.web import job_tables
from tests.fixtures.results import Apply, item
from tests.fixtures.web import Visitor

SHEETS = [
    {"name": "Tools", "used": True},
    {"name": "Old", "used": False, "reason": "older"},
    {"name": "Old", "used": False},
]


def table(headers: list[str], **more: Any) -> dict[str, Any]:
    roles = {"name": headers[0], "price": headers[-1]}
    return {"version": 1, "tables": [{"sheet": "Tools", "headers": headers, "roles": roles} | more]}


@pytest.fixture
def buyer(visitor: Callable[[UserRole], Visitor]) -> Visitor:
    return visitor(UserRole.PROCUREMENT)


def test_a_table_is_taken_along_and_left_again(send: Apply, buyer: Visitor, supplier: Supplier) -> None:
    job = send(item("A1", "Hamer"), told={"reading": {"format": "excel", "sheets": SHEETS}})
    supplier_id = supplier.id
    page = buyer.get(f"/jobs/{job.id}/reading")
    assert page.count("Use this one too") == page.count("Not this") == 1
    with mock.patch.object(job_tables, "read_again", return_value=job) as read:
        buyer.post(f"/jobs/{job.id}/tables", sheet="Old", use="1")
        assert db.session.get_one(Supplier, supplier_id, populate_existing=True).hints == {"sheets": ["Tools", "Old"]}
        refused = {"Tools": "This is the only table that is read.", "None": "The file has no such sheet."}
        for sheet, sentence in refused.items():
            buyer.post(f"/jobs/{job.id}/tables", sheet=sheet, use="0")
            assert sentence in buyer.get(f"/jobs/{job.id}/reading")
        assert read.call_count == 1


def test_what_changed_since_the_last_list_is_told(send: Apply, buyer: Visitor) -> None:
    reading = {"format": "excel", "sheets": SHEETS[:1]}
    first = send(item("A1", "Hamer"), told={"reading": reading, "layout": table(["Name", "Stock", "Price"])})
    same = send(item("A1", "Hamer"), told={"reading": reading, "layout": table(["Name", "Stock", "Price"])})
    other = table(["Name", "Stock", "Price", "Net price"], currency="EUR")
    moved = send(item("A1", "Hamer"), told={"reading": reading, "layout": other})
    for job in (first, same):
        assert "Since the last list" not in buyer.get(f"/jobs/{job.id}/reading")
    page = buyer.get(f"/jobs/{moved.id}/reading")
    assert "new columns: <bdi>Net price</bdi>" in page
    assert "Price: <bdi>Price</bdi> → <b><bdi>Net price</bdi></b>" in page
    assert "Currency: <bdi>–</bdi> → <b><bdi>EUR</bdi></b>" in page
    assert "columns that are gone" not in page

"""Rows of a file corrected in the grid: what is shown, what is kept, what is refused, and who may."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models.user import AuditEntry, UserRole
from app.web import deeds
from tests.fixtures.results import Apply, error, item, items
from tests.fixtures.web import Visitor

ROWS = re.compile(r'data-row="([0-9a-f-]+)"')
READING = {
    "format": "csv",
    "sheets": [{"name": "", "used": True, "columns": {"sku": {"index": 0}, "price": {"index": 2}}}],
}


@pytest.fixture
def buyer(visitor: Callable[[UserRole], Visitor]) -> Visitor:
    return visitor(UserRole.PROCUREMENT)


def test_rows_that_were_not_taken_are_filled_kept_and_applied(send: Apply, buyer: Visitor) -> None:
    job = send(item("A1", "Hamer"), error(8) | {"row": ["B2", None, "12,50"]}, error(9), told={"reading": READING})
    address = f"/jobs/{job.id}/grid"
    assert address in buyer.get(f"/jobs/{job.id}/errors")
    page = buyer.get(address)
    first, second = ROWS.findall(page)
    assert 'value="B2"' in page
    assert 'value="12,50"' in page
    fields = {f"{first}.name": "Maul", f"{first}.was-name": "", f"{second}.price": "call"}
    answer = buyer.post(address, status=200, htmx=True, group="left", **fields).get_data(as_text=True)
    assert answer.count("hx-swap-oob") == 2
    assert "Kept" in answer
    assert 'data-bad="name price"' in answer
    assert "A price is a number" in answer
    buyer.post(f"{address}/apply")
    assert items()["B2"].name == "Maul"
    with buyer.client.application.test_request_context():
        told = [deeds.told(each) for each in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert any("Row 8 of a file" in each for each in told)
    assert "Corrected rows of a file were applied: 1." in told


def test_items_taken_without_a_price_are_given_one_and_locked(send: Apply, buyer: Visitor) -> None:
    job = send(item("A1", "Hamer", None, warnings=[{"code": "PRICE_UNREADABLE", "value": "call"}]))
    address = f"/jobs/{job.id}/grid"
    (row,) = ROWS.findall(buyer.get(f"{address}?group=taken"))
    fields = {f"{row}.price": "9,90", f"{row}.was-price": ""}
    assert "Kept" in buyer.post(address, status=200, htmx=True, group="taken", **fields).get_data(as_text=True)
    assert (str(items()["A1"].current_price), set(items()["A1"].corrected)) == ("9.9000", {"price"})
    late = {f"{row}.price": "8,80", f"{row}.was-price": ""}
    answer = buyer.post(address, status=200, htmx=True, group="taken", **late).get_data(as_text=True)
    assert "Somebody changed it meanwhile" in answer
    assert buyer.post(address, group="taken", **{f"{row}.name": "Hammer"}).location.endswith("/grid?group=taken")


def test_sales_has_no_grid(send: Apply, visitor: Callable[[UserRole], Visitor]) -> None:
    job = send(item("A1", "Hamer"), error(8))
    visitor(UserRole.SALES).get(f"/jobs/{job.id}/grid", status=403)

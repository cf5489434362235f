"""Scenario 4: of 100 rows 10 cannot be read; the 90 are kept, the 10 are shown, the job is complete with warnings."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import uuid4

from sqlalchemy import func, select

from app.extensions import db, redis
from app.models.catalog import ParsingLog, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.models.user import UserRole
from app.suppliers import editing
from tests.fixtures.courier import Courier
from tests.fixtures.stack import Stack
from tests.fixtures.web import Visitor, sign_in
from tests.servers.analysis import price_list
from tests.servers.files import FileServer


def test_scenario_4_ninety_of_a_hundred_rows(courier: Courier, files: FileServer) -> None:
    supplier = courier.supplier(files.put("list.csv", price_list(100, bad=10)))
    job = courier.run(courier.fetch(supplier))
    assert (job.phase, job.outcome) == (Phase.COMPLETE, Outcome.WARNINGS)
    assert (job.items_processed, job.error_count) == (90, 10)
    stored = db.session.scalar(select(func.count()).where(SupplierItem.supplier_id == supplier.id))
    assert stored == 90
    rows = [line for line in courier.logs(job) if line.row_number is not None]
    assert sorted(line.row_number or 0 for line in rows) == list(range(2, 12))
    assert all(line.error_message for line in rows)


def test_scenario_4_on_the_real_product_from_the_upload_to_the_errors_page(stack: Stack) -> None:
    """Uploads at the page, the real reader, the sentence of the criterion, each row in its group with its reason."""
    rows = [f"S{number:03};Item {number};{number + 1}.50" for number in range(90)]
    nameless = [f";;{number + 1}.10" for number in range(10)]
    priceless = [f"P{number};Priceless {number};{word}" for number, word in enumerate(("on request", "", "0.00"))]
    admin = sign_in(stack.app, UserRole.ADMIN)
    taken = uploaded(stack, admin, nameless + rows)
    assert (taken.outcome, taken.items_total, taken.error_count) == (Outcome.WARNINGS, 90, 10)
    assert "90/100 items processed; 10 errors" in admin.get(f"/jobs/{taken.id}")
    left = admin.get(f"/jobs/{taken.id}/errors?group=left")
    assert re.findall(r"\brow (\d+)\b", left) == [str(row) for row in range(2, 12)]
    assert "No item lacks anything" in admin.get(f"/jobs/{taken.id}/errors?group=taken")

    priced = uploaded(stack, admin, priceless + rows)
    assert (priced.outcome, priced.items_total, priced.error_count) == (Outcome.WARNINGS, 93, 0)
    without = admin.get(f"/jobs/{priced.id}/errors?group=taken")
    assert [f"Priceless {number}" in without for number in range(3)] == [True] * 3
    assert "Priceless" not in admin.get(f"/jobs/{priced.id}/errors?group=left")

    with stack.context():
        logged = db.session.scalars(select(ParsingLog).where(ParsingLog.job_id == taken.id)).all()
        assert sorted(line.row_number or 0 for line in logged if line.row_number) == list(range(2, 12))
        record = redis().hgetall(f"job:{taken.id}")
        assert (record["items_processed"], record["items_total"], record["error_count"]) == ("90", "90", "10")


def test_scenario_4_each_kind_of_odd_row_is_counted_once(stack: Stack) -> None:
    """Exponents are numbers, a negative price is none; a lone code and the earlier of two prices are not taken."""
    odd = [
        "E1;Exponent;1e5",
        "E2;Exponent too;1.5E+03",
        "N1;Negative;-7.00",
        "L1;;",
        "T1;Twice;10.00",
        "T1;Twice;11.00",
    ]
    admin = sign_in(stack.app, UserRole.ADMIN)
    job = uploaded(stack, admin, [*odd, *(f"S{n:02};Item {n};{n}.50" for n in range(40))])
    with stack.context():
        found = db.session.scalars(select(SupplierItem).where(SupplierItem.job_id == job.id)).all()
        prices = {item.supplier_sku: item.current_price for item in found if not item.supplier_sku.startswith("S")}
    assert (len(found), job.items_total, job.error_count) == (44, 44, 2)
    assert prices == {"E1": 100_000, "E2": 1_500, "N1": None, "T1": 11}
    left = admin.get(f"/jobs/{job.id}/errors?group=left")
    assert re.findall(r"\brow (\d+)\b", left) == ["5", "6", "7"], "the row that was taken instead is named"
    assert "Negative" in admin.get(f"/jobs/{job.id}/errors?group=taken")


def uploaded(stack: Stack, admin: Visitor, lines: list[str]) -> Job:
    """A list of a new supplier, at its page, until its end."""
    with stack.context():
        fields = editing.SupplierFields(name=f"Scenario four {uuid4().hex[:6]}", source_type="csv")
        supplier_id = editing.create(fields, actor="tests").id
    body = "\n".join(["sku;name;price EUR", *lines]).encode()
    admin.post(f"/suppliers/{supplier_id}/files", file=(BytesIO(body), "list.csv"))
    with stack.context():
        job_id = db.session.scalars(select(Job.id).where(Job.supplier_id == supplier_id)).one()
    return stack.wait(job_id)

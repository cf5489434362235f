"""Scenario 4: of 100 rows 10 cannot be read; the 90 are kept, the 10 are shown, the job is complete with warnings."""

from __future__ import annotations

from sqlalchemy import func, select

from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.phase import Outcome, Phase
from tests.fixtures.courier import Courier
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

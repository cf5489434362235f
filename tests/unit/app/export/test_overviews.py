"""What is taken out of Changes, Jobs and Suppliers is what their filters find, with no key of a source in it."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.export import overviews
from app.export.exportable import Table
from app.export.write import Format, export
from app.extensions import db
from app.feed.moves import Span
from app.jobs.job_filter import JobFilter
from app.models.catalog import SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.models.supplier import Supplier
from app.suppliers.listed import SupplierFilter


def rows(table: Table) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(export(table, Format.CSV)).decode("utf-8-sig"))))


@pytest.fixture
def other(supplier: Supplier) -> Supplier:
    """Beside ``supplier``; each has a job, and the other has a key in its address."""
    made = Supplier(name="Anders", source_type="csv", meta={"source_url": "https://x.example/l.csv?key=geheim"})
    db.session.add(made)
    db.session.flush()
    for whose, outcome in ((supplier, Outcome.FAILED), (made, Outcome.SUCCESS)):
        phase = Phase.FAILED if outcome == Outcome.FAILED else Phase.COMPLETE
        job = Job(supplier_id=whose.id, supplier_name=whose.name, trigger="upload", task_id=whose.name, phase=phase)
        job.outcome, job.source_type, job.original_filename = outcome, "csv", "=list.csv"
        db.session.add(job)
    db.session.commit()
    return made


def test_every_item_that_moved_is_taken_out_with_what_it_did(supplier: Supplier, other: Supplier) -> None:
    for sku in "ABCD":
        db.session.add(SupplierItem(supplier_id=supplier.id, supplier_sku=sku, name=sku, current_price=Decimal(8)))
    db.session.commit()
    db.session.execute(db.text("UPDATE changes SET at = now() - interval '8 days'"))
    for item in db.session.scalars(select(SupplierItem)):
        item.current_price = {"A": Decimal(10), "B": Decimal(6)}.get(item.supplier_sku, Decimal(8))
        item.is_available = item.supplier_sku != "C"
    db.session.add(SupplierItem(supplier_id=other.id, supplier_sku="E", name="E", current_price=Decimal(1)))
    db.session.commit()
    told = {row["supplier_sku"]: (row["what"], row["percent"]) for row in rows(overviews.moves_table(Span(days=7)))}
    assert told == {"A": ("dearer", "25"), "B": ("cheaper", "-25"), "C": ("gone", ""), "E": ("new", "")}
    assert [row["supplier_sku"] for row in rows(overviews.moves_table(Span(supplier_id=other.id)))] == ["E"]


def test_jobs_and_suppliers_are_taken_out_as_filtered(supplier: Supplier, other: Supplier) -> None:
    (failed,) = rows(overviews.jobs_table(JobFilter(state="failed")))
    assert (failed["supplier"], failed["outcome"], failed["file"]) == (supplier.name, "failed", "'=list.csv")
    assert len(rows(overviews.jobs_table(JobFilter()))) == 2
    both = rows(overviews.suppliers_table(SupplierFilter()))
    assert [(row["supplier"], row["active"], bool(row["last_change"])) for row in both] == [
        ("Anders", "True", True),
        (supplier.name, "True", False),
    ]
    assert "geheim" not in str(both)
    assert [row["supplier"] for row in rows(overviews.suppliers_table(SupplierFilter(search="anders")))] == ["Anders"]

"""AC-4.6, 6.3, 6.4 and 6.6 through the page of a real Chromium, to the last state of the tables and the volume."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Pipeline
from app.models.supplier import Supplier
from app.suppliers import editing
from app.sync import run as sync_run
from app.volume import volume
from tests.fixtures.stack import Stack

pytestmark = pytest.mark.browser

LIST = b"SKU,Product name,Price EUR\nB-1,Bench vice,89.50\nB-2,Bench vice small,59.90\n"


def test_ac_4_6_the_button_of_a_failed_job_completes_it_once_its_cause_is_mended(page: Page, stack: Stack) -> None:
    """AC-4.6: a missing file is put where it belongs; one click on Retry, and its items are there."""
    path = f"retried/{uuid4().hex}.csv"
    with stack.context():
        address = f"{stack.files.url}/{path}"
        fields = editing.SupplierFields(name=f"Retried {uuid4().hex[:6]}", source_type="csv", source_url=address)
        job_id = sync_run.sync_supplier(editing.create(fields, "tests").id, "tests").id
    assert stack.wait(job_id).error_code == "SOURCE_MISSING"
    page.goto(f"/jobs/{job_id}")
    expect(page.locator("#job-live .chip[data-state=failed]")).to_be_visible()
    stack.files.put(path, LIST)
    page.get_by_role("button", name="Retry").first.click()
    expect(page.locator("#job-live .chip[data-state=complete]")).to_be_visible(timeout=60_000)
    job = stack.wait(job_id)
    assert (job.outcome, job.items_total, job.error_message) == (Outcome.SUCCESS, 2, None)
    with stack.context():
        assert db.session.scalar(select(func.count()).where(SupplierItem.job_id == job_id)) == 2


@pytest.mark.parametrize("ml", [True, False], ids=["on", "off"])
def test_ac_6_3_and_ac_6_4_the_toggle_of_the_dialog_decides_who_reads_the_file(
    page: Page, stack: Stack, price_list: Callable[..., Path], ml: bool
) -> None:
    """AC-6.3: on, the file goes byte for byte through ml-analyze. AC-6.4: off, the legacy pipeline takes its items."""
    name, path = f"Toggle {'on' if ml else 'off'} {uuid4().hex[:6]}", price_list("toggle.xlsx", 12)
    page.goto("/suppliers")
    page.get_by_role("link", name="Add Supplier").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("switch", name="Process via ML").set_checked(ml)
    dialog.locator("input[type=file]").set_input_files([path])
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog.locator("[data-phase='complete']")).to_be_visible(timeout=60_000)
    with stack.context():
        job = db.session.scalars(select(Job).where(Job.supplier_name == name)).one()
        stored = volume().inside(str(job.file_path)).read_bytes()
        items = db.session.scalars(select(SupplierItem).where(SupplierItem.job_id == job.id)).all()
        supplier = db.session.get_one(Supplier, job.supplier_id)
        assert supplier.meta["use_ml_processing"] is ml
        assert (job.pipeline, job.ml_job_id is not None) == (Pipeline.ML if ml else Pipeline.LEGACY, ml)
        assert stored == path.read_bytes()
        assert sorted(item.name for item in items) == sorted(f"Test tool no. {n} with handle" for n in range(12))


def test_ac_6_6_a_supplier_of_the_old_pipeline_is_moved_by_the_buttons(page: Page, stack: Stack) -> None:
    """AC-6.6: its list, read by the old pipeline, is counted, fetched again, read by ml-analyze; its toggle is on."""
    name = f"Moved {uuid4().hex[:6]}"
    with stack.context():
        address = stack.files.put(f"moved/{uuid4().hex}.csv", LIST)
        fields = editing.SupplierFields(name=name, source_type="csv", source_url=address, use_ml_processing=False)
        supplier_id = editing.create(fields, "tests").id
        before = sync_run.sync_supplier(supplier_id, "tests")
    assert stack.wait(before.id).pipeline == Pipeline.LEGACY
    page.goto(f"/reprocess?q={name.replace(' ', '+')}")
    page.get_by_role("checkbox", name=f"Select {name}").check()
    page.get_by_role("button", name="Count selected").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Re-process 1 supplier")).to_be_visible()
    dialog.get_by_role("button", name="Start").click()
    expect(page.get_by_text("1 ended well")).to_be_visible(timeout=60_000)
    with stack.context():
        jobs = db.session.scalars(select(Job).where(Job.supplier_id == supplier_id).order_by(Job.created_at)).all()
        assert [(job.pipeline, job.trigger) for job in jobs] == [
            (Pipeline.LEGACY, "manual"),
            (Pipeline.ML, "reprocess"),
        ]
        assert jobs[1].outcome == Outcome.SUCCESS, jobs[1].error_message
        items = select(func.count()).where(SupplierItem.supplier_id == supplier_id, SupplierItem.job_id == jobs[1].id)
        assert db.session.scalar(items) == 2
        assert db.session.get_one(Supplier, supplier_id).meta["use_ml_processing"] is True

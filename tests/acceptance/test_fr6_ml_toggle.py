"""FR-6: the ML toggle of uploads, kept per supplier, and the batch that moves suppliers over."""

from __future__ import annotations

import io
import re
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.courier.which_pipeline import pipeline_for
from app.extensions import db
from app.models.job import Job
from app.models.phase import Outcome, Phase, Pipeline, Step
from app.models.supplier import Supplier
from app.suppliers import editing
from app.suppliers.fields import SupplierFields
from app.sync import reprocess
from app.volume import volume
from tests.fixtures.web import Visitor

LIST = b"sku,name,price\nA1,Hammer,9.90\nA2,Saw,12.50\n"


def a_file(name: str = "list.csv", content: bytes = LIST) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_ac_6_1_the_toggle_stands_in_the_upload_section_of_the_modal(app: Flask, admin: Visitor) -> None:
    """AC-6.1"""
    modal = admin.get("/suppliers/new", HX_Request="true")
    section = re.search(r"<fieldset>(.*?)</fieldset>", modal, re.S)
    assert section is not None
    assert 'type="file"' in section.group(1)
    assert "Process via ML" in section.group(1)


def test_ac_6_2_the_toggle_is_on_for_new_uploads(app: Flask, admin: Visitor) -> None:
    """AC-6.2"""
    modal = admin.get("/suppliers/new", HX_Request="true")
    assert re.search(r'name="use_ml_processing"[^>]* checked>', modal)


def test_ac_6_3_with_the_toggle_on_the_file_lies_on_the_volume_and_goes_to_ml_analyze(
    app: Flask, admin: Visitor
) -> None:
    """AC-6.3: byte for byte, and the job's next step hands it over."""
    admin.post("/suppliers", name="On Ltd.", source_type="csv", use_ml_processing="on", file=a_file())
    with app.app_context():
        job = db.session.scalars(select(Job)).one()
        assert (job.pipeline, job.step, job.phase) == (Pipeline.ML, Step.DELIVER, Phase.DOWNLOADING)
        assert job.file_path is not None
        assert volume().inside(job.file_path).read_bytes() == LIST


def test_ac_6_4_with_the_toggle_off_the_file_takes_the_legacy_pipeline(app: Flask, admin: Visitor) -> None:
    """AC-6.4: a box that is not ticked is not sent."""
    admin.post("/suppliers", name="Off Ltd.", source_type="csv", file=a_file())
    with app.app_context():
        job = db.session.scalars(select(Job)).one()
        assert job.pipeline == Pipeline.LEGACY


def test_ac_6_5_the_toggle_is_kept_in_the_suppliers_metadata(app: Flask, admin: Visitor) -> None:
    """AC-6.5: created off, switched on in its row, with who did it."""
    admin.post("/suppliers", name="Kept Ltd.", source_type="csv")
    with app.app_context():
        supplier = db.session.scalars(select(Supplier)).one()
        assert supplier.meta["use_ml_processing"] is False
        supplier_id = supplier.id
    answer = admin.post(f"/suppliers/{supplier_id}/ml", status=200, htmx=True, use_ml_processing="on")
    assert " checked" in answer.get_data(as_text=True)
    with app.app_context():
        kept = db.session.get_one(Supplier, supplier_id).meta
        assert kept["use_ml_processing"] is True
        assert kept["ml_processing_by"] == admin.name
        assert pipeline_for(db.session.get_one(Supplier, supplier_id)) == Pipeline.ML


@pytest.fixture
def on_legacy(app: Flask) -> list[UUID]:
    """Four suppliers on the old pipeline: three with an address, one with neither address nor file."""
    with app.app_context():
        made = []
        for number in range(4):
            url = f"http://127.0.0.1:9/{number}.csv" if number < 3 else None
            fields = SupplierFields(name=f"Legacy {number}", source_type="csv", source_url=url, use_ml_processing=False)
            made.append(editing.create(fields, "tests").id)
        return made


def test_ac_6_6_the_dry_count_changes_nothing(app: Flask, admin: Visitor, on_legacy: list[UUID]) -> None:
    """AC-6.6: first how many would be fetched, read again, and cannot be."""
    page = admin.post("/reprocess/count", status=200, htmx=True, all="1").get_data(as_text=True)
    assert "Re-process 3 suppliers" in page
    assert "Legacy 3" in page  # named as not possible
    with app.app_context():
        assert db.session.scalars(select(Job)).all() == []
        assert not any(each.wants_ml for each in db.session.scalars(select(Supplier)))


def test_ac_6_6_suppliers_move_to_ml_a_few_at_a_time_and_a_pause_stops_the_next(
    app: Flask, admin: Visitor, on_legacy: list[UUID]
) -> None:
    """AC-6.6: two at once; the third waits for room, and for the end of a pause."""
    admin.post("/reprocess", all="1", at_once="2")
    with app.app_context():
        assert reprocess.advance() == 2
        assert reprocess.advance() == 0
        jobs = db.session.scalars(select(Job)).all()
        assert {job.trigger for job in jobs} == {"reprocess"}
        assert all(job.force and job.pipeline == Pipeline.ML for job in jobs)
        end_all()
    admin.post("/reprocess/pause")
    with app.app_context():
        assert reprocess.advance() == 0
    assert "Paused" in admin.get("/reprocess")
    admin.post("/reprocess/resume")
    with app.app_context():
        assert reprocess.advance() == 2  # the third, and the one that is not possible
        end_all()
        reprocess.advance()
        progress = reprocess.current()
        assert progress is not None
        assert progress.order.state == "done"
        assert (progress.ended_well, progress.failed, list(progress.order.skipped)) == (3, 0, ["Legacy 3"])
    assert "4 / 4" in admin.get("/reprocess")


def test_a_second_re_processing_is_refused_while_one_is_open(app: Flask, admin: Visitor, on_legacy: list[UUID]) -> None:
    admin.post("/reprocess", all="1", at_once="1")
    answer = admin.post("/reprocess", status=409, id=str(on_legacy[0]), at_once="1")
    assert "under way" in answer.get_data(as_text=True)


def test_several_files_without_script_each_become_a_job_and_the_bad_one_is_told(app: Flask, admin: Visitor) -> None:
    files = [a_file("one.csv"), a_file("two.csv"), a_file("letter.docx")]
    answer = admin.post("/suppliers", name=f"Plain {uuid4().hex[:4]}", source_type="csv", file=files)
    page = admin.get(answer.location)
    assert "letter.docx is no price list we can read" in page
    with app.app_context():
        names = {job.original_filename for job in db.session.scalars(select(Job))}
        assert names == {"one.csv", "two.csv"}


def test_a_streamed_upload_needs_the_form_token(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        supplier_id = editing.create(SupplierFields(name="Streamed", source_type="csv"), "tests").id
    answer = admin.client.post(f"/suppliers/{supplier_id}/files", data={"file": a_file()})
    assert answer.status_code == 303
    assert "too old" in admin.get(answer.location)
    with app.app_context():
        assert db.session.scalars(select(Job)).all() == []
    admin.post(f"/suppliers/{supplier_id}/files", file=a_file())
    with app.app_context():
        assert len(db.session.scalars(select(Job)).all()) == 1


def end_all() -> None:
    for job in db.session.scalars(select(Job)):
        job.phase, job.outcome = Phase.COMPLETE, Outcome.SUCCESS
    db.session.commit()

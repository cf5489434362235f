"""What the courier hands over and what ml-analyze makes of it, both sides real, from the source to tables and Redis."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import requests
from sqlalchemy import func, select

from app.extensions import db, redis
from app.jobs import board, lifecycle
from app.models.catalog import ParsingLog, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome
from app.models.user import UserRole
from app.suppliers import editing
from app.sync import run as sync_run
from app.volume import volume
from tests.fixtures.stack import SAMPLES, Stack
from tests.fixtures.web import sign_in
from tests.servers.files import Served

LIST = b"SKU,Product name,Price EUR\nH-1,Hose clamp,0.0125\nH-2,Hose clamp wide,12.50\nH-3,Hose coupling,7.10\n"
NO_LIST = b"Dear customer, please find our new prices next week. Kind regards, your supplier in all matters of hoses.\n"


def fetched(stack: Stack, address: str, *, ml: bool = True) -> Job:
    with stack.context():
        fields = editing.SupplierFields(
            name=f"Handed over {uuid4().hex[:6]}", source_type="csv", source_url=address, use_ml_processing=ml
        )
        return stack.wait(sync_run.sync_supplier(editing.create(fields, "tests").id, "tests").id)


def record(stack: Stack, job: Job) -> dict[str, str]:
    """The job in Redis, once it has caught up with the table."""
    with stack.context():
        board.catch_up()
        found: Any = redis().hgetall(board.key(job.id))
        return dict(found)


CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: gzip.compress(body, mtime=0),
    "deflate": zlib.compress,
}


@pytest.mark.parametrize(
    ("name", "coding", "ml"),
    [
        ("kestrel-supply.csv", "gzip", True),
        ("instrument-opt.xlsx", "gzip", True),
        ("outillage-mercier.pdf", "gzip", True),
        ("kestrel-supply.csv", "deflate", True),
        ("kestrel-supply.csv", "gzip", False),
    ],
)
def test_ac_1_4_what_travelled_compressed_is_kept_as_it_came_and_read(
    stack: Stack, name: str, coding: str, ml: bool
) -> None:
    """AC-1.4: the bytes of the journey lie on the volume, the sidecar names their coding, the items are the list's."""
    plain = (SAMPLES / name).read_bytes()
    folder = uuid4().hex
    sent = CODINGS[coding](plain)
    address = stack.files.put(f"{folder}/coded/{name}", Served(sent, headers={"Content-Encoding": coding}))
    job = fetched(stack, address, ml=ml)
    as_it_is = fetched(stack, stack.files.put(f"{folder}/plain/{name}", plain), ml=ml)
    assert job.outcome == as_it_is.outcome != Outcome.FAILED, job.error_message
    assert job.items_total == as_it_is.items_total > 20
    with stack.context():
        path = volume().inside(str(job.file_path))
        assert path.read_bytes() == sent
        assert volume().read_sidecar(path).response_headers["Content-Encoding"] == coding
    admin = sign_in(stack.app, UserRole.ADMIN)
    assert admin.ask(f"/jobs/{job.id}/file").get_data() == sent
    assert '<table class="cells">' in admin.get(f"/jobs/{job.id}/reading"), "its first rows are shown"


def test_ac_3_2_and_ac_3_3_the_analysis_in_redis_is_one_that_the_service_knows(stack: Stack) -> None:
    """AC-3.1, AC-3.2, AC-3.3, AC-2.3: what Redis calls the analysis, the running service answers for."""
    job = fetched(stack, stack.files.put(f"{uuid4().hex}/list.csv", LIST))
    told = record(stack, job)
    assert (told["phase"], told["status"], told["ml_job_id"]) == ("complete", "completed", str(job.ml_job_id))
    answer = requests.get(f"{stack.ml_url}/analyze/status/{told['ml_job_id']}", timeout=10)
    assert answer.status_code == 200
    seen = answer.json()
    assert (seen["status"], seen["items_processed"], seen["progress_percentage"]) == ("completed", 3, 100)
    with stack.context():
        kept = db.session.scalars(
            select(SupplierItem).where(SupplierItem.job_id == job.id).order_by(SupplierItem.supplier_sku)
        ).all()
        assert [str(item.current_price) for item in kept] == ["0.0125", "12.5000", "7.1000"]


def test_ac_4_1_and_ac_4_3_a_file_that_the_service_cannot_read_fails_in_redis_and_in_the_log(stack: Stack) -> None:
    """AC-4.1, AC-4.3: the real reader's own sentence, in the job, in job:{id} and in parsing_logs with the job's id."""
    job = fetched(stack, stack.files.put(f"{uuid4().hex}/letter.csv", NO_LIST))
    assert (job.outcome, job.error_code) == (Outcome.FAILED, "UNREADABLE")
    told = record(stack, job)
    assert (told["phase"], told["status"], told["can_retry"]) == ("failed", "failed", "true")
    assert told["error"] == job.error_message != ""
    with stack.context():
        logged = select(ParsingLog).where(ParsingLog.job_id == job.id, ParsingLog.error_type == "ERROR")
        lines = db.session.scalars(logged).all()
        assert [(line.error_message, line.service, line.supplier_id) for line in lines] == [
            (job.error_message, "ml-analyze", job.supplier_id)
        ]


def test_a_file_that_changed_on_the_volume_is_found_out_by_the_service_and_fetched_again(stack: Stack) -> None:
    """The hash that one side promised is the one that the other reckons: the retry brings the whole file anew."""
    path = f"{uuid4().hex}/list.csv"
    job = fetched(stack, stack.files.put(path, NO_LIST))
    assert job.error_code == "UNREADABLE"
    stack.files.put(path, LIST)
    with stack.context():
        volume().inside(str(job.file_path)).write_bytes(b"x" * len(NO_LIST))
        lifecycle.retry(job.id, actor="tests")
    job = stack.wait(job.id)
    assert (job.outcome, job.items_total) == (Outcome.SUCCESS, 3), job.error_message
    assert len(stack.files.requests_for(path)) == 2
    with stack.context():
        assert volume().inside(str(job.file_path)).read_bytes() == LIST


def test_what_a_person_corrected_reaches_the_service_and_its_items(stack: Stack) -> None:
    """Hints of a supplier travel with the file: header row, columns and currency are the person's and not guessed."""
    body = b"Hose and Son\n1,2,3\nH-1,Hose clamp,10,20\nH-2,Hose clamp wide,30,40\nH-3,Hose coupling,50,60\n"
    address = stack.files.put(f"{uuid4().hex}/list.csv", body)
    with stack.context():
        fields = editing.SupplierFields(name=f"Hinted {uuid4().hex[:6]}", source_type="csv", source_url=address)
        supplier = editing.create(fields, "tests")
        columns = {"sku": 0, "name": 1, "price": 3}
        supplier.meta = supplier.meta | {"hints": {"header_row": 2, "columns": columns, "currency": "CHF"}}
        db.session.commit()
        job = stack.wait(sync_run.sync_supplier(supplier.id, "tests").id)
        assert job.items_total == 3, job.error_message
        found = db.session.execute(
            select(SupplierItem.supplier_sku, SupplierItem.current_price, SupplierItem.currency)
            .where(SupplierItem.job_id == job.id)
            .order_by(SupplierItem.supplier_sku)
        ).all()
        assert [(sku, int(price), currency) for sku, price, currency in found] == [
            ("H-1", 20, "CHF"),
            ("H-2", 40, "CHF"),
            ("H-3", 60, "CHF"),
        ]
        assert db.session.scalar(select(func.count()).where(SupplierItem.supplier_id == supplier.id)) == 3


def test_an_archive_of_two_lists_becomes_two_jobs_whose_items_name_their_member(stack: Stack) -> None:
    """The member that the courier names is the one that the service reads."""
    pumps = LIST.replace(b"H-", b"P-").replace(b"Hose", b"Pump")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("hoses.csv", LIST)
        archive.writestr("pumps/list.csv", pumps)
    first = fetched(stack, stack.files.put(f"{uuid4().hex}/lists.zip", packed.getvalue()))
    with stack.context():
        ids = db.session.scalars(select(Job.id).where(Job.supplier_id == first.supplier_id)).all()
    jobs = [stack.wait(each) for each in ids]
    assert [job.items_total for job in jobs] == [3, 3], [job.error_message for job in jobs]
    with stack.context():
        codes = db.session.scalars(
            select(SupplierItem.supplier_sku).where(SupplierItem.supplier_id == first.supplier_id)
        ).all()
    assert sorted(codes) == ["H-1", "H-2", "H-3", "P-1", "P-2", "P-3"]


def test_the_layout_of_the_last_list_is_compared_by_the_service(stack: Stack) -> None:
    """A price column that is gone is said of the next file, because the service was told what the last one had."""
    path = f"{uuid4().hex}/list.csv"
    before = "\n".join(
        [
            "SKU,Product name,Dealer price EUR,List price EUR",
            *(f"G-{n},Gasket {n},{n + 1}.10,{n + 3}.90" for n in range(20)),
        ]
    )
    job = fetched(stack, stack.files.put(path, before.encode()))
    assert job.layout is not None and job.applied_at is not None, job.hold_reason
    after = "\n".join(["SKU,Product name,List price EUR", *(f"G-{n},Gasket {n},{n + 3}.90" for n in range(20))])
    stack.files.put(path, after.encode())
    with stack.context():
        again = stack.wait(sync_run.sync_supplier(job.supplier_id, "tests").id)
    assert any("Dealer price EUR" in str(doubt) for doubt in again.doubts or []), again.doubts

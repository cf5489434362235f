"""When a file came: what its later way changes nothing about."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from sqlalchemy import delete, select

from app import upkeep
from app.courier import upload
from app.extensions import db
from app.jobs import lifecycle
from app.models.catalog import SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Step
from app.models.supplier import Supplier
from tests.fixtures.courier import Courier
from tests.servers.files import FileServer

OLD, NEW = (f"sku;name;price\nA;Hammer;{price}\n".encode() for price in ("10.00", "11.00"))


def sent(supplier: Supplier, body: bytes) -> Job:
    return upload.receive_file(supplier, BytesIO(body), "list.csv", actor="anna")


def price() -> Decimal | None:
    db.session.expire_all()
    return db.session.scalars(select(SupplierItem.current_price)).one()


def test_a_small_file_that_overtakes_a_large_one_is_not_overwritten(courier: Courier) -> None:
    supplier = courier.supplier()
    large, small = sent(supplier, OLD), sent(supplier, NEW)
    courier.run(small)
    courier.run(large)
    assert price() == 11


def test_a_fetched_file_came_when_its_fetch_began_and_not_when_it_was_asked_for(
    courier: Courier, files: FileServer
) -> None:
    supplier = courier.supplier(files.put("a.csv", NEW))
    fetched, uploaded = courier.fetch(supplier), sent(supplier, OLD)
    courier.run(fetched)
    courier.run(uploaded)
    assert price() == 11


def test_an_adopted_upload_came_when_it_was_received(courier: Courier) -> None:
    supplier = courier.supplier()
    lost = sent(supplier, OLD)
    db.session.execute(delete(Job).where(Job.id == lost.id))  # the web process died between file and row
    db.session.commit()
    courier.run(sent(supplier, NEW))
    assert upkeep.adopt_orphans(older_than=timedelta(0)) == 1
    adopted = courier.run(lost.id)
    assert (adopted.outcome, price()) == (Outcome.SUCCESS, 11)


def test_a_source_that_shows_its_former_file_again_overtakes_the_one_between(
    courier: Courier, files: FileServer
) -> None:
    address = files.put("a.csv", OLD)
    supplier = courier.supplier(address)
    courier.run(courier.fetch(supplier))
    files.put("a.csv", NEW)
    between = courier.fetch(supplier)
    while lifecycle.get(between.id).step != Step.APPLY:
        courier.step(between)
    lifecycle.cancel(between.id)
    files.put("a.csv", OLD)
    assert courier.run(courier.fetch(supplier)).outcome == Outcome.UNCHANGED
    lifecycle.retry(between.id)
    courier.run(between)
    assert price() == 10


def test_a_file_that_is_fetched_anew_comes_anew(courier: Courier, files: FileServer) -> None:
    supplier = courier.supplier(files.put("missing.csv", NEW))
    job = courier.fetch(supplier)
    lifecycle.cancel(job.id)
    courier.run(sent(supplier, OLD))
    lifecycle.retry(job.id)
    courier.run(job)
    assert price() == 11
